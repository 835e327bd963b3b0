#include "cmd/terminal/editor/plain_editor.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "core/protocol/limits.hpp"

namespace p2psig {

PlainEditor::PlainEditor(EventLoop& loop, Host& host, bool reads_input)
    : host_(host),
      screen_(loop, tty_.output(), [this] { write_waiting(); }),
      turn_end_(loop, [this] { write_waiting(); }),
      interrupted_(loop, SIGINT, [this](int) { host_.end(); }),
      hung_up_(loop, SIGHUP, [this](int signal) { host_.stopped(signal); }),
      input_(new uv_poll_t) {
  uv_poll_init(loop.raw(), input_.get(), tty_.input());
  input_->data = this;
  if (!reads_input) return;
  uv_poll_start(input_.get(), UV_READABLE,
                [](uv_poll_t* handle, int, int) { static_cast<PlainEditor*>(handle->data)->read_input(); });
}

PlainEditor::~PlainEditor() {
  while (!backlog_.empty()) screen_.write(backlog_.take(limits::kTerminalBatchBytes));
  screen_.finish();
}

void PlainEditor::write_waiting() {
  if (backlog_.empty() || !screen_.takes_more()) return;
  screen_.write(backlog_.take(limits::kTerminalBatchBytes));
  if (!backlog_.empty()) screen_.call_when_ready();
}

void PlainEditor::read_input() {
  std::array<char, 4096> buffer{};
  const ssize_t bytes = read(tty_.input(), buffer.data(), buffer.size());
  if (bytes < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (bytes <= 0) return end_input();  // Ctrl-D, or the terminal is gone
  typed_.append(buffer.data(), static_cast<std::size_t>(bytes));
  for (std::size_t end = typed_.find('\n'); end != std::string::npos; end = typed_.find('\n')) {
    const std::string line = typed_.substr(0, end);
    typed_.erase(0, end + 1);
    host_.line(line);
  }
}

void PlainEditor::end_input() {
  uv_poll_stop(input_.get());
  host_.end();
}

}  // namespace p2psig
