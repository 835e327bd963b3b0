#pragma once

#include "cmd/join/options.hpp"

namespace p2psig {

/// `join` for people, at a terminal. Returns the exit code; the terminal is as it was.
/// `used`: of --timeout already.
[[nodiscard]] int join_interactive(const JoinOptions& options, Milliseconds used);

}  // namespace p2psig
