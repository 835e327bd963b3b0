#include "cmd/net/websocket_client.hpp"

#include <libwebsockets.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <optional>
#include <utility>

#include "cmd/net/attempts.hpp"
#include "cmd/net/connect_phrases.hpp"
#include "cmd/net/connect_probe.hpp"
#include "cmd/net/resolver.hpp"
#include "cmd/net/tls_client.hpp"
#include "cmd/net/websockets_context.hpp"
#include "core/protocol/close_frame.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/messages.hpp"
#include "core/protocol/utf8.hpp"

namespace p2psig {
namespace {

constexpr int kNoTimeout = 100'000;  // seconds; the time-outs are ours

using Kind = ConnectionEnd::Kind;

/// A table of descriptors as large as the limit is made when libwebsockets starts.
void limit_descriptors() {
  constexpr rlim_t enough = 256;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::min(limit.rlim_cur, enough);
  setrlimit(RLIMIT_NOFILE, &limit);
}

/// libwebsockets makes a 1002 of a code that it does not know; the reason says what it was.
std::uint16_t true_code(std::uint16_t code, std::string_view reason) {
  return code == LWS_CLOSE_STATUS_PROTOCOL_ERR && reason == name_of(CloseReason::server_overloaded)
             ? code_of(CloseReason::server_overloaded)
             : code;
}

}  // namespace

class WebSocketClient::Connection {
 public:
  Connection(EventLoop& loop, const ConnectOptions& options, Host& host)
      : loop_(loop),
        options_(options),
        host_(host),
        url_(options.address.websocket_url()),
        deadline_(loop, [this] { out_of_time(); }),
        attempt_(loop, [this] { next_attempt(); }),
        watch_(loop, [this] { check_life(); }) {
    limit_descriptors();
    unsetenv("http_proxy");  // libwebsockets obeys it, and does not know no_proxy
    protocols_[0] = {"", on_event, 0, WebSocketsContext::kReadBytes, 0, nullptr, 0};
    lws_context_creation_info info{};
    info.protocols = protocols_.data();
    info.user = this;
    info.timeout_secs = kNoTimeout;
    info.connect_timeout_secs = kNoTimeout;
    info.max_http_header_data = limits::kHttpHeaderBytes;
    if (options.address.tls) {
      tls_.emplace(options);
      info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
      info.provided_client_ssl_ctx = tls_->raw();
    }
    context_.emplace(loop, info);
  }

  /// Nobody is told any more, whatever the loop still does while the context ends.
  ~Connection() {
    abandon();
    stop_timers();
    context_.reset();
  }

  void connect() {
    started_us_ = now_us();
    uv_update_time(loop_.raw());
    deadline_.start(options_.timeout, Milliseconds{0});
    give_up_at_ = loop_.now() + options_.timeout;
    connecting_ = true;
    resolver_ = std::make_unique<Resolver>(loop_, options_.address.host,
                                           [this](const Resolver::Found& found) { resolved(found); });
  }

  void send(std::string_view message) {
    if (!open_ || leaving()) return;
    std::string& buffer = unsent_.emplace_back(LWS_PRE, '\0');
    buffer.append(message);
    unsent_bytes_ += message.size();
    undrained_ = true;
    lws_callback_on_writable(wsi_);
  }

  [[nodiscard]] std::size_t unsent_bytes() const noexcept { return unsent_bytes_; }
  [[nodiscard]] bool is_active() const noexcept { return connecting_ || open_; }
  [[nodiscard]] bool is_paused() const noexcept { return paused_; }

  void ping() {
    if (!open_ || leaving()) return;
    ping_due_ = true;
    lws_callback_on_writable(wsi_);
  }

  void close(std::uint16_t code, std::string_view reason) {
    if (!open_) return give_up({Kind::closed, code, std::string(reason), {}});
    if (leaving()) return;
    pause(false);  // or the answer would never be read
    close_ = ConnectionEnd{Kind::closed, code, std::string(reason), {}};
    deadline_.start(limits::kCloseTime, Milliseconds{0});
    lws_callback_on_writable(wsi_);
  }

  void give_up(const ConnectionEnd& end) {
    if (!connecting_ && !open_) return;
    abandon();
    finish(end);
  }

  void pause(bool paused) {
    if (!open_ || leaving() || paused == paused_) return;
    paused_ = paused;
    heard_ = loop_.now();  // what was not read cannot have been heard
    lws_rx_flow_control(wsi_, paused ? 0 : 1);
  }

 private:
  enum class Stage : std::uint8_t { connecting, securing, waiting };  // TCP, TLS, and for the reply

