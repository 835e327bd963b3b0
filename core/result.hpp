#pragma once

#include <cassert>
#include <utility>
#include <variant>

namespace p2psig {

/// A value, or why there is none: std::expected's names for C++20. For what a peer may get wrong; what the
/// environment denies is an exception, a bug is an assert.
template <class T, class E>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(E error) : held_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool has_value() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& operator*() noexcept {
    assert(has_value());
    return *std::get_if<0>(&held_);
  }
  [[nodiscard]] const T& operator*() const noexcept {
    assert(has_value());
    return *std::get_if<0>(&held_);
  }
  [[nodiscard]] T* operator->() noexcept { return &**this; }
  [[nodiscard]] const T* operator->() const noexcept { return &**this; }
  [[nodiscard]] const E& error() const noexcept {
    assert(!has_value());
    return *std::get_if<1>(&held_);
  }

 private:
  std::variant<T, E> held_;
};

}  // namespace p2psig
