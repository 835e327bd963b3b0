#pragma once

#include <libwebsockets.h>

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "cmd/net/event_loop.hpp"
#include "cmd/net/reception.hpp"
#include "cmd/net/websockets_context.hpp"
#include "core/protocol/messages.hpp"
#include "core/server/worker.hpp"

namespace p2psig {

/// Who wants to know of WebSockets.
class WebSocketEvents {
 public:
  virtual void connected(const Session& session, int socket) = 0;
  virtual void closed(const Session& session) = 0;

 protected:
  ~WebSocketEvents() = default;
};

/// WebSocket and HTTP on the sockets that it is given, by libwebsockets over the loop.
///
/// Messages come in by callback; what the worker's sessions send goes out once a turn of the loop, one write
/// for each connection. libwebsockets does the handshake, the frames that arrive, pongs and the closing
/// handshake. Thread: the loop's; one server a thread.
class WebSocketServer {
 public:
  /// Throws Failure if libwebsockets cannot be started. `loop`, `worker` and `events` must outlive the
  /// server.
  WebSocketServer(EventLoop& loop, Worker& worker, WebSocketEvents& events);
  ~WebSocketServer();
  WebSocketServer(const WebSocketServer&) = delete;
  WebSocketServer& operator=(const WebSocketServer&) = delete;

  void adopt(UpgradeRequest request);

  /// WebSockets that have not ended.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 private:
  struct Connection;

  [[nodiscard]] static WebSocketServer& server_of(lws* wsi) noexcept;
  static int on_event(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t bytes);
  void on_connection_event(Connection& connection, int reason, std::string_view in);

  int add_subprotocol(lws_process_html_args& headers) const;
  void established(lws* wsi, Connection*& connection);
  void closed(Connection*& connection);
  void end_turn();
  void flush_in_long_turn();
  void end_connections();
  void forget_close(const Connection& connection);
  void uncork_newcomers();

  EventLoop& loop_;
  Worker& worker_;
  WebSocketEvents& events_;
  std::array<lws_protocols, 2> protocols_{};
  std::optional<WebSocketsContext> context_;
  const UpgradeRequest* adopting_ = nullptr;  // all of its handshake happens within adopt()
  std::size_t count_ = 0;
  std::vector<Connection*> newcomers_;  // of this turn of the loop
  /// A connection that is to end: with a closing handshake, or without a reason cut off.
  struct End {
    Connection* connection;
    std::optional<CloseReason> reason;
  };
  std::deque<End> ends_;
  unsigned handled_ = 0;
  Milliseconds flushed_{};   // in this turn of the loop, which is a long one
  bool timers_set_ = false;  // outside libwebsockets' own callbacks, so it has to be woken for them
  Ticker ticker_;
  std::optional<TurnEnd> turn_end_;
};

}  // namespace p2psig
