#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

namespace p2psig::bench {

/// Which ids one has heard of, each as often as it was told: a count and a sum of hashes. Two that are equal
/// hold the same ids, but for one chance in 2^64.
class Roll {
 public:
  void add(std::string_view id) noexcept {
    ++count_;
    sum_ += std::hash<std::string_view>()(id);
  }
  void remove(std::string_view id) noexcept {
    --count_;
    sum_ -= std::hash<std::string_view>()(id);
  }
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  bool operator==(const Roll&) const = default;

 private:
  std::size_t count_ = 0;
  std::uint64_t sum_ = 0;
};

}  // namespace p2psig::bench
