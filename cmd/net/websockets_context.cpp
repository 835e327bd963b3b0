#include "cmd/net/websockets_context.hpp"

#include "cmd/failure.hpp"

namespace p2psig {
namespace {

/// Pings and time-outs are ours: libwebsockets would keep all connections in one sorted list. Outlives every
/// context.
constexpr lws_retry_bo_t kNoIdlePolicy{};

/// What is read at once. Less makes bursts dearer; more makes the others wait longer when a thousand
/// connections have much to read at once.
constexpr unsigned kServiceBufferBytes = 32768;

}  // namespace

WebSocketsContext::WebSocketsContext(EventLoop& loop, lws_context_creation_info info) : loop_(loop) {
  // It calls each adoption an error; and what it thinks of peers is not for stderr.
  lws_set_log_level(0, nullptr);
  void* loops[] = {loop.raw()};
  info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  info.options |= LWS_SERVER_OPTION_LIBUV;  // and UTF-8 is checked by our own scanner
  info.foreign_loops = loops;
  info.pt_serv_buf_size = kServiceBufferBytes;
  info.retry_and_idle_policy = &kNoIdlePolicy;
  info.pcontext = &context_;
  context_ = lws_create_context(&info);
  if (context_ == nullptr)
    throw Failure(exit_code::kNetwork,
                  "cannot start libwebsockets with libuv (is its plugin installed? Debian's package is "
                  "libwebsockets-evlib-uv)");
  vhost_ = lws_get_vhost_by_name(context_, "default");
}

WebSocketsContext::~WebSocketsContext() {
  constexpr int turns = 1000;     // a few are enough; what else uses the loop must not keep us here
  lws_context_destroy(context_);  // starts it
  for (int i = 0; i < turns; ++i)
    if (!loop_.run_ready()) break;
  lws_context_destroy(context_);  // frees it
}

}  // namespace p2psig
