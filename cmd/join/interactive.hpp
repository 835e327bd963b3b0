#pragma once

#include "cmd/join/options.hpp"

namespace p2psig {

/// `join` for people, at a terminal. Returns the exit code; the terminal is as it was.
[[nodiscard]] int join_interactive(const JoinOptions& options, std::uint64_t started_us);

}  // namespace p2psig
