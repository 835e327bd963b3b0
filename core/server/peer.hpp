#pragma once

#include "core/protocol/peer_id.hpp"
#include "core/server/outbox.hpp"

namespace p2psig {

struct Room;

/// A connection as rooms see it.
struct Peer {
  PeerId id;
  Outbox outbox;
  Room* room = nullptr;  ///< where it is a member; for Rooms to change
};

}  // namespace p2psig
