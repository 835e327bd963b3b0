#include "cmd/net/websocket_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>
#include <utility>

namespace p2psig {
namespace {

constexpr std::size_t kWriteBytes = 65536;

/// Ids for many connections from one system call.
PeerId random_id() {
  static thread_local std::array<std::uint8_t, 256 * PeerId::kRandomBytes> pool;
  static thread_local std::size_t used = pool.size();
  if (used == pool.size()) {
    for (std::size_t got = 0; got < pool.size();) {
      const ssize_t more = getrandom(pool.data() + got, pool.size() - got, 0);
      if (more < 0 && errno != EINTR)
        std::abort();  // no kernel does that once it has booted; ids must not be guessable
      got += more > 0 ? static_cast<std::size_t>(more) : 0;
    }
    used = 0;
  }
  const std::span<const std::uint8_t, PeerId::kRandomBytes> bytes(pool.data() + used, PeerId::kRandomBytes);
  used += PeerId::kRandomBytes;
  return PeerId::from_random(bytes);
}

/// While corked, a socket keeps what does not fill a segment (tcp(7)).
void set_cork(int fd, bool corked) noexcept {
  const int value = corked ? 1 : 0;
  setsockopt(fd, IPPROTO_TCP, TCP_CORK, &value, sizeof value);
}

int write_raw(lws* wsi, std::string_view bytes) {
  // libwebsockets does not change what it writes raw; its interface is older than const.
  auto* const data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  return lws_write(wsi, data, bytes.size(), LWS_WRITE_RAW);
}

}  // namespace

WebSocketServer& WebSocketServer::server_of(lws* wsi) noexcept {
  return *static_cast<WebSocketServer*>(lws_context_user(lws_get_context(wsi)));
}

/// A WebSocket. Made when its handshake is done, gone when libwebsockets says that it is closed.
struct WebSocketServer::Connection final : Link {
  Connection(const WebSocketServer& server, lws* socket)
      : wsi(socket), session(random_id(), *this, server.worker_.shared(), server.loop_.now()) {}

  /// By way of libwebsockets, if it still holds something, or for what the socket does not take: then it
  /// waits until it can be written. Where the socket takes all, the detour is a tenth of the cost.
  Sent send(std::string_view frames) override {
    if (lws_partial_buffered(wsi) == 0) {
      const ssize_t sent = ::send(lws_get_socket_fd(wsi), frames.data(), frames.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) return Sent::dead;
      frames.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
      if (frames.empty()) return Sent::all;
    }
    if (write_raw(wsi, frames) < 0) return Sent::dead;
    return lws_partial_buffered(wsi) != 0 ? Sent::held : Sent::all;
  }

  void close(CloseReason reason) override { server_of(wsi).ends_.push_back({this, reason}); }
  void cut() override { server_of(wsi).ends_.push_back({this, std::nullopt}); }

  void start_close(CloseReason reason) const {
    const std::string_view text = name_of(reason);
    lws_close_reason(wsi, static_cast<lws_close_status>(code_of(reason)),
                     reinterpret_cast<unsigned char*>(const_cast<char*>(text.data())), text.size());
    // The one reason for a time-out that leaves the socket usable, so that the close frame is still sent.
    lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE, LWS_TO_KILL_ASYNC);
  }

  void start_cut() const {
    reset_at_close(lws_get_socket_fd(wsi));
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
  }

  lws* const wsi;
  Session session;
};

WebSocketServer::WebSocketServer(EventLoop& loop, Worker& worker, WebSocketEvents& events)
    : loop_(loop), worker_(worker), events_(events), ticker_(loop, [this] { worker_.tick(loop_.now()); }) {
  // Without a name no subprotocol is written into the reply: we do that. Its memory of a session is our
  // Connection*.
  protocols_[0] = {"", on_event, sizeof(void*), WebSocketsContext::kReadBytes, 0, nullptr, kWriteBytes};
  lws_context_creation_info info{};
  info.protocols = protocols_.data();
  info.user = this;
  context_.emplace(loop, info);
  turn_end_.emplace(loop, [this] { end_turn(); });
}

WebSocketServer::~WebSocketServer() {
  turn_end_.reset();
  context_.reset();  // while what its callbacks use is there
}

/// Between this and the end of the turn nothing leaves, so that the answer to the handshake and the first
/// frame go out together: that saves a tenth of what a connect costs.
void WebSocketServer::adopt(UpgradeRequest request) {
  set_cork(request.socket.get(), true);
  adopting_ = &request;
  // Closes the socket if it fails.
  lws_adopt_socket_vhost_readbuf(context_->vhost(), request.socket.release(), request.handshake.data(),
                                 request.handshake.size());
  adopting_ = nullptr;
}

void WebSocketServer::end_turn() {
  worker_.flush();
  uncork_newcomers();
  end_connections();
  if (std::exchange(timers_set_, false)) context_->wake();
}

