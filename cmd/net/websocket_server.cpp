#include "cmd/net/websocket_server.hpp"

#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <utility>

#include "cmd/failure.hpp"
#include "cmd/net/upgrade_request.hpp"

namespace p2psig {
namespace {

/// One read takes the smaller of two buffers. Just below 64 KiB for jemalloc's size class, the header room
/// included.
constexpr std::size_t kReadBytes = 65516;
constexpr unsigned kServiceBufferBytes = 65536;
constexpr std::size_t kWriteBytes = 65536;

/// Pings and time-outs are ours: libwebsockets would keep all connections in one sorted list. Outlives every
/// context.
constexpr lws_retry_bo_t kNoIdlePolicy{};

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

int write_raw(lws* wsi, std::string_view bytes) {
  // libwebsockets does not change what it writes raw; its interface is older than const.
  auto* const data = reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data()));
  return lws_write(wsi, data, bytes.size(), LWS_WRITE_RAW);
}

/// Takes what has come in and is not wanted: closing a socket with unread data would reset it, and the reply
/// would be lost.
void discard_input(lws* wsi) {
  constexpr int rounds = 16;
  std::array<char, 16384> buffer;
  for (int i = 0; i < rounds; ++i)
    if (recv(lws_get_socket_fd(wsi), buffer.data(), buffer.size(), MSG_DONTWAIT) <= 0) return;
}

std::string_view method_name(int method) noexcept {
  switch (method) {
    case LWSHUMETH_GET:
      return "GET";
    case LWSHUMETH_HEAD:
      return "HEAD";
    case LWSHUMETH_POST:
      return "POST";
    case LWSHUMETH_OPTIONS:
      return "OPTIONS";
    case LWSHUMETH_PUT:
      return "PUT";
    case LWSHUMETH_PATCH:
      return "PATCH";
    case LWSHUMETH_DELETE:
      return "DELETE";
    default:
      return "";
  }
}

/// For a request that gets no further. Returns what makes libwebsockets hang up.
int refuse(lws* wsi, const HttpReply& reply) {
  write_raw(wsi, head_of(reply) + *reply.body);
  discard_input(wsi);
  return -1;
}

thread_local Site* site_of_thread = nullptr;

void call_site_of_thread(int /*level*/, const char* line) {
  if (site_of_thread == nullptr) return;
  std::string_view text(line);
  while (text.ends_with('\n')) text.remove_suffix(1);
  site_of_thread->library_says(text);
}

}  // namespace

/// A WebSocket. Made when its handshake is done, gone when libwebsockets says that it is closed.
struct WebSocketServer::Connection final : Link {
  Connection(WebSocketServer& owner, lws* socket)
      : server(owner), wsi(socket), session(random_id(), *this, owner.worker_.shared(), owner.loop_.now()) {}

  Sent send(std::string_view frames) override {
    if (write_raw(wsi, frames) < 0) return Sent::dead;
    return lws_partial_buffered(wsi) != 0 ? Sent::held : Sent::all;
  }

  void close(CloseCode code) override {
    const std::string_view reason = name_of(code);
    lws_close_reason(wsi, static_cast<lws_close_status>(code),
                     reinterpret_cast<unsigned char*>(const_cast<char*>(reason.data())), reason.size());
    // The one reason for a time-out that leaves the socket usable, so that the close frame is still sent.
    end_by_timeout(PENDING_TIMEOUT_HTTP_KEEPALIVE_IDLE);
  }

