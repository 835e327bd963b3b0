#include "core/protocol/messages.hpp"

#include <algorithm>
#include <utility>

#include "core/protocol/wire_names.hpp"

namespace p2psig {
namespace {

constexpr std::string_view kOpen = "{\"";
constexpr std::string_view kIs = "\":\"";
constexpr std::string_view kAnd = "\",\"";
constexpr std::string_view kClose = "\"}";
constexpr std::string_view kComma = ",\"";
constexpr std::string_view kListOpen = "\":[";
constexpr std::string_view kMeans = "\":";
constexpr std::string_view kQuote = "\"";
constexpr std::string_view kNull = "null";
constexpr std::string_view kTrue = "true}";
constexpr std::string_view kBrace = "}";

/// Text joined at compile time.
template <const std::string_view&... Parts>
struct Joined {
  static constexpr auto kBytes = [] {
    std::array<char, (Parts.size() + ...)> bytes{};
    auto out = bytes.begin();
    ((out = std::copy(Parts.begin(), Parts.end(), out)), ...);
    return bytes;
  }();
  static constexpr std::string_view kText{kBytes.data(), kBytes.size()};
};

/// `{"type":"TYPE","KEY":"`
template <const std::string_view& Type, const std::string_view& Key>
constexpr std::string_view kHead = Joined<kOpen, key::kType, kIs, Type, kAnd, Key, kIs>::kText;

struct OwnType {
  std::string_view name;
  Request request;
};

constexpr std::array kOwnTypes{
    OwnType{type::kJoinRoom, Request::join_room},       OwnType{type::kLeaveRoom, Request::leave_room},
    OwnType{type::kObserveRoom, Request::observe_room}, OwnType{type::kId, Request::reserved},
    OwnType{type::kRoomJoined, Request::reserved},      OwnType{type::kRoomLeft, Request::reserved},
    OwnType{type::kRoomPeers, Request::reserved},       OwnType{type::kPeerJoined, Request::reserved},
    OwnType{type::kPeerLeft, Request::reserved},        OwnType{type::kError, Request::reserved},
    OwnType{type::kRoomObserved, Request::reserved},    OwnType{type::kObserved, Request::reserved},
    OwnType{type::kObservedMissed, Request::reserved},
};

}  // namespace

Request request_of(std::string_view type) noexcept {
  for (const OwnType& own : kOwnTypes)
    if (type == own.name) return own.request;
  return Request::relay;
}

std::string_view name_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::target_unavailable:
      return "target-unavailable-or-different-room";
    case ErrorCode::not_in_room:
      return "not-in-room";
    case ErrorCode::observers_not_allowed:
      return "observers-not-allowed";
    case ErrorCode::invalid_message:
      return "invalid-message";
    case ErrorCode::invalid_room_name:
      return "invalid-room-name";
    case ErrorCode::reserved_type:
      return "reserved-type";
    case ErrorCode::room_full:
      return "room-full";
    case ErrorCode::rate_limit:
      return "rate-limit";
  }
  return {};
}

std::uint16_t code_of(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::server_shutdown:
      return 1001;
    case CloseReason::protocol_error:
      return 1002;
    case CloseReason::invalid_utf8:
      return 1007;
    case CloseReason::message_too_big:
      return 1009;
    case CloseReason::server_overloaded:
      return 1013;
    case CloseReason::join_timeout:
    case CloseReason::message_timeout:
      return 4008;
    case CloseReason::rate_limit:
      return 4029;
  }
  return 1011;
}

std::string_view name_of(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::server_shutdown:
      return "server-shutdown";
    case CloseReason::protocol_error:
      return "protocol-error";
    case CloseReason::invalid_utf8:
      return "invalid-utf8";
    case CloseReason::message_too_big:
      return "message-too-big";
    case CloseReason::server_overloaded:
      return "server-overloaded";
    case CloseReason::join_timeout:
      return "join-timeout";
    case CloseReason::message_timeout:
      return "message-timeout";
    case CloseReason::rate_limit:
      return "rate-limit";
  }
  return {};
}

namespace message {

OnePart id(const PeerId& id) noexcept { return {kHead<type::kId, key::kId>, id.text(), kClose}; }

OnePart room_joined(std::string_view room) noexcept {
  return {kHead<type::kRoomJoined, key::kRoom>, room, kClose};
}

OnePart room_left(std::string_view room) noexcept {
  return {kHead<type::kRoomLeft, key::kRoom>, room, kClose};
}

OnePart peer_joined(const PeerId& id) noexcept {
  return {kHead<type::kPeerJoined, key::kPeerId>, id.text(), kClose};
}

OnePart peer_left(const PeerId& id) noexcept {
  return {kHead<type::kPeerLeft, key::kPeerId>, id.text(), kClose};
}

std::array<std::string_view, 5> relayed(const Envelope& envelope, const PeerId& from) noexcept {
  return {envelope.head, envelope.tail, Joined<kComma, key::kFrom, kIs>::kText, from.text(), kClose};
}

OnePart room_observed(std::string_view room) noexcept {
  return {kHead<type::kRoomObserved, key::kRoom>, room, kClose};
}

std::array<std::string_view, 11> observed(const std::array<std::string_view, 5>& relayed,
                                          std::optional<std::string_view> to, bool undeliverable) noexcept {
  std::array<std::string_view, 11> pieces{};
  pieces[0] = Joined<kOpen, key::kType, kIs, type::kObserved, kAnd, key::kTo, kMeans>::kText;
  pieces[1] = to ? kQuote : kNull;
  pieces[2] = to.value_or(std::string_view());
  pieces[3] = to ? kQuote : std::string_view();
  pieces[4] = Joined<kComma, key::kMessage, kMeans>::kText;
  std::copy(relayed.begin(), relayed.end(), pieces.begin() + 5);
  pieces[10] = undeliverable ? Joined<kComma, key::kUndeliverable, kMeans, kTrue>::kText : kBrace;
  return pieces;
}

OnePart observed_missed(std::string_view count) noexcept {
  return {Joined<kOpen, key::kType, kIs, type::kObservedMissed, kAnd, key::kCount, kMeans>::kText, count,
          kBrace};
}

std::array<std::string_view, 7> error(ErrorCode code, std::optional<std::string_view> detail,
                                      std::optional<std::string_view> to) noexcept {
  std::array<std::string_view, 7> pieces{};
  pieces[0] = kHead<type::kError, key::kMessage>;
  pieces[1] = name_of(code);
  if (detail) {
    pieces[2] = Joined<kAnd, key::kDetail, kIs>::kText;
    pieces[3] = *detail;
  }
  if (to) {
    pieces[4] = Joined<kAnd, key::kTo, kIs>::kText;
    pieces[5] = *to;
  }
  pieces[6] = kClose;
  return pieces;
}

PeerList room_peers() noexcept {
  return {Joined<kOpen, key::kType, kIs, type::kRoomPeers, kAnd, key::kPeers, kListOpen>::kText, ",", "]}"};
}

}  // namespace message
}  // namespace p2psig