  static Connection& of(lws* wsi) noexcept {
    return *static_cast<Connection*>(lws_context_user(lws_get_context(wsi)));
  }

  static int on_event(lws* wsi, lws_callback_reasons reason, void* /*user*/, void* in, std::size_t bytes) {
    Connection& connection = of(wsi);
    if (wsi == nullptr || wsi != connection.wsi_) return 0;
    return connection.on_own_event(reason, in, bytes);
  }

  int on_own_event(lws_callback_reasons reason, void* in, std::size_t bytes) {
    if (reason == LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER)
      return append_headers(static_cast<unsigned char**>(in), bytes);
    const std::string_view text(static_cast<const char*>(in), in != nullptr ? bytes : 0);
    switch (static_cast<int>(reason)) {
      case LWS_CALLBACK_WSI_CREATE:  // TCP is connected
        stage_ = Stage::securing;
        attempt_.stop();
        return 0;
      case LWS_CALLBACK_CLIENT_ESTABLISHED:
        established();
        return 0;
      case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        not_connected(text);
        return 0;
      case LWS_CALLBACK_CLIENT_RECEIVE:
        received(text);
        return 0;
      case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
        received_pong(text);
        return 0;
      case LWS_CALLBACK_CLIENT_WRITEABLE:
        return write();
      case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        peer_closes(text);
        return 0;
      case LWS_CALLBACK_CLIENT_CLOSED:
      case LWS_CALLBACK_CLOSED_CLIENT_HTTP:  // before there was a reply
      case LWS_CALLBACK_WSI_DESTROY:         // at the latest: not every end is told
        closed();
        return 0;
      default:
        return 0;
    }
  }

  void resolved(const Resolver::Found& found) {
    if (found.addresses.empty())
      return finish(
          {Kind::not_connected, kNoCloseFrame, {}, cannot_resolve(options_.address.host, found.error)});
    attempts_.begin(found.addresses);
    try_next();
  }

  /// The one that is being tried has failed, or has had its share of the time.
  void next_attempt() {
    if (wsi_ != nullptr) {
      kill();
      attempts_.failed(ETIMEDOUT);
    }
    try_next();
  }

  void try_next() {
    if (!attempts_.more()) return finish(failure(attempts_.why()));
    attempts_.next();
    stage_ = Stage::connecting;
    if (tls_) tls_->begin();
    const std::string authority = options_.address.authority();
    lws_client_connect_info info{};
    info.context = context_->raw();
    info.address = attempts_.current().c_str();
    info.port = options_.address.port;
    info.path = options_.address.path.c_str();
    info.host = authority.c_str();
    info.pwsi = &wsi_;
    info.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
    if (tls_)
      info.ssl_connection |= LCCSCF_USE_SSL | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK;  // TlsClient does
    if (attempts_.more()) {  // the last one may take what is left
      const Milliseconds left = std::max(give_up_at_ - loop_.now(), Milliseconds{0});
      attempt_.start(attempts_.share(left), Milliseconds{0});
    }
    if (lws_client_connect_via_info(&info) != nullptr) return;
    wsi_ = nullptr;
    unreachable();
  }

  /// The next address may do better; outside of libwebsockets' callbacks.
  void unreachable() {
    attempts_.failed(probe_connection(attempts_.current(), options_.address.port));
    attempt_.start(Milliseconds{0}, Milliseconds{0});
  }

  /// But not if it was the server itself that did not want us. `why` is libwebsockets' word for it.
  void not_connected(std::string_view why) {
    constexpr unsigned switching = 101;
    const unsigned status = lws_http_client_http_response(wsi_);
    const bool begun = stage_ == Stage::waiting && has_begun_to_answer();
    wsi_ = nullptr;
    if (stage_ == Stage::connecting) return unreachable();
    if (stage_ == Stage::securing && tls_) return finish(failure(tls_->fault()));
    if (why == "problems parsing header")
      return refused("what answers at " + url_ + " is not an HTTP server");
    if (status == 0 && begun)
      return finish(
          {Kind::cut_short, kNoCloseFrame, {}, "the reply of " + url_ + " ended before its head was whole"});
    if (status != 0 && status != switching)
      return refused(url_ + " answered " + std::to_string(status) + " and did not open a WebSocket" +
                     hint_about(status));
    if (status == switching)
      return refused("what answers at " + url_ + " does not open a WebSocket as RFC 6455 says");
    finish(failure("it closed the connection without an HTTP reply"));
  }

