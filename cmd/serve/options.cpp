#include "cmd/serve/options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <string_view>

#include "cmd/command_line.hpp"
#include "cmd/environment.hpp"
#include "cmd/failure.hpp"
#include "cmd/option_values.hpp"

namespace p2psig {
namespace {

constexpr std::size_t kBytesMax = 1024UL * 1024 * 1024;
constexpr std::size_t kCountMax = 1'000'000;

/// A number that may have K or M behind it.
std::optional<std::size_t> quantity(std::string_view text, std::size_t largest) {
  std::size_t unit = 1;
  if (text.ends_with('K') || text.ends_with('k')) unit = 1024;
  if (text.ends_with('M') || text.ends_with('m')) unit = 1024UL * 1024;
  if (unit != 1) text.remove_suffix(1);
  const auto number = whole_number<std::size_t>(text);
  if (!number || *number > largest / unit) return std::nullopt;
  return *number * unit;
}

void add_bytes(CLI::App& app, const std::string& name, std::size_t& value, std::size_t smallest,
               const std::string& help) {
  const auto parse = [smallest](std::string_view text) {
    const auto bytes = quantity(text, kBytesMax);
    return bytes && *bytes >= smallest ? bytes : std::nullopt;
  };
  add_parsed(app, name, value, "BYTES", parse,
             "a number of bytes from " + std::to_string(smallest) + " to 1024M (like 262144, 256K or 1M)",
             help);
}

void add_limit(CLI::App& app, const std::string& name, std::size_t& value, const std::string& help) {
  const auto parse = [](std::string_view text) {
    const auto count = quantity(text, kCountMax);
    return count && *count != 0 ? count : std::nullopt;
  };
  add_parsed(app, name, value, "N", parse, "a number from 1 to " + std::to_string(kCountMax), help);
}

std::optional<Rate> parse_rate(std::string_view text) {
  const auto slash = text.find('/');
  const auto number = [](std::string_view part) { return quantity(part, Rate::kMax); };
  const auto per_second = number(text.substr(0, slash));
  if (!per_second) return std::nullopt;
  const auto burst = slash == std::string_view::npos
                         ? std::optional(std::min<std::size_t>(*per_second * 10, Rate::kMax))
                         : number(text.substr(slash + 1));
  if (!burst || (*burst == 0 && *per_second != 0)) return std::nullopt;
  return Rate{static_cast<std::uint32_t>(*per_second), static_cast<std::uint32_t>(*burst)};
}

void add_rate(CLI::App& app, const std::string& name, Rate& value, const std::string& help) {
  add_parsed(app, name, value, "N[/BURST]", parse_rate,
             "a rate: a number a second (0: no limit), or that and how many may come at once (like 200 or "
             "200/2000)",
             help);
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
  ServerLimits& limits = options.limits;
  add_limit(*serve, "--max-connections", limits.connections_max,
            "Clients at a time; more are closed with 1013 (10000, or what the limit of open files allows)");
  add_limit(*serve, "--max-pending", options.pending_max,
            "Connections beside those: handshakes, HTTP, closing; more are reset (1024)");
  add_limit(*serve, "--max-room-peers", limits.room_peers_max,
            "Peers in a room; more are told room-full (1000)");
  add_bytes(*serve, "--max-message-bytes", limits.message_bytes_max, 64,
            "Largest message, its fragments together; over it: close code 1009 (256K)");
  add_bytes(*serve, "--max-outbox-bytes", limits.outbox_bytes_max, 1024,
            "What may wait for a client that does not read; over it: cut off (1M)");
  add_bytes(*serve, "--max-outbox-total", limits.outbox_total_bytes_max, 1024,
            "What may wait for all together; over it: whom most waits for is cut off (256M)");
  add_rate(*serve, "--rate-messages", limits.messages,
           "Frames a second from a client, and at once; over it: rate-limit, 4029 (200/2000)");
  add_rate(*serve, "--rate-bytes", limits.bytes, "Bytes a second from a client, and at once (1M/8M)");
  add_rate(*serve, "--rate-deliveries", limits.deliveries,
           "Messages a second that a client causes to others, and at once (20000/100000)");
  add_seconds(*serve, "--ping-interval", limits.ping_interval,
              "Ping a client that was silent this long; 0 never (25)");
  add_seconds(*serve, "--ping-timeout", limits.ping_timeout,
              "Cut off a client that was silent this long; 0 never (35)");
  add_seconds(*serve, "--handshake-timeout", options.handshake_timeout,
              "From the connect to the end of a request's head; 0 no limit (10)");
  add_seconds(*serve, "--message-timeout", limits.message_timeout,
              "From the first to the last byte of a message; over it: 4008; 0 no limit (10)");
  add_seconds(*serve, "--join-timeout", limits.join_timeout,
              "From the connect to the first join; over it: 4008; 0 no limit (0)");
  serve->add_flag("--allow-observers", limits.observers_allowed,
                  "Let anybody watch a room without being in it (p2psig join ROOM --observe);\n"
                  "they see addresses and ICE passwords");
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
  add_colour(*serve, options.colour, "Colour in the pretty log (auto)");
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
  const ServerLimits& limits = options.limits;
  if (limits.ping_interval.count() != 0 && limits.ping_timeout.count() != 0 &&
      limits.ping_timeout <= limits.ping_interval)
    throw Failure(
        exit_code::kUsage,
        "--ping-timeout has to be more than --ping-interval: a client is cut off unless it answers a ping");
}

}  // namespace p2psig
