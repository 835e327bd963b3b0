#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include "core/server/list_entry.hpp"
#include "core/time.hpp"

namespace p2psig {

/// Timers of many connections at O(1) each: a ring of lists, one list a tick. A timer never fires early, and
/// at most a tick and the time between two calls of expire() late. Thread: one.
class TimerWheel {
 public:
  static constexpr Milliseconds kTick{100};

  /// A timer; whoever wants one derives from it. Stops when it is destroyed.
  class Timer : private ListEntry {
   public:
    void stop() noexcept { unlink(); }

   private:
    friend class TimerWheel;
    Milliseconds due_{};
  };

  /// Starts a timer, or starts it anew.
  void set(Timer& timer, Milliseconds due) noexcept {
    timer.due_ = due;
    // What lies further ahead than the ring is long waits in its last list, and goes round again.
    const Tick rounded_up = (due + kTick - Milliseconds{1}) / kTick;
    const Tick tick = std::clamp(rounded_up, now_ + 1, now_ + kLists - 1);
    timer.insert_before(lists_[static_cast<std::size_t>(tick) % kLists]);
  }

  /// Hands each timer that is due to `fire`, which may set it or others again, or destroy them.
  template <class Fire>
  void expire(Milliseconds now, Fire&& fire) {
    const Tick until = now / kTick;
    if (until - now_ > kLists) now_ = until - kLists;  // after a long pause each list is walked once
    while (now_ < until) {
      ++now_;
      ListEntry& list = lists_[static_cast<std::size_t>(now_) % kLists];
      ListEntry due;  // takes the list's place: what is set meanwhile may come into this list again
      if (list.linked()) {
        due.insert_before(list);
        list.unlink();
      }
      while (due.linked()) {
        auto& timer = static_cast<Timer&>(due.next());
        timer.stop();
        if (timer.due_ > now)
          set(timer, timer.due_);
        else
          fire(timer);
      }
    }
  }

 private:
  using Tick = Milliseconds::rep;
  static constexpr Tick kLists = 256;
  std::array<ListEntry, kLists> lists_;
  Tick now_ = 0;
};

}  // namespace p2psig
