#pragma once

#include <cstdint>

#include "core/protocol/peer_id.hpp"
#include "core/server/outbox.hpp"

namespace p2psig {

struct Room;

/// A connection as rooms see it. `part` and `room` are for Rooms to change.
struct Peer {
  enum class Part : std::uint8_t {
    member,
    observer,
    observer_behind,  ///< has missed messages and was not told yet
  };

  PeerId id;
  Part part = Part::member;  ///< in `room`
  Outbox outbox;
  Room* room = nullptr;  ///< where it is; nullptr: nowhere

  [[nodiscard]] bool observes() const noexcept { return part != Part::member; }
  /// Where it is a member.
  [[nodiscard]] Room* joined() const noexcept { return observes() ? nullptr : room; }
};

}  // namespace p2psig
