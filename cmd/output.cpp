#include "cmd/output.hpp"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

namespace p2psig {

Output::Output(EventLoop& loop, int fd, std::function<void(int)> failed)
    : loop_(loop), fd_(fd), failed_(std::move(failed)), turn_end_(loop, [this] { flush(); }) {
  request_.data = this;
}

void Output::write(std::string text) {
  if (!failed_) return;
  if (waiting_.empty())
    waiting_ = std::move(text);
  else
    waiting_ += text;
}

void Output::flush() {
  if (!writing_.empty() || waiting_.empty()) return;
  std::swap(writing_, waiting_);
  uv_queue_work(
      loop_.raw(), &request_, [](uv_work_t* request) { static_cast<Output*>(request->data)->write_all(); },
      [](uv_work_t* request, int) { static_cast<Output*>(request->data)->written(); });
}

/// In a thread. The descriptor may be set not to block, by who gave it to us.
void Output::write_all() noexcept {
  std::string_view rest = writing_;
  while (!rest.empty()) {
    const ssize_t bytes = ::write(fd_, rest.data(), rest.size());
    if (bytes >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(bytes));
      continue;
    }
    if (errno == EAGAIN) {
      pollfd ready{fd_, POLLOUT, 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      error_ = errno;
      return;
    }
  }
}

void Output::written() {
  writing_.clear();
  if (error_ == 0) return;
  waiting_.clear();
  std::exchange(failed_, nullptr)(error_);
}

}  // namespace p2psig
