#include "core/client/backoff.hpp"

#include <algorithm>
#include <utility>

namespace p2psig {
namespace {

bool says_not_to(std::uint16_t code) noexcept {
  switch (code) {
    case 1002:  // what it was sent was no good, and would be the next time
    case 1007:
    case 1008:
    case 1009:
    case 4003:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<Milliseconds> Backoff::next(Milliseconds now, std::uint16_t code, double random) {
  constexpr std::uint16_t rate_limit = 4029;
  constexpr unsigned doublings_max = 16;
  if (const auto opened = std::exchange(opened_, std::nullopt); opened && now - *opened >= kHeld) reset();
  if (says_not_to(code) || attempts_ >= attempts_max_) return std::nullopt;
  const auto longest = std::min(kLongest, kFirst * (1U << doublings_));
  ++attempts_;
  doublings_ = std::min(doublings_ + 1, doublings_max);
  const Milliseconds wait(static_cast<Milliseconds::rep>(static_cast<double>(longest.count()) * random));
  return code == rate_limit ? kAfterRateLimit + wait : wait;
}

}  // namespace p2psig
