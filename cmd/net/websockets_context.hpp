#pragma once

#include <libwebsockets.h>

#include "cmd/net/event_loop.hpp"

namespace p2psig {

/// libwebsockets, set up over an event loop. Thread: the loop's; one context a thread.
class WebSocketsContext {
 public:
  /// `info` says what is special about this one. Throws Failure if libwebsockets cannot be started. `loop`
  /// must outlive it.
  WebSocketsContext(EventLoop& loop, lws_context_creation_info info);
  /// Ends all its connections; their callbacks are called.
  ~WebSocketsContext();
  WebSocketsContext(const WebSocketsContext&) = delete;
  WebSocketsContext& operator=(const WebSocketsContext&) = delete;

  [[nodiscard]] lws_context* raw() const noexcept { return context_; }
  [[nodiscard]] lws_vhost* vhost() const noexcept { return vhost_; }
  /// After timers were set outside its callbacks: it would not look at them before the next event.
  void wake() noexcept { lws_cancel_service(context_); }

 private:
  EventLoop& loop_;
  lws_context* context_ = nullptr;
  lws_vhost* vhost_ = nullptr;
};

}  // namespace p2psig
