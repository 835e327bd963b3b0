#include "cmd/terminal/editor/backlog.hpp"

#include <algorithm>
#include <utility>

#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

void append_lines(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out.append(text.substr(0, end)).append("\r\n");
    text.remove_prefix(end + 1);
  }
}

}  // namespace

void Backlog::add(std::string_view text) {
  if (text.empty()) return;
  const bool unfinished = text.back() != '\n';
  if (lost_ > 0 || waiting_.size() - taken_ + text.size() + (unfinished ? 1 : 0) > limits::kTerminalBacklogBytes) {
    lost_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + (unfinished ? 1 : 0);
    return;
  }
  waiting_ += text;
  if (unfinished) waiting_ += '\n';
}

std::string Backlog::take(std::size_t bytes) {
  const std::string_view rest = std::string_view(waiting_).substr(taken_);
  std::size_t end = rest.size();
  if (end > bytes) {
    end = rest.rfind('\n', bytes - 1);
    if (end == std::string_view::npos) end = rest.find('\n');
    ++end;
  }
  std::string out;
  append_lines(out, rest.substr(0, end));
  taken_ += end;
  if (taken_ == waiting_.size()) {
    waiting_.clear();
    taken_ = 0;
    if (const std::size_t lost = std::exchange(lost_, 0); lost > 0)
      out += "[" + std::to_string(lost) + " lines left out: the terminal did not take them]\r\n";
  } else if (taken_ > waiting_.size() / 2) {
    waiting_.erase(0, std::exchange(taken_, 0));
  }
  return out;
}

}  // namespace p2psig
