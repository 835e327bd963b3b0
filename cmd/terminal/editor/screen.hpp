#pragma once

#include <uv.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "cmd/net/event_loop.hpp"

namespace p2psig {

/// Writes to a terminal as fast as it takes it, and never waits for it. Thread: the loop's.
class Screen {
 public:
  /// `fd` is not blocking. `ready` is called, from the loop, when all that was written has been taken after it
  /// had to wait, and as asked for.
  Screen(EventLoop& loop, int fd, std::function<void()> ready);
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void write(std::string_view text);
  /// Whether more can be written now: nothing waits, and the terminal is not stopped.
  [[nodiscard]] bool takes_more() const noexcept;
  void call_when_ready() noexcept;
  /// Waits until all is written. Gives up, and forgets the rest, if the terminal takes nothing for a second, or
  /// not all within five.
  void finish() noexcept;

 private:
  void write_waiting() noexcept;
  void look_again();

  const int fd_;
  std::function<void()> ready_;
  std::string waiting_;
  std::size_t written_ = 0;  // of it
  UvHandle<uv_poll_t> poll_;
  Ticker retry_;
};

}  // namespace p2psig
