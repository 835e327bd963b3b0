#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace p2psig::bench {

/// How long things took, counted in classes that are less than 1 % apart: its size does not grow.
class Latencies {
 public:
  void add(std::chrono::nanoseconds time) noexcept {
    const auto nanoseconds = static_cast<std::uint64_t>(std::max(time, std::chrono::nanoseconds(0)).count());
    ++classes_[std::min(class_of(nanoseconds), classes_.size() - 1)];
    ++count_;
  }
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  /// The time that this share of all did not exceed, in microseconds; 0 if there are none.
  [[nodiscard]] double microseconds(double share) const noexcept {
    const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t passed = 0;
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      passed += classes_[i];
      if (passed >= rank && passed > 0) return middle_of(i) / 1000;
    }
    return 0;
  }

 private:
  static constexpr std::size_t kSteps = 64;  // a doubling of time in so many classes

  static std::size_t class_of(std::uint64_t nanoseconds) noexcept {
    const auto width = static_cast<unsigned>(std::bit_width(nanoseconds | (2 * kSteps - 1)));
    const unsigned shift = width - static_cast<unsigned>(std::bit_width(2 * kSteps - 1));
    return shift * kSteps + (nanoseconds >> shift);
  }
  static double middle_of(std::size_t index) noexcept {
    const std::size_t shift = index < 2 * kSteps ? 0 : index / kSteps - 1;
    return std::ldexp(static_cast<double>(index - shift * kSteps) + 0.5, static_cast<int>(shift));
  }

  std::array<std::uint64_t, 35 * kSteps> classes_{};  // up to 18 minutes
  std::uint64_t count_ = 0;
};

}  // namespace p2psig::bench
