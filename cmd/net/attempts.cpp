#include "cmd/net/attempts.hpp"

#include <uv.h>

#include <cerrno>
#include <utility>

namespace p2psig {

void Attempts::begin(const std::vector<std::string>& addresses) {
  waiting_.assign(addresses.begin(), addresses.end());
  first_error_ = 0;
}

std::string Attempts::next() {
  std::string address = std::move(waiting_.front());
  waiting_.pop_front();
  return address;
}

Milliseconds Attempts::share(Milliseconds left) const noexcept {
  return left / static_cast<Milliseconds::rep>(waiting_.size() + 1);
}

void Attempts::failed(int error) {
  if (first_error_ == 0) first_error_ = error;
}

std::string Attempts::why() const {
  std::string reason = uv_strerror(uv_translate_sys_error(first_error_));
  if (first_error_ == ECONNREFUSED) return reason + " (is the server running? start one: p2psig serve)";
  return reason;
}

}  // namespace p2psig
