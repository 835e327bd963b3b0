#include "cmd/net/connect_options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
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

std::string read_token(const std::string& file) {
  const std::string text =
      file.empty() ? variable("P2PSIG_TOKEN") : read_file(file, "the token", limits::kTokenBytes);
  std::string token(trimmed(text));
  const std::string source = file.empty() ? "P2PSIG_TOKEN" : "the token in " + file;
  if (!file.empty() && token.empty()) throw Failure(exit_code::kUsage, source + " is empty");
  if (!http_text::is_field_value(token) || token.find_first_of(" \t") != std::string::npos)
    throw Failure(exit_code::kUsage, source + " has a blank or a control character in it");
  return token;
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
      ->type_name("FILE");
  command.add_flag("-k,--insecure", options.insecure, "Take any certificate");
  add_parsed(command, "--connect-timeout", options.timeout, "SECONDS", timeout_in,
             "a number of seconds up to 86400",
             "Time to resolve, connect, do TLS, and get the upgrade or the reply's head (10)");
  command
      .add_option("--token-file", options.token_file,
                  "Send the token in this file as Authorization: Bearer\n(or the one in $P2PSIG_TOKEN)")
      ->type_name("FILE");
}

void complete_connect_options(ConnectOptions& options) {
  if (!options.ca_file.empty() &&
      read_file(options.ca_file, "the authorities", limits::kAuthoritiesBytes).find("-----BEGIN") ==
          std::string::npos)
    throw Failure(exit_code::kUsage, "cannot read the authorities from " + options.ca_file +
                                         ": there is no certificate in it (it has to be PEM)");
  const std::string token = read_token(options.token_file);
  if (!token.empty()) options.headers.emplace_back("Authorization", "Bearer " + token);
  std::size_t bytes = 0;
  for (const auto& [name, value] : options.headers) bytes += name.size() + value.size();
  if (bytes > limits::kHttpHeaderBytes)
    throw Failure(exit_code::kUsage, "the headers are larger than 16 KiB: no server takes that");
}

}  // namespace p2psig
