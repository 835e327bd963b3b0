#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "cmd/net/connect_options.hpp"
#include "cmd/net/event_loop.hpp"
#include "core/protocol/close_frame.hpp"

namespace p2psig {

/// How a connection ended, or why there is none.
struct ConnectionEnd {
  enum class Kind : std::uint8_t {
    not_connected,  ///< not resolved, not connected, no TLS, no answer in time
    refused,        ///< the server answered, but with no upgrade
    cut_short,      ///< the server's answer ended in its middle
    closed,         ///< by a closing handshake, or lost: code 1006
  };
  Kind kind = Kind::closed;
  std::uint16_t code = kNoCloseFrame;  ///< RFC 6455, 7.4; of a closed one
  std::string reason;                  ///< what came with the code: hostile
  std::string what;  ///< a sentence, of what was not connected or refused, or of what was lost
};

/// A WebSocket to a server, by libwebsockets. Messages are text; a binary frame that is UTF-8 counts as one.
///
/// A server that is silent is pinged every limits::kPingInterval, and given up limits::kPingTimeout after the
/// last frame; one that sends more than limits::kReceivedMessageBytes in one message is hung up on.
///
/// Thread: the loop's.
class WebSocketClient {
 public:
  /// Called from the loop; must not destroy the client.
  class Host {
   public:
    virtual void connected(Milliseconds took) = 0;
    /// A whole message, valid UTF-8.
    virtual void received(std::string_view message) = 0;
    virtual void pong(Milliseconds round_trip) = 0;
    /// All that was sent has been handed to the kernel.
    virtual void drained() = 0;
    virtual void ended(const ConnectionEnd& end) = 0;

   protected:
    ~Host() = default;
  };

  /// Throws Failure if libwebsockets cannot be started. `loop` and `host` must outlive it.
  WebSocketClient(EventLoop& loop, const ConnectOptions& options, Host& host);
  ~WebSocketClient();
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  /// Begins; may be called again once it has ended.
  void connect();

  /// Queues a text message. Does nothing where nothing is connected.
  void send(std::string_view message);
  [[nodiscard]] std::size_t unsent_bytes() const noexcept;
  void ping();
  /// The closing handshake, behind what was queued; ended() comes within limits::kCloseTime.
  void close(std::uint16_t code, std::string_view reason);
  /// Ends it without ceremony, also while it is still connecting: `end` is what ended() is told.
  void give_up(const ConnectionEnd& end);
  /// It is connected, or about to be: ended() has yet to come.
  [[nodiscard]] bool is_active() const noexcept;
  /// Stops and resumes reading.
  void pause(bool paused);
  [[nodiscard]] bool is_paused() const noexcept;

 private:
  class Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace p2psig
