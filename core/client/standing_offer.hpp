#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/client/sdp.hpp"
#include "core/client/weight.hpp"
#include "core/time.hpp"

namespace p2psig {

/// An offer that was sent, shared by the pairs that it went to: a broadcast's is one offer, which whoever
/// answers takes off all.
struct StandingOffer {
  /// `total` counts what all hold.
  StandingOffer(Milliseconds now, std::uint64_t its_number, std::size_t recipients,
                const std::optional<SessionDescription>& description, std::size_t& total);

  const std::uint64_t number;
  const Milliseconds sent;
  const bool to_many;
  std::size_t pairs = 0;  ///< in which it stands
  bool settled = false;   ///< somebody answered it, or it was taken back
  bool said_unanswered = false;
  bool said_left = false;
  /// What an answer is held against; nothing if the offer could not be read.
  std::optional<SessionDescription> terms;

 private:
  Weight weight_;
};

}  // namespace p2psig
