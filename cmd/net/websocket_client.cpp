#include "cmd/net/websocket_client.hpp"

#include <array>
#include <cstring>
#include <utility>

#include "cmd/net/connect_phrases.hpp"
#include "cmd/net/random_bytes.hpp"
#include "cmd/net/websocket_upgrade.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/utf8.hpp"
#include "core/protocol/websocket_frame.hpp"

namespace p2psig {
namespace {

using Kind = ConnectionEnd::Kind;
using websocket_frame::Opcode;

/// Nothing is read of the body of a reply that refuses.
constexpr std::size_t kNoBody = 0;

/// What is wrong with a close frame, and how it is hung up on; nothing: it is as it has to be.
struct CloseFault {
  CloseReason reason;
  std::string what;
};
std::optional<CloseFault> fault_of(std::string_view payload) {
  const CloseFrame close = read_close(payload);
  const auto against_rfc = [](const std::string& what) {
    return CloseFault{CloseReason::protocol_error, "the server sent a close frame " + what};
  };
  if (payload.size() == 1) return against_rfc("that is cut short");
  if (!payload.empty() && !may_be_sent(close.code))
    return against_rfc("with the code " + std::to_string(close.code) + ", which RFC 6455 does not allow");
  if (!is_utf8(close.reason))
    return CloseFault{CloseReason::invalid_utf8, "the server sent a close frame whose reason is not UTF-8"};
  return std::nullopt;
}

void append_frame(std::string& out, Opcode opcode, std::string_view payload) {
  std::array<std::uint8_t, sizeof(websocket_frame::Mask)> random{};
  draw_random(random);
  websocket_frame::Mask mask{};
  std::memcpy(mask.data(), random.data(), mask.size());
  websocket_frame::append_masked(out, opcode, payload, mask);
}

}  // namespace

/// What the server's frames mean. Once it is closing only its close frame does.
struct WebSocketClient::Frames {
  void message(std::string_view piece, std::uint64_t frame_bytes_left, bool ends_message) const {
    if (client.state_ == State::open) client.read_message(piece, frame_bytes_left, ends_message);
  }
  void ping(std::string_view payload) const {
    if (client.state_ == State::open) client.read_ping(payload);
  }
  void pong(std::string_view payload) const {
    if (client.state_ == State::open) client.read_pong(payload);
  }
  void close(std::string_view payload) const {
    if (client.state_ == State::open || client.state_ == State::closing) client.read_close(payload);
  }
  void violation() const {
    if (client.state_ == State::open)
      client.hang_up(CloseReason::protocol_error, "the server sent a frame that RFC 6455 does not allow");
  }
  void unreadable() const { violation(); }

