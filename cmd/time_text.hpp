#pragma once

#include <chrono>
#include <string>

namespace p2psig {

/// `2026-11-23T12:01:07.410Z`
[[nodiscard]] std::string utc_text(std::chrono::system_clock::time_point time);

/// `12.6`, and hours as seconds too: for scripts.
[[nodiscard]] std::string seconds_text(std::chrono::milliseconds value);

/// `12:01:07.410`, local time.
[[nodiscard]] std::string clock_text(std::chrono::system_clock::time_point time);

}  // namespace p2psig
