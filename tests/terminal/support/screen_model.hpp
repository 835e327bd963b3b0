#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace p2psig::test {

/// What a person sees: a small xterm. Knows the sequences that the line editor may use, and throws on any
/// other, as on a control character that should have been escaped.
class ScreenModel {
 public:
  ScreenModel(std::size_t rows, std::size_t columns);

  /// May end within a sequence or a character.
  void write(std::string_view bytes);

  enum class Reflow : bool { no, yes };
  /// xterm cuts rows off; others break lines anew at the new width.
  void resize(std::size_t rows, std::size_t columns, Reflow reflow);

  [[nodiscard]] std::size_t rows() const noexcept { return rows_.size(); }
  [[nodiscard]] std::size_t columns() const noexcept { return columns_; }
  /// Without the blanks at its end.
  [[nodiscard]] std::string row(std::size_t number) const;
  [[nodiscard]] std::size_t cursor_row() const noexcept { return row_; }
  [[nodiscard]] std::size_t cursor_column() const noexcept { return column_; }
  /// All rows, those that have left the screen first, each with its line feed.
  [[nodiscard]] std::string all_text() const;
  /// Those on the screen.
  [[nodiscard]] std::string text() const;

  [[nodiscard]] bool paste_mode() const noexcept { return paste_mode_; }

 private:
  struct Row {
    std::vector<std::string> cells;  ///< the second one of a wide character is empty
    bool wrapped = false;            ///< goes on in the next row
  };

  [[nodiscard]] Row blank_row() const { return {std::vector<std::string>(columns_, " ")}; }
  [[nodiscard]] static std::string text_of(const Row& row);
  std::size_t consume(std::string_view bytes);
  void control(char c);
  void sequence(std::string_view parameters, char final);
  void put(std::string_view character);
  void line_feed();
  void clear(Row& row, std::size_t from) const;
  void reflow(std::size_t columns);

  std::size_t columns_;
  std::vector<Row> rows_;
  std::string left_;  // the rows that have left the screen, above
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  bool wrap_pending_ = false;
  bool paste_mode_ = false;
  std::string incomplete_;
};

}  // namespace p2psig::test
