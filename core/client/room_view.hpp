#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/client/server_message.hpp"

namespace p2psig {

/// A message that was seen, kept to be shown again.
struct SeenMessage {
  enum class Way : std::uint8_t { in, out, between_others };

  std::uint64_t number = 0;  ///< every text frame of the connection counts, both ways
  Way way = Way::in;
  std::string from;               ///< an id; empty if the server named nobody
  std::optional<std::string> to;  ///< an id; nothing: to all
  std::string type;
  std::string text;
  std::string time;  ///< as it was shown
};

/// Why a name stands for no peer.
struct NoPeer {
  std::string what;  ///< a phrase; has the name in it, which may be anything
};

/// What a room client knows: its own id, who is in the room, how they are called, and the last messages.
///
/// Peers are called by an alias, `@1`, by arrival, which stays with the id and is given to nobody else, not
/// even over a new connection; or by the first hex digits of the id, eight or as many as tell them apart. One
/// that left keeps its name as long as limits::kNamedPeers allows. This client is "me" under all its ids.
///
/// All ids come from the server, which may be hostile: any string of up to limits::kIdBytes. Bounded: see
/// core/protocol/limits. Cost: apply() O(log peers), but O(peers) for a list of them, and for one that leaves
/// the later the more have joined after it.
class RoomView {
 public:
  /// Takes in what the server said.
  void apply(const server_message::Any& message);
  /// The connection is lost: nobody is there any more.
  void disconnected();

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  /// Empty outside any room.
  [[nodiscard]] const std::string& room() const noexcept { return room_; }
  [[nodiscard]] bool observes() const noexcept { return observes_; }
  /// Others in the room, oldest first.
  [[nodiscard]] const std::vector<std::string>& peers() const noexcept { return peers_; }
  /// How many are in the room, this client included if it is a member.
  [[nodiscard]] std::size_t present() const noexcept { return peers_.size() + (observes_ ? 0 : 1); }
  [[nodiscard]] bool is_present(const std::string& id) const { return present_.contains(id); }

  /// "@3"; "me" for this client; for whoever never was in the room, the beginning of its id in quotes:
  /// "\"nobody\"". Safe to print.
  [[nodiscard]] std::string alias(const std::string& id) const;
  /// "c4409a1f": safe to print only after escaping, as an odd server's ids may be anything.
  [[nodiscard]] std::string short_id(const std::string& id) const;
  /// The peer that `name` stands for: `@3`, `me`, an id, or the beginning of just one; of those that are
  /// here, or else of those that left.
  [[nodiscard]] Result<std::string, NoPeer> find(std::string_view name) const;

  /// The number of the next text frame.
  std::uint64_t next_number() noexcept { return ++number_; }
  void remember(SeenMessage message);
  [[nodiscard]] const SeenMessage* seen(std::uint64_t number) const noexcept;
  [[nodiscard]] const std::deque<SeenMessage>& history() const noexcept { return history_; }

 private:
  void enter(std::string room, bool observes);
  void be_called(const std::string& id);
  bool add_peer(const std::string& id);
  void remove_peer(const std::string& id);
  void give_alias(const std::string& id);
  void forget_names();

  std::string id_;
  std::string last_id_;  // the same; kept when the connection is lost
  std::string room_;
  bool observes_ = false;
  std::vector<std::string> peers_;
  std::set<std::string, std::less<>> present_;  // the same
  std::unordered_map<std::string, std::uint64_t> aliases_;
  std::map<std::uint64_t, std::string> by_alias_;
  std::uint64_t last_alias_ = 0;
  std::uint64_t number_ = 0;
  std::deque<SeenMessage> history_;
  std::size_t history_bytes_ = 0;
};

}  // namespace p2psig
