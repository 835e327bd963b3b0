#pragma once

#include <string>
#include <vector>

#include "cmd/net/descriptor.hpp"

/// What a service manager and a service say to each other, as sd_listen_fds(3) and sd_notify(3) have it,
/// without systemd's library.
namespace p2psig {

/// The sockets that were opened for this process, which are taken out of the environment; none if none were.
/// Throws Failure if there are too many, or one is no TCP socket that listens.
[[nodiscard]] std::vector<Descriptor> inherited_sockets();

/// Tells the manager, if there is one that wants to know: "READY=1". Waits for it no more than a moment. Why
/// it could not be told; empty if it was, or nobody asked.
[[nodiscard]] std::string notify_manager(const std::string& state);

}  // namespace p2psig