  WebSocketClient& client;
};

WebSocketClient::WebSocketClient(EventLoop& loop, const ConnectOptions& options, Host& host)
    : loop_(loop),
      options_(options),
      host_(host),
      url_(options.address.websocket_url()),
      deadline_(loop, [this] { out_of_time(); }),
      watch_(loop, [this] { check_life(); }),
      turn_end_(loop, [this] { write(); }),
      reply_(kNoBody),
      reader_(FrameReader::Sender::server),
      stream_(loop, options_, url_, *this) {}

void WebSocketClient::connect() {
  state_ = State::connecting;
  started_us_ = now_us();
  uv_update_time(loop_.raw());
  deadline_.start(options_.timeout, Milliseconds{0});
  stream_.connect(options_.timeout);
}

void WebSocketClient::send(std::string_view message) {
  if (state_ != State::open) return;
  unsent_.emplace_back(message);
  unsent_bytes_ += message.size();
  undrained_ = true;
}

void WebSocketClient::ping() { ping_due_ = state_ == State::open; }

void WebSocketClient::close(std::uint16_t code, std::string_view reason) {
  if (state_ == State::closing) return;
  if (state_ != State::open) return give_up({Kind::closed, code, std::string(reason), {}});
  start_closing({Kind::closed, kNoCloseFrame, {}, {}}, close_payload(code, reason));
}

void WebSocketClient::give_up(const ConnectionEnd& end) {
  if (state_ != State::idle) finish(end);
}

void WebSocketClient::pause(bool paused) {
  if (state_ != State::open || paused == paused_) return;
  paused_ = paused;
  heard_ = loop_.now();  // what was not read cannot have been heard
  stream_.pause(paused);
}

/// What a connection before may have left is forgotten here, where none of it is still being read.
void WebSocketClient::connected() {
  state_ = State::asking;
  key_ = random_websocket_key();
  reply_ = HttpReplyReader(kNoBody);
  reader_ = FrameReader(FrameReader::Sender::server);
  stream_.send(get_request(options_, options_.address.path, upgrade_lines(key_)));
}

void WebSocketClient::received(std::span<char> bytes) {
  heard_ = loop_.now();
  if (state_ == State::asking) bytes = read_reply(bytes);
  if (state_ == State::open || state_ == State::closing) reader_.read(bytes, Frames{*this});
}

/// What stands behind it.
std::span<char> WebSocketClient::read_reply(std::span<char> bytes) {
  const std::string_view behind = reply_.accept({bytes.data(), bytes.size()});
  judge_reply();
  return bytes.last(behind.size());
}

void WebSocketClient::judge_reply() {
  constexpr unsigned switching = 101;
  if (reply_.state() == HttpReplyReader::State::head) return;
  if (reply_.state() == HttpReplyReader::State::malformed)
    return refuse(no_http_server(url_, reply_.fault()));
  if (reply_.status() != switching)
    return refuse(url_ + " answered " + std::to_string(reply_.status()) + " and did not open a WebSocket" +
                  hint_about(reply_.status()));
  if (!accepts_upgrade(reply_, key_))
    return refuse("what answers at " + url_ + " does not open a WebSocket as RFC 6455 says");
  opened();
}

void WebSocketClient::opened() {
  state_ = State::open;
  deadline_.stop();
  check_life();
  host_.connected(since(started_us_));
}

void WebSocketClient::read_message(std::string_view piece, std::uint64_t frame_bytes_left,
                                   bool ends_message) {
  const std::uint64_t room = limits::kReceivedMessageBytes - message_.size();
  if (piece.size() > room || frame_bytes_left > room - piece.size())
    return hang_up(CloseReason::message_too_big, "the server sent a message of more than 16 MiB");
  std::string held;
  if (!ends_message || !message_.empty()) {
    message_ += piece;
    if (!ends_message) return;
    held = std::exchange(message_, {});
    piece = held;
  }
  if (!is_utf8(piece))
    return hang_up(CloseReason::invalid_utf8, "the server sent a message that is not UTF-8");
  host_.received(piece);
}

/// At once, so that several pings in one piece are all answered; while the kernel takes nothing only the last
/// one is (RFC 6455, 5.5.3).
void WebSocketClient::read_ping(std::string_view payload) {
  pong_ = payload;
  write();
}

void WebSocketClient::read_pong(std::string_view payload) {
  std::uint64_t sent_us = 0;
  if (payload.size() != sizeof sent_us) return;
  std::memcpy(&sent_us, payload.data(), sizeof sent_us);
  if (sent_us <= now_us() && sent_us >= started_us_) host_.pong(since(sent_us));
}

void WebSocketClient::read_close(std::string_view payload) {
  peer_closed_ = true;
  const CloseFrame close = p2psig::read_close(payload);
  const ConnectionEnd theirs{Kind::closed, close.code, std::string(close.reason), {}};
  const auto fault = fault_of(payload);
  if (state_ == State::open && fault)
    hang_up(fault->reason, fault->what);
  else if (state_ == State::open)
    start_closing(theirs, std::string(payload));
  else if (!failed_ && !fault)
    end_ = theirs;
  drop_unsent();  // nobody reads it any more
  write();
  end_if_closed();
}

/// The server is told why, if it reads on.
void WebSocketClient::hang_up(CloseReason reason, const std::string& what) {
  drop_unsent();
  failed_ = true;
  start_closing({Kind::closed, code_of(reason), std::string(name_of(reason)), what},
                close_payload(code_of(reason), {}));
}

void WebSocketClient::start_closing(const ConnectionEnd& end, std::string close_payload) {
  pause(false);  // or the answer would never be read
  state_ = State::closing;
  end_ = end;
  close_frame_ = std::move(close_payload);
  deadline_.start(limits::kCloseTime, Milliseconds{0});
}

/// Hands over what waits, a batch at a time, so that a ping or a pong need not wait for all of it. False if
/// there is nothing, or the batch before has not left.
bool WebSocketClient::write() {
  constexpr std::size_t batch_bytes = 64UL * 1024;
  if ((state_ != State::open && state_ != State::closing) || stream_.unsent_bytes() != 0) return false;
  std::string batch;
  if (pong_) append_frame(batch, Opcode::pong, *std::exchange(pong_, std::nullopt));
  if (std::exchange(ping_due_, false)) {
    std::array<char, sizeof(std::uint64_t)> payload{};
    const std::uint64_t sent_us = now_us();
    std::memcpy(payload.data(), &sent_us, payload.size());
    append_frame(batch, Opcode::ping, {payload.data(), payload.size()});
  }
  for (; !unsent_.empty() && batch.size() < batch_bytes; unsent_.pop_front()) {
    append_frame(batch, Opcode::text, unsent_.front());
    unsent_bytes_ -= unsent_.front().size();
  }
  if (unsent_.empty() && close_frame_)
    append_frame(batch, Opcode::close, *std::exchange(close_frame_, std::nullopt));
  if (batch.empty()) return false;
  stream_.send(std::move(batch));
  return true;
}

void WebSocketClient::drained() {
  if (write()) return;
  if (unsent_bytes() == 0 && std::exchange(undrained_, false)) host_.drained();
  end_if_closed();
}

/// Both close frames are on their way: there is nothing to wait for.
void WebSocketClient::end_if_closed() {
  if (state_ == State::closing && peer_closed_ && !close_frame_ && stream_.unsent_bytes() == 0) finish(end_);
}

void WebSocketClient::ended(const StreamEnd& end) {
  switch (state_) {
    case State::asking:
      if (reply_.begun())
        return finish({Kind::cut_short,
                       kNoCloseFrame,
                       {},
                       "the reply of " + url_ + " ended before its head was whole"});
      if (end.orderly) return finish(failure("it closed the connection without an HTTP reply"));
      [[fallthrough]];
    case State::idle:
    case State::connecting:
      return finish({Kind::not_connected, kNoCloseFrame, {}, end.what});
    case State::open:
      return finish({Kind::closed, kNoCloseFrame, {}, "the connection to " + url_ + " was lost"});
    case State::closing:
      return finish(end_);
  }
}

void WebSocketClient::drop_unsent() noexcept {
  unsent_.clear();
  unsent_bytes_ = 0;
  undrained_ = false;
}

void WebSocketClient::out_of_time() {
  if (state_ == State::closing) return finish(end_);
  const bool begun = state_ == State::asking && reply_.begun();
  finish(failure(begun ? "its reply did not end within " + seconds_in_words(options_.timeout)
                       : no_answer_within(options_)));
}

/// Looks again when there may be something to do.
void WebSocketClient::check_life() {
  if (state_ != State::open) return;
  const Milliseconds silence = paused_ ? Milliseconds{0} : loop_.now() - heard_;
  if (silence >= limits::kPingTimeout)
    return finish({Kind::closed, kNoCloseFrame, {}, "the server does not answer pings any more"});
  const bool ping_is_due = silence >= limits::kPingInterval;
  if (ping_is_due) ping();
  watch_.start((ping_is_due ? limits::kPingTimeout : limits::kPingInterval) - silence, Milliseconds{0});
}

ConnectionEnd WebSocketClient::failure(const std::string& why) const {
  return {Kind::not_connected, kNoCloseFrame, {}, cannot_connect(url_, why)};
}

void WebSocketClient::refuse(const std::string& what) { finish({Kind::refused, kNoCloseFrame, {}, what}); }

void WebSocketClient::finish(const ConnectionEnd& end) {
  state_ = State::idle;
  stream_.stop();
  deadline_.stop();
  watch_.stop();
  message_ = {};
  drop_unsent();
  pong_.reset();
  ping_due_ = paused_ = peer_closed_ = failed_ = false;
  close_frame_.reset();
  host_.ended(end);
}

}  // namespace p2psig
