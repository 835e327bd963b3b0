#include "cmd/net/connect_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include "cmd/command_line.hpp"
#include "cmd/environment.hpp"
#include "cmd/failure.hpp"
#include "cmd/files.hpp"
#include "cmd/option_values.hpp"
#include "core/ascii.hpp"
#include "core/protocol/http_text.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

/// Those that make the request what it is.
bool is_ours(const std::string& name) {
  constexpr std::array<std::string_view, 6> ours{"host",           "connection",        "upgrade",
                                                 "content-length", "transfer-encoding", "te"};
  constexpr std::string_view ours_all = "sec-websocket-";
  return equal_ignoring_case(name.substr(0, ours_all.size()), ours_all) ||
         std::any_of(ours.begin(), ours.end(),
                     [&name](std::string_view each) { return equal_ignoring_case(name, each); });
}

std::pair<std::string, std::string> parse_header(const std::string& text) {
  const auto colon = text.find(':');
  const std::string name = text.substr(0, colon);
  const auto bad = [&text](const std::string& why) {
    return CLI::ValidationError("--header", text + ": " + why);
  };
  if (colon == std::string::npos || name.empty()) throw bad("is not like 'Name: value'");
  if (!http_text::is_token(name)) throw bad("its name is not a header's");
  if (is_ours(name)) throw bad("this header is not yours to set");
  const std::string value(trimmed(std::string_view(text).substr(colon + 1)));
  if (!http_text::is_field_value(value)) throw bad("its value has a control character in it");
  return {name, value};
}

void set_url(ConnectOptions& options, const std::string& text) {
  const auto address = parse_server_address(text);
  if (!address) throw CLI::ValidationError("--url", text + " is not an address: " + address.error());
  options.address = *address;
}

std::optional<Milliseconds> timeout_in(std::string_view text) {
  const auto time = to_milliseconds(text);
  if (!time || whole_number<double>(text) == 0) return std::nullopt;
  return std::max(*time, Milliseconds{1});
}

std::string token_in(const std::string& text, const std::string& source) {
  std::string token(trimmed(text));
  if (!http_text::is_field_value(token) || token.find_first_of(" \t") != std::string::npos)
    throw Failure(exit_code::kUsage, source + " has a blank or a control character in it");
  return token;
}

std::string read_token(const std::string& file) {
  const std::string source = "the token in " + file;
  std::string token = token_in(read_file(file, "the token", limits::kTokenBytes), source);
  if (token.empty()) throw Failure(exit_code::kUsage, source + " is empty");
  return token;
}

void check_authorities(const std::string& file) {
  const std::string text = read_file(file, "the authorities", limits::kAuthoritiesBytes);
  if (text.find("-----BEGIN") == std::string::npos)
    throw Failure(exit_code::kUsage, "cannot read the authorities from " + file +
                                         ": there is no certificate in it (it has to be PEM)");
}

/// What is wrong with a file is said with where its name was given.
template <class Use>
std::function<void(std::string)> named_file(Use use) {
  return [use](const std::string& file) {
    try {
      use(file);
    } catch (const Failure& failure) {
      throw CLI::ValidationError(failure.what());
    }
  };
}

}  // namespace

void add_connect_options(CLI::App& command, ConnectOptions& options) {
  command
      .add_option_function<std::string>(
          "--url", [&options](const std::string& text) { set_url(options, text); },
          "Where the server is: a ws, wss, http or https URL, or :PORT, HOST,\nHOST:PORT "
          "(ws://127.0.0.1:3000)")
      ->type_name("URL");
  command
      .add_option_function<std::vector<std::string>>(
          "-H,--header",
          [&options](const std::vector<std::string>& lines) {
            options.headers.clear();
            for (const std::string& line : lines) options.headers.push_back(parse_header(line));
          },
          "A header for the request; may be given several times")
      ->type_name("'NAME: VALUE'")
      ->allow_extra_args(false);
  command.add_option("--cacert", options.ca_file, "Trust the authorities in this PEM file, and no others")
      ->each(named_file(check_authorities))
      ->type_name("FILE");
  command.add_flag("-k,--insecure", options.insecure, "Take any certificate");
  add_parsed(command, "--connect-timeout", options.timeout, "SECONDS", timeout_in,
             "a number of seconds up to 86400",
             "Time to resolve, connect, do TLS, and get the upgrade or the reply's head (10)");
  command
      .add_option("--token-file",
                  "Send the token in this file as Authorization: Bearer\n(or the one in $P2PSIG_TOKEN)")
      ->each(named_file([&options](const std::string& file) { options.token = read_token(file); }))
      ->type_name("FILE");
}

void complete_connect_options(ConnectOptions& options) {
  if (options.token.empty()) options.token = token_in(variable("P2PSIG_TOKEN"), "P2PSIG_TOKEN");
  if (!options.token.empty()) options.headers.emplace_back("Authorization", "Bearer " + options.token);
  std::size_t bytes = 0;
  for (const auto& [name, value] : options.headers) bytes += name.size() + value.size();
  if (bytes > limits::kHttpHeaderBytes)
    throw Failure(exit_code::kUsage, "the headers are larger than 16 KiB: no server takes that");
}

}  // namespace p2psig
