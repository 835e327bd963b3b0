#pragma once

#include <libwebsockets.h>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "cmd/net/event_loop.hpp"
#include "cmd/net/http.hpp"
#include "cmd/net/listener.hpp"
#include "core/protocol/limits.hpp"
#include "core/server/worker.hpp"

namespace p2psig {

/// What a WebSocket server is the server of.
class Site {
 public:
  virtual HttpReply answer(const HttpRequest& request) = 0;
  virtual void connected(const Session& session, int socket) = 0;
  virtual void closed(const Session& session) = 0;
  virtual void refused(std::string_view address, const HttpReply& reply) = 0;
  /// libwebsockets has something to say; mostly about what a peer does.
  virtual void library_says(std::string_view line) = 0;

 protected:
  ~Site() = default;
};

/// WebSocket and HTTP on the sockets that it is given, by libwebsockets over the loop.
///
/// Messages come in by callback; what the worker's sessions send goes out once a turn of the loop, one raw
/// write for each connection. libwebsockets does the handshake, the frames that arrive, pongs and the closing
/// handshake. Thread: the loop's; one server a thread.
class WebSocketServer {
 public:
  /// Throws Failure if libwebsockets cannot be started. `loop`, `worker` and `site` must outlive the server.
  WebSocketServer(EventLoop& loop, Worker& worker, Site& site);
  ~WebSocketServer();
  WebSocketServer(const WebSocketServer&) = delete;
  WebSocketServer& operator=(const WebSocketServer&) = delete;

  /// Serves a socket that is connected.
  void adopt(Descriptor fd);

  /// Connections that became WebSockets and have not ended, and replies that are on their way.
  [[nodiscard]] std::size_t busy() const noexcept { return websockets_ + replies_.size(); }

 private:
  struct Connection;
  /// A reply that the socket has not taken whole.
  struct Reply {
    std::string head;
    std::shared_ptr<const std::string> body;
    std::size_t sent = 0;  // of head and body together
  };

  static int on_event(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t bytes);
  int on_http_event(lws* wsi, int reason, void* in);
  int on_websocket_event(Connection& connection, int reason, std::string_view in);

  int confirm_upgrade(lws* wsi, const char* upgrade);
  int answer(lws* wsi);
  int send_reply(lws* wsi, Reply& reply);
  void established(lws* wsi, Connection*& connection);
  void closed(Connection*& connection);
  void end_turn();

  EventLoop& loop_;
  Worker& worker_;
  Site& site_;
  /// What libwebsockets is to find among its protocols when it looks for the one that a client has offered.
  std::array<char, limits::kSubprotocolBytes + 1> subprotocol_{"-"};
  std::array<lws_protocols, 3> protocols_{};
  lws_context* context_ = nullptr;
  lws_vhost* vhost_ = nullptr;
  std::unordered_map<lws*, Reply> replies_;
  std::size_t websockets_ = 0;
  bool timers_set_ = false;  // outside libwebsockets' own callbacks, so it has to be woken for them
  Ticker ticker_;
};

}  // namespace p2psig
