#include "cmd/net/random_bytes.hpp"

#include <sys/random.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>

namespace p2psig {

void draw_random(std::span<std::uint8_t> bytes) noexcept {
  while (!bytes.empty()) {
    const ssize_t count = getrandom(bytes.data(), bytes.size(), 0);
    if (count < 0 && errno != EINTR) std::abort();  // no kernel does that once it has booted
    if (count > 0) bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

}  // namespace p2psig
