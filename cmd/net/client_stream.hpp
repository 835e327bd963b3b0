#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "cmd/net/attempts.hpp"
#include "cmd/net/connect_options.hpp"
#include "cmd/net/event_loop.hpp"
#include "cmd/net/resolver.hpp"
#include "cmd/net/tls_client.hpp"

namespace p2psig {

/// How a stream ended.
struct StreamEnd {
  bool orderly = false;  ///< by the server, at the end of all that it sent (RFC 9112, 9.8)
  std::string what;      ///< if not: a sentence, as if it had never been connected
};

/// A byte stream to a server, with TLS where its address says so; by libuv and OpenSSL.
///
/// libwebsockets has no such thing: its raw client in 4.1 begins TLS before it is connected. What it makes of
/// HTTP and of WebSockets is not enough for a server that is not trusted, nor for one that is to be debugged:
/// HttpGet and WebSocketClient say why.
///
/// Thread: the loop's.
class ClientStream {
 public:
  /// Called from the loop; must not destroy the stream, but may stop it, and connect it again.
  class Host {
   public:
    virtual void connected() = 0;
    /// The bytes may be changed.
    virtual void received(std::span<char> bytes) = 0;
    /// All that was sent has been handed to the kernel.
    virtual void drained() = 0;
    virtual void ended(const StreamEnd& end) = 0;

   protected:
    ~Host() = default;
  };

  /// `url` is how sentences name the server. Throws Failure if the authorities cannot be read. `loop`,
  /// `options` and `host` must outlive it.
  ClientStream(EventLoop& loop, const ConnectOptions& options, std::string url, Host& host);
  ~ClientStream();
  ClientStream(const ClientStream&) = delete;
  ClientStream& operator=(const ClientStream&) = delete;

  /// Begins, where nothing has begun or it has ended. `patience` is how long the host is going to wait for
  /// connected(), so that no address takes it all.
  void connect(Milliseconds patience);
  /// Once it is connected.
  void send(std::string bytes);
  /// Of what was sent: what the kernel has not taken yet.
  [[nodiscard]] std::size_t unsent_bytes() const noexcept;
  /// Stops and resumes reading; what has been read already is still told.
  void pause(bool paused);
  /// Ends it; the host is not told anything any more.
  void stop();

 private:
  struct Socket;
  struct Write;

  void resolved(const Resolver::Found& found);
  void try_next();
  void limit_attempt();
  int begin_connecting(const std::string& address);
  void tried(int status);
  void read_on();
  void read(std::span<char> bytes);
  void read_end(int status);
  void advance_tls();
  void write(std::string bytes);
  std::size_t write_tls();
  void end(const StreamEnd& end);
  void fail(const std::string& why);

  EventLoop& loop_;
  const ConnectOptions& options_;
  const std::string url_;
  Host& host_;
  Milliseconds give_up_{};
  Ticker attempt_;  // as long as one address may take
  Attempts attempts_;
  std::optional<TlsClient> tls_;
  Ssl ssl_;
  UvHandle<Socket> socket_;
  std::size_t answer_bytes_ = 0;  // of TLS's own, since the kernel last took all
  bool connected_ = false;
  std::unique_ptr<Resolver> resolver_;
};

}  // namespace p2psig
