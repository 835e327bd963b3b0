#include "core/client/server_message.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/client/fields.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/json.hpp"
#include "core/protocol/json_text.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/wire_names.hpp"

namespace p2psig::server_message {
namespace {

/// What `raw`, the inside of a JSON string, means, as UTF-8.
std::string text_of(std::string_view raw) {
  std::string text = meaning_of(raw);
  replace_lone_surrogates(text);
  return text;
}

/// Whom a peer writes to is the peer's affair: what is no id is nobody, however much of it there is.
std::string recipient(const std::string& to) {
  constexpr std::size_t utf8_bytes_max = 4;  // with them it is longer than any id, cut where it may be
  return std::string(cut(to, limits::kIdBytes + utf8_bytes_max));
}

std::optional<std::string> recipient(const EnvelopeField& field) {
  if (field.kind != EnvelopeField::Kind::string) return std::nullopt;
  return recipient(text_of(field.raw));
}

Relayed relayed(const Envelope& envelope) {
  const bool is_named = envelope.from.kind == EnvelopeField::Kind::string;
  return {text_of(envelope.type.raw), is_named ? text_of(envelope.from.raw) : "", recipient(envelope.to)};
}

bool is_too_long(const std::string& id) noexcept { return id.size() > limits::kIdBytes; }

std::string too_long(std::string_view what) {
  return std::string(what).append(" longer than ").append(std::to_string(limits::kIdBytes)).append(" bytes");
}

std::string fault_of(const ScanError& error) {
  switch (error.fault) {
    case ScanError::Fault::not_object:
      return "a message that is not a JSON object";
    case ScanError::Fault::too_deep:
    case ScanError::Fault::not_json:
      return "a message that is not valid JSON at byte " + std::to_string(error.offset);
    case ScanError::Fault::invalid_utf8:
      break;
  }
  return "a message that is not valid UTF-8";
}

/// A message of the server's own: an object of a few members.
class Reader {
 public:
  Reader(std::string_view type, std::string_view text) noexcept : type_(type), text_(text) {}

  template <class Message>
  Result<Any, std::string> string_member(std::string_view key) const {
    auto value = string(key);
    if (!value) return lacks(key, "string");
    return Any(Message{*std::move(value)});
  }

  template <class Message>
  Result<Any, std::string> id_member(std::string_view key) const {
    auto id = string(key);
    if (!id) return lacks(key, "string");
    if (is_too_long(*id)) return too_long(std::string(type_).append(" with an id"));
    return Any(Message{*std::move(id)});
  }

  Result<Any, std::string> peers() const {
    const auto json = Json::parse(text_);
    auto ids = json ? json->strings(key::kPeers) : std::nullopt;
    if (!ids) return lacks(key::kPeers, "list of strings");
    if (std::any_of(ids->begin(), ids->end(), is_too_long))
      return too_long(std::string(type_).append(" with an id"));
    return Any(RoomPeers{*std::move(ids)});
  }

  Result<Any, std::string> error() const {
    auto code = string(key::kMessage);
    if (!code) return lacks(key::kMessage, "string");
    auto to = string(key::kTo);
    if (to) to = recipient(*to);
    return Any(Error{*std::move(code), string(key::kDetail).value_or(""), std::move(to)});
  }

  Result<Any, std::string> missed() const {
    const auto json = Json::parse(text_);
    const auto count = json ? json->number(key::kCount) : std::nullopt;
    constexpr double exact = 9'007'199'254'740'992;  // what a double counts up to
    if (!count || *count < 0 || *count > exact || std::floor(*count) != *count)
      return lacks(key::kCount, "whole number");
    return Any(ObservedMissed{static_cast<std::uint64_t>(*count)});
  }

  Result<Any, std::string> observed(const Envelope& envelope) const {
    const auto inner = member_text(text_, key::kMessage);
    const auto scanned =
        inner ? scan_envelope(*inner, kAnyNesting) : Result<Envelope, ScanError>(ScanError{});
    if (!scanned || scanned->type.kind != EnvelopeField::Kind::string) return lacks(key::kMessage, "message");
    Relayed message = relayed(*scanned);
    if (is_too_long(message.from)) return too_long("a message from an id");
    message.to = recipient(envelope.to);
    const auto undeliverable = member_text(text_, key::kUndeliverable);
    return Any(Observed{std::move(message), undeliverable == "true", *inner});
  }

 private:
  [[nodiscard]] std::optional<std::string> string(std::string_view key) const {
    const auto value = member_text(text_, key);
    if (!value || !value->starts_with('"')) return std::nullopt;
    return text_of(value->substr(1, value->size() - 2));
  }
  [[nodiscard]] std::string lacks(std::string_view key, std::string_view kind) const {
    return std::string(type_).append(" without a ").append(kind).append(" \"").append(key).append("\"");
  }

  std::string_view type_;
  std::string_view text_;
};

}  // namespace

namespace {

Result<Any, std::string> from_peer(const Envelope& envelope) {
  Relayed message = relayed(envelope);
  if (is_too_long(message.from)) return too_long("a message from an id");
  return Any(std::move(message));
}

}  // namespace

std::string_view type_of(const Any& message) noexcept {
  if (const auto* relayed = std::get_if<Relayed>(&message)) return relayed->type;
  if (const auto* observed = std::get_if<Observed>(&message)) return observed->message.type;
  constexpr std::array own{type::kId,          type::kRoomJoined,  type::kRoomObserved,  type::kRoomLeft,
                           type::kRoomPeers,   type::kPeerJoined,  type::kPeerLeft,      type::kError,
                           std::string_view(), std::string_view(), type::kObservedMissed};
  static_assert(own.size() == std::variant_size_v<Any>);
  return own[message.index()];
}

bool is_from_peer(const Any& message) noexcept {
  return std::holds_alternative<Relayed>(message) || std::holds_alternative<Observed>(message);
}

Result<Any, std::string> read(std::string_view text) {
  const auto envelope = scan_envelope(text, kAnyNesting);
  if (!envelope) return fault_of(envelope.error());
  if (envelope->type.kind != EnvelopeField::Kind::string) return std::string("a message without a \"type\"");
  const std::string type = text_of(envelope->type.raw);
  // The server's own have no sender: a peer cannot forge them.
  if (envelope->from.kind != EnvelopeField::Kind::absent) return from_peer(*envelope);
  const Reader reader(type, text);
  if (type == type::kId) return reader.id_member<Id>(key::kId);
  if (type == type::kRoomJoined) return reader.string_member<RoomJoined>(key::kRoom);
  if (type == type::kRoomObserved) return reader.string_member<RoomObserved>(key::kRoom);
  if (type == type::kRoomLeft) return reader.string_member<RoomLeft>(key::kRoom);
  if (type == type::kRoomPeers) return reader.peers();
  if (type == type::kPeerJoined) return reader.id_member<PeerJoined>(key::kPeerId);
  if (type == type::kPeerLeft) return reader.id_member<PeerLeft>(key::kPeerId);
  if (type == type::kError) return reader.error();
  if (type == type::kObserved) return reader.observed(*envelope);
  if (type == type::kObservedMissed) return reader.missed();
  return from_peer(*envelope);
}

}  // namespace p2psig::server_message
