#include "core/server/allowance.hpp"

#include "core/protocol/limits.hpp"

namespace p2psig {

using Excess = Allowance::Excess;

/// Pieces cost as they come, so that fragments without an end, or without bytes, do too.
Excess Allowance::receive(std::size_t bytes, bool ends_frame, const ServerLimits& limits,
                          Milliseconds now) noexcept {
  if (ends_frame && !messages_.take(1, limits.messages, now)) return Excess::messages;
  if (!bytes_.take(static_cast<std::int64_t>(bytes), limits.bytes, now)) return Excess::bytes;
  return Excess::none;
}

bool Allowance::offend(Milliseconds now) noexcept {
  const auto second = (now - offending_since_) / std::chrono::seconds{1};
  if (offences_ == 0 || second > offences_) {
    offending_since_ = now;
    offences_ = 1;
  } else if (second == offences_) {
    ++offences_;
  }
  return offences_ >= limits::kRateOffences;
}

bool Allowance::tell(Milliseconds now) noexcept {
  if (now < next_told_) return false;
  next_told_ = now + limits::kRateErrorInterval;
  return true;
}

std::string_view describe(Excess excess) noexcept {
  switch (excess) {
    case Excess::none:
      break;
    case Excess::messages:
      return "too many messages a second: they are dropped until there are fewer";
    case Excess::bytes:
      return "too many bytes a second: messages are dropped until there are fewer";
    case Excess::deliveries:
      return "too many messages to others a second: nothing goes to all until there are fewer";
  }
  return {};
}

}  // namespace p2psig