  [[nodiscard]] bool has_begun_to_answer() const {
    return tls_ ? tls_->has_received() : has_received(lws_get_socket_fd(wsi_));
  }

  [[nodiscard]] ConnectionEnd failure(const std::string& why) const {
    return {Kind::not_connected, kNoCloseFrame, {}, cannot_connect(url_, why)};
  }

  void refused(const std::string& what) { finish({Kind::refused, kNoCloseFrame, {}, what}); }

  int append_headers(unsigned char** at, std::size_t room) {
    stage_ = Stage::waiting;
    const std::string lines = header_lines(options_);
    if (lines.size() > room) return -1;
    std::memcpy(*at, lines.data(), lines.size());
    *at += lines.size();
    return 0;
  }

  void established() {
    connecting_ = false;
    open_ = true;
    deadline_.stop();
    heard_ = loop_.now();
    watch_.start(limits::kPingInterval, limits::kPingInterval / 5);
    host_.connected(since(started_us_));
  }

  void received(std::string_view piece) {
    heard_ = loop_.now();
    if (end_) return;  // it is closing
    if (message_.size() + piece.size() > limits::kReceivedMessageBytes)
      return hang_up(LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, "message-too-big",
                     "the server sent a message of more than 16 MiB");
    const bool whole = lws_is_final_fragment(wsi_) != 0 && lws_remaining_packet_payload(wsi_) == 0;
    if (whole && message_.empty()) return deliver(piece);
    message_.append(piece);
    if (!whole) return;
    const std::string message = std::exchange(message_, {});
    deliver(message);
  }

  void deliver(std::string_view message) {
    if (!is_utf8(message))
      return hang_up(LWS_CLOSE_STATUS_INVALID_PAYLOAD, "invalid-utf8",
                     "the server sent a message that is not UTF-8");
    host_.received(message);
  }

  /// The server is told why, if it reads on. At once: a close frame of its own that is read next would have
  /// our answer take the place of this.
  void hang_up(lws_close_status code, const char* reason, const char* what) {
    end_ = ConnectionEnd{Kind::closed, static_cast<std::uint16_t>(code), reason, what};
    message_.clear();
    deadline_.start(limits::kCloseTime, Milliseconds{0});
    if (lws_partial_buffered(wsi_) != 0) return start_close(end_->code, {});
    // A close frame of two bytes, masked with zeros: the two are no secret (RFC 6455, 5.3).
    std::array<unsigned char, 8> frame{0x88, 0x82};
    frame[6] = static_cast<unsigned char>(end_->code >> 8U);
    frame[7] = static_cast<unsigned char>(end_->code & 0xFFU);
    lws_write(wsi_, frame.data(), frame.size(), LWS_WRITE_RAW);
  }

  /// Never by returning -1 from a callback of libwebsockets 4.1.6. While it writes, that means that writing
  /// failed: no close frame is sent. While it reads, its buffer is not emptied any more, but filled, and what
  /// is behind it too.
  void start_close(std::uint16_t code, std::string_view reason) {
    lws_close_reason(wsi_, static_cast<lws_close_status>(code),
                     reinterpret_cast<unsigned char*>(const_cast<char*>(reason.data())), reason.size());
    lws_set_timeout(wsi_, PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE, LWS_TO_KILL_ASYNC);
    context_->wake();
  }

  void received_pong(std::string_view payload) {
    heard_ = loop_.now();
    std::uint64_t sent_us = 0;
    if (payload.size() != sizeof sent_us) return;
    std::memcpy(&sent_us, payload.data(), sizeof sent_us);
    if (sent_us <= now_us() && sent_us >= started_us_) host_.pong(since(sent_us));
  }

  int write() {
    constexpr int messages_a_turn = 64;
    if (end_) return 0;  // libwebsockets says this once more while it closes
    if (std::exchange(ping_due_, false)) {
      std::array<unsigned char, LWS_PRE + sizeof(std::uint64_t)> frame{};
      const std::uint64_t sent_us = now_us();
      std::memcpy(frame.data() + LWS_PRE, &sent_us, sizeof sent_us);
      if (lws_write(wsi_, frame.data() + LWS_PRE, sizeof sent_us, LWS_WRITE_PING) < 0) return -1;
    }
    for (int i = 0; i < messages_a_turn && !unsent_.empty() && lws_partial_buffered(wsi_) == 0; ++i) {
      std::string message = std::move(unsent_.front());
      unsent_.pop_front();
      const std::size_t bytes = message.size() - LWS_PRE;
      unsent_bytes_ -= bytes;
      auto* const start = reinterpret_cast<unsigned char*>(message.data()) + LWS_PRE;
      if (lws_write(wsi_, start, bytes, LWS_WRITE_TEXT) < 0) return -1;
    }
    if (lws_partial_buffered(wsi_) != 0) return 0;  // it calls again when that is sent
    if (!unsent_.empty()) {
      lws_callback_on_writable(wsi_);
      return 0;
    }
    if (std::exchange(undrained_, false)) host_.drained();
    if (!close_ || !unsent_.empty()) return 0;
    end_ = close_;
    start_close(end_->code, end_->reason);
    return 0;
  }

