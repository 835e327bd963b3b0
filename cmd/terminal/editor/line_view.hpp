#pragma once

#include <cstddef>
#include <string>

#include "cmd/terminal/editor/line_layout.hpp"
#include "cmd/terminal/editor/tty.hpp"

namespace p2psig {

/// The line being typed as it stands on the screen, and what to write to the terminal to change it. Knows the
/// cursor only in relation to the line's first row, so that it does not matter where on the screen that is.
///
/// A line that would fill the screen is shown in part, around the cursor: what arrives must have room above, and
/// rows that have left the screen could not be changed.
class LineView {
 public:
  /// What makes the screen show `line`, starting at the row of the cursor if nothing is shown yet.
  [[nodiscard]] std::string draw(const PromptedLine& line, ScreenSize size);
  /// What removes it. The cursor is where it began then.
  [[nodiscard]] std::string erase();
  /// What leaves it where it is, and goes to the beginning of a new row below.
  [[nodiscard]] std::string leave();
  /// After another size of the screen: a line that takes one row can be drawn again; one that took several may
  /// have been broken otherwise by the terminal, which does not say how, so that a new one is begun below.
  [[nodiscard]] std::string resize(ScreenSize size);
  /// What is on the screen is not what was drawn.
  void forget() noexcept;

  /// The line as it is left behind when it has been entered; of one too long the rows that draw() would show.
  [[nodiscard]] std::string transcript(const PromptedLine& line, ScreenSize size);

 private:
  [[nodiscard]] Layout visible(const PromptedLine& line, ScreenSize size);
  void go_to_row(std::string& out, std::size_t row);

  Layout shown_;
  ScreenSize size_{};
  std::size_t row_ = 0;  // of the cursor, among those shown
  std::size_t top_ = 0;  // rows of the line above the first one shown
};

}  // namespace p2psig
