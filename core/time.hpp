#pragma once

#include <chrono>

namespace p2psig {

/// Since a start that whoever passes the time in chooses, never going back; or between two such times.
using Milliseconds = std::chrono::milliseconds;

}  // namespace p2psig
