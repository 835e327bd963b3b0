#include "cmd/serve/options.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cmath>
#include <map>
#include <string_view>
#include <system_error>

#include "cmd/command_line.hpp"
#include "cmd/failure.hpp"

namespace p2psig {
namespace {

constexpr std::size_t kBytesMax = 1024UL * 1024 * 1024;
constexpr double kSecondsMax = 86'400;

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::size_t> parse_bytes(std::string_view text) {
  std::size_t unit = 1;
  if (text.ends_with('K') || text.ends_with('k')) unit = 1024;
  if (text.ends_with('M') || text.ends_with('m')) unit = 1024UL * 1024;
  if (unit != 1) text.remove_suffix(1);
  const auto number = whole_number<std::size_t>(text);
  if (!number || *number > kBytesMax / unit) return std::nullopt;
  return *number * unit;
}

CLI::Option* add_bytes(CLI::App& app, const std::string& name, std::size_t& value, std::size_t smallest,
                       const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&value, name, smallest](const std::string& text) {
            const auto bytes = parse_bytes(text);
            if (!bytes || *bytes < smallest)
              throw CLI::ValidationError(name, text + " is not a number of bytes from " +
                                                   std::to_string(smallest) +
                                                   " to 1024M (like 262144, 256K or 1M)");
            value = *bytes;
          },
          help)
      ->type_name("BYTES");
}

CLI::Option* add_seconds(CLI::App& app, const std::string& name, Milliseconds& value,
                         const std::string& help) {
  return app
      .add_option_function<std::string>(
          name,
          [&value, name](const std::string& text) {
            const auto seconds = whole_number<double>(text);
            if (!seconds || !(*seconds >= 0 && *seconds <= kSecondsMax))
              throw CLI::ValidationError(name, text + " is not a number of seconds from 0 to 86400");
            value = Milliseconds(std::llround(*seconds * 1000));
          },
          help)
      ->type_name("SECONDS");
}

template <class Value>
CLI::Option* add_choice(CLI::App& app, const std::string& name, Value& value,
                        const std::vector<std::pair<std::string, Value>>& choices, const std::string& help) {
  std::string names;
  for (const auto& [choice, meaning] : choices) names += (names.empty() ? "" : "|") + choice;
  return app
      .add_option_function<std::string>(
          name,
          [&value, name, names, choices](const std::string& text) {
            for (const auto& [choice, meaning] : choices)
              if (text == choice) {
                value = meaning;
                return;
              }
            throw CLI::ValidationError(name, text + " is none of " + names);
          },
          help)
      ->type_name(names);
}

void set_port(ServeOptions& options, const std::string& text, const std::string& source) {
  const auto port = whole_number<std::uint16_t>(text);
  if (!port) throw CLI::ValidationError(source, text + " is not a port from 0 to 65535");
  options.port = *port;
}

}  // namespace

CLI::App* add_serve(CLI::App& app, ServeOptions& options) {
  CLI::App* const serve = app.add_subcommand("serve", "Run the signaling server");
  set_help(*serve,
           "Examples:\n"
           "  p2psig serve                               on port 3000 of all addresses\n"
           "  PORT=8080 p2psig serve --host 127.0.0.1    on this machine only\n"
           "  p2psig serve --port 0 > address &          on a free port, which is printed\n"
           "  p2psig serve --log-level debug             with a line for each message\n",
           "p2psig serve [OPTIONS]");
  serve->footer(
      "Each option can also be set by a variable: P2PSIG_PORT for --port, and so on; plain PORT and HOST "
      "work too.\n"
      "What is in parentheses is the default. Sizes take K and M.");
  serve
      ->add_option("--host", options.host,
                   "Address or name to listen on; all that the name stands for (0.0.0.0)")
      ->type_name("HOST");
  serve
      ->add_option_function<std::string>(
          "--port", [&options](const std::string& text) { set_port(options, text, "--port"); },
          "Port to listen on; 0 for any that is free (3000)")
      ->type_name("PORT");
  add_bytes(*serve, "--max-message-bytes", options.limits.message_bytes_max, 64,
            "Largest message, its fragments together; over it: close code 1009 (256K)");
  add_bytes(*serve, "--max-outbox-bytes", options.limits.outbox_bytes_max, 1024,
            "What may wait for a client that does not read; over it: cut off (1M)");
  add_seconds(*serve, "--ping-interval", options.limits.ping_interval,
              "Ping a client that was silent this long; 0 never (25)");
  add_seconds(*serve, "--ping-timeout", options.limits.ping_timeout,
              "Cut off a client that was silent this long; 0 never (35)");
  add_seconds(*serve, "--drain-seconds", options.drain_time,
              "Time for closing all connections at the end (5)");
  add_choice<std::optional<LogFormat>>(
      *serve, "--log-format", options.log_format,
      {{"auto", std::nullopt},
       {"pretty", LogFormat::pretty},
       {"logfmt", LogFormat::logfmt},
       {"json", LogFormat::json}},
      "Form of the log on stderr; auto: pretty on a terminal, else logfmt (auto)");
  add_choice<LogLevel>(*serve, "--log-level", options.log_level,
                       {{"error", LogLevel::error},
                        {"warn", LogLevel::warn},
                        {"info", LogLevel::info},
                        {"debug", LogLevel::debug}},
                       "Least important line that is logged (info)");
  add_choice<Colour>(*serve, "--color", options.colour,
                     {{"auto", Colour::automatic}, {"always", Colour::always}, {"never", Colour::never}},
                     "Colour in the pretty log (auto)");
  return serve;
}

void complete(CLI::App& serve, ServeOptions& options) {
  const auto source_of = [&serve](const char* flag) {
    return serve.count(flag) != 0 ? std::string(flag) : std::string();
  };
  options.host_source = source_of("--host");
  options.port_source = source_of("--port");
  take_environment(serve);
  const auto resolve_source = [&serve](std::string& source, const char* flag, const char* prefixed) {
    if (source.empty() && serve.count(flag) != 0) source = prefixed;
  };
  resolve_source(options.host_source, "--host", "P2PSIG_HOST");
  resolve_source(options.port_source, "--port", "P2PSIG_PORT");
  if (const std::string host = variable("HOST"); options.host_source.empty() && !host.empty()) {
    options.host = host;
    options.host_source = "HOST";
  }
  if (const std::string port = variable("PORT"); options.port_source.empty() && !port.empty()) {
    try {
      set_port(options, port, "environment variable PORT");
    } catch (const CLI::ParseError& error) {
      throw Failure(exit_code::kUsage, error.what());
    }
    options.port_source = "PORT";
  }
  const SessionLimits& limits = options.limits;
  if (limits.ping_interval.count() != 0 && limits.ping_timeout.count() != 0 &&
      limits.ping_timeout <= limits.ping_interval)
    throw Failure(
        exit_code::kUsage,
        "--ping-timeout has to be more than --ping-interval: a client is cut off unless it answers a ping");
}

}  // namespace p2psig