  void cut() override {
    const linger reset{1, 0};  // the kernel drops what the peer did not read
    setsockopt(lws_get_socket_fd(wsi), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    end_by_timeout(PENDING_TIMEOUT_USER_REASON_BASE);
  }

  void end_by_timeout(int reason) {
    lws_set_timeout(wsi, static_cast<pending_timeout>(reason), LWS_TO_KILL_ASYNC);
    server.timers_set_ = true;
  }

  WebSocketServer& server;
  lws* const wsi;
  Session session;
};

WebSocketServer::WebSocketServer(EventLoop& loop, Worker& worker, Site& site)
    : loop_(loop), worker_(worker), site_(site), ticker_(loop, [this] { worker_.tick(loop_.now()); }) {
  site_of_thread = &site;
  lws_set_log_level(LLL_ERR, call_site_of_thread);
  protocols_[0] = {"p2psig", on_event, sizeof(Connection*), kReadBytes, 0, nullptr, kWriteBytes};
  protocols_[1] = protocols_[0];
  protocols_[1].name = subprotocol_.data();
  void* loops[] = {loop.raw()};
  lws_context_creation_info info{};
  info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  info.protocols = protocols_.data();
  info.user = this;
  info.options = LWS_SERVER_OPTION_LIBUV;  // UTF-8 is checked by our own scanner
  info.foreign_loops = loops;
  info.retry_and_idle_policy = &kNoIdlePolicy;
  info.pt_serv_buf_size = kServiceBufferBytes;
  info.max_http_header_data = limits::kHttpHeaderBytes;
  info.alpn = "http/1.1";
  info.pcontext = &context_;
  context_ = lws_create_context(&info);
  if (context_ == nullptr)
    throw Failure(exit_code::kNetwork,
                  "cannot start libwebsockets with libuv (is its plugin installed? Debian's package is "
                  "libwebsockets-evlib-uv)");
  vhost_ = lws_get_vhost_by_name(context_, "default");
  loop.after_each_turn([this] { end_turn(); });
}

WebSocketServer::~WebSocketServer() {
  constexpr int turns = 1000;  // a few are enough; what else uses the loop must not keep us here
  loop_.after_each_turn(nullptr);
  lws_context_destroy(context_);  // starts it
  for (int i = 0; i < turns && loop_.run_ready();) ++i;
  lws_context_destroy(context_);  // frees it
  site_of_thread = nullptr;
}

void WebSocketServer::adopt(Descriptor fd) {
  lws_adopt_socket_vhost(vhost_, fd.release());  // closes it if it fails
}

void WebSocketServer::end_turn() {
  worker_.flush();
  if (std::exchange(timers_set_, false)) lws_cancel_service(context_);
}

int WebSocketServer::on_event(lws* wsi, lws_callback_reasons reason, void* user, void* in,
                              std::size_t bytes) {
  auto* const server = static_cast<WebSocketServer*>(lws_context_user(lws_get_context(wsi)));
  auto** const connection = static_cast<Connection**>(user);
  switch (static_cast<int>(reason)) {
    case LWS_CALLBACK_ESTABLISHED:
      server->established(wsi, *connection);
      return 0;
    case LWS_CALLBACK_CLOSED:
      server->closed(*connection);
      return 0;
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_RECEIVE_PONG:
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    case LWS_CALLBACK_WS_SERVER_DROP_PROTOCOL:
      if (connection == nullptr || *connection == nullptr) return 0;
      return server->on_websocket_event(**connection, reason,
                                        {static_cast<const char*>(in), in != nullptr ? bytes : 0});
    default:
      return server->on_http_event(wsi, reason, in);
  }
}

int WebSocketServer::on_websocket_event(Connection& connection, int reason, std::string_view in) {
  switch (reason) {
    case LWS_CALLBACK_RECEIVE:
      connection.session.receive(in, lws_remaining_packet_payload(connection.wsi),
                                 lws_is_final_fragment(connection.wsi) != 0, loop_.now());
      return 0;
    case LWS_CALLBACK_RECEIVE_PONG:
      connection.session.heard(loop_.now());
      return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
      if (lws_partial_buffered(connection.wsi) == 0) connection.session.drained();
      return 0;
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: {
      const bool has_code = in.size() >= 2;
      const auto octet = [in](std::size_t i) { return static_cast<unsigned char>(in[i]); };
      connection.session.ending(static_cast<std::uint16_t>(has_code ? octet(0) << 8 | octet(1) : 1005),
                                has_code ? in.substr(2) : std::string_view());
      return 0;
    }
    default:  // libwebsockets has begun to end it; with a code if a frame was against RFC 6455
      if (lws_get_close_length(connection.wsi) >= 2)
        connection.session.ending(LWS_CLOSE_STATUS_PROTOCOL_ERR, "protocol-error");
      else
        connection.session.gone();
      return 0;
  }
}

void WebSocketServer::established(lws* wsi, Connection*& connection) {
  connection = new Connection(*this, wsi);
  if (websockets_++ == 0) ticker_.start(TimerWheel::kTick, TimerWheel::kTick);
  site_.connected(connection->session, lws_get_socket_fd(wsi));
  worker_.admit(connection->session, loop_.now());
}

void WebSocketServer::closed(Connection*& connection) {
  if (connection == nullptr) return;
  connection->session.gone();
  site_.closed(connection->session);
  delete std::exchange(connection, nullptr);
  if (--websockets_ == 0 && !worker_.draining()) ticker_.stop();
}

int WebSocketServer::on_http_event(lws* wsi, int reason, void* in) {
  switch (reason) {
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
      return confirm_upgrade(wsi, static_cast<const char*>(in));
    case LWS_CALLBACK_HTTP:
      return answer(wsi);
    case LWS_CALLBACK_HTTP_WRITEABLE: {
      const auto reply = replies_.find(wsi);
      return reply != replies_.end() ? send_reply(wsi, reply->second) : 0;
    }
    case LWS_CALLBACK_WSI_DESTROY:
      replies_.erase(wsi);
      return 0;
    // CONNECT would make a raw socket of a connection, without any time-out.
    case LWS_CALLBACK_RAW_ADOPT:
    case LWS_CALLBACK_RAW_RX:
      return -1;
    default:
      return 0;
  }
}

int WebSocketServer::confirm_upgrade(lws* wsi, const char* upgrade) {
  if (lws_hdr_total_length(wsi, WSI_TOKEN_UPGRADE) == 0) return -1;  // CVE-2025-11677: `upgrade` dangles
  if (const auto refusal = refuse_upgrade(wsi, upgrade)) {
    site_.refused(peer_address(lws_get_socket_fd(wsi)), *refusal);
    return refuse(wsi, *refusal);
  }
  // libwebsockets looks the offered names up among its protocols right after this, and finds this one.
  return first_subprotocol(wsi, subprotocol_) ? 0 : -1;
}

int WebSocketServer::answer(lws* wsi) {
  char* path = nullptr;
  int path_bytes = 0;
  const int method = lws_http_get_uri_and_method(wsi, &path, &path_bytes);
  if (method < 0) return -1;
  const HttpReply reply = site_.answer({method_name(method), {path, static_cast<std::size_t>(path_bytes)}});
  Reply& pending = replies_[wsi];
  pending.head = head_of(reply);
  if (method != LWSHUMETH_HEAD) pending.body = reply.body;
  return send_reply(wsi, pending);
}

/// Sends the next part. Returns what makes libwebsockets hang up once all has gone to the kernel.
int WebSocketServer::send_reply(lws* wsi, Reply& reply) {
  constexpr int progress_seconds = 5;
  const std::size_t total = reply.head.size() + (reply.body ? reply.body->size() : 0);
  while (lws_partial_buffered(wsi) == 0) {
    if (reply.sent == total) {
      discard_input(wsi);
      return -1;
    }
    std::string_view part;
    std::string first;
    if (reply.sent < reply.head.size()) {  // the head, and what fits of the body, in one segment
      first = reply.head;
      if (reply.body) first.append(*reply.body, 0, limits::kBatchBytes);
      part = first;
    } else {
      part = std::string_view(*reply.body).substr(reply.sent - reply.head.size(), limits::kBatchBytes);
    }
    if (write_raw(wsi, part) < 0) return -1;
    reply.sent += part.size();
  }
  lws_set_timeout(wsi, PENDING_TIMEOUT_HTTP_CONTENT, progress_seconds);
  return 0;
}

}  // namespace p2psig

/// libwebsockets calls this for a request that it refuses by itself: its own function of this name would
/// answer with a page of HTML and, after an unknown Upgrade, go on with headers that are gone
/// (CVE-2025-11677). The dynamic linker takes ours instead.
extern "C" __attribute__((visibility("default"), used)) int lws_return_http_status(lws* wsi,
                                                                                   unsigned int /*code*/,
                                                                                   const char* /*body*/) {
  constexpr lws_token_indexes methods[] = {WSI_TOKEN_GET_URI,     WSI_TOKEN_POST_URI, WSI_TOKEN_HEAD_URI,
                                           WSI_TOKEN_OPTIONS_URI, WSI_TOKEN_PUT_URI,  WSI_TOKEN_PATCH_URI,
                                           WSI_TOKEN_DELETE_URI};
  const bool known_method = std::any_of(std::begin(methods), std::end(methods),
                                        [wsi](auto token) { return lws_hdr_total_length(wsi, token) != 0; });
  using namespace p2psig;
  refuse(wsi, known_method ? http_error(400, "bad-request", "the request is malformed")
                           : http_error(405, "method-not-allowed", "only GET and HEAD are served"));
  return 1;
}
