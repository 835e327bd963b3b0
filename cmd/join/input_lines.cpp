#include "cmd/join/input_lines.hpp"

#include <unistd.h>

#include <utility>

#include "core/protocol/limits.hpp"

namespace p2psig {

void InputLines::pause(bool paused) {
  if (std::exchange(paused_, paused) && !paused) read();
}

void InputLines::read() {
  if (reading_ || ended_ || paused_) return;
  reading_ = true;
  const uv_buf_t buffer = uv_buf_init(part_.data(), static_cast<unsigned>(part_.size()));
  uv_fs_read(loop_.raw(), &request_, STDIN_FILENO, &buffer, 1, -1, [](uv_fs_t* request) {
    const auto result = request->result;
    auto* const lines = static_cast<InputLines*>(request->data);
    uv_fs_req_cleanup(request);
    lines->got(result);
  });
}

void InputLines::got(std::ptrdiff_t result) {
  reading_ = false;
  if (result == UV_EINTR) return read();
  if (result == UV_EAGAIN) return again_.start(kPatience, Milliseconds{0});  // somebody made it non-blocking
  if (result < 0) {
    ended_ = true;
    return host_.input_failed(std::string("cannot read stdin: ") + uv_strerror(static_cast<int>(result)));
  }
  if (result == 0) {
    ended_ = true;
    if (!rest_.empty()) rest_ += '\n';
    take_lines();
    return host_.input_ended();
  }
  rest_.append(part_.data(), static_cast<std::size_t>(result));
  take_lines();
  read();
}

void InputLines::take_lines() {
  std::size_t taken = 0;
  for (std::size_t end = 0; (end = rest_.find('\n', taken)) != std::string::npos; taken = end + 1) {
    std::string_view line = std::string_view(rest_).substr(taken, end - taken);
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++lines_;
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) host_.input_line(line, lines_);
  }
  rest_.erase(0, taken);
  if (rest_.size() <= limits::kMessageFileBytes) return;
  ended_ = true;
  host_.input_failed("line " + std::to_string(lines_ + 1) + " of stdin is longer than 16 MiB");
}

}  // namespace p2psig
