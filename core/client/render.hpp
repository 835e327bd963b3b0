#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/negotiation.hpp"
#include "core/client/room_view.hpp"
#include "core/client/signal.hpp"
#include "core/protocol/status_reader.hpp"

namespace p2psig {

/// What happens in a room as lines for people: whole lines without their ends, safe to print whatever peers
/// and servers write. Times are passed in as they are to be shown. `view` must outlive it. Thread: one.
class Render {
 public:
  Render(RoomView& view, bool colour) noexcept : view_(view), colour_(colour) {}

  /// Messages as escaped JSON instead of words.
  bool raw = false;

  [[nodiscard]] std::string connected(std::string_view url, std::int64_t milliseconds) const;
  /// Who is in the room that was joined, or is observed.
  [[nodiscard]] std::string entered(std::string_view time);
  [[nodiscard]] std::string left_room(std::string_view time, std::string_view room) const;
  [[nodiscard]] std::string peer_joined(std::string_view time, const std::string& id);
  [[nodiscard]] std::string peer_left(std::string_view time, const std::string& id);
  /// `changed` is what a second description of the same peer changes, if it is one.
  [[nodiscard]] std::string message(const SeenMessage& seen, const Signal& signal,
                                    const std::optional<std::vector<std::string>>& changed,
                                    bool undeliverable);
  /// What this description changes against the last one of the same peer to the same peer; nothing if it is
  /// the first, or none. Remembers it.
  [[nodiscard]] std::optional<std::vector<std::string>> changes_of(const SeenMessage& seen,
                                                                   const Signal& signal);
  [[nodiscard]] std::string error(std::string_view time, const server_message::Error& error);
  [[nodiscard]] std::string missed(std::string_view time, std::uint64_t count) const;
  [[nodiscard]] std::string finding(std::string_view time, const Finding& finding);
  /// About the client itself: "** not connected".
  [[nodiscard]] std::string note(std::string_view time, std::string_view text) const;

  /// The sentence of a finding, with the peers' names in it.
  [[nodiscard]] std::string sentence(const Finding& finding);
  /// The answer to /peers: a line each.
  [[nodiscard]] std::string peers();
  /// The answer to /status: a line for the server, and one for each room.
  [[nodiscard]] std::string status(std::string_view url, const StatusReport& report) const;
  /// The answer to /show: a whole message, its SDP one line a line.
  [[nodiscard]] std::string whole(const SeenMessage& seen);
  /// The answer to /pair: what two have said to each other; `raw` holds for it too.
  [[nodiscard]] std::string pair(const std::string& one, const std::string& other);

 private:
  [[nodiscard]] std::string line(std::string_view time, std::string_view mark, std::string_view mark_colour,
                                 std::string_view text) const;
  [[nodiscard]] std::string name(const std::string& id);
  [[nodiscard]] std::string name_and_id(const std::string& id);
  [[nodiscard]] std::string route(const SeenMessage& seen);
  [[nodiscard]] std::string painted(std::string_view text, std::string_view colour) const;

  struct Described {
    std::string from;
    std::optional<std::string> to;
    SessionDescription description;
  };

  RoomView& view_;
  const bool colour_;
  std::deque<Described> described_;  // the last ones, a pair once
};

/// "lobby(3)> ", "(no room)> ", "lobby(offline)> ".
[[nodiscard]] std::string prompt(const RoomView& view, std::string_view wanted_room, bool connected);

/// What a message's line says of it: "1812 B  audio sendrecv opus ...".
[[nodiscard]] std::string in_words(const SeenMessage& seen, const Signal& signal,
                                   const std::optional<std::vector<std::string>>& changed);

}  // namespace p2psig
