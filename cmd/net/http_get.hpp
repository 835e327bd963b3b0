#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "cmd/net/client_stream.hpp"
#include "cmd/net/connect_options.hpp"
#include "cmd/net/event_loop.hpp"
#include "core/protocol/http_reply.hpp"
#include "core/result.hpp"

namespace p2psig {

/// A reply with the status 200, whole.
struct HttpPage {
  std::string content_type;  ///< hostile, as is the body
  std::string body;
};

/// Why there is none.
struct HttpGetFailure {
  int code;  ///< an exit code: kNetwork before the first byte of a reply, kLost after it, or kProtocol
  std::string what;     ///< a sentence
  bool passes = false;  ///< it may be different the next time, as with a server that is being started
};

using HttpGetResult = Result<HttpPage, HttpGetFailure>;

/// One GET: at most limits::kStatusReplyBytes of body; redirects are not followed.
///
/// libwebsockets has a client for HTTP as well, which would trust the server: a chunk of FFFFFFFF bytes makes
/// it hand out a length of -1, a body of chunks that is cut short is whole to it, and it does not tell a
/// server that is silent from one that has begun to answer.
///
/// Thread: the loop's.
class HttpGet final : private ClientStream::Host {
 public:
  /// Begins. `page` is below the address's prefix: "status". `done` is called once, from the loop, within
  /// `patience`, and the reply's head has to come within options.timeout; it must not destroy the HttpGet.
  /// Throws Failure if the authorities cannot be read. `loop` and `options` must outlive it.
  HttpGet(EventLoop& loop, const ConnectOptions& options, std::string_view page, Milliseconds patience,
          std::function<void(HttpGetResult)> done);
  HttpGet(const HttpGet&) = delete;
  HttpGet& operator=(const HttpGet&) = delete;

 private:
  void connected() override;
  void received(std::span<char> bytes) override;
  void drained() override {}
  void ended(const StreamEnd& end) override;

  void judge();
  void out_of_time();
  void fail(int code, const std::string& what);
  void finish(HttpGetResult result);

  EventLoop& loop_;
  const ConnectOptions& options_;
  const std::string path_;
  const std::string url_;
  const Milliseconds patience_;
  const Milliseconds end_;
  std::function<void(HttpGetResult)> done_;
  Ticker deadline_;
  HttpReplyReader reader_;
  bool head_read_ = false;
  ClientStream stream_;
};

}  // namespace p2psig
