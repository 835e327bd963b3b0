#pragma once

#include <cstdint>

#include "cmd/join/options.hpp"

namespace p2psig {

/// Runs the subcommand, for people where stdin and stdout are terminals, for scripts elsewhere. Ends the
/// process. `started_us`: of now_us()'s clock, when it began. Throws Failure.
int join(const JoinOptions& options, std::uint64_t started_us);

}  // namespace p2psig
