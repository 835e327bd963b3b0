#pragma once

#include <cstdint>

#include "cmd/join/options.hpp"

namespace p2psig {

/// Runs the subcommand, for people where stdin and stdout are terminals, for scripts elsewhere. Ends the
/// process. Throws Failure.
int join(const JoinOptions& options, std::uint64_t started_us);

}  // namespace p2psig
