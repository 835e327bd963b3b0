#pragma once

#include <libwebsockets.h>

#include <array>
#include <cstddef>
#include <deque>
#include <optional>

#include "cmd/net/event_loop.hpp"
#include "cmd/net/reception.hpp"
#include "cmd/net/websockets_context.hpp"
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

/// WebSockets on the sockets that it is given, by libwebsockets over the loop.
///
/// libwebsockets owns the sockets: it waits for them, reads, and closes. The frames that arrive are read by
/// FrameReader; those that leave are built in the outboxes, and go out once a turn of the loop, in one write
/// for each connection. libwebsockets reads frames as well, but takes a third of the time that a short
/// message costs for it, where FrameReader takes a twentieth, and does not tell of pings. Thread: the loop's;
/// one server a thread.
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

  static int on_event(lws* wsi, lws_callback_reasons reason, void* user, void* in, std::size_t bytes);
  void closed(Connection& connection);
  void end_turn();
  void flush_in_long_turn();
  void end_connections();

  EventLoop& loop_;
  Worker& worker_;
  WebSocketEvents& events_;
  std::array<lws_protocols, 2> protocols_{};
  std::optional<WebSocketsContext> context_;
  std::size_t count_ = 0;
  std::deque<Connection*> ends_;  // of those that are to be closed
  unsigned handled_ = 0;
  Milliseconds flushed_{};  // in this turn of the loop, which is a long one
  Ticker ticker_;
  std::optional<TurnEnd> turn_end_;
};

}  // namespace p2psig
