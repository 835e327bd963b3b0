#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace p2psig {

/// A prompt, the line behind it, and where in the line the cursor is.
struct PromptedLine {
  std::string_view prompt;  ///< what is between `\001` and `\002` takes no space, and is passed on as it is
  std::string_view line;
  std::size_t cursor = 0;  ///< in bytes
};

/// Rows of a screen, and the place of the cursor.
struct Layout {
  struct Row {
    std::string text{};
    std::size_t width = 0;
    bool operator==(const Row&) const = default;
  };
  std::vector<Row> rows{};
  std::size_t prompt_rows = 0;  ///< those that the prompt is on
  std::size_t cursor_row = 0;
  std::size_t cursor_column = 0;
};

/// Breaks a line into rows. What could drive the terminal is escaped; line breaks end a row. No character is cut
/// in two, wide ones neither. Cost: O(line).
[[nodiscard]] Layout lay_out(const PromptedLine& line, std::size_t columns);

/// A line as it is kept above: escaped like that, its line breaks kept.
[[nodiscard]] std::string printable_line(const PromptedLine& line);

}  // namespace p2psig
