#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

namespace p2psig {

/// Since a start that whoever passes the time in chooses; never going back.
using Milliseconds = std::chrono::milliseconds;

/// Timers of many connections at O(1) each: a ring of lists, one list a tick. A timer never fires early, and
/// at most a tick and the time between two calls of expire() late. Thread: one.
class TimerWheel {
 public:
  static constexpr Milliseconds kTick{100};

  /// A timer; whoever wants one derives from it. Stops when it is destroyed.
  class Timer {
   public:
    Timer() noexcept = default;
    ~Timer() { stop(); }
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;

    void stop() noexcept {
      previous_->next_ = next_;
      next_->previous_ = previous_;
      previous_ = next_ = this;
    }

   private:
    friend class TimerWheel;
    Timer* previous_ = this;
    Timer* next_ = this;
    Milliseconds due_{};
  };

  /// Starts a timer, or starts it anew.
  void set(Timer& timer, Milliseconds due) noexcept {
    timer.stop();
    timer.due_ = due;
    // What lies further ahead than the ring is long waits in its last list, and goes round again.
    const Tick rounded_up = (due + kTick - Milliseconds{1}) / kTick;
    const Tick tick = std::clamp(rounded_up, now_ + 1, now_ + kLists - 1);
    Timer& list = lists_[static_cast<std::size_t>(tick) % kLists];
    timer.previous_ = list.previous_;
    timer.next_ = &list;
    list.previous_->next_ = &timer;
    list.previous_ = &timer;
  }

  /// Hands each timer that is due to `fire`, which may set it or others again, or destroy them.
  template <class Fire>
  void expire(Milliseconds now, Fire&& fire) {
    const Tick until = now / kTick;
    if (until - now_ > kLists) now_ = until - kLists;  // after a long pause each list is walked once
    while (now_ < until) {
      ++now_;
      Timer& list = lists_[static_cast<std::size_t>(now_) % kLists];
      Timer due;
      if (list.next_ != &list) {  // moved away first: what is set meanwhile may come into this list again
        due.next_ = list.next_;
        due.previous_ = list.previous_;
        due.next_->previous_ = due.previous_->next_ = &due;
        list.previous_ = list.next_ = &list;
      }
      while (due.next_ != &due) {
        Timer& timer = *due.next_;
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
  std::array<Timer, kLists> lists_;
  Tick now_ = 0;
};

}  // namespace p2psig
