#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/protocol/close_frame.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/messages.hpp"
#include "core/server/allowance.hpp"
#include "core/server/assembly.hpp"
#include "core/server/budget.hpp"
#include "core/server/events.hpp"
#include "core/server/peer.hpp"
#include "core/server/registry.hpp"
#include "core/server/rooms.hpp"
#include "core/server/server_limits.hpp"
#include "core/server/timer_wheel.hpp"

namespace p2psig {

/// What the sessions of one worker share.
struct Shared {
  Outgoing& outgoing;
  Budget& unfinished;  ///< bytes of messages that have not ended
  Rooms& rooms;
  Registry& registry;
  TimerWheel& timers;
  Events& events;
  const ServerLimits& limits;
};

/// How a connection ended, for the log.
struct Ending {
  std::uint16_t code = kNoCloseFrame;  ///< RFC 6455, 7.4
  std::string reason;                  ///< hostile where the peer gave it
};

/// The rules for one connection.
///
/// It is open from open() until either side decides to end it: from then on it is in no room and not in the
/// registry, what arrives is dropped, and what it had to send is sent as far as the peer reads. Where this
/// side decided, the peer has limits::kCloseTime to read that and to answer the close frame.
///
/// A bad message costs its sender an error and reaches nobody else. Where several errors apply the first of
/// these wins: UTF-8, JSON, repeated members, `type`, `to`, reserved type, room name, membership. Over its
/// rates a message is dropped unread, with an error at most once a second; but a leave is never dropped.
///
/// Thread: its worker's. The link and what is shared outlive it.
class Session final : private TimerWheel::Timer, private Registry::Entry {
 public:
  Session(const PeerId& id, Link& link, const Shared& shared, Milliseconds now);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Lets the connection in and tells it its id.
  void open();

  /// A piece of a text or binary message; Assembly says what the arguments mean.
  void receive(std::string_view piece, std::uint64_t frame_bytes_left, bool ends_message, Milliseconds now);
  /// A ping has come, and is answered, unless limits::kPongBytes of answers wait already.
  void ping(std::string_view payload, Milliseconds now);
  /// A pong has come. It costs as much as an empty message.
  void pong(Milliseconds now);
  /// The peer's close frame, the last frame of all. It is answered, or it is the answer: the link ends.
  void peer_closes(std::string_view payload);

  /// Ends it from this side, with a closing handshake.
  void close(CloseReason reason, Milliseconds now);
  /// Cuts it off, without a closing handshake.
  void lost(std::string_view reason);
  /// The link has ended.
  void gone();

  /// Sends what waits.
  void flush();
  /// The link can send again.
  void drained() { peer_.outbox.drained(); }
  /// What a timer of this session's worker hands back.
  static void fire(Timer& timer, Milliseconds now) { static_cast<Session&>(timer).on_timer(now); }
  /// Whose place in the registry it is.
  static Session& of(Registry::Entry& entry) noexcept { return static_cast<Session&>(entry); }
  /// Sends what waits for all sessions; while it is still too much, cuts off the one that most is waiting
  /// for.
  static void flush_all(Outgoing& outgoing);

  [[nodiscard]] const Peer& peer() const noexcept { return peer_; }
  /// Once it has ended.
  [[nodiscard]] Ending end() const { return ending_ ? *ending_ : Ending(); }
  [[nodiscard]] Milliseconds since() const noexcept { return since_; }

 private:
  using Excess = Allowance::Excess;

  void handle(std::string_view message, Excess excess, Milliseconds now);
  void handle(const Envelope& envelope, std::string_view type, std::size_t bytes, Milliseconds now);
  void observe(const Envelope& envelope, Milliseconds now);
  void enter(const Envelope& envelope, Peer::Part part, Milliseconds now);
  void leave(Milliseconds now);
  void relay(const Envelope& envelope, std::string_view type, std::size_t bytes, Milliseconds now);
  void reject(ErrorCode code, std::string_view detail, const EnvelopeField* to = nullptr);
  void drop(Excess excess, Milliseconds now, const EnvelopeField* to = nullptr);

  void on_timer(Milliseconds now);
  void send_ping();
  [[nodiscard]] std::optional<Milliseconds> next_check() const noexcept;
  [[nodiscard]] std::optional<Milliseconds> message_due() const noexcept;
  [[nodiscard]] std::optional<Milliseconds> join_due() const noexcept;
  void set_timer();
  void leave_for_good();
  void ended_by(std::uint16_t code, std::string_view reason);

  const Shared& shared_;
  Peer peer_;
  Assembly assembly_;
  Allowance allowance_;
  Milliseconds since_;
  Milliseconds last_heard_;
  Milliseconds last_pinged_{-1};    // when, and for which silence, the last ping went out
  Milliseconds message_since_{-1};  // when the message began that has not ended; below zero: there is none
  Milliseconds close_by_{};
  std::unique_ptr<Ending> ending_;
  std::uint32_t pings_ = 0;
  std::uint32_t pong_bytes_ = 0;  // in the outbox, at most
  Excess excess_ = Excess::none;  // of the message that has not ended
  bool joined_once_ = false;
};

}  // namespace p2psig
