#pragma once

#include <uv.h>

#include <cstdint>
#include <functional>
#include <memory>

#include "core/time.hpp"

namespace p2psig {

/// A libuv handle of any kind, closed when its owner goes. Its memory lives until libuv has let go of it.
template <class Handle>
struct CloseHandle {
  void operator()(Handle* handle) const noexcept {
    uv_close(reinterpret_cast<uv_handle_t*>(handle),
             [](uv_handle_t* closed) { delete reinterpret_cast<Handle*>(closed); });
  }
};
template <class Handle>
using UvHandle = std::unique_ptr<Handle, CloseHandle<Handle>>;

/// A clock that is finer than a loop's, in microseconds.
[[nodiscard]] inline std::uint64_t now_us() noexcept { return uv_hrtime() / 1000; }

/// How long ago that was on it.
[[nodiscard]] inline Milliseconds since(std::uint64_t start_us) noexcept {
  return Milliseconds(static_cast<Milliseconds::rep>((now_us() - start_us) / 1000));
}

/// The one kind of event loop: libuv's, which libwebsockets is given as a foreign one. Thread: one. All that
/// uses the loop must be gone before it.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  /// Handles events until stop() is called, also while there is nothing but a timer or a signal to wait for.
  void run();
  void stop() noexcept { uv_stop(&loop_); }

  /// Handles what is ready, without waiting. False once there is no socket left to wait for.
  bool run_ready() { return uv_run(&loop_, UV_RUN_NOWAIT) != 0; }

  /// The time at which the current turn of the loop began.
  [[nodiscard]] Milliseconds now() const noexcept { return Milliseconds(uv_now(&loop_)); }
  [[nodiscard]] uv_loop_t* raw() noexcept { return &loop_; }

 private:
  uv_loop_t loop_{};
  UvHandle<uv_prepare_t> running_;  // keeps it running while it is to
};

/// Calls back after all that was ready has been handled, and again before the loop waits. Of several, the one
/// made last is called first.
class TurnEnd {
 public:
  TurnEnd(EventLoop& loop, std::function<void()> call);
  TurnEnd(const TurnEnd&) = delete;
  TurnEnd& operator=(const TurnEnd&) = delete;

 private:
  std::function<void()> call_;
  UvHandle<uv_prepare_t> prepare_;
  UvHandle<uv_check_t> check_;
};

/// Calls back at an interval while it is started.
class Ticker {
 public:
  Ticker(EventLoop& loop, std::function<void()> tick);
  void start(Milliseconds delay, Milliseconds interval);
  void stop() noexcept { uv_timer_stop(timer_.get()); }
  [[nodiscard]] bool started() const noexcept {
    return uv_is_active(reinterpret_cast<const uv_handle_t*>(timer_.get())) != 0;
  }

 private:
  std::function<void()> tick_;
  UvHandle<uv_timer_t> timer_;
};

/// Calls back when the process gets a signal.
class SignalWatch {
 public:
  SignalWatch(EventLoop& loop, int signal, std::function<void(int)> caught);

 private:
  std::function<void(int)> caught_;
  UvHandle<uv_signal_t> signal_;
};

}  // namespace p2psig
