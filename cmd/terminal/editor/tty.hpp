#pragma once

#include <termios.h>

#include "cmd/terminal/screen_size.hpp"

namespace p2psig {

/// The terminal that a person sits at: stdin's to read from, stdout's to write to. Both are opened anew:
/// flags of the descriptions that 0 and 1 share with other processes stay as they are.
class Tty {
 public:
  /// Throws Failure, saying which of them cannot be opened and why.
  Tty();
  ~Tty();
  Tty(const Tty&) = delete;
  Tty& operator=(const Tty&) = delete;

  [[nodiscard]] int input() const noexcept { return input_; }
  [[nodiscard]] int output() const noexcept { return output_; }

  /// As it was before make_raw() was called first.
  [[nodiscard]] const termios& modes_before() const noexcept { return before_; }
  /// Keys arrive one by one, unchanged, and are not echoed.
  void make_raw() noexcept;
  [[nodiscard]] bool is_raw() const noexcept;
  void restore() noexcept;

  /// False while a shell has this process in the background: it must not change the terminal then, and is
  /// stopped if it tries to.
  [[nodiscard]] bool in_foreground() const noexcept;
  [[nodiscard]] ScreenSize size() const noexcept { return screen_size(output_); }

 private:
  int input_ = -1;
  int output_ = -1;
  termios before_{};
  termios raw_{};
};

}  // namespace p2psig
