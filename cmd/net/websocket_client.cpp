#include "cmd/net/websocket_client.hpp"

#include <fcntl.h>
#include <libwebsockets.h>
#include <netdb.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "cmd/failure.hpp"
#include "cmd/net/certificate_check.hpp"
#include "cmd/net/descriptor.hpp"
#include "cmd/net/resolver.hpp"
#include "cmd/net/websockets_context.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/messages.hpp"
#include "core/protocol/utf8.hpp"

namespace p2psig {
namespace {

constexpr std::size_t kReadBytes = 32748;  // as the server's
constexpr unsigned kServiceBufferBytes = 32768;
constexpr int kNoTimeout = 100'000;  // seconds; the time-outs are ours

using Kind = ConnectionEnd::Kind;

std::uint64_t now_us() noexcept { return uv_hrtime() / 1000; }

Milliseconds since(std::uint64_t start_us) noexcept {
  return Milliseconds(static_cast<Milliseconds::rep>((now_us() - start_us) / 1000));
}

/// libwebsockets only says that it could not connect. This says why, once it could not.
std::string reason_not_to_connect(const std::string& address, std::uint16_t port) {
  constexpr int patience_ms = 100;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* list = nullptr;
  if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &list) != 0)
    return "connecting failed";
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
  const Descriptor probe(socket(list->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  int error = 0;
  if (!probe.valid() || connect(probe.get(), list->ai_addr, list->ai_addrlen) != 0) error = errno;
  if (error == EINPROGRESS) {
    pollfd wait{probe.get(), POLLOUT, 0};
    socklen_t size = sizeof error;
    poll(&wait, 1, patience_ms);
    getsockopt(probe.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  }
  return error != 0 ? std::generic_category().message(error) : "the server hung up without an answer";
}

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
        deadline_(loop, [this] { out_of_time(); }),
        next_(loop, [this] { try_next(); }),
        watch_(loop, [this] { check_life(); }) {
    limit_descriptors();
    unsetenv("http_proxy");  // libwebsockets obeys it, and does not know no_proxy
    protocols_[0] = {"", on_event, 0, kReadBytes, 0, nullptr, 0};
    lws_context_creation_info info{};
    info.protocols = protocols_.data();
    info.user = this;
    info.pt_serv_buf_size = kServiceBufferBytes;
    info.timeout_secs = kNoTimeout;
    info.connect_timeout_secs = kNoTimeout;
    if (options.address.tls) info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    if (!options.ca_file.empty()) {
      info.client_ssl_ca_filepath = options.ca_file.c_str();
      info.options |= LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS;
    }
    context_.emplace(loop, info);
  }

  ~Connection() {
    wsi_ = nullptr;  // nobody is told any more
    context_.reset();
  }

  void connect() {
    started_us_ = now_us();
    errors_.clear();
    end_.reset();
    certificate_fault_.clear();
    deadline_.start(options_.timeout, Milliseconds{0});
    connecting_ = true;
    resolver_ = std::make_unique<Resolver>(loop_, options_.address.host,
                                           [this](const Resolver::Found& found) { resolved(found); });
  }

  void send(std::string_view message) {
    if (wsi_ == nullptr || !open_ || close_) return;
    std::string& buffer = unsent_.emplace_back(LWS_PRE, '\0');
    buffer.append(message);
    unsent_bytes_ += message.size();
    lws_callback_on_writable(wsi_);
  }

  [[nodiscard]] std::size_t unsent_bytes() const noexcept { return unsent_bytes_; }
  [[nodiscard]] bool is_active() const noexcept { return connecting_ || open_; }

  void ping() {
    if (wsi_ == nullptr || !open_) return;
    ping_due_ = true;
    lws_callback_on_writable(wsi_);
  }

  void close(std::uint16_t code, std::string_view reason) {
    if (!open_) return give_up({Kind::closed, code, std::string(reason), {}});
    if (close_) return;
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
    if (wsi_ != nullptr && open_) lws_rx_flow_control(wsi_, paused ? 0 : 1);
  }

 private:
  static Connection& of(lws* wsi) noexcept {
    return *static_cast<Connection*>(lws_context_user(lws_get_context(wsi)));
  }

  static int on_event(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t bytes) {
    Connection& connection = of(wsi);
    if (reason == LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION)
      return connection.judge_certificate(user, bytes != 0);
    if (wsi == nullptr || wsi != connection.wsi_) return 0;
    return connection.on_own_event(reason, in, bytes);
  }

  int on_own_event(lws_callback_reasons reason, void* in, std::size_t bytes) {
    const std::string_view text(static_cast<const char*>(in), in != nullptr ? bytes : 0);
    switch (static_cast<int>(reason)) {
      case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        return append_headers(static_cast<unsigned char**>(in), bytes);
      case LWS_CALLBACK_CLIENT_ESTABLISHED:
        established();
        return 0;
      case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        not_connected(text);
        return 0;
      case LWS_CALLBACK_CLIENT_RECEIVE:
        return received(text);
      case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
        received_pong(text);
        return 0;
      case LWS_CALLBACK_CLIENT_WRITEABLE:
        return write();
      case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        peer_closes(text);
        return 0;
      case LWS_CALLBACK_CLIENT_CLOSED:
        closed();
        return 0;
      default:
        return 0;
    }
  }

  void resolved(const Resolver::Found& found) {
    if (found.addresses.empty())
      return finish(
          {Kind::not_connected, 1006, {}, "cannot resolve " + options_.address.host + ": " + found.error});
    addresses_.assign(found.addresses.begin(), found.addresses.end());
    try_next();
  }

  void try_next() {
    if (addresses_.empty()) return none_connects();
    address_ = addresses_.front();
    addresses_.pop_front();
    const std::string authority = options_.address.authority();
    lws_client_connect_info info{};
    info.context = context_->raw();
    info.address = address_.c_str();
    info.port = options_.address.port;
    info.path = options_.address.path.c_str();
    info.host = authority.c_str();
    info.pwsi = &wsi_;
    info.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT;
    if (options_.address.tls)
      info.ssl_connection |= LCCSCF_USE_SSL | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK;  // we do that
    if (options_.insecure)
      info.ssl_connection |= LCCSCF_ALLOW_SELFSIGNED | LCCSCF_ALLOW_EXPIRED | LCCSCF_ALLOW_INSECURE;
    lws* const made = lws_client_connect_via_info(&info);
    if (made == nullptr && connecting_ && !next_.started()) not_connected("Unable to connect");
  }

  /// The next address may do better, but not if it was the server itself that did not want us.
  void not_connected(std::string_view why) {
    const unsigned status = wsi_ != nullptr ? lws_http_client_http_response(wsi_) : 0;
    wsi_ = nullptr;
    why = why.substr(0, why.find('\0'));
    if (!certificate_fault_.empty())
      return finish(failure("the certificate is not good: " + certificate_fault_ +
                            " (--cacert names who may sign it, --insecure takes any)"));
    if (status != 0) return finish(refusal(status));
    if (why.find("SSL") != std::string_view::npos || why.find("ssl") != std::string_view::npos)
      return finish(failure("TLS failed: " + (why.find("wrong version number") != std::string_view::npos ||
                                                      why.find("packet length") != std::string_view::npos
                                                  ? "the server does not speak TLS (try ws:// or http://)"
                                                  : std::string(why))));
    if (why == "read failed") return finish(failure("the server hung up without an answer"));
    if (why != "closed before established" && why.find("Unable to connect") == std::string_view::npos)
      return finish({Kind::refused,
                     1006,
                     {},
                     "what answers at " + options_.address.websocket_url() + " is not a WebSocket server (" +
                         std::string(why) + ")"});
    errors_.push_back(reason_not_to_connect(address_, options_.address.port));
    next_.start(Milliseconds{0}, Milliseconds{0});
  }

  void none_connects() {
    std::string why = errors_.empty() ? "connecting failed" : errors_.front();
    std::transform(why.begin(), why.begin() + 1, why.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    if (why == "connection refused") why += " (is the server running? start one: p2psig serve)";
    finish(failure(why));
  }

  [[nodiscard]] ConnectionEnd failure(const std::string& why) const {
    return {
        Kind::not_connected, 1006, {}, "cannot connect to " + options_.address.websocket_url() + ": " + why};
  }

  [[nodiscard]] ConnectionEnd refusal(unsigned status) const {
    std::string what = options_.address.websocket_url() + " answered " + std::to_string(status) +
                       " and did not open a WebSocket";
    if (status == 401 || status == 403) what += " (does it want a token? --token-file)";
    if (status >= 300 && status < 400) what += " (redirects are not followed: give the final --url)";
    if (status == 404) what += " (is the path right?)";
    return {Kind::refused, 1006, {}, what};
  }

  int judge_certificate(void* store, bool trusted_so_far) {
    const std::string fault =
        check_certificate(store, trusted_so_far, options_.address.host, options_.insecure);
    if (certificate_fault_.empty()) certificate_fault_ = fault;
    return fault.empty() ? 0 : 1;
  }

  int append_headers(unsigned char** at, std::size_t room) const {
    std::string lines = "User-Agent: p2psig/" P2PSIG_VERSION "\r\n";
    for (const auto& [name, value] : options_.headers) lines += name + ": " + value + "\r\n";
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

  int received(std::string_view piece) {
    heard_ = loop_.now();
    if (message_.size() + piece.size() > limits::kReceivedMessageBytes) {
      end_ = ConnectionEnd{Kind::closed, 1009, "message-too-big",
                           "the server sent a message of more than 16 MiB"};
      lws_close_reason(wsi_, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, nullptr, 0);
      return -1;
    }
    const bool whole = lws_is_final_fragment(wsi_) != 0 && lws_remaining_packet_payload(wsi_) == 0;
    if (whole && message_.empty()) return deliver(piece);
    message_.append(piece);
    if (!whole) return 0;
    const std::string message = std::exchange(message_, {});
    return deliver(message);
  }

  int deliver(std::string_view message) {
    if (is_utf8(message)) {
      host_.received(message);
      return 0;
    }
    end_ = ConnectionEnd{Kind::closed, 1007, "invalid-utf8", "the server sent a message that is not UTF-8"};
    lws_close_reason(wsi_, LWS_CLOSE_STATUS_INVALID_PAYLOAD, nullptr, 0);
    return -1;
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
    if (std::exchange(ping_due_, false)) {
      std::array<unsigned char, LWS_PRE + sizeof(std::uint64_t)> frame{};
      const std::uint64_t sent_us = now_us();
      std::memcpy(frame.data() + LWS_PRE, &sent_us, sizeof sent_us);
      if (lws_write(wsi_, frame.data() + LWS_PRE, sizeof sent_us, LWS_WRITE_PING) < 0) return -1;
    }
    const bool had_some = !unsent_.empty();
    for (int i = 0; i < messages_a_turn && !unsent_.empty() && lws_partial_buffered(wsi_) == 0; ++i) {
      std::string message = std::move(unsent_.front());
      unsent_.pop_front();
      const std::size_t bytes = message.size() - LWS_PRE;
      unsent_bytes_ -= bytes;
      auto* const start = reinterpret_cast<unsigned char*>(message.data()) + LWS_PRE;
      if (lws_write(wsi_, start, bytes, LWS_WRITE_TEXT) < 0) return -1;
    }
    if (!unsent_.empty()) {
      lws_callback_on_writable(wsi_);
      return 0;
    }
    if (had_some) host_.drained();
    if (close_ && !close_said_ && unsent_.empty() && lws_partial_buffered(wsi_) == 0) say_close();
    return 0;
  }

  /// To return -1 would end TCP without the close frame. This is the one reason for a time-out that leaves the
  /// socket usable.
  void say_close() {
    close_said_ = true;
    lws_close_reason(wsi_, static_cast<lws_close_status>(close_->code),
                     reinterpret_cast<unsigned char*>(close_->reason.data()), close_->reason.size());
    lws_set_timeout(wsi_, PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE, LWS_TO_KILL_ASYNC);
  }

  void peer_closes(std::string_view in) {
    const auto octet = [in](std::size_t i) { return static_cast<unsigned char>(in[i]); };
    ConnectionEnd end;
    end.code = 1005;
    if (in.size() >= 2) {
      end.reason = in.substr(2);
      end.code = true_code(static_cast<std::uint16_t>(octet(0) << 8 | octet(1)), end.reason);
    }
    if (!end_) end_ = end;
  }

  void closed() {
    wsi_ = nullptr;
    if (end_) return finish(*end_);
    if (close_) return finish(*close_);
    finish({Kind::closed, 1006, {}, "the connection to " + options_.address.websocket_url() + " was lost"});
  }

  void out_of_time() {
    if (close_) {
      const ConnectionEnd end = *close_;
      return give_up(end);
    }
    give_up(failure("no answer within " + std::to_string(options_.timeout.count()) +
                    " ms (--connect-timeout sets that time)"));
  }

  void check_life() {
    if (!open_) return;
    if (loop_.now() - heard_ >= limits::kPingTimeout)
      return give_up({Kind::closed, 1006, {}, "the server does not answer pings any more"});
    if (loop_.now() - heard_ >= limits::kPingInterval) ping();
  }

  /// Lets go of what libwebsockets still has: it ends it when it is woken.
  void abandon() {
    resolver_.reset();
    next_.stop();
    if (wsi_ == nullptr) return;
    lws_set_timeout(std::exchange(wsi_, nullptr), PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
    context_->wake();
  }

  void finish(ConnectionEnd end) {
    connecting_ = open_ = ping_due_ = close_said_ = false;
    deadline_.stop();
    watch_.stop();
    close_.reset();
    end_.reset();
    message_.clear();
    unsent_.clear();
    unsent_bytes_ = 0;
    addresses_.clear();
    host_.ended(end);
  }

  EventLoop& loop_;
  const ConnectOptions options_;
  Host& host_;
  Ticker deadline_;  // of connecting, or of closing
  Ticker next_;      // the next address, outside of libwebsockets' callbacks
  Ticker watch_;
  std::array<lws_protocols, 2> protocols_{};
  std::optional<WebSocketsContext> context_;
  std::unique_ptr<Resolver> resolver_;
  lws* wsi_ = nullptr;
  bool connecting_ = false;
  bool open_ = false;
  std::uint64_t started_us_ = 0;
  Milliseconds heard_{};
  std::deque<std::string> addresses_;
  std::string address_;
  std::vector<std::string> errors_;  // one for each address that was tried
  std::string certificate_fault_;
  std::string message_;             // as far as it has come
  std::deque<std::string> unsent_;  // with libwebsockets' room in front
  std::size_t unsent_bytes_ = 0;
  bool ping_due_ = false;
  std::optional<ConnectionEnd> close_;  // ours, once asked for
  bool close_said_ = false;
  std::optional<ConnectionEnd> end_;    // how it will have ended
};

WebSocketClient::WebSocketClient(EventLoop& loop, const ConnectOptions& options, Host& host)
    : connection_(std::make_unique<Connection>(loop, options, host)) {}
WebSocketClient::~WebSocketClient() = default;

void WebSocketClient::connect() { connection_->connect(); }
void WebSocketClient::send(std::string_view message) { connection_->send(message); }
std::size_t WebSocketClient::unsent_bytes() const noexcept { return connection_->unsent_bytes(); }
void WebSocketClient::ping() { connection_->ping(); }
void WebSocketClient::close(std::uint16_t code, std::string_view reason) { connection_->close(code, reason); }
void WebSocketClient::give_up(const ConnectionEnd& end) { connection_->give_up(end); }
bool WebSocketClient::is_active() const noexcept { return connection_->is_active(); }
void WebSocketClient::pause(bool paused) { connection_->pause(paused); }

}  // namespace p2psig
