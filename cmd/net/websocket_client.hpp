#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cmd/net/client_stream.hpp"
#include "cmd/net/connect_options.hpp"
#include "cmd/net/event_loop.hpp"
#include "core/protocol/close_frame.hpp"
#include "core/protocol/frame_reader.hpp"
#include "core/protocol/http_reply.hpp"
#include "core/protocol/messages.hpp"

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

/// A WebSocket to a server (RFC 6455), as strict as browsers are. Messages are text; a binary frame that is
/// UTF-8 counts as one.
///
/// A server that is silent is pinged every limits::kPingInterval, and given up limits::kPingTimeout after the
/// last byte; one that sends more than limits::kReceivedMessageBytes in one message is hung up on.
///
/// libwebsockets has a client as well, which does not tell what has to be shown here: it makes 1002 of each
/// close code that it does not know (4.1 knows none from 1012 to 2999), and says little of why there is no
/// connection.
///
/// Thread: the loop's.
class WebSocketClient final : private ClientStream::Host {
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

  /// Throws Failure if the authorities cannot be read. `loop` and `host` must outlive it.
  WebSocketClient(EventLoop& loop, const ConnectOptions& options, Host& host);
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  /// Begins; may be called again once it has ended.
  void connect();

  /// Queues a text message, until the end of the loop's turn. Does nothing where nothing is connected.
  void send(std::string_view message);
  [[nodiscard]] std::size_t unsent_bytes() const noexcept { return unsent_bytes_ + stream_.unsent_bytes(); }
  void ping();
  /// The closing handshake, behind what was queued; ended() comes within limits::kCloseTime, with what the
  /// server's close frame says (RFC 6455, 7.1.5).
  void close(std::uint16_t code, std::string_view reason);
  /// Ends it without ceremony, also while it is still connecting: `end` is what ended() is told.
  void give_up(const ConnectionEnd& end);
  /// It is connected, or about to be: ended() has yet to come.
  [[nodiscard]] bool is_active() const noexcept { return state_ != State::idle; }
  /// What is sent goes out: it is connected, and neither side has begun to close.
  [[nodiscard]] bool is_open() const noexcept { return state_ == State::open; }
  /// Stops and resumes reading; what has been read already is still told.
  void pause(bool paused);
  [[nodiscard]] bool is_paused() const noexcept { return paused_; }

 private:
  enum class State : std::uint8_t {
    idle,
    connecting,
    asking,  ///< for the upgrade
    open,
    closing,  ///< one side has decided to; end_ is how it will have ended
  };
  struct Frames;

  void connected() override;
  void received(std::span<char> bytes) override;
  void drained() override;
  void ended(const StreamEnd& end) override;

  std::span<char> read_reply(std::span<char> bytes);
  void judge_reply();
  void opened();
  void read_message(std::string_view piece, std::uint64_t frame_bytes_left, bool ends_message);
  void read_ping(std::string_view payload);
  void read_pong(std::string_view payload);
  void read_close(std::string_view payload);
  void hang_up(CloseReason reason, const std::string& what);
  void start_closing(const ConnectionEnd& end, std::string close_payload);
  bool write();
  void end_if_closed();
  void drop_unsent() noexcept;
  void out_of_time();
  void check_life();
  void refuse(const std::string& what);
  void finish(const ConnectionEnd& end);
  [[nodiscard]] ConnectionEnd failure(const std::string& why) const;

  EventLoop& loop_;
  const ConnectOptions options_;
  Host& host_;
  const std::string url_;
  State state_ = State::idle;
  Ticker deadline_;  // of connecting, or of closing
  Ticker watch_;
  TurnEnd turn_end_;

  // Of one connection.
  std::string key_;
  HttpReplyReader reply_;
  FrameReader reader_;
  std::string message_;  // as far as it has come
  std::uint64_t started_us_ = 0;
  Milliseconds heard_{};
  std::deque<std::string> unsent_;  // messages
  std::size_t unsent_bytes_ = 0;
  std::optional<std::string> pong_;  // to be sent
  bool ping_due_ = false;
  bool undrained_ = false;
  bool paused_ = false;
  ConnectionEnd end_;
  std::optional<std::string> close_frame_;  // to be sent, behind the messages
  bool peer_closed_ = false;
  bool failed_ = false;  // it was us who could not go on: no close frame says more

  ClientStream stream_;
};

}  // namespace p2psig
