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

/// Members of the peer's room besides it, which are told when it leaves.
std::int64_t others(const Peer& peer) noexcept {
  const Room* const room = peer.joined();
  return room != nullptr ? static_cast<std::int64_t>(room->members.size()) - 1 : 0;
}

}  // namespace

Result<Rooms::Entered, Rooms::EntryRefused> Rooms::enter(Peer& peer, const RoomName& name, Peer::Part part,
                                                         std::int64_t deliveries_max) {
  Room* const found = find(name.text());
  if (is_full(found, peer)) return EntryRefused::room_full;
  const bool joins = part == Peer::Part::member;
  const bool again = found != nullptr && peer.room == found && peer.observes() != joins;
  const bool is_news = joins && !again && found != nullptr;
  const std::int64_t deliveries =
      others(peer) + (is_news ? static_cast<std::int64_t>(found->members.size()) : 0);
  if (!affordable(deliveries, deliveries_max)) return EntryRefused::too_many_deliveries;
  Room& room = again ? *found : move_to(peer, name);
  const std::string_view escaped = escaped_name(room);
  append(peer, joins ? message::room_joined(escaped) : message::room_observed(escaped));
  append_peers(peer, room);
  if (!again && peer.outbox.accepts()) {
    if (joins)
      add_member(peer, room);
    else
      add_observer(peer, room);
  }
  const std::size_t peers = room.members.size();
  remove_if_empty(room);  // the newcomer's own outbox was too full for the answer
  cut_off_overflowed();
  return Entered{peers, deliveries};
}

Room* Rooms::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found != by_name_.end() ? found->second : nullptr;
}

/// Whoever is in the room already, as what it is or as the other, takes no place of another's.
bool Rooms::is_full(const Room* room, const Peer& newcomer) const noexcept {
  return room != nullptr && newcomer.room != room && room->occupants() >= room_peers_max_;
}

/// Leaves where the peer is, and finds the room or makes it.
Room& Rooms::move_to(Peer& peer, const RoomName& name) {
  leave(peer);
  Room* const room = find(name.text());
  return room != nullptr ? *room : add_room(name.text());
}

Room& Rooms::add_room(std::string_view name) {
  Room& room = rooms_.emplace_back();
  room.position = std::prev(rooms_.end());
  room.name = name;
  by_name_.emplace(room.name, &room);
  return room;
}

/// The first one makes the room, as far as others can see: observers may have been there before.
void Rooms::add_member(Peer& peer, Room& room) {
  notify(room, message::peer_joined(peer.id));
  if (room.members.empty()) rooms_.splice(rooms_.end(), rooms_, room.position);
  room.members.push_back(&peer);
  members_.insert(&peer);
  peer.room = &room;
  ++version_;
}

void Rooms::add_observer(Peer& peer, Room& room) {
  room.observers.push_back({&peer});
  peer.room = &room;
  peer.part = Peer::Part::observer;
}

void Rooms::remove_if_empty(const Room& room) {
  if (room.occupants() != 0) return;
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
  if (peer.observes()) return take_out_observer(peer);
  if (peer.room == nullptr) return;
  Room& room = *peer.room;
  peer.room = nullptr;
  room.members.erase(std::find(room.members.begin(), room.members.end(), &peer));
  members_.erase(&peer);
  ++version_;
  notify(room, message::peer_left(peer.id));
  remove_if_empty(room);
}

void Rooms::take_out_observer(Peer& peer) {
  Room& room = *peer.room;
  peer.room = nullptr;
  peer.part = Peer::Part::member;
  std::erase_if(room.observers, [&peer](const Room::Observer& observer) { return observer.peer == &peer; });
  remove_if_empty(room);
}

