#pragma once

#include <cassert>
#include <cstddef>

namespace p2psig {

/// Memory that many connections have one limit for. Thread: the worker's.
class Budget {
 public:
  explicit Budget(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}

  /// False, and nothing is taken, if there is not enough left.
  [[nodiscard]] bool take(std::size_t bytes) noexcept {
    if (bytes > bytes_max_ - taken_) return false;
    taken_ += bytes;
    return true;
  }
  void give_back(std::size_t bytes) noexcept {
    assert(bytes <= taken_);
    taken_ -= bytes;
  }
  [[nodiscard]] std::size_t taken() const noexcept { return taken_; }

 private:
  const std::size_t bytes_max_;
  std::size_t taken_ = 0;
};

}  // namespace p2psig
