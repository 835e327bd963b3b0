#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/protocol/envelope.hpp"
#include "core/protocol/messages.hpp"
#include "core/server/assembly.hpp"
#include "core/server/events.hpp"
#include "core/server/peer.hpp"
#include "core/server/registry.hpp"
#include "core/server/rooms.hpp"
#include "core/server/timer_wheel.hpp"

namespace p2psig {

/// What an operator may set. Zero turns a time off.
struct SessionLimits {
  std::size_t message_bytes_max;
  std::size_t outbox_bytes_max;
  Milliseconds ping_interval;  ///< a ping after this long without a frame received
  Milliseconds ping_timeout;   ///< cut off this long after the last frame received
};

/// What the sessions of one worker share.
struct Shared {
  Outgoing& outgoing;
  Rooms& rooms;
  Registry& registry;
  TimerWheel& timers;
  Events& events;
  const SessionLimits& limits;
};

/// How a connection ended, for the log.
struct Ending {
  std::uint16_t code = 1006;  ///< RFC 6455, 7.4; 1006 without a closing handshake
  std::string reason;         ///< hostile where the peer gave it
};

/// The rules for one connection.
///
/// It is open from open() until either side decides to end it: from then on it is in no room and not in the
/// registry, what arrives is dropped, and what it had to send is sent as far as the peer reads, for at most
/// limits::kCloseTime.
///
/// A bad message costs its sender an error and reaches nobody else. Where several errors apply the first of
/// these wins: UTF-8, JSON, repeated members, `type`, `to`, reserved type, room name, membership.
///
/// Thread: its worker's. The link and what is shared outlive it.
class Session final : private TimerWheel::Timer {
 public:
  Session(const PeerId& id, Link& link, const Shared& shared, Milliseconds now);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Lets the connection in and tells it its id.
  void open();

  /// A piece of a text or binary message; Assembly says what the arguments mean.
  void receive(std::string_view piece, std::uint64_t frame_bytes_left, bool ends_message, Milliseconds now);
  /// Any other frame: the peer lives.
  void heard(Milliseconds now) noexcept { last_heard_ = now; }

  /// Ends it from this side, with a closing handshake.
  void close(CloseCode code, Milliseconds now);
  /// The peer has begun to end it, or the link has, and does the rest: what was queued before is sent at
  /// once.
  void ending(std::uint16_t code, std::string_view reason);
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

  [[nodiscard]] const Peer& peer() const noexcept { return peer_; }
  [[nodiscard]] const Ending& end() const noexcept { return ending_; }
  [[nodiscard]] Milliseconds since() const noexcept { return since_; }

 private:
  void handle(std::string_view message);
  void handle(const Envelope& envelope, std::string_view type, std::size_t bytes);
  void join(const Envelope& envelope);
  void leave();
  void relay(const Envelope& envelope, std::string_view type, std::size_t bytes);
  void reject(ErrorCode code, std::string_view detail, const EnvelopeField* to = nullptr);

  void on_timer(Milliseconds now);
  void ping();
  [[nodiscard]] std::optional<Milliseconds> next_check() const noexcept;
  void set_timer();
  void leave_for_good();

  const Shared& shared_;
  Peer peer_;
  Assembly assembly_;
  Registry::Arrival arrival_ = 0;
  Milliseconds since_;
  Milliseconds last_heard_;
  Milliseconds last_pinged_{-1};  // when, and for which silence, the last ping went out
  Milliseconds close_by_{};
  Ending ending_;
  std::uint32_t pings_ = 0;
};

}  // namespace p2psig
