#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/join/options.hpp"
#include "cmd/net/event_loop.hpp"
#include "cmd/net/websocket_client.hpp"
#include "core/client/backoff.hpp"
#include "core/client/join_script.hpp"
#include "core/client/negotiation.hpp"
#include "core/client/room_view.hpp"
#include "core/client/server_message.hpp"
#include "core/client/signal.hpp"

namespace p2psig {

/// A connection to a server, and a room on it, over all that `join` has in common with people and scripts at
/// its other side: it enters the room, numbers the messages, looks for what is wrong between peers, and
/// connects again. Thread: the loop's.
class RoomClient final : private WebSocketClient::Host {
 public:
  /// Whoever shows what happens. Called from the loop.
  class Face {
   public:
    /// Connected, and the id is known.
    virtual void opened(Milliseconds took) = 0;
    /// A text frame came. The view knows of it already, the findings that it leads to come behind it.
    /// `signal` is what it means if a peer sent it.
    virtual void incoming(std::uint64_t number, std::string_view text, const server_message::Any& message,
                          const Signal& signal) = 0;
    /// All that the last incoming() leads to has been told, its findings too.
    virtual void handled() = 0;
    virtual void outgoing(std::uint64_t number, std::string_view text, const Signal& signal) = 0;
    virtual void found(const Finding& finding) = 0;
    virtual void pong(Milliseconds round_trip) = 0;
    virtual void drained() = 0;
    /// The server says what no server of the protocol says: `what` is a sentence. The connection is closed.
    virtual void nonsense(const std::string& what) = 0;
    /// `again_in`: how long until it connects again; nothing: it does not.
    virtual void ended(const ConnectionEnd& end, std::optional<Milliseconds> again_in) = 0;

   protected:
    ~Face() = default;
  };

  RoomClient(EventLoop& loop, const JoinOptions& options, unsigned reconnects, Face& face);

  void connect();
  /// A message, as it is.
  void send(std::string_view message);
  /// Another room than the one that was asked for at first; none: it stays out.
  void enter(const std::string& room);
  void ping() { socket_.ping(); }
  /// Ends it; false if there is nothing that could end, and ended() will not come.
  bool close();
  /// Away with this connection, and connects anew at once.
  void reconnect();
  /// Reads on, or not while as many bytes wait to be written somewhere as limits::kUnsentBytes, until there
  /// are few again.
  void hold_up(std::size_t waiting_bytes);

  [[nodiscard]] RoomView& view() noexcept { return view_; }
  /// What is sent goes out.
  [[nodiscard]] bool is_open() const noexcept { return open_ && socket_.is_open(); }
  /// The room to be in, whether it is connected or not.
  [[nodiscard]] const std::string& room() const noexcept { return room_; }
  /// It is in the room, or there is none to be in.
  [[nodiscard]] bool is_ready() const noexcept { return ready_ && socket_.is_open(); }
  [[nodiscard]] std::size_t unsent_bytes() const noexcept { return socket_.unsent_bytes(); }
  /// Sends what a script has to be sent now, as far as limits::kUnsentBytes goes; drained() says when there
  /// is room for more.
  void send_of(JoinScript& script);
  /// The script is done, and all that it sent is on its way.
  [[nodiscard]] bool is_done(const JoinScript& script) const;

 private:
  void connected(Milliseconds took) override;
  void received(std::string_view message) override;
  void pong(Milliseconds round_trip) override;
  void drained() override { face_.drained(); }
  void ended(const ConnectionEnd& end) override;

  void request_room();
  void give_up_observing();
  void give_up_waiting_for_id();
  void took_in(std::uint64_t number, std::string_view text, const server_message::Any& message);
  void remember(std::uint64_t number, SeenMessage::Way way, const server_message::Relayed& message,
                std::string_view text);
  void judge(std::uint64_t number, const server_message::Any& message, const Signal& signal);
  void judge(std::uint64_t number, const server_message::Relayed& relayed, bool undeliverable,
             const Signal& signal);
  void judge_refusal(const server_message::Error& error);
  void forget_peers();
  void fail(const std::string& what);
  void watch_time();

  EventLoop& loop_;
  const JoinOptions& options_;
  Face& face_;
  WebSocketClient socket_;
  RoomView view_;
  Negotiations negotiations_;
  Ticker negotiation_time_;
  Ticker again_;
  Ticker answer_to_observe_;
  Ticker id_deadline_;
  Backoff backoff_;
  std::mt19937_64 random_{std::random_device()()};
  std::string room_;
  Milliseconds took_{};
  bool open_ = false;
  bool ready_ = false;
  bool asked_to_observe_ = false;
  bool ending_ = false;  // by our own wish
  bool reconnecting_ = false;
};

}  // namespace p2psig
