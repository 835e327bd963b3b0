#pragma once

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

namespace p2psig::test {

/// What a test waits for comes within this time, or it fails. Below the 5 s after which the server gives up
/// on a peer that does not answer its close frame: no test shall pass by that.
inline constexpr std::chrono::milliseconds kDeadline{4500};

/// A file descriptor with one owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor() { reset(); }

  void reset() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

[[noreturn]] inline void throw_errno(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// Whether a descriptor becomes ready in time. A hang-up or an error is ready too.
[[nodiscard]] inline bool becomes_ready(int fd, short events, std::chrono::milliseconds within = kDeadline) {
  const auto until = std::chrono::steady_clock::now() + within;
  for (;;) {
    pollfd waiting{fd, events, 0};
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
    const int ready = ::poll(&waiting, 1, static_cast<int>(left > 0 ? left : 0));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) throw_errno("poll");
  }
}

inline void await(int fd, short events, const std::string& what) {
  if (!becomes_ready(fd, events)) throw std::runtime_error(what + ": not in time");
}

}  // namespace p2psig::test
