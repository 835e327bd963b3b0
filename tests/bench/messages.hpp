#pragma once

#include <string>
#include <string_view>

#include "tests/bench/roll.hpp"

/// The messages of the protocol, exactly as they are on the wire. Ids and rooms need no escapes here.
namespace p2psig::bench::messages {

inline constexpr std::string_view kLeaveRoom = R"({"type":"leave-room"})";
inline constexpr std::string_view kErrorStart = R"({"type":"error",)";

[[nodiscard]] std::string join_room(std::string_view room);
[[nodiscard]] std::string room_joined(std::string_view room);
[[nodiscard]] std::string room_left(std::string_view room);
[[nodiscard]] std::string peer_joined(std::string_view id);
[[nodiscard]] std::string peer_left(std::string_view id);

/// What a message says that has to be `id`, `peer-joined` or `room-peers`. Throws Fault if it is not.
[[nodiscard]] std::string_view read_id(std::string_view message);
[[nodiscard]] std::string_view read_peer_joined(std::string_view message);
[[nodiscard]] Roll read_room_peers(std::string_view message);

}  // namespace p2psig::bench::messages