  void peer_closes(std::string_view in) {
    const CloseFrame close = read_close(in);
    ConnectionEnd end;
    end.reason = close.reason;
    end.code = true_code(close.code, close.reason);
    if (!end_) end_ = end;
  }

  void closed() {
    if (!open_) return not_connected({});
    wsi_ = nullptr;
    finish(end_ ? *end_
           : close_
               ? *close_
               : ConnectionEnd{Kind::closed, kNoCloseFrame, {}, "the connection to " + url_ + " was lost"});
  }

  void out_of_time() {
    if (connecting_) return give_up(failure(no_answer_within(options_)));
    const ConnectionEnd end = end_ ? *end_ : *close_;
    give_up(end);
  }

  void check_life() {
    if (paused_ || leaving()) return;
    if (loop_.now() - heard_ >= limits::kPingTimeout)
      return give_up({Kind::closed, kNoCloseFrame, {}, "the server does not answer pings any more"});
    if (loop_.now() - heard_ >= limits::kPingInterval) ping();
  }

  /// Whether it is being closed, by one side or the other.
  [[nodiscard]] bool leaving() const noexcept { return close_ || end_; }

  void abandon() {
    resolver_.reset();
    attempt_.stop();
    if (wsi_ != nullptr) kill();
  }

  /// Lets go of what libwebsockets still has: it ends it when it is woken.
  void kill() {
    lws_set_timeout(std::exchange(wsi_, nullptr), PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
    context_->wake();
  }

  void stop_timers() {
    deadline_.stop();
    attempt_.stop();
    watch_.stop();
  }

  void finish(ConnectionEnd how) {
    const ConnectionEnd end = std::move(how);
    connecting_ = open_ = ping_due_ = undrained_ = paused_ = false;
    stop_timers();
    close_.reset();
    end_.reset();
    message_.clear();
    unsent_.clear();
    unsent_bytes_ = 0;
    host_.ended(end);
  }

  EventLoop& loop_;
  const ConnectOptions options_;
  Host& host_;
  const std::string url_;
  Ticker deadline_;  // of connecting, or of closing
  Ticker attempt_;   // when the next address is tried
  Ticker watch_;
  std::array<lws_protocols, 2> protocols_{};
  std::optional<TlsClient> tls_;
  std::optional<WebSocketsContext> context_;
  std::unique_ptr<Resolver> resolver_;
  lws* wsi_ = nullptr;
  bool connecting_ = false;
  Stage stage_ = Stage::connecting;
  bool open_ = false;
  std::uint64_t started_us_ = 0;
  Milliseconds heard_{};
  Milliseconds give_up_at_{};
  Attempts attempts_;
  std::string message_;             // as far as it has come
  std::deque<std::string> unsent_;  // with libwebsockets' room in front
  std::size_t unsent_bytes_ = 0;
  bool undrained_ = false;
  bool paused_ = false;
  bool ping_due_ = false;
  std::optional<ConnectionEnd> close_;  // ours, once asked for
  std::optional<ConnectionEnd> end_;    // how it will have ended
};

WebSocketClient::WebSocketClient(EventLoop& loop, const ConnectOptions& options, Host& host)
    : connection_(std::make_unique<Connection>(loop, options, host)) {}
WebSocketClient::~WebSocketClient() = default;

void WebSocketClient::connect() { connection_->connect(); }
void WebSocketClient::send(std::string_view message) { connection_->send(message); }
std::size_t WebSocketClient::unsent_bytes() const noexcept { return connection_->unsent_bytes(); }
bool WebSocketClient::is_active() const noexcept { return connection_->is_active(); }
void WebSocketClient::ping() { connection_->ping(); }
void WebSocketClient::close(std::uint16_t code, std::string_view reason) { connection_->close(code, reason); }
void WebSocketClient::give_up(const ConnectionEnd& end) { connection_->give_up(end); }
void WebSocketClient::pause(bool paused) { connection_->pause(paused); }
bool WebSocketClient::is_paused() const noexcept { return connection_->is_paused(); }

}  // namespace p2psig
