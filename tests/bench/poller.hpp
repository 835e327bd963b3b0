#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "tests/integration/descriptor.hpp"

namespace p2psig::bench {

using Clock = std::chrono::steady_clock;

/// Is told that its descriptor is ready.
class Watcher {
 public:
  virtual void ready(std::uint32_t events) = 0;

 protected:
  ~Watcher() = default;
};

/// Waits for many descriptors with epoll, level-triggered. A watcher is not destroyed during a turn; closing
/// its descriptor ends the watch.
class Poller {
 public:
  Poller();

  void watch(int fd, Watcher& watcher, std::uint32_t events);
  void change(int fd, Watcher& watcher, std::uint32_t events);

  /// Waits 10 ms at most and tells all whose descriptors are ready.
  void turn();
  /// Turns until `done()`. False if that takes longer than `patience`.
  template <class Done>
  [[nodiscard]] bool until(Done&& done, Clock::duration patience) {
    const auto end = Clock::now() + patience;
    while (!done()) {
      if (Clock::now() >= end) return false;
      turn();
    }
    return true;
  }
  /// Turns for so long.
  void pass(Clock::duration time) {
    for (const auto end = Clock::now() + time; Clock::now() < end;) turn();
  }

  /// Where a watcher may receive into, until it returns.
  [[nodiscard]] std::span<char> scratch() noexcept { return scratch_; }

 private:
  test::Descriptor epoll_;
  std::array<char, std::size_t{256} * 1024> scratch_{};
};

}  // namespace p2psig::bench
