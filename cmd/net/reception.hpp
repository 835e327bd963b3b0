#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/net/event_loop.hpp"
#include "cmd/net/http.hpp"
#include "cmd/net/listener.hpp"
#include "core/protocol/http_request.hpp"
#include "core/server/timer_wheel.hpp"

namespace p2psig {

/// A handshake that is in order.
struct UpgradeRequest {
  Descriptor socket;
  std::string reply;   ///< to be sent
  std::string behind;  ///< what has already come behind the request
};

/// The first to talk to a connection: reads its request, answers it, or hands on what is to become a
/// WebSocket.
///
/// libwebsockets could do this, and did: it refuses targets and subprotocols that other servers take, answers
/// by itself, resets replies to requests with a long body, and keeps all deadlines in one sorted list.
///
/// Bounds: a head of limits::kHttpHeaderBytes within the handshake's time; a reply that makes progress every
/// limits::kReplyProgressTime; then limits::kLingerTime for the peer to read it, so that no reset destroys
/// it. Thread: the loop's.
class Reception {
 public:
  class Host {
   public:
    virtual HttpReply answer(const HttpRequest& request) = 0;
    virtual void upgrade(UpgradeRequest request) = 0;
    virtual void refused(int socket, const Refusal& refusal) = 0;

   protected:
    ~Host() = default;
  };

  /// The whole head of a request has to come within `handshake_timeout`; 0: at any time.
  Reception(EventLoop& loop, Host& host, Milliseconds handshake_timeout);
  ~Reception();
  Reception(const Reception&) = delete;
  Reception& operator=(const Reception&) = delete;

  void receive(Descriptor socket);

  /// Hangs up on the one that has been taking its reply for longest. False if there is none.
  bool drop_oldest_reply();

  /// Connections that are here.
  [[nodiscard]] std::size_t count() const noexcept { return guests_.size(); }
  /// Connections whose reply is on its way.
  [[nodiscard]] std::size_t replying() const noexcept { return replying_; }

 private:
  struct Guest;
  using Guests = std::list<Guest>;

  void read_newcomers();
  void wait(Guest& guest, int events);
  void on_event(Guest& guest, int events);
  void read(Guest& guest);
  void handle(Guest& guest, std::string_view bytes);
  void route(Guest& guest, const HttpRequestHead& request, std::string_view behind);
  void refuse(Guest& guest, const Refusal& refusal);
  void start_reply(Guest& guest, const HttpReply& reply, bool with_body);
  void send_reply(Guest& guest);
  void linger(Guest& guest);
  void discard(Guest& guest);
  void dismiss(Guest& guest);
  void set_deadline(Guest& guest, Milliseconds time);

  EventLoop& loop_;
  Host& host_;
  const Milliseconds handshake_timeout_;
  TimerWheel deadlines_;
  Ticker ticker_;
  Guests guests_;
  std::vector<Guest*> newcomers_;  // of this turn of the loop
  TurnEnd turn_end_;
  std::size_t replying_ = 0;
};

}  // namespace p2psig