Result<std::int64_t, Rooms::RelayRefused> Rooms::relay(Peer& from, std::optional<std::string_view> to,
                                                       const Envelope& envelope,
                                                       std::int64_t deliveries_max) {
  const auto relayed = message::relayed(envelope, from.id);
  Room* room = from.joined();
  if (!to) {
    if (room == nullptr) return RelayRefused::not_in_room;
    const std::int64_t deliveries = others(from);
    if (!affordable(deliveries, deliveries_max)) return RelayRefused::too_many_deliveries;
    broadcast(*room, &from, relayed);
    if (!room->observers.empty()) show(*room, message::observed(relayed, std::nullopt, false));
    cut_off_overflowed();
    return deliveries;
  }
  if (room == nullptr) return RelayRefused::target_unavailable;
  Peer* const target = find_member(*room, *to);
  if (target != nullptr && !affordable(1, deliveries_max)) return RelayRefused::too_many_deliveries;
  const bool delivered = target != nullptr && target->outbox.append_text(relayed);
  if (target != nullptr && !delivered) {
    overflowed(*target);
    cut_off_overflowed();
    room = from.joined();  // it may have been the target itself
  }
  if (room != nullptr && !room->observers.empty())
    show(*room, message::observed(relayed, delivered ? target->id.text() : envelope.to.raw, !delivered));
  if (!delivered) return RelayRefused::target_unavailable;
  return 1;
}

Peer* Rooms::find_member(const Room& room, std::string_view text) const {
  const std::optional<PeerId> id = PeerId::from_text(text);
  const auto found = id ? members_.find(*id) : members_.end();
  return found != members_.end() && (*found)->room == &room ? *found : nullptr;
}

void Rooms::tell(Peer& peer, Pieces message) {
  append(peer, message);
  cut_off_overflowed();
}

void Rooms::append(Peer& peer, Pieces message) {
  if (!peer.outbox.append_text(message)) overflowed(peer);
}

/// A text frame, valid until the next.
std::string_view Rooms::make_frame(Pieces message) {
  const std::size_t payload_bytes = total_bytes(message);
  frame_.clear();
  char* const out = frame_.extend(websocket_frame::frame_bytes(payload_bytes));
  put(websocket_frame::write_header(out, websocket_frame::Opcode::text, payload_bytes), message);
  return frame_.text();
}

void Rooms::broadcast(const Room& room, const Peer* except, Pieces message) {
  const std::string_view frame = make_frame(message);
  for (Peer* member : room.members)
    if (member != except && !member->outbox.append_bytes(frame)) overflowed(*member);
}

/// Who is there: to members and observers alike.
void Rooms::notify(const Room& room, Pieces notice) {
  broadcast(room, nullptr, notice);
  for (const Room::Observer& observer : room.observers)
    if (!observer.peer->outbox.append_bytes(frame_.text())) overflowed(*observer.peer);
}

void Rooms::show(Room& room, Pieces message) {
  const std::string_view frame = make_frame(message);
  for (Room::Observer& observer : room.observers) {
    Peer& peer = *observer.peer;
    if (tell_missed(observer, frame.size()) && peer.outbox.append_bytes(frame)) continue;
    ++observer.missed;
    peer.part = Peer::Part::observer_behind;
  }
}

/// If it has missed something. False, and says nothing, if then there is no room for so many bytes more.
bool Rooms::tell_missed(Room::Observer& observer, std::size_t bytes_behind) {
  Peer& peer = *observer.peer;
  if (observer.missed == 0) return peer.outbox.has_room_to_observe(bytes_behind);
  const std::string count = std::to_string(observer.missed);
  const auto notice = message::observed_missed(count);
  const std::size_t notice_bytes = websocket_frame::kHeaderBytesMax + total_bytes(notice);
  if (!peer.outbox.has_room_to_observe(notice_bytes + bytes_behind)) return false;
  append(peer, notice);
  observer.missed = 0;
  peer.part = Peer::Part::observer;
  return true;
}

void Rooms::caught_up(Peer& observer) {
  for (Room::Observer& candidate : observer.room->observers)
    if (candidate.peer == &observer) tell_missed(candidate, 0);
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
    if (room.members.empty()) continue;
    status.room(room.name);
    for (const Peer* member : room.members) status.peer(member->id);
  }
}

}  // namespace p2psig
