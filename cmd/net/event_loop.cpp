#include "cmd/net/event_loop.hpp"

#include <new>
#include <utility>

namespace p2psig {
namespace {

template <class Handle>
void unref(const UvHandle<Handle>& handle) noexcept {
  uv_unref(reinterpret_cast<uv_handle_t*>(handle.get()));
}

}  // namespace

EventLoop::EventLoop() {
  if (uv_loop_init(&loop_) != 0) throw std::bad_alloc();
  running_.reset(new uv_prepare_t);
  uv_prepare_init(&loop_, running_.get());
}

EventLoop::~EventLoop() {
  running_.reset();
  uv_run(&loop_, UV_RUN_DEFAULT);  // the handles that were closed have yet to be let go
  uv_loop_close(&loop_);
}

void EventLoop::run() {
  uv_prepare_start(running_.get(), [](uv_prepare_t*) {});
  uv_run(&loop_, UV_RUN_DEFAULT);
  uv_prepare_stop(running_.get());
}

TurnEnd::TurnEnd(EventLoop& loop, std::function<void()> call)
    : call_(std::move(call)), prepare_(new uv_prepare_t), check_(new uv_check_t) {
  uv_prepare_init(loop.raw(), prepare_.get());
  prepare_->data = this;
  uv_prepare_start(prepare_.get(),
                   [](uv_prepare_t* handle) { static_cast<TurnEnd*>(handle->data)->call_(); });
  uv_check_init(loop.raw(), check_.get());
  check_->data = this;
  uv_check_start(check_.get(), [](uv_check_t* handle) { static_cast<TurnEnd*>(handle->data)->call_(); });
  unref(prepare_);
  unref(check_);
}

Ticker::Ticker(EventLoop& loop, std::function<void()> tick) : tick_(std::move(tick)), timer_(new uv_timer_t) {
  uv_timer_init(loop.raw(), timer_.get());
  timer_->data = this;
  unref(timer_);
}

void Ticker::start(Milliseconds delay, Milliseconds interval) {
  uv_timer_start(
      timer_.get(), [](uv_timer_t* handle) { static_cast<Ticker*>(handle->data)->tick_(); },
      static_cast<std::uint64_t>(delay.count()), static_cast<std::uint64_t>(interval.count()));
}

SignalWatch::SignalWatch(EventLoop& loop, int signal, std::function<void(int)> caught)
    : caught_(std::move(caught)), signal_(new uv_signal_t) {
  uv_signal_init(loop.raw(), signal_.get());
  signal_->data = this;
  uv_signal_start(
      signal_.get(),
      [](uv_signal_t* handle, int number) { static_cast<SignalWatch*>(handle->data)->caught_(number); },
      signal);
  unref(signal_);
}

}  // namespace p2psig
