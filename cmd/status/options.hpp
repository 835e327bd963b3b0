#pragma once

#include <optional>
#include <string>

#include "cmd/net/connect_options.hpp"
#include "cmd/terminal/colour.hpp"
#include "core/client/status_predicate.hpp"
#include "core/client/status_table.hpp"
#include "core/time.hpp"

namespace CLI {
class App;
}

namespace p2psig {

struct StatusOptions {
  ConnectOptions connect;
  bool json = false;
  bool quiet = false;
  StatusPredicate predicate;  ///< its room also without asking about it
  RoomOrder order = RoomOrder::server;
  std::string watch_text;             ///< as it was given
  std::optional<Milliseconds> watch;  ///< between two looks
  bool wait = false;
  std::optional<Milliseconds> timeout;  ///< from the start of the process
  Colour colour = Colour::automatic;
};

/// Adds `status` to the command line.
CLI::App* add_status(CLI::App& app, StatusOptions& options);

/// What the command line left open, from P2PSIG_*; what options mean together; the files that they name.
/// Throws Failure.
void complete(CLI::App& status, StatusOptions& options);

}  // namespace p2psig
