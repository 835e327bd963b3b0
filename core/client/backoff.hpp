#pragma once

#include <cstdint>
#include <optional>

#include "core/time.hpp"

namespace p2psig {

/// How long a client waits before it tries to connect again: a random time that grows, so that a crowd that
/// lost its server does not come back at once (full jitter). Thread: one.
class Backoff {
 public:
  static constexpr Milliseconds kFirst{500};  ///< the first wait is shorter than this
  static constexpr Milliseconds kLongest{30'000};
  static constexpr Milliseconds kAfterRateLimit{30'000};  ///< at least; protocol.md's 4029

  /// How long to wait after a connection that ended with this code (RFC 6455, 7.4); nothing after one that
  /// says not to come back. `random` is uniform in [0, 1).
  [[nodiscard]] std::optional<Milliseconds> next(std::uint16_t code, double random);
  /// A connection has held.
  void reset() noexcept { attempts_ = 0; }

 private:
  unsigned attempts_ = 0;
};

}  // namespace p2psig
