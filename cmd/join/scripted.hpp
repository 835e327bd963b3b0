#pragma once

#include "cmd/join/options.hpp"

namespace p2psig {

/// `join` for scripts: JSON lines in and out. Returns the exit code once all that it wrote has been taken,
/// and says on stderr why it is not 0. `used`: of --timeout already.
[[nodiscard]] int join_scripted(const JoinOptions& options, Milliseconds used);

}  // namespace p2psig
