#pragma once

#include <cstdint>

#include "cmd/status/options.hpp"

namespace p2psig {

/// Runs the subcommand. Ends the process. `started_us`: of now_us()'s clock, when it began. Throws Failure.
int status(const StatusOptions& options, std::uint64_t started_us);

}  // namespace p2psig
