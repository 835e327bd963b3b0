#include "core/server/session.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/protocol/close_frame.hpp"
#include "core/protocol/json_text.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/room_name.hpp"
#include "core/protocol/websocket_frame.hpp"

namespace p2psig {
namespace {

using Fault = ScanError::Fault;
using FieldKind = EnvelopeField::Kind;

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

/// Whether a close frame with this code is answered with itself: not where it is newer than the RFC.
bool may_be_echoed(std::uint16_t code) noexcept {
  return may_be_sent(code) && !(code >= 1012 && code <= 1014);
}

/// What `type` means; empty if it is longer than one may be.
std::string_view meaning_of(const EnvelopeField& type, std::array<char, limits::kTypeBytes>& buffer) {
  std::string_view text = type.raw;
  if (type.escaped) {
    const auto meant = unescape(text, buffer);
    text = meant ? meant->text : std::string_view();
  }
  return text.size() <= limits::kTypeBytes ? text : std::string_view();
}

/// Which of the rules for every message this one breaks; empty if none.
std::string_view fault_of(const Envelope& envelope, std::string_view type) noexcept {
  if (envelope.has_repeated_field()) return repeated_field(envelope);
  if (envelope.type.kind == FieldKind::absent) return "type is missing";
  if (envelope.type.kind != FieldKind::string) return "type is not a string";
  if (type.empty()) return "type is not 1 to 64 bytes long";
  if (envelope.to.kind == FieldKind::other) return "to is neither a string nor null";
  return {};
}

}  // namespace

Session::Session(const PeerId& id, Link& link, const Shared& shared, Milliseconds now)
    : shared_(shared),
      peer_{.id = id, .outbox = Outbox(shared.outgoing, *this, link)},
      assembly_(shared.limits.message_bytes_max, shared.unfinished),
      since_(now),
      last_heard_(now) {
  set_timer();
}

Session::~Session() { leave_for_good(); }

void Session::open() {
  shared_.registry.add(*this);
  shared_.rooms.tell(peer_, message::id(peer_.id));
}

void Session::receive(std::string_view piece, std::uint64_t frame_bytes_left, bool ends_message,
                      Milliseconds now) {
  last_heard_ = now;
  if (!peer_.outbox.accepts()) return;
  const Excess excess = allowance_.receive(piece.size(), frame_bytes_left == 0, shared_.limits, now);
  if (excess_ == Excess::none) excess_ = excess;
  const auto message = assembly_.add(piece, frame_bytes_left, ends_message);
  if (!message) return close(message.error(), now);
  if (!*message) {
    if (excess != Excess::none && allowance_.offend(now)) return close(CloseReason::rate_limit, now);
    if (message_since_.count() >= 0) return;
    message_since_ = now;
    return set_timer();
  }
  message_since_ = Milliseconds{-1};
  handle(**message, std::exchange(excess_, Excess::none), now);
  assembly_.release();
  // Here, as nobody must be cut off while a message is being delivered.
  if (shared_.outgoing.overfull()) flush_all(shared_.outgoing);
}

void Session::ping(std::string_view payload, Milliseconds now) {
  last_heard_ = now;
  if (!peer_.outbox.accepts()) return;
  if (!allowance_.ping(shared_.limits, now) && allowance_.offend(now))
    return close(CloseReason::rate_limit, now);
  if (peer_.outbox.waiting_bytes() == 0) pong_bytes_ = 0;
  const std::size_t bytes = websocket_frame::frame_bytes(payload.size());
  if (pong_bytes_ + bytes > limits::kPongBytes) return;
  char* const out = peer_.outbox.append_frame(websocket_frame::Opcode::pong, payload.size());
  if (out == nullptr) return lost("does not read");
  pong_bytes_ += static_cast<std::uint32_t>(bytes);
  put(out, payload);
}

void Session::pong(Milliseconds now) {
  last_heard_ = now;
  if (!peer_.outbox.accepts()) return;
  const Excess excess = allowance_.receive(0, true, shared_.limits, now);
  if (excess != Excess::none) drop(excess, now);
}

void Session::handle(std::string_view message, Excess excess, Milliseconds now) {
  const auto envelope = scan_envelope(message);
  std::array<char, limits::kTypeBytes> buffer{};
  const std::string_view type = envelope ? meaning_of(envelope->type, buffer) : std::string_view();
  if (excess != Excess::none) {
    const bool leaves =
        envelope && fault_of(*envelope, type).empty() && request_of(type) == Request::leave_room;
    return leaves ? leave(now) : drop(excess, now);
  }
  if (!envelope) {
    if (envelope.error().fault == Fault::invalid_utf8) return close(CloseReason::invalid_utf8, now);
    return reject(ErrorCode::invalid_message, describe(envelope.error()));
  }
  if (const std::string_view fault = fault_of(*envelope, type); !fault.empty())
    return reject(ErrorCode::invalid_message, fault, &envelope->to);
  handle(*envelope, type, message.size(), now);
}

void Session::handle(const Envelope& envelope, std::string_view type, std::size_t bytes, Milliseconds now) {
  switch (request_of(type)) {
    case Request::relay:
      return relay(envelope, type, bytes, now);
    case Request::join_room:
      return enter(envelope, Peer::Part::member, now);
    case Request::leave_room:
      return leave(now);
    case Request::observe_room:
      return observe(envelope, now);
    case Request::reserved:
      return reject(ErrorCode::reserved_type, "only the server sends messages of this type", &envelope.to);
  }
}

void Session::observe(const Envelope& envelope, Milliseconds now) {
  if (!shared_.limits.observers_allowed)
    return reject(ErrorCode::observers_not_allowed, "this server does not let anybody observe", &envelope.to);
  enter(envelope, Peer::Part::observer, now);
}

void Session::enter(const Envelope& envelope, Peer::Part part, Milliseconds now) {
  const auto name = RoomName::from(envelope.room);
  if (!name)
    return reject(ErrorCode::invalid_room_name,
                  "room is not a string of 1 to 128 bytes without control characters", &envelope.to);
  const bool joins = part == Peer::Part::member;
  const Room* const left = peer_.joined();
  std::string old;
  std::size_t others = 0;
  if (left != nullptr && (left->name != name->text() || !joins)) {
    old = left->name;
    others = left->members.size() - 1;
  }
  const auto entered = shared_.rooms.enter(peer_, *name, part, allowance_.deliveries(shared_.limits, now));
  if (!entered) {
    if (entered.error() == Rooms::EntryRefused::too_many_deliveries)
      return drop(Excess::deliveries, now, &envelope.to);
    return reject(ErrorCode::room_full, "there are as many in this room as may be", &envelope.to);
  }
  allowance_.spend_deliveries(entered->deliveries, shared_.limits, now);
  joined_once_ = true;
  if (!old.empty()) shared_.events.left(peer_.id, old, others);
  if (joins)
    shared_.events.joined(peer_.id, name->text(), entered->peers);
  else
    shared_.events.observes(peer_.id, name->text(), entered->peers);
}

void Session::leave(Milliseconds now) {
  if (peer_.room == nullptr) return;
  const std::string name = peer_.room->name;
  const std::size_t members = peer_.room->members.size() - (peer_.observes() ? 0 : 1);
  allowance_.spend_deliveries(shared_.rooms.leave(peer_), shared_.limits, now);
  shared_.events.left(peer_.id, name, members);
}

void Session::relay(const Envelope& envelope, std::string_view type, std::size_t bytes, Milliseconds now) {
  std::array<char, PeerId::kTextBytes> buffer{};
  std::optional<std::string_view> to;
  if (envelope.to.kind == FieldKind::string) {
    to = envelope.to.raw;
    if (envelope.to.escaped) {
      const auto meant = unescape(*to, buffer);
      to = meant ? meant->text : std::string_view();  // longer than any id: nobody
    }
  }
  const auto relayed = shared_.rooms.relay(peer_, to, envelope, allowance_.deliveries(shared_.limits, now));
  if (relayed) {
    allowance_.spend_deliveries(*relayed, shared_.limits, now);
    if (shared_.events.wants_relays) shared_.events.relayed(peer_.id, type, to, bytes);
    return;
  }
  switch (relayed.error()) {
    case Rooms::RelayRefused::not_in_room:
      return reject(ErrorCode::not_in_room, "join a room before sending to everybody in it");
    case Rooms::RelayRefused::target_unavailable:
      return reject(ErrorCode::target_unavailable, {}, &envelope.to);
    case Rooms::RelayRefused::too_many_deliveries:
      return drop(Excess::deliveries, now, &envelope.to);
  }
}

/// A message is over a rate: it reaches nobody.
void Session::drop(Excess excess, Milliseconds now, const EnvelopeField* to) {
  if (allowance_.tell(now)) reject(ErrorCode::rate_limit, describe(excess), to);
  if (allowance_.offend(now)) close(CloseReason::rate_limit, now);
}

/// An error for what the peer sent. Its `to` goes along if it was read as one string.
void Session::reject(ErrorCode code, std::string_view detail, const EnvelopeField* to) {
  const bool has_to = to != nullptr && to->kind == FieldKind::string && !to->repeated;
  shared_.rooms.tell(peer_, message::error(code, detail.empty() ? std::nullopt : std::optional(detail),
                                           has_to ? std::optional(to->raw) : std::nullopt));
  shared_.events.rejected(peer_.id, code, detail);
}

void Session::close(CloseReason reason, Milliseconds now) {
  if (peer_.outbox.state() != Outbox::State::open) return;
  leave_for_good();
  peer_.outbox.close(close_payload(code_of(reason), name_of(reason)));
  ended_by(code_of(reason), name_of(reason));
  close_by_ = now + limits::kCloseTime;
  set_timer();
}

void Session::peer_closes(std::string_view payload) {
  if (peer_.outbox.state() == Outbox::State::open) {
    const CloseFrame close = read_close(payload);
    ended_by(close.code, close.reason);
    leave_for_good();
    const bool echoed = payload.size() < 2 || may_be_echoed(close.code);  // without a code too
    peer_.outbox.close(echoed ? std::string(payload)
                              : close_payload(code_of(CloseReason::protocol_error), {}));
  }
  peer_.outbox.end();
}

void Session::gone() {
  if (peer_.outbox.state() == Outbox::State::ended) return;
  if (peer_.outbox.state() == Outbox::State::open) ended_by(kNoCloseFrame, "connection lost");
  leave_for_good();
  peer_.outbox.gone();
}

void Session::lost(std::string_view reason) {
  const Outbox& outbox = peer_.outbox;
  if (outbox.state() == Outbox::State::ended) return;
  if (outbox.state() == Outbox::State::open || outbox.waiting_bytes() != 0) ended_by(kNoCloseFrame, reason);
  leave_for_good();
  peer_.outbox.cut();
}

void Session::ended_by(std::uint16_t code, std::string_view reason) {
  ending_ = std::make_unique<Ending>(Ending{code, std::string(reason)});
}

void Session::flush() {
  if (!peer_.outbox.flush()) return lost("connection lost");
  if (peer_.part == Peer::Part::observer_behind && peer_.outbox.waiting_bytes() == 0)
    shared_.rooms.caught_up(peer_);
  if (!peer_.outbox.overflowing() || !Registry::Entry::linked()) return;
  ended_by(kNoCloseFrame, "does not read");  // cut off by its room
  leave_for_good();
}

void Session::flush_all(Outgoing& outgoing) {
  outgoing.drain([](Session& session) { session.flush(); });
  while (outgoing.overfull()) outgoing.fattest().lost("too much is waiting for all");
}

/// From here on nobody finds it: not its room, not /status.
void Session::leave_for_good() {
  assembly_.release();
  shared_.rooms.drop(peer_);
  shared_.registry.remove(*this);
}

void Session::on_timer(Milliseconds now) {
  if (peer_.outbox.state() == Outbox::State::ended) return;
  if (peer_.outbox.state() == Outbox::State::closing) {
    if (now < close_by_) return set_timer();
    return peer_.outbox.waiting_bytes() == 0 ? peer_.outbox.end() : peer_.outbox.cut();
  }
  const ServerLimits& limits = shared_.limits;
  if (const auto due = message_due(); due && now >= *due) return close(CloseReason::message_timeout, now);
  if (const auto due = join_due(); due && now >= *due) return close(CloseReason::join_timeout, now);
  if (limits.ping_timeout.count() != 0 && now >= last_heard_ + limits.ping_timeout)
    return lost("no answer to pings");
  if (limits.ping_interval.count() != 0 &&
      now >= std::max(last_heard_, last_pinged_) + limits.ping_interval) {
    last_pinged_ = now;
    send_ping();
  }
  set_timer();
}

void Session::send_ping() {
  char* const payload = peer_.outbox.append_frame(websocket_frame::Opcode::ping, sizeof pings_);
  if (payload == nullptr) return lost("does not read");
  ++pings_;
  std::memcpy(payload, &pings_, sizeof pings_);
}

/// The next time at which something may have to be done, if nothing is heard until then.
std::optional<Milliseconds> Session::next_check() const noexcept {
  if (peer_.outbox.state() == Outbox::State::closing) return close_by_;
  std::optional<Milliseconds> next;
  const auto consider = [&next](Milliseconds due) { next = next ? std::min(*next, due) : due; };
  const ServerLimits& limits = shared_.limits;
  if (limits.ping_interval.count() != 0) consider(std::max(last_heard_, last_pinged_) + limits.ping_interval);
  if (limits.ping_timeout.count() != 0) consider(last_heard_ + limits.ping_timeout);
  if (const auto due = message_due()) consider(*due);
  if (const auto due = join_due()) consider(*due);
  return next;
}

std::optional<Milliseconds> Session::message_due() const noexcept {
  if (message_since_.count() < 0 || shared_.limits.message_timeout.count() == 0) return std::nullopt;
  return message_since_ + shared_.limits.message_timeout;
}

std::optional<Milliseconds> Session::join_due() const noexcept {
  if (joined_once_ || shared_.limits.join_timeout.count() == 0) return std::nullopt;
  return since_ + shared_.limits.join_timeout;
}

void Session::set_timer() {
  if (const auto next = next_check()) shared_.timers.set(*this, *next);
}

}  // namespace p2psig
