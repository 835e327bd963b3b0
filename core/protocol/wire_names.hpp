#pragma once

#include <string_view>

/// Every name of the protocol, spelled once.
namespace p2psig {

namespace key {
inline constexpr std::string_view kType = "type";
inline constexpr std::string_view kTo = "to";
inline constexpr std::string_view kRoom = "room";
inline constexpr std::string_view kFrom = "from";
inline constexpr std::string_view kId = "id";
inline constexpr std::string_view kPeers = "peers";
inline constexpr std::string_view kPeerId = "peerId";
inline constexpr std::string_view kMessage = "message";
inline constexpr std::string_view kDetail = "detail";
inline constexpr std::string_view kCount = "count";
inline constexpr std::string_view kUndeliverable = "undeliverable";
inline constexpr std::string_view kTotalClients = "totalClients";
inline constexpr std::string_view kClients = "clients";
inline constexpr std::string_view kRooms = "rooms";
}  // namespace key

/// Values of `type`.
namespace type {
inline constexpr std::string_view kJoinRoom = "join-room";
inline constexpr std::string_view kLeaveRoom = "leave-room";
inline constexpr std::string_view kObserveRoom = "observe-room";
inline constexpr std::string_view kId = "id";
inline constexpr std::string_view kRoomJoined = "room-joined";
inline constexpr std::string_view kRoomLeft = "room-left";
inline constexpr std::string_view kRoomPeers = "room-peers";
inline constexpr std::string_view kPeerJoined = "peer-joined";
inline constexpr std::string_view kPeerLeft = "peer-left";
inline constexpr std::string_view kError = "error";
inline constexpr std::string_view kRoomObserved = "room-observed";
inline constexpr std::string_view kObserved = "observed";
inline constexpr std::string_view kObservedMissed = "observed-missed";
}  // namespace type

}  // namespace p2psig
