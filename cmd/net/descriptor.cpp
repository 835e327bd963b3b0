#include "cmd/net/descriptor.hpp"

#include <unistd.h>

#include <utility>

namespace p2psig {

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this != &other) {
    reset();
    fd_ = other.release();
  }
  return *this;
}

void Descriptor::reset() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

int Descriptor::release() noexcept { return std::exchange(fd_, -1); }

}  // namespace p2psig