/// What has been relayed goes out at the end of a turn. But in one of thousands of events, as when a crowd
/// leaves at once, nobody shall wait for that.
void WebSocketServer::flush_in_long_turn() {
  constexpr unsigned events_a_look = 16;
  constexpr Milliseconds patience{10};
  if (++handled_ % events_a_look != 0) return;
  constexpr std::uint64_t nanoseconds_a_millisecond = 1'000'000;
  const Milliseconds time(uv_hrtime() / nanoseconds_a_millisecond);
  if (time - std::max(loop_.now(), flushed_) < patience) return;
  flushed_ = time;
  worker_.flush();
}

/// To end a connection is a hundred microseconds' work for libwebsockets, which does it when it is woken.
/// When a thousand time out at once, or are cut off, the others have their turns in between; but not when all
/// end.
void WebSocketServer::end_connections() {
  constexpr std::size_t ends_a_turn = 64;
  for (std::size_t i = 0; !ends_.empty() && (i < ends_a_turn || worker_.draining()); ++i) {
    const End end = ends_.front();
    ends_.pop_front();
    if (end.reason)
      end.connection->start_close(*end.reason);
    else
      end.connection->start_cut();
    timers_set_ = true;
  }
}

void WebSocketServer::uncork_newcomers() {
  for (const Connection* connection : newcomers_) set_cork(lws_get_socket_fd(connection->wsi), false);
  newcomers_.clear();
}

int WebSocketServer::on_event(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                              std::size_t bytes) {
  WebSocketServer* const server = &server_of(wsi);
  auto** const connection = static_cast<Connection**>(user);
  switch (static_cast<int>(reason)) {
    case LWS_CALLBACK_ADD_HEADERS:
      return server->add_subprotocol(*static_cast<lws_process_html_args*>(in));
    case LWS_CALLBACK_ESTABLISHED:
      server->established(wsi, *connection);
      return 0;
    case LWS_CALLBACK_CLOSED:
      server->closed(*connection);
      server->flush_in_long_turn();
      return 0;
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL:
      if (connection == nullptr || *connection == nullptr) return 0;
      server->on_connection_event(**connection, reason,
                                  {static_cast<const char*>(in), in != nullptr ? bytes : 0});
      server->flush_in_long_turn();
      return 0;
    // None of these is reached by a handshake that Reception let through.
    case LWS_CALLBACK_HTTP:
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX:
      return -1;
    default:
      return 0;
  }
}

void WebSocketServer::on_connection_event(Connection& connection, int reason, std::string_view in) {
  Session& session = connection.session;
  switch (reason) {
    case LWS_CALLBACK_RECEIVE:
      return session.receive(in, lws_remaining_packet_payload(connection.wsi),
                             lws_is_final_fragment(connection.wsi) != 0, loop_.now());
    case LWS_CALLBACK_RECEIVE_PONG:
      return session.heard(loop_.now());
    case LWS_CALLBACK_SERVER_WRITEABLE:
      if (lws_partial_buffered(connection.wsi) == 0) session.drained();
      return;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: {
      forget_close(connection);
      const bool has_code = in.size() >= 2;
      const auto octet = [in](std::size_t i) { return static_cast<unsigned char>(in[i]); };
      return session.ending(static_cast<std::uint16_t>(has_code ? octet(0) << 8 | octet(1) : 1005),
                            has_code ? in.substr(2) : std::string_view());
    }
    default:  // libwebsockets has begun to end it; with a code if a frame was against RFC 6455
      forget_close(connection);
      if (lws_get_close_length(connection.wsi) >= 2)
        session.ending(LWS_CLOSE_STATUS_PROTOCOL_ERR, "protocol-error");
      else
        session.gone();
  }
}

/// It is closing already, and libwebsockets keeps both close frames in one place.
void WebSocketServer::forget_close(const Connection& connection) {
  std::erase_if(ends_, [&](const End& end) { return end.connection == &connection && end.reason; });
}

int WebSocketServer::add_subprotocol(lws_process_html_args& headers) const {
  if (adopting_ == nullptr || adopting_->subprotocol.empty()) return 0;
  const std::string line = "Sec-WebSocket-Protocol: " + adopting_->subprotocol + "\r\n";
  if (line.size() > static_cast<std::size_t>(headers.max_len)) return -1;
  std::memcpy(headers.p, line.data(), line.size());
  headers.p += line.size();
  return 0;
}

void WebSocketServer::established(lws* wsi, Connection*& connection) {
  connection = new Connection(*this, wsi);
  if (count_++ == 0) ticker_.start(TimerWheel::kTick, TimerWheel::kTick);
  newcomers_.push_back(connection);
  events_.connected(connection->session, lws_get_socket_fd(wsi));
  worker_.admit(connection->session, loop_.now());
}

void WebSocketServer::closed(Connection*& connection) {
  if (connection == nullptr) return;
  connection->session.gone();
  events_.closed(connection->session);
  std::erase(newcomers_, connection);
  std::erase_if(ends_, [connection](const End& end) { return end.connection == connection; });
  delete std::exchange(connection, nullptr);
  if (--count_ == 0 && !worker_.draining()) ticker_.stop();
}

}  // namespace p2psig
