#pragma once

#include <uv.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "cmd/net/event_loop.hpp"

namespace p2psig {

/// Lines of stdin, whatever it is: a terminal, a pipe, a file, /dev/null. Read in libuv's threads, so that
/// its flags, which other processes share, stay as they are. Thread: the loop's. A read that waits for input
/// cannot be cancelled: the process ends without it.
class InputLines {
 public:
  class Host {
   public:
    /// A line without its end, which is not blank; counted from 1, blank ones too.
    virtual void input_line(std::string_view line, std::uint64_t number) = 0;
    virtual void input_ended() = 0;
    /// It cannot be read, or a line is longer than limits::kMessageFileBytes.
    virtual void input_failed(const std::string& what) = 0;

   protected:
    ~Host() = default;
  };

  InputLines(EventLoop& loop, Host& host) : loop_(loop), host_(host), again_(loop, [this] { read(); }) {
    request_.data = this;
  }
  InputLines(const InputLines&) = delete;
  InputLines& operator=(const InputLines&) = delete;

  void start() { read(); }
  /// Whether to leave what comes where it is.
  void pause(bool paused);

 private:
  void read();
  static constexpr Milliseconds kPatience{20};

  void got(std::ptrdiff_t result);
  void take_lines();

  EventLoop& loop_;
  Host& host_;
  Ticker again_;
  uv_fs_t request_{};
  std::array<char, 65'536> part_{};
  std::string rest_;  // of which no line end has come
  std::uint64_t lines_ = 0;
  bool reading_ = false;
  bool paused_ = false;
  bool ended_ = false;
};

}  // namespace p2psig
