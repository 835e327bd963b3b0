#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/protocol/envelope.hpp"
#include "core/protocol/peer_id.hpp"

/// The messages of the protocol. What the server sends is made of pieces that are joined in place, in the
/// recipient's outbox: views into the arguments, valid as long as those are.
namespace p2psig {

/// What a client asks for by its `type`.
enum class Request : std::uint8_t { join_room, leave_room, observe_room, reserved, relay };

/// Any type that is not one of the protocol's own is relayed.
[[nodiscard]] Request request_of(std::string_view type) noexcept;

enum class ErrorCode : std::uint8_t {
  target_unavailable,
  not_in_room,
  observers_not_allowed,
  invalid_message,
  invalid_room_name,
  reserved_type,
  room_full,
  rate_limit,
};

/// As it stands in `message`.
[[nodiscard]] std::string_view name_of(ErrorCode code) noexcept;

/// Why the server closes a connection.
enum class CloseReason : std::uint8_t {
  server_shutdown,
  protocol_error,
  invalid_utf8,
  message_too_big,
  server_overloaded,
  join_timeout,
  message_timeout,
  rate_limit,
};

/// The close code (RFC 6455, 7.4): a client can tell from it whether trying again makes sense.
[[nodiscard]] std::uint16_t code_of(CloseReason reason) noexcept;
/// What is sent along with the code.
[[nodiscard]] std::string_view name_of(CloseReason reason) noexcept;

namespace message {

using OnePart = std::array<std::string_view, 3>;

[[nodiscard]] OnePart id(const PeerId& id) noexcept;
/// `room` is escaped as JSON wants it.
[[nodiscard]] OnePart room_joined(std::string_view room) noexcept;
[[nodiscard]] OnePart room_left(std::string_view room) noexcept;
[[nodiscard]] OnePart peer_joined(const PeerId& id) noexcept;
[[nodiscard]] OnePart peer_left(const PeerId& id) noexcept;

/// What the sender wrote, and who it was.
[[nodiscard]] std::array<std::string_view, 5> relayed(const Envelope& envelope, const PeerId& from) noexcept;

[[nodiscard]] OnePart room_observed(std::string_view room) noexcept;
/// A relayed message, as an observer is shown it. `to` is an id, or the sender's own bytes; none: it went to
/// everybody.
[[nodiscard]] std::array<std::string_view, 11> observed(const std::array<std::string_view, 5>& relayed,
                                                        std::optional<std::string_view> to,
                                                        bool undeliverable) noexcept;
/// `count` in digits.
[[nodiscard]] OnePart observed_missed(std::string_view count) noexcept;

/// `detail` says what was wrong and needs no escaping; `to` is the sender's own bytes. Either may be missing.
[[nodiscard]] std::array<std::string_view, 7> error(ErrorCode code, std::optional<std::string_view> detail,
                                                    std::optional<std::string_view> to) noexcept;

/// What stands before, between and behind the ids of `room-peers`.
struct PeerList {
  std::string_view opening;
  std::string_view separator;
  std::string_view closing;
};
[[nodiscard]] PeerList room_peers() noexcept;

}  // namespace message
}  // namespace p2psig
