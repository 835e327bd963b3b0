#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/server/events.hpp"
#include "core/server/outbox.hpp"
#include "core/server/registry.hpp"
#include "core/server/rooms.hpp"
#include "core/server/session.hpp"
#include "core/server/timer_wheel.hpp"

namespace p2psig {

/// The state of the server that one event loop drives: it feeds sessions with what arrives, calls tick()
/// every TimerWheel::kTick, and flush() whenever it has handled all that was ready. Thread: that loop's.
/// Outlives its sessions.
class Worker {
 public:
  /// The references must outlive the worker.
  Worker(const ServerLimits& limits, Events& events)
      : outgoing_(limits.outbox_bytes_max, limits.outbox_total_bytes_max),
        unfinished_(limits.unfinished_bytes_max),
        rooms_(limits.room_peers_max),
        shared_{outgoing_, unfinished_, rooms_, registry_, timers_, events, limits} {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// What a session of this worker is made with.
  [[nodiscard]] const Shared& shared() const noexcept { return shared_; }
  [[nodiscard]] std::size_t open_sessions() const noexcept { return registry_.size(); }

  /// Lets a new session in; while draining, or with as many open as may be, turns it away.
  void admit(Session& session, Milliseconds now);

  /// Sends what waits, a write for each connection.
  void flush();
  void tick(Milliseconds now);

  /// Closes all sessions, the oldest first, spread evenly over `spread` so that not all of them come back at
  /// once.
  void drain(Milliseconds now, Milliseconds spread);
  [[nodiscard]] bool draining() const noexcept { return draining_; }

  /// The document of `GET /status`. Made anew only when something changed, and shared by all who read it.
  [[nodiscard]] std::shared_ptr<const std::string> status();
  /// Bytes of all these documents that somebody still holds. They must not outlive the worker.
  [[nodiscard]] std::size_t status_bytes() const noexcept { return status_bytes_; }

 private:
  struct StatusDocument;

  void close_next(Milliseconds now);

  Outgoing outgoing_;
  Budget unfinished_;
  Rooms rooms_;
  Registry registry_;
  TimerWheel timers_;
  Shared shared_;

  bool draining_ = false;
  Milliseconds drained_since_{};
  Milliseconds drain_spread_{};
  std::size_t to_drain_ = 0;
  std::size_t drained_ = 0;

  std::size_t status_bytes_ = 0;
  std::shared_ptr<StatusDocument> status_;
  std::uint64_t status_version_ = 0;
};

}  // namespace p2psig
