#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/server/server_limits.hpp"
#include "core/server/token_bucket.hpp"

namespace p2psig {

/// What one connection may still send and cause, and how it has borne with that. Thread: the worker's.
class Allowance {
 public:
  /// Which rate a message is over.
  enum class Excess : std::uint8_t { none, messages, bytes, deliveries };

  /// A piece of a message, or another frame, has come. What is over a rate costs nothing.
  [[nodiscard]] Excess receive(std::size_t bytes, bool ends_frame, const ServerLimits& limits,
                               Milliseconds now) noexcept;

  /// A ping has come. Pings are counted apart, as they are answered even to who is over a rate: whoever waits
  /// for a pong is not to take the connection for dead. False if there are too many of them, too.
  [[nodiscard]] bool ping(const ServerLimits& limits, Milliseconds now) noexcept {
    return pings_.take(1, limits.messages, now);
  }

  /// How many others may be told of something now; below zero after a leave that cost more.
  [[nodiscard]] std::int64_t deliveries(const ServerLimits& limits, Milliseconds now) noexcept {
    return deliveries_.available(limits.deliveries, now);
  }
  void spend_deliveries(std::int64_t count, const ServerLimits& limits, Milliseconds now) noexcept {
    deliveries_.spend(count, limits.deliveries, now);
  }

  /// Something is over a rate. True if that has gone on for too long.
  [[nodiscard]] bool offend(Milliseconds now) noexcept;
  /// Whether the peer is due an error for it; it gets one at most each limits::kRateErrorInterval.
  [[nodiscard]] bool tell(Milliseconds now) noexcept;

 private:
  TokenBucket messages_;
  TokenBucket pings_;
  TokenBucket bytes_;
  TokenBucket deliveries_;
  Milliseconds next_told_{};  // when the next error may go out
  Milliseconds offending_since_{};
  std::uint16_t offences_ = 0;  // seconds in a row, from then on, with something over a rate in each
};

[[nodiscard]] std::string_view describe(Allowance::Excess excess) noexcept;

}  // namespace p2psig
