#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cmd/serve/log_line.hpp"
#include "cmd/terminal/colour.hpp"
#include "core/protocol/limits.hpp"
#include "core/server/server_limits.hpp"

namespace CLI {
class App;
}

namespace p2psig {

struct ServeOptions {
  std::string host = "0.0.0.0";
  std::uint16_t port = 3000;
  std::string host_source;  ///< where the value came from, for errors; empty: the default
  std::string port_source;
  ServerLimits limits;
  std::size_t pending_max = limits::kPendingConnections;  ///< connections beside those that are let in
  Milliseconds handshake_timeout = limits::kHandshakeTime;
  Milliseconds drain_time = limits::kDrainTime;
  std::optional<LogFormat> log_format;  ///< nothing: pretty on a terminal, logfmt elsewhere
  LogLevel log_level = LogLevel::info;
  Colour colour = Colour::automatic;
};

/// Adds `serve` to the command line.
CLI::App* add_serve(CLI::App& app, ServeOptions& options);

/// What the command line left open, from P2PSIG_* and then PORT and HOST; and what options mean together.
/// Throws Failure.
void complete(CLI::App& serve, ServeOptions& options);

}  // namespace p2psig
