#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/client/server_address.hpp"
#include "core/time.hpp"

namespace CLI {
class App;
}

namespace p2psig {

/// How a client reaches its server.
struct ConnectOptions {
  ServerAddress address;
  std::vector<std::pair<std::string, std::string>> headers;  ///< the token's among them
  std::string ca_file;                                       ///< empty: the system's authorities
  bool insecure = false;                                     ///< any certificate will do
  Milliseconds timeout{10'000};  ///< resolving, connecting, TLS, and the reply's head or the upgrade

  std::string token;  ///< of --token-file; complete_connect_options() puts it among the headers
};

/// Adds --url and what goes with it to a subcommand.
void add_connect_options(CLI::App& command, ConnectOptions& options);

/// Takes the token of the environment if there is no other, and checks what is sent. Throws Failure.
void complete_connect_options(ConnectOptions& options);

}  // namespace p2psig
