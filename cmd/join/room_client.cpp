#include "cmd/join/room_client.hpp"

#include <algorithm>
#include <utility>

#include "cmd/net/connect_phrases.hpp"
#include "cmd/time_text.hpp"
#include "core/protocol/json_text.hpp"
#include "core/protocol/messages.hpp"
#include "core/protocol/wire_names.hpp"

namespace p2psig {
namespace {

/// From the pong behind an observe-room to the conclusion that the server does not know it: it answers pings
/// at once, and messages at the end of its turn.
constexpr Milliseconds kObservePatience{1'000};

std::string request(std::string_view type, std::string_view room) {
  return R"({"type":")" + std::string(type) + R"(","room":)" + json_string(room) + "}";
}

}  // namespace

RoomClient::RoomClient(EventLoop& loop, const JoinOptions& options, unsigned reconnects, Face& face)
    : loop_(loop),
      options_(options),
      face_(face),
      socket_(loop, options.connect, *this),
      negotiations_([this](const Finding& finding) { face_.found(finding); }),
      negotiation_time_(loop, [this] { watch_time(); }),
      again_(loop, [this] { connect(); }),
      answer_to_observe_(loop, [this] { give_up_observing(); }),
      id_deadline_(loop, [this] { give_up_waiting_for_id(); }),
      backoff_(reconnects),
      room_(options.room) {}

void RoomClient::connect() {
  again_.stop();
  ending_ = reconnecting_ = false;
  socket_.connect();
}

void RoomClient::connected(Milliseconds took) {
  took_ = took;
  id_deadline_.start(std::max(options_.connect.timeout - took, Milliseconds{1}), Milliseconds{0});
}

void RoomClient::request_room() {
  ready_ = room_.empty();
  if (room_.empty()) return;
  asked_to_observe_ = options_.observe;
  send(request(options_.observe ? type::kObserveRoom : type::kJoinRoom, room_));
  if (options_.observe) socket_.ping();
}

void RoomClient::enter(const std::string& room) {
  room_ = room;
  if (!is_open()) return;
  if (room.empty())
    send(R"({"type":"leave-room"})");
  else
    request_room();
}

void RoomClient::send(std::string_view message) {
  if (!is_open()) return;
  const std::uint64_t number = view_.next_number();
  socket_.send(message);
  const auto read = server_message::read(message);
  const auto* const relayed = read ? std::get_if<server_message::Relayed>(&*read) : nullptr;
  if (relayed == nullptr || request_of(relayed->type) != Request::relay)
    return face_.outgoing(number, message, Signal());
  server_message::Relayed sent = *relayed;
  sent.from = view_.id();
  remember(number, SeenMessage::Way::out, sent, message);
  const Signal signal = read_signal(message);
  face_.outgoing(number, message, signal);
  judge(number, sent, false, signal);
  watch_time();
}

void RoomClient::hold_up(std::size_t waiting_bytes) {
  constexpr std::size_t high = limits::kUnsentBytes;
  constexpr std::size_t low = high / 4;
  socket_.pause(socket_.is_paused() ? waiting_bytes >= low : waiting_bytes > high);
}

void RoomClient::send_of(JoinScript& script) {
  if (!is_open()) return;
  const std::size_t room = limits::kUnsentBytes - std::min(unsent_bytes(), limits::kUnsentBytes);
  for (const std::string& message : script.take_sends(loop_.now(), room)) send(message);
}

bool RoomClient::is_done(const JoinScript& script) const {
  return unsent_bytes() == 0 && is_ready() && script.done(loop_.now());
}

void RoomClient::remember(std::uint64_t number, SeenMessage::Way way, const server_message::Relayed& message,
                          std::string_view text) {
  view_.remember({number, way, message.from, message.to, message.type, std::string(text), clock_now()});
}

void RoomClient::received(std::string_view text) {
  if (ending_) return;
  const std::uint64_t number = view_.next_number();
  const auto message = server_message::read(text);
  if (!message) return fail("the server sent " + message.error());
  const bool is_id = std::holds_alternative<server_message::Id>(*message);
  if (!open_ && !is_id) return fail("the server did not begin with an id");
  if (open_ && is_id) return fail("the server sent a second id");
  took_in(number, text, *message);
}

void RoomClient::took_in(std::uint64_t number, std::string_view text, const server_message::Any& message) {
  view_.apply(message);
  if (std::holds_alternative<server_message::Id>(message)) {
    open_ = true;
    id_deadline_.stop();
    ready_ = room_.empty();
    backoff_.opened(loop_.now());
    face_.opened(took_);
  }
  if (std::holds_alternative<server_message::RoomJoined>(message) ||
      std::holds_alternative<server_message::RoomObserved>(message)) {
    ready_ = true;
    asked_to_observe_ = false;
    answer_to_observe_.stop();
    backoff_.joined();
  }
  Signal signal;
  if (const auto* relayed = std::get_if<server_message::Relayed>(&message)) {
    remember(number, SeenMessage::Way::in, *relayed, text);
    signal = read_signal(text);
  }
  if (const auto* observed = std::get_if<server_message::Observed>(&message)) {
    remember(number, SeenMessage::Way::between_others, observed->message, observed->text);
    signal = read_signal(observed->text);
  }
  face_.incoming(number, text, message, signal);
  judge(number, message, signal);
  watch_time();
  face_.handled();
  if (std::holds_alternative<server_message::Id>(message)) request_room();
}

void RoomClient::judge(std::uint64_t number, const server_message::Any& message, const Signal& signal) {
  const Milliseconds now = loop_.now();
  if (const auto* list = std::get_if<server_message::RoomPeers>(&message)) {
    if (!view_.observes()) negotiations_.joined(now, view_.id());
    negotiations_.were_there(now, list->peers);
  } else if (std::holds_alternative<server_message::RoomLeft>(message)) {
    negotiations_.forget();
  } else if (const auto* joined = std::get_if<server_message::PeerJoined>(&message)) {
    negotiations_.joined(now, joined->peer);
  } else if (const auto* left = std::get_if<server_message::PeerLeft>(&message)) {
    negotiations_.left(now, left->peer);
  } else if (const auto* relayed = std::get_if<server_message::Relayed>(&message)) {
    server_message::Relayed to_us = *relayed;
    to_us.to = view_.id();  // of a broadcast, the replies of others are not seen
    judge(number, to_us, false, signal);
  } else if (const auto* observed = std::get_if<server_message::Observed>(&message)) {
    judge(number, observed->message, observed->undeliverable, signal);
  } else if (std::holds_alternative<server_message::ObservedMissed>(message)) {
    negotiations_.missed();
  } else if (const auto* error = std::get_if<server_message::Error>(&message)) {
    judge_refusal(*error);
  }
}

void RoomClient::judge(std::uint64_t number, const server_message::Relayed& relayed, bool undeliverable,
                       const Signal& signal) {
  std::vector<std::string> to;
  if (relayed.to) {
    to.push_back(*relayed.to);
  } else {
    for (const std::string& peer : view_.peers())
      if (peer != relayed.from) to.push_back(peer);
  }
  if (undeliverable)
    negotiations_.undeliverable(loop_.now(), number, relayed.from, relayed.to.value_or(""), signal.kind);
  else
    negotiations_.message(loop_.now(), number, relayed.from, to, signal);
}

/// Which of our own messages it was: the last one to that peer that was not refused yet.
void RoomClient::judge_refusal(const server_message::Error& error) {
  if (error.code != "target-unavailable-or-different-room" || !error.to) return;
  const auto& history = view_.history();
  const auto found = std::find_if(history.rbegin(), history.rend(), [&](const SeenMessage& seen) {
    return seen.way == SeenMessage::Way::out && seen.to == error.to;
  });
  if (found == history.rend()) return;
  negotiations_.undeliverable(loop_.now(), found->number, view_.id(), *error.to,
                              read_signal(found->text).kind);
}

void RoomClient::watch_time() {
  negotiations_.tick(loop_.now());
  const auto next = negotiations_.next_tick();
  if (next)
    negotiation_time_.start(std::max(*next - loop_.now(), Milliseconds{1}), Milliseconds{0});
  else
    negotiation_time_.stop();
}

void RoomClient::pong(Milliseconds round_trip) {
  if (asked_to_observe_ && !answer_to_observe_.started())
    answer_to_observe_.start(kObservePatience, Milliseconds{0});
  face_.pong(round_trip);
}

void RoomClient::give_up_observing() {
  if (asked_to_observe_)
    fail(
        "the server does not know observing: it did not answer observe-room (p2psig serve --allow-observers "
        "does)");
}

void RoomClient::give_up_waiting_for_id() {
  fail("the server opened the WebSocket and sent no id within " + seconds_in_words(options_.connect.timeout) +
       ": is it a server of this protocol? (--connect-timeout sets that time)");
}

void RoomClient::fail(const std::string& what) {
  if (ending_) return;
  ending_ = true;
  socket_.close(1002, "protocol-error");
  face_.nonsense(what);
}

bool RoomClient::close() {
  ending_ = true;
  again_.stop();
  if (!socket_.is_active()) return false;
  socket_.close(1000, "");
  return true;
}

void RoomClient::reconnect() {
  again_.stop();
  reconnecting_ = true;
  backoff_.reset();
  const ConnectionEnd end{ConnectionEnd::Kind::closed, 1000, "", ""};
  socket_.give_up(end);
  if (std::exchange(reconnecting_, false)) connect();  // there was nothing to give up
}

void RoomClient::forget_peers() {
  negotiations_.forget();
  view_.disconnected();
  watch_time();
}

void RoomClient::ended(const ConnectionEnd& end) {
  open_ = ready_ = asked_to_observe_ = false;
  answer_to_observe_.stop();
  id_deadline_.stop();
  forget_peers();
  std::optional<Milliseconds> again_in;
  if (reconnecting_) {
    again_in = Milliseconds{0};
  } else if (!ending_) {
    again_in = backoff_.next(loop_.now(), end.code, std::uniform_real_distribution<double>(0, 1)(random_));
  }
  reconnecting_ = false;
  if (again_in) again_.start(*again_in, Milliseconds{0});
  face_.ended(end, again_in);
}

}  // namespace p2psig
