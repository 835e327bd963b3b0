#include "core/server/rooms.hpp"

#include <algorithm>

#include "core/protocol/json_text.hpp"
#include "core/protocol/messages.hpp"
#include "core/protocol/websocket_frame.hpp"

namespace p2psig {
namespace {

/// Nothing is always affordable, with a debt too.
bool affordable(std::int64_t deliveries, std::int64_t deliveries_max) noexcept {
  return deliveries == 0 || deliveries <= deliveries_max;
}

}  // namespace

Result<Rooms::Joined, Rooms::JoinRefused> Rooms::join(Peer& peer, const RoomName& name,
                                                      std::int64_t deliveries_max) {
  const auto found = by_name_.find(name.text());
  Room* room = found != by_name_.end() ? found->second : nullptr;
  const bool again = room != nullptr && peer.room == room;
  const std::size_t members = room != nullptr ? room->members.size() : 0;
  if (!again && members >= room_peers_max_) return JoinRefused::room_full;
  const std::int64_t deliveries = others(peer) + (again ? 0 : static_cast<std::int64_t>(members));
  if (!affordable(deliveries, deliveries_max)) return JoinRefused::too_many_deliveries;
  if (!again) leave(peer);
  if (room == nullptr) room = &add_room(name.text());
  append(peer, message::room_joined(escaped_name(*room)));
  append_peers(peer, *room);
  if (!again && peer.outbox.accepts()) {
    broadcast(*room, nullptr, message::peer_joined(peer.id));
    room->members.push_back(&peer);
    members_.insert(&peer);
    peer.room = room;
    ++version_;
  }
  const std::size_t peers = room->members.size();
  if (peers == 0) remove(*room);  // the joiner's own outbox was too full for the answer
  cut_off_overflowed();
  return Joined{peers, deliveries};
}

/// Members of the peer's room besides it.
std::int64_t Rooms::others(const Peer& peer) noexcept {
  return peer.room != nullptr ? static_cast<std::int64_t>(peer.room->members.size()) - 1 : 0;
}

Room& Rooms::add_room(std::string_view name) {
  Room& room = rooms_.emplace_back();
  room.position = std::prev(rooms_.end());
  room.name = name;
  by_name_.emplace(room.name, &room);
  return room;
}

void Rooms::remove(const Room& room) {
  by_name_.erase(room.name);
  rooms_.erase(room.position);
}

std::string_view Rooms::escaped_name(const Room& room) {
  escaped_name_.clear();
  append_escaped(escaped_name_, room.name);
  return escaped_name_;
}

void Rooms::append_peers(Peer& peer, const Room& room) {
  const message::PeerList list = message::room_peers();
  constexpr std::size_t quoted_bytes = PeerId::kTextBytes + 2;
  std::size_t others = 0;
  for (const Peer* member : room.members) others += member != &peer ? 1 : 0;
  const std::size_t separators = others > 0 ? others - 1 : 0;
  char* out = peer.outbox.append_frame(
      websocket_frame::Opcode::text,
      list.opening.size() + others * quoted_bytes + separators * list.separator.size() + list.closing.size());
  if (out == nullptr) return overflowed(peer);
  out = put(out, list.opening);
  for (std::size_t written = 0; const Peer* member : room.members) {
    if (member == &peer) continue;
    if (written++ != 0) out = put(out, list.separator);
    *out++ = '"';
    out = put(out, member->id.text());
    *out++ = '"';
  }
  put(out, list.closing);
}

std::int64_t Rooms::leave(Peer& peer) {
  if (peer.room == nullptr) return 0;
  const std::int64_t told = others(peer);
  append(peer, message::room_left(escaped_name(*peer.room)));
  take_out(peer);
  cut_off_overflowed();
  return told;
}

void Rooms::drop(Peer& peer) {
  take_out(peer);
  cut_off_overflowed();
}

void Rooms::take_out(Peer& peer) {
  if (peer.room == nullptr) return;
  Room& room = *peer.room;
  peer.room = nullptr;
  room.members.erase(std::find(room.members.begin(), room.members.end(), &peer));
  members_.erase(&peer);
  ++version_;
  if (room.members.empty()) return remove(room);
  broadcast(room, nullptr, message::peer_left(peer.id));
}

Result<std::int64_t, Rooms::RelayRefused> Rooms::relay(Peer& from, std::optional<std::string_view> to,
                                                       const Envelope& envelope,
                                                       std::int64_t deliveries_max) {
  const auto relayed = message::relayed(envelope, from.id);
  if (!to) {
    if (from.room == nullptr) return RelayRefused::not_in_room;
    const std::int64_t deliveries = others(from);
    if (!affordable(deliveries, deliveries_max)) return RelayRefused::too_many_deliveries;
    broadcast(*from.room, &from, relayed);
    cut_off_overflowed();
    return deliveries;
  }
  const std::optional<PeerId> id = from.room != nullptr ? PeerId::from_text(*to) : std::nullopt;
  const auto found = id ? members_.find(*id) : members_.end();
  if (found == members_.end() || (*found)->room != from.room) return RelayRefused::target_unavailable;
  if (!affordable(1, deliveries_max)) return RelayRefused::too_many_deliveries;
  Peer& target = **found;
  if (target.outbox.append_text(relayed)) return 1;
  overflowed(target);
  cut_off_overflowed();
  return RelayRefused::target_unavailable;
}

void Rooms::tell(Peer& peer, Pieces message) {
  append(peer, message);
  cut_off_overflowed();
}

void Rooms::append(Peer& peer, Pieces message) {
  if (!peer.outbox.append_text(message)) overflowed(peer);
}

void Rooms::broadcast(const Room& room, const Peer* except, Pieces message) {
  const std::size_t payload_bytes = total_bytes(message);
  frame_.clear();
  char* const frame = frame_.extend(websocket_frame::header_bytes(payload_bytes) + payload_bytes);
  put(websocket_frame::write_header(frame, websocket_frame::Opcode::text, payload_bytes), message);
  for (Peer* member : room.members)
    if (member != except && !member->outbox.append_bytes(frame_.text())) overflowed(*member);
}

void Rooms::overflowed(Peer& peer) {
  if (peer.outbox.overflowing()) overflowed_.push_back(&peer);
}

/// Cutting one off tells its room, which may make another one overflow.
void Rooms::cut_off_overflowed() {
  while (!overflowed_.empty()) {
    Peer& peer = *overflowed_.back();
    overflowed_.pop_back();
    peer.outbox.cut();
    take_out(peer);
  }
}

void Rooms::report(StatusWriter& status) const {
  for (const Room& room : rooms_) {
    status.room(room.name);
    for (const Peer* member : room.members) status.peer(member->id);
  }
}

}  // namespace p2psig
