#pragma once

#include <uv.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "cmd/net/event_loop.hpp"

namespace p2psig {

/// Writes lines to a file descriptor that may block, be full or be closed, and never waits for it: libuv's
/// thread pool writes, and what does not fit limits::kLogBacklogBytes meanwhile is left out and counted.
/// Thread: the loop's.
class LogWriter {
 public:
  LogWriter(EventLoop& loop, int fd) : loop_(loop), fd_(fd), gathered_(loop, [this] { write_waiting(); }) {}
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  void write(std::string_view line);
  /// Lines that were left out since this was asked last.
  [[nodiscard]] std::uint64_t take_lost() noexcept;
  [[nodiscard]] bool idle() const noexcept { return !writing_ && waiting_.empty(); }

 private:
  void write_waiting();
  void written(ssize_t result);

  EventLoop& loop_;
  const int fd_;
  uv_fs_t request_{};
  Ticker gathered_;  // lines of a few milliseconds go out together
  std::string waiting_;
  std::string current_;  // what the thread pool is writing
  std::size_t done_ = 0;
  std::uint64_t lost_ = 0;
  bool writing_ = false;
};

}  // namespace p2psig
