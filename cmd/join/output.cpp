#include "cmd/join/output.hpp"

#include <utility>

namespace p2psig {

Output::Output(EventLoop& loop, int fd, std::function<void(int)> failed)
    : loop_(loop), fd_(fd), failed_(std::move(failed)), turn_end_(loop, [this] { flush(); }) {
  request_.data = this;
}

void Output::write(std::string_view text) {
  if (failed_) waiting_.append(text);
}

void Output::flush() {
  if (in_flight_ || !failed_) return;
  if (writing_.empty()) std::swap(writing_, waiting_);
  if (writing_.empty()) return;
  in_flight_ = true;
  buffer_ = uv_buf_init(writing_.data(), static_cast<unsigned>(writing_.size()));
  uv_fs_write(loop_.raw(), &request_, fd_, &buffer_, 1, -1, [](uv_fs_t* request) {
    const auto result = request->result;
    auto* const output = static_cast<Output*>(request->data);
    uv_fs_req_cleanup(request);
    output->written(result);
  });
}

void Output::written(std::ptrdiff_t result) {
  in_flight_ = false;
  if (result == UV_EINTR || result == UV_EAGAIN) return;
  if (result < 0) {
    writing_.clear();
    waiting_.clear();
    std::exchange(failed_, nullptr)(static_cast<int>(-result));
    return;
  }
  writing_.erase(0, static_cast<std::size_t>(result));
}

}  // namespace p2psig
