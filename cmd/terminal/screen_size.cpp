#include "cmd/terminal/screen_size.hpp"

#include <sys/ioctl.h>

namespace p2psig {

ScreenSize screen_size(int fd) noexcept {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return {};
  return {size.ws_row, size.ws_col};
}

}  // namespace p2psig
