#include "cmd/terminal/editor/screen.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

namespace p2psig {
namespace {

/// A line feed takes two bytes of a terminal's buffer. With room for one it is writable, and takes nothing.
constexpr Milliseconds kRetryTime{50};

constexpr Milliseconds kPatience{1'000};
constexpr Milliseconds kFarewellTime{5'000};

bool is_writable(int fd, Milliseconds within) noexcept {
  pollfd waiting{fd, POLLOUT, 0};
  return ::poll(&waiting, 1, static_cast<int>(within.count())) > 0;
}

}  // namespace

Screen::Screen(EventLoop& loop, int fd, std::function<void()> ready)
    : fd_(fd), ready_(std::move(ready)), poll_(new uv_poll_t), retry_(loop, [this] { call_when_ready(); }) {
  uv_poll_init(loop.raw(), poll_.get(), fd);
  poll_->data = this;
}

void Screen::write(std::string_view text) {
  waiting_ += text;
  write_waiting();
  if (!waiting_.empty()) call_when_ready();
}

bool Screen::takes_more() const noexcept { return waiting_.empty() && is_writable(fd_, Milliseconds{0}); }

void Screen::call_when_ready() noexcept {
  if (uv_is_active(reinterpret_cast<const uv_handle_t*>(poll_.get())) != 0) return;
  uv_poll_start(poll_.get(), UV_WRITABLE,
                [](uv_poll_t* handle, int, int) { static_cast<Screen*>(handle->data)->look_again(); });
}

void Screen::finish() noexcept {
  const auto until = std::chrono::steady_clock::now() + kFarewellTime;
  write_waiting();
  while (!waiting_.empty() && std::chrono::steady_clock::now() < until && is_writable(fd_, kPatience))
    write_waiting();
  waiting_.clear();
  written_ = 0;
}

void Screen::write_waiting() noexcept {
  while (!waiting_.empty()) {
    const ssize_t bytes = ::write(fd_, waiting_.data() + written_, waiting_.size() - written_);
    if (bytes < 0 && errno == EAGAIN) return;
    if (bytes < 0 && errno == EINTR) continue;
    written_ += static_cast<std::size_t>(std::max<ssize_t>(bytes, 0));
    // An error: the terminal is gone, and the reading side will say so.
    if (written_ < waiting_.size() && bytes >= 0) continue;
    waiting_.clear();
    written_ = 0;
  }
}

void Screen::look_again() {
  const std::size_t before = written_;
  write_waiting();
  if (!waiting_.empty() && written_ > before) return;
  uv_poll_stop(poll_.get());
  if (waiting_.empty())
    ready_();
  else
    retry_.start(kRetryTime, Milliseconds{0});
}

}  // namespace p2psig
