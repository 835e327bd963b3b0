#include "cmd/terminal/editor/tty.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "cmd/failure.hpp"

namespace p2psig {
namespace {

[[noreturn]] void fail(const std::string& what) {
  throw Failure(exit_code::kOutput,
                "cannot open the terminal of " + what + ": " + std::generic_category().message(errno));
}

/// The terminal behind `fd`, with a description of its own. After `su` the device's file belongs to somebody
/// else, but /dev/tty is everybody's.
int open_anew(int fd, int flags, const char* what) {
  std::array<char, 256> name{};
  int opened = -1;
  if ((errno = ttyname_r(fd, name.data(), name.size())) == 0)
    opened = open(name.data(), flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (opened < 0 && tcgetsid(fd) == getsid(0)) opened = open("/dev/tty", flags | O_NONBLOCK | O_CLOEXEC);
  if (opened < 0) fail(what);
  return opened;
}

termios raw(termios modes) noexcept {
  modes.c_iflag &= ~static_cast<tcflag_t>(ICRNL | INLCR | IGNCR | ISTRIP);
  // Who has stopped the output gets it back with any key, as Ctrl-C would give it back in other programs.
  if ((modes.c_iflag & IXON) != 0) modes.c_iflag |= IXANY;
  modes.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN);
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  return modes;
}

}  // namespace

Tty::Tty() {
  input_ = open_anew(STDIN_FILENO, O_RDONLY, "stdin");
  try {
    output_ = open_anew(STDOUT_FILENO, O_WRONLY, "stdout");
    if (tcgetattr(input_, &before_) != 0) fail("stdin");
  } catch (...) {
    if (output_ >= 0) close(output_);
    close(input_);
    throw;
  }
  raw_ = raw(before_);
}

Tty::~Tty() {
  close(input_);
  close(output_);
}

void Tty::make_raw() noexcept { tcsetattr(input_, TCSANOW, &raw_); }

bool Tty::is_raw() const noexcept {
  termios now{};
  return tcgetattr(input_, &now) == 0 && now.c_lflag == raw_.c_lflag && now.c_iflag == raw_.c_iflag;
}

void Tty::restore() noexcept { tcsetattr(input_, TCSANOW, &before_); }

bool Tty::in_foreground() const noexcept {
  const pid_t group = tcgetpgrp(input_);
  return group < 0 || group == getpgrp();  // < 0: not the terminal that controls this process
}

}  // namespace p2psig
