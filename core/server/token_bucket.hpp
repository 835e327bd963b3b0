#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "core/time.hpp"

namespace p2psig {

/// How much of something a second, and how much at once after a rest.
struct Rate {
  std::uint32_t per_second;  ///< 0: no limit
  std::uint32_t burst;

  static constexpr std::uint32_t kMax = 1'000'000'000;  ///< of either; keeps the arithmetic exact
  [[nodiscard]] bool limited() const noexcept { return per_second != 0; }
};

/// What is left of a rate. Starts full. Exact: no fraction of a token is lost, however often it is asked.
class TokenBucket {
 public:
  static constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

  /// Whole tokens there are; below zero after spending more than there were. Time never goes back.
  [[nodiscard]] std::int64_t available(const Rate& rate, Milliseconds now) noexcept {
    if (!rate.limited()) return kUnlimited;
    const std::int64_t parts = refill(rate, now);
    return parts >= 0 ? parts / kParts : -((kParts - 1 - parts) / kParts);
  }

  /// Spends the tokens, and leaves the bucket below zero if they are not there.
  void spend(std::int64_t tokens, const Rate& rate, Milliseconds now) noexcept {
    refill(rate, now);
    missing_ += tokens * kParts;
  }

  /// Spends the tokens if they are there.
  [[nodiscard]] bool take(std::int64_t tokens, const Rate& rate, Milliseconds now) noexcept {
    if (!rate.limited()) return true;
    if (tokens * kParts > refill(rate, now)) return false;
    missing_ += tokens * kParts;
    return true;
  }

 private:
  static constexpr std::int64_t kParts = 1'000;  // of a token: what a rate of 1 earns in a millisecond

  std::int64_t refill(const Rate& rate, Milliseconds now) noexcept {
    constexpr Milliseconds::rep longest = 1'000'000'000;
    const std::int64_t earned = std::min((now - at_).count(), longest) * rate.per_second;
    missing_ = std::max<std::int64_t>(missing_ - earned, 0);
    at_ = now;
    return std::int64_t{rate.burst} * kParts - missing_;
  }

  std::int64_t missing_ = 0;  // parts of tokens, to a full bucket
  Milliseconds at_{};
};

}  // namespace p2psig
