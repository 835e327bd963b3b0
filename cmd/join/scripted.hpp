#pragma once

#include "cmd/join/options.hpp"

namespace p2psig {

/// `join` for scripts: JSON lines in and out. Returns the exit code once all that it wrote has been taken,
/// and says on stderr why it is not 0. `started_us`: of uv_hrtime's clock, when the process began.
[[nodiscard]] int join_scripted(const JoinOptions& options, std::uint64_t started_us);

}  // namespace p2psig
