#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.hpp"

/// What a server of the protocol says to a client, told apart. The server may be hostile, and what it relays
/// is: all strings are as received, after unescaping. Any thread.
namespace p2psig::server_message {

struct Id {
  std::string id;
};
struct RoomJoined {
  std::string room;
};
struct RoomObserved {
  std::string room;
};
struct RoomLeft {
  std::string room;
};
struct RoomPeers {
  std::vector<std::string> peers;
};
struct PeerJoined {
  std::string peer;
};
struct PeerLeft {
  std::string peer;
};
struct Error {
  std::string code;
  std::string detail;             ///< empty if there is none
  std::optional<std::string> to;  ///< of the message it is about
};
/// What a peer sent, to this client or to all.
struct Relayed {
  std::string type;
  std::string from;               ///< empty if the server names nobody
  std::optional<std::string> to;  ///< nothing: to all
};
/// What a peer sent to another one, or to all, shown to an observer.
struct Observed {
  Relayed message;  ///< `to` is whom it went to
  bool undeliverable;
  std::string_view text;  ///< the message as it was delivered: part of the text that was read
};
struct ObservedMissed {
  std::uint64_t count;
};

using Any = std::variant<Id, RoomJoined, RoomObserved, RoomLeft, RoomPeers, PeerJoined, PeerLeft, Error,
                         Relayed, Observed, ObservedMissed>;

/// The `type` of a message; of one that an observer is shown, that of the message within.
[[nodiscard]] std::string_view type_of(const Any& message) noexcept;
/// Whether a peer sent it.
[[nodiscard]] bool is_from_peer(const Any& message) noexcept;

/// Reads a text frame. The error is a phrase that says what is wrong with it: "not valid JSON at byte 7". An
/// id of more than limits::kIdBytes is wrong. A recipient is what some peer wrote: of a longer one, which is
/// nobody, little more than that is kept. Other text may be of any size, and hold control characters: whoever
/// shows it sees to that. It is UTF-8: half a surrogate pair has become U+FFFD.
[[nodiscard]] Result<Any, std::string> read(std::string_view text);

}  // namespace p2psig::server_message
