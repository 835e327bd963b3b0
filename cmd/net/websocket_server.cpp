#include "cmd/net/websocket_server.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "cmd/net/random_bytes.hpp"
#include "core/protocol/frame_reader.hpp"

namespace p2psig {
namespace {

/// Ids for many connections from one system call.
PeerId random_id() {
  static thread_local std::array<std::uint8_t, 256 * PeerId::kRandomBytes> pool;
  static thread_local std::size_t used = pool.size();
  if (used == pool.size()) {
    draw_random(pool);
    used = 0;
  }
  const std::span<const std::uint8_t, PeerId::kRandomBytes> bytes(pool.data() + used, PeerId::kRandomBytes);
  used += PeerId::kRandomBytes;
  return PeerId::from_random(bytes);
}

}  // namespace

/// Gone when libwebsockets says that it has closed the socket.
struct WebSocketServer::Connection final : Link {
  Connection(WebSocketServer& owner, lws* socket)
      : server(owner), wsi(socket), session(random_id(), *this, owner.worker_.shared(), owner.loop_.now()) {}

  /// Past libwebsockets: with what the socket does not take it would stop reading.
  std::optional<std::size_t> send(std::string_view bytes) override {
    const ssize_t sent = ::send(lws_get_socket_fd(wsi), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR) return std::nullopt;
    const std::size_t taken = sent > 0 ? static_cast<std::size_t>(sent) : 0;
    if (taken != bytes.size()) lws_callback_on_writable(wsi);
    return taken;
  }

  void end() override {
    ending = true;
    server.ends_.push_back(this);
  }

  void cut() override {
    reset_at_close(lws_get_socket_fd(wsi));
    end();
  }

  void receive(std::span<char> bytes) {
    /// What the frames mean for the session.
    struct Frames {
      void message(std::string_view piece, std::uint64_t frame_bytes_left, bool ends_message) const {
        session.receive(piece, frame_bytes_left, ends_message, now);
      }
      void ping(std::string_view payload) const { session.ping(payload, now); }
      void pong(std::string_view /*payload*/) const { session.pong(now); }
      void close(std::string_view payload) const { session.peer_closes(payload); }
      void violation() const { session.close(CloseReason::protocol_error, now); }
      void unreadable() const { session.lost("protocol-error"); }

      Session& session;
      Milliseconds now;
    };
    reader.read(bytes, Frames{session, server.loop_.now()});
  }

  WebSocketServer& server;
  lws* const wsi;
  Session session;
  FrameReader reader{FrameReader::Sender::client};
  bool ending = false;
};

WebSocketServer::WebSocketServer(EventLoop& loop, Worker& worker, WebSocketEvents& events)
    : loop_(loop), worker_(worker), events_(events), ticker_(loop, [this] { worker_.tick(loop_.now()); }) {
  protocols_[0] = {"", on_event, 0, 0, 0, nullptr, 0};
  lws_context_creation_info info{};
  info.protocols = protocols_.data();
  context_.emplace(loop, info);
  turn_end_.emplace(loop, [this] { end_turn(); });
}

WebSocketServer::~WebSocketServer() {
  turn_end_.reset();
  context_.reset();  // while what its callbacks use is there
}

/// The answer waits in the kernel for the first frame, with which it goes out at the end of the turn: that
/// saves a tenth of what a connect costs.
void WebSocketServer::adopt(UpgradeRequest request) {
  const std::string& reply = request.reply;
  const int fd = request.socket.get();
  if (std::cmp_not_equal(::send(fd, reply.data(), reply.size(), MSG_NOSIGNAL | MSG_MORE), reply.size()))
    return;  // nothing was sent before, so there is room for it, unless the connection is lost
  lws_sock_file_fd_type socket{};
  socket.sockfd = request.socket.release();  // closed if that fails
  lws* const wsi = lws_adopt_descriptor_vhost(context_->vhost(), LWS_ADOPT_SOCKET, socket, nullptr, nullptr);
  if (wsi == nullptr) return;
  auto* const connection = new Connection(*this, wsi);
  lws_set_opaque_user_data(wsi, connection);
  if (count_++ == 0) ticker_.start(TimerWheel::kTick, TimerWheel::kTick);
  events_.connected(connection->session, fd);
  worker_.admit(connection->session, loop_.now());
  connection->receive(request.behind);
}

void WebSocketServer::end_turn() {
  worker_.flush();
  end_connections();
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

/// To close a socket takes libwebsockets some twenty microseconds. When a thousand time out at once, or are
/// cut off, the others have their turns in between; but not when all end.
void WebSocketServer::end_connections() {
  constexpr std::size_t ends_a_turn = 64;
  for (std::size_t i = 0; !ends_.empty() && (i < ends_a_turn || worker_.draining()); ++i) {
    Connection& connection = *ends_.front();
    ends_.pop_front();
    connection.ending = false;
    lws_set_timeout(connection.wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_SYNC);
  }
  if (!ends_.empty()) context_->wake();  // for another turn
}

int WebSocketServer::on_event(lws* wsi, lws_callback_reasons reason, void* /*user*/, void* in,
                              std::size_t bytes) {
  if (reason != LWS_CALLBACK_RAW_RX && reason != LWS_CALLBACK_RAW_WRITEABLE &&
      reason != LWS_CALLBACK_RAW_CLOSE)
    return 0;
  auto* const connection = static_cast<Connection*>(lws_get_opaque_user_data(wsi));
  if (connection == nullptr) return 0;
  WebSocketServer& server = connection->server;
  if (reason == LWS_CALLBACK_RAW_RX)
    connection->receive({static_cast<char*>(in), bytes});
  else if (reason == LWS_CALLBACK_RAW_WRITEABLE)
    connection->session.drained();
  else
    server.closed(*connection);
  server.flush_in_long_turn();
  return 0;
}

void WebSocketServer::closed(Connection& connection) {
  lws_set_opaque_user_data(connection.wsi, nullptr);
  connection.session.gone();
  events_.closed(connection.session);
  if (connection.ending) std::erase(ends_, &connection);
  delete &connection;
  if (--count_ == 0 && !worker_.draining()) ticker_.stop();
}

}  // namespace p2psig
