#pragma once

#include <uv.h>

#include <cstddef>
#include <functional>
#include <string>

#include "cmd/net/event_loop.hpp"

namespace p2psig {

/// Writes lines to a descriptor, in libuv's threads: what reads them may be slow, and stop. Lines of one turn
/// of the loop go out together. Thread: the loop's. It must not be destroyed while it is not idle(): a write
/// that waits can neither be cancelled nor waited for.
class Output {
 public:
  /// `failed` is called once, with an errno, if it cannot be written any more.
  Output(EventLoop& loop, int fd, std::function<void(int)> failed);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  void write(std::string text);
  [[nodiscard]] std::size_t waiting_bytes() const noexcept { return waiting_.size() + writing_.size(); }
  /// Everything was written, or cannot be.
  [[nodiscard]] bool idle() const noexcept { return failed_ == nullptr || waiting_bytes() == 0; }

 private:
  void flush();
  void write_all() noexcept;
  void written();

  EventLoop& loop_;
  const int fd_;
  std::function<void(int)> failed_;  // empty once called
  std::string waiting_;
  std::string writing_;  // while it is not empty, a thread's
  int error_ = 0;        // an errno
  uv_work_t request_{};
  TurnEnd turn_end_;
};

}  // namespace p2psig
