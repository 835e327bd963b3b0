#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace p2psig {

/// Lines that wait for the terminal, at most limits::kTerminalBacklogBytes of them. When they get more, the
/// newest are left out until all have been taken; then the gap is named, in its place.
class Backlog {
 public:
  /// Whole lines; a last one without its line feed gets one.
  void add(std::string_view text);
  [[nodiscard]] bool empty() const noexcept { return taken_ == waiting_.size() && lost_ == 0; }
  /// The next lines, at least one, each ending with CR LF: about `bytes`, more if the first is longer.
  [[nodiscard]] std::string take(std::size_t bytes);

 private:
  std::string waiting_;
  std::size_t taken_ = 0;  // of its bytes
  std::size_t lost_ = 0;   // lines
};

}  // namespace p2psig
