#pragma once

#include <cstddef>

namespace p2psig {

/// A share of a total that is limited, given back at the end.
class Weight {
 public:
  explicit Weight(std::size_t& total) noexcept : total_(&total) {}
  Weight(const Weight&) = delete;
  Weight& operator=(const Weight&) = delete;
  ~Weight() { *total_ -= bytes_; }

  void set(std::size_t bytes) noexcept {
    *total_ += bytes - bytes_;
    bytes_ = bytes;
  }

 private:
  std::size_t* total_;
  std::size_t bytes_ = 0;
};

}  // namespace p2psig
