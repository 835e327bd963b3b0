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

  static constexpr Milliseconds kHeld{10'000};  ///< a connection of this age has held, whatever it was for

  /// At most so many attempts in a row.
  explicit Backoff(unsigned attempts_max) noexcept : attempts_max_(attempts_max) {}

  /// There is a connection.
  void opened(Milliseconds now) noexcept { opened_ = now; }
  /// It is good for something: attempts are counted anew. But until it has held, the waits go on growing: a
  /// server that falls over whoever joins is not hammered.
  void joined() noexcept { attempts_ = 0; }
  /// Somebody wants to be back: begins anew.
  void reset() noexcept { attempts_ = doublings_ = 0; }
  /// How long to wait after a connection, or an attempt, that ended with this code (RFC 6455, 7.4); nothing
  /// after one that says not to come back, and after the last attempt. `random` is uniform in [0, 1).
  [[nodiscard]] std::optional<Milliseconds> next(Milliseconds now, std::uint16_t code, double random);

 private:
  unsigned attempts_max_;
  unsigned attempts_ = 0;   // in a row
  unsigned doublings_ = 0;  // of the longest wait
  std::optional<Milliseconds> opened_;
};

}  // namespace p2psig
