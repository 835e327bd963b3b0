#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cmd/net/connect_options.hpp"
#include "cmd/terminal/colour.hpp"
#include "core/client/finding.hpp"
#include "core/client/join_script.hpp"

namespace CLI {
class App;
}

namespace p2psig {

struct JoinOptions {
  std::string room;  ///< empty: none
  bool observe = false;
  ConnectOptions connect;
  bool json = false;
  ScriptOptions script;
  bool fail_on_error = false;
  std::vector<FindingCode> fail_on;     ///< findings that end it
  std::optional<unsigned> reconnects;   ///< how often in a row; nothing: what the mode does by itself
  std::optional<Milliseconds> timeout;  ///< from the start of the process
  std::string record_file;
  Colour colour = Colour::automatic;
};

/// Reconnecting without an end.
inline constexpr unsigned kReconnectForEver = ~0U;

/// Adds `join` to the command line.
CLI::App* add_join(CLI::App& app, JoinOptions& options);

/// What the command line left open, from P2PSIG_*; what options mean together; the files that they name.
/// Throws Failure.
void complete(CLI::App& join, JoinOptions& options);

}  // namespace p2psig
