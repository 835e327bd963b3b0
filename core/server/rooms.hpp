#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/protocol/envelope.hpp"
#include "core/protocol/pieces.hpp"
#include "core/protocol/room_name.hpp"
#include "core/protocol/status_report.hpp"
#include "core/result.hpp"
#include "core/server/peer.hpp"

namespace p2psig {

struct Room {
  struct Observer {
    Peer* peer;
    std::uint64_t missed = 0;  ///< messages it was not told of yet
  };

  std::string name;
  std::vector<Peer*> members;  ///< oldest first
  std::vector<Observer> observers;
  std::list<Room>::iterator position;

  [[nodiscard]] std::size_t occupants() const noexcept { return members.size() + observers.size(); }
};

/// Who is in which room, and the one order in which everybody there learns of it.
///
/// A peer is in one room at most; a room without members does not exist. Members are told of a join, a leave
/// and each message in the same order, so `room-peers` and the notices after it add up to the true
/// membership. A member whose outbox overflows is cut off, once the message that did it has gone to all
/// others.
///
/// An observer is told of the members, and of every message among them, in that order too; nobody is told of
/// it. A message that does not fit into what it has yet to read is one that it missed.
///
/// Thread: the worker's.
/// Cost: join and leave O(members), as each is told; a directed relay O(1); a broadcast O(members). Names are
/// kept in a tree, not a hash table: a client chooses them, and could choose ones that collide.
class Rooms {
 public:
  explicit Rooms(std::size_t room_peers_max) noexcept : room_peers_max_(room_peers_max) {}

  struct Entered {
    std::size_t peers;        ///< members of the room, the newcomer included if it is one
    std::int64_t deliveries;  ///< how many others were told, in the new room and in the old one
  };
  enum class EntryRefused : std::uint8_t { room_full, too_many_deliveries };

  /// Puts `peer` into the room, as a member or an observer, out of any other, and tells everybody; of an
  /// observer nobody but itself. To enter one's own room again, as what one is there, tells only oneself, and
  /// for a member counts as if it told the others. Refused, it changes nothing: where the room is full, of
  /// members and observers together, or where it would take more than `deliveries_max`.
  Result<Entered, EntryRefused> enter(Peer& peer, const RoomName& name, Peer::Part part,
                                      std::int64_t deliveries_max);

  /// Takes `peer` out of its room and tells everybody, itself too; an observer is told alone. Nothing outside
  /// any room. Returns how many others were told.
  std::int64_t leave(Peer& peer);

  /// As leave(), without a word to `peer`: its connection ends.
  void drop(Peer& peer);

  enum class RelayRefused : std::uint8_t { target_unavailable, not_in_room, too_many_deliveries };

  /// Sends a message to the member of the sender's room that `to` names, or without `to` to all others in it,
  /// unless those are more than `deliveries_max`. `to` is what the sender wrote, after unescaping: any text.
  /// Returns to how many it went.
  Result<std::int64_t, RelayRefused> relay(Peer& from, std::optional<std::string_view> to,
                                           const Envelope& envelope, std::int64_t deliveries_max);

  /// A message to one peer alone.
  void tell(Peer& peer, Pieces message);

  /// Nothing waits any more for an observer that is behind: tells it how much it missed. O(observers).
  void caught_up(Peer& observer);

  /// Rooms in the order of creation, members in the order of joining.
  void report(StatusWriter& status) const;
  /// Changes whenever report() would say something else.
  [[nodiscard]] std::uint64_t version() const noexcept { return version_; }

 private:
  [[nodiscard]] Room* find(std::string_view name) const;
  [[nodiscard]] bool is_full(const Room* room, const Peer& newcomer) const noexcept;
  Room& move_to(Peer& peer, const RoomName& name);
  Room& add_room(std::string_view name);
  void add_member(Peer& peer, Room& room);
  static void add_observer(Peer& peer, Room& room);
  void remove_if_empty(const Room& room);
  [[nodiscard]] std::string_view escaped_name(const Room& room);
  void append(Peer& peer, Pieces message);
  void append_peers(Peer& peer, const Room& room);
  [[nodiscard]] Peer* find_member(const Room& room, std::string_view text) const;
  std::string_view make_frame(Pieces message);
  void broadcast(const Room& room, const Peer* except, Pieces message);
  void notify(const Room& room, Pieces notice);
  void show(Room& room, Pieces message);
  bool tell_missed(Room::Observer& observer, std::size_t bytes_behind);
  void take_out(Peer& peer);
  void take_out_observer(Peer& peer);
  void overflowed(Peer& peer);
  void cut_off_overflowed();

  struct PeerHash {
    using is_transparent = void;
    std::size_t operator()(const PeerId& id) const noexcept { return PeerIdHash{}(id); }
    std::size_t operator()(const Peer* peer) const noexcept { return PeerIdHash{}(peer->id); }
  };
  struct SamePeer {
    using is_transparent = void;
    bool operator()(const Peer* one, const Peer* other) const noexcept { return one == other; }
    bool operator()(const PeerId& id, const Peer* peer) const noexcept { return id == peer->id; }
    bool operator()(const Peer* peer, const PeerId& id) const noexcept { return id == peer->id; }
  };

  const std::size_t room_peers_max_;
  std::list<Room> rooms_;  // in the order of creation
  std::map<std::string_view, Room*, std::less<>> by_name_;
  std::unordered_set<Peer*, PeerHash, SamePeer> members_;  // of all rooms, to be found by their ids
  std::vector<Peer*> overflowed_;
  Buffer frame_;              // a broadcast's, made once
  std::string escaped_name_;  // a room's, as it stands in JSON
  std::uint64_t version_ = 0;
};

}  // namespace p2psig
