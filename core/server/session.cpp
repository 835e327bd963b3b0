#include "core/server/session.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/protocol/json_text.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/room_name.hpp"
#include "core/protocol/websocket_frame.hpp"

namespace p2psig {
namespace {

using Fault = ScanError::Fault;
using Kind = EnvelopeField::Kind;

std::string describe(const ScanError& error) {
  switch (error.fault) {
    case Fault::not_object:
      return "the message is not a JSON object";
    case Fault::too_deep:
      return "nested deeper than 64 levels";
    case Fault::not_json:
      return "not valid JSON at byte " + std::to_string(error.offset);
    case Fault::invalid_utf8:
      break;
  }
  return "not valid UTF-8";
}

std::string_view repeated_field(const Envelope& envelope) noexcept {
  if (envelope.type.repeated) return "type is given twice";
  if (envelope.to.repeated) return "to is given twice";
  if (envelope.room.repeated) return "room is given twice";
  return "from is given twice";
}

}  // namespace

Session::Session(const PeerId& id, Link& link, const Shared& shared, Milliseconds now)
    : shared_(shared),
      peer_{id, Outbox(shared.outgoing, *this, link, shared.limits.outbox_bytes_max)},
      assembly_(shared.limits.message_bytes_max),
      since_(now),
      last_heard_(now) {
  set_timer();
}

Session::~Session() { leave_for_good(); }

void Session::open() {
  arrival_ = shared_.registry.add(*this);
  shared_.rooms.tell(peer_, message::id(peer_.id));
}

void Session::receive(std::string_view piece, std::uint64_t frame_bytes_left, bool ends_message,
                      Milliseconds now) {
  last_heard_ = now;
  if (!peer_.outbox.accepts()) return;
  const auto message = assembly_.add(piece, frame_bytes_left, ends_message);
  if (!message) return close(message.error(), now);
  if (!*message) return;
  handle(**message);
  assembly_.release();
}

void Session::handle(std::string_view message) {
  const auto envelope = scan_envelope(message);
  if (!envelope) {
    if (envelope.error().fault == Fault::invalid_utf8) return close(CloseCode::invalid_utf8, last_heard_);
    return reject(ErrorCode::invalid_message, describe(envelope.error()));
  }
  const EnvelopeField* const to = &envelope->to;
  if (envelope->has_repeated_field())
    return reject(ErrorCode::invalid_message, repeated_field(*envelope), to);
  if (envelope->type.kind != Kind::string)
    return reject(ErrorCode::invalid_message,
                  envelope->type.kind == Kind::absent ? "type is missing" : "type is not a string", to);
  std::array<char, limits::kTypeBytes> buffer{};
  std::string_view type = envelope->type.raw;
  if (envelope->type.escaped) {
    const auto meant = unescape(type, buffer);
    type = meant ? meant->text : std::string_view();
  }
  if (type.empty() || type.size() > limits::kTypeBytes)
    return reject(ErrorCode::invalid_message, "type is not 1 to 64 bytes long", to);
  if (to->kind == Kind::other) return reject(ErrorCode::invalid_message, "to is neither a string nor null");
  handle(*envelope, type, message.size());
}

void Session::handle(const Envelope& envelope, std::string_view type, std::size_t bytes) {
  switch (request_of(type)) {
    case Request::relay:
      return relay(envelope, type, bytes);
    case Request::join_room:
      return join(envelope);
    case Request::leave_room:
      return leave();
    case Request::observe_room:
      return reject(ErrorCode::observers_not_allowed, "this server does not let anybody observe",
                    &envelope.to);
    case Request::reserved:
      return reject(ErrorCode::reserved_type, "only the server sends messages of this type", &envelope.to);
  }
}

void Session::join(const Envelope& envelope) {
  const auto name = RoomName::from(envelope.room);
  if (!name)
    return reject(ErrorCode::invalid_room_name,
                  "room is not a string of 1 to 128 bytes without control characters", &envelope.to);
  std::string old;
  std::size_t others = 0;
  if (peer_.room != nullptr && peer_.room->name != name->text()) {
    old = peer_.room->name;
    others = peer_.room->members.size() - 1;
  }
  const std::size_t peers = shared_.rooms.join(peer_, *name);
  if (!old.empty()) shared_.events.left(peer_.id, old, others);
  shared_.events.joined(peer_.id, name->text(), peers);
}

void Session::leave() {
  if (peer_.room == nullptr) return;
  const std::string name = peer_.room->name;
  const std::size_t others = peer_.room->members.size() - 1;
  shared_.rooms.leave(peer_);
  shared_.events.left(peer_.id, name, others);
}

void Session::relay(const Envelope& envelope, std::string_view type, std::size_t bytes) {
  std::array<char, PeerId::kTextBytes> buffer{};
  std::optional<std::string_view> to;
  if (envelope.to.kind == Kind::string) {
    to = envelope.to.raw;
    if (envelope.to.escaped) {
      const auto meant = unescape(*to, buffer);
      to = meant ? meant->text : std::string_view();  // longer than any id: nobody
    }
  }
  switch (shared_.rooms.relay(peer_, to, envelope)) {
    case Rooms::Relay::delivered:
      if (shared_.events.wants_relays) shared_.events.relayed(peer_.id, type, to, bytes);
      return;
    case Rooms::Relay::not_in_room:
      return reject(ErrorCode::not_in_room, "join a room before sending to everybody in it");
    case Rooms::Relay::target_unavailable:
      return reject(ErrorCode::target_unavailable, {}, &envelope.to);
  }
}

/// An error for what the peer sent. Its `to` goes along if it was read as one string.
void Session::reject(ErrorCode code, std::string_view detail, const EnvelopeField* to) {
  const bool has_to = to != nullptr && to->kind == Kind::string && !to->repeated;
  shared_.rooms.tell(peer_, message::error(code, detail.empty() ? std::nullopt : std::optional(detail),
                                           has_to ? std::optional(to->raw) : std::nullopt));
  shared_.events.rejected(peer_.id, code, detail);
}

void Session::close(CloseCode code, Milliseconds now) {
  if (peer_.outbox.state() != Outbox::State::open) return;
  leave_for_good();
  peer_.outbox.close(code);
  ending_ = {static_cast<std::uint16_t>(code), std::string(name_of(code))};
  close_by_ = now + limits::kCloseTime;
  set_timer();
}

void Session::ending(std::uint16_t code, std::string_view reason) {
  if (peer_.outbox.state() == Outbox::State::ended) return;
  if (peer_.outbox.state() == Outbox::State::open) ending_ = {code, std::string(reason)};
  leave_for_good();
  peer_.outbox.end_after_sending();
}

void Session::gone() {
  if (peer_.outbox.state() == Outbox::State::ended) return;
  if (peer_.outbox.state() == Outbox::State::open) ending_.reason = "connection lost";
  leave_for_good();
  peer_.outbox.end();
}

void Session::lost(std::string_view reason) {
  if (peer_.outbox.state() == Outbox::State::ended) return;
  ending_ = {Ending{}.code, std::string(reason)};
  leave_for_good();
  peer_.outbox.cut();
}

void Session::flush() {
  if (!peer_.outbox.flush()) return lost("connection lost");
  if (!peer_.outbox.overflowing() || arrival_ == 0) return;
  ending_.reason = "does not read";  // cut off by its room
  leave_for_good();
}

/// From here on nobody finds it: not its room, not /status.
void Session::leave_for_good() {
  shared_.rooms.drop(peer_);
  shared_.registry.remove(std::exchange(arrival_, 0));
}

void Session::on_timer(Milliseconds now) {
  if (peer_.outbox.state() == Outbox::State::ended) return;
  if (peer_.outbox.state() == Outbox::State::closing) {
    if (now >= close_by_) return peer_.outbox.cut();
    return set_timer();
  }
  const SessionLimits& limits = shared_.limits;
  if (limits.ping_timeout.count() != 0 && now >= last_heard_ + limits.ping_timeout)
    return lost("no answer to pings");
  if (limits.ping_interval.count() != 0 &&
      now >= std::max(last_heard_, last_pinged_) + limits.ping_interval) {
    last_pinged_ = now;
    ping();
  }
  set_timer();
}

/// With a payload: libwebsockets does not tell of an empty pong.
void Session::ping() {
  char* const payload = peer_.outbox.append_frame(websocket_frame::Opcode::ping, sizeof pings_);
  if (payload == nullptr) return;
  ++pings_;
  std::memcpy(payload, &pings_, sizeof pings_);
}

/// The next time at which something may have to be done, if nothing is heard until then.
std::optional<Milliseconds> Session::next_check() const noexcept {
  if (peer_.outbox.state() == Outbox::State::closing) return close_by_;
  std::optional<Milliseconds> next;
  const SessionLimits& limits = shared_.limits;
  if (limits.ping_interval.count() != 0) next = std::max(last_heard_, last_pinged_) + limits.ping_interval;
  if (limits.ping_timeout.count() != 0) {
    const Milliseconds cut_off = last_heard_ + limits.ping_timeout;
    next = next ? std::min(*next, cut_off) : cut_off;
  }
  return next;
}

void Session::set_timer() {
  if (const auto next = next_check()) shared_.timers.set(*this, *next);
}

}  // namespace p2psig
