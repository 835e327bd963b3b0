#pragma once

#include <cstddef>

namespace p2psig {

struct ScreenSize {
  std::size_t rows = 24;
  std::size_t columns = 80;
  bool operator==(const ScreenSize&) const = default;
};

/// Of the terminal that `fd` is; one that does not say has the usual size.
[[nodiscard]] ScreenSize screen_size(int fd) noexcept;

}  // namespace p2psig
