#include "cmd/terminal/editor/line_layout.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"
#include "core/protocol/utf8.hpp"

namespace p2psig {
namespace {

constexpr std::size_t kTabColumns = 8;

/// The character that `text` begins with: what is not UTF-8 counts as one of a byte.
std::string_view first_character(std::string_view text) noexcept {
  const char* const end = utf8_sequence_end(text.data(), text.data() + text.size());
  return text.substr(0, end != nullptr ? static_cast<std::size_t>(end - text.data()) : 1);
}

/// The prompt in pieces: `raw` ones, without their marks, and characters.
template <class Raw, class Character>
void for_each_piece(std::string_view prompt, Raw raw, Character character) {
  while (!prompt.empty()) {
    const std::size_t end = prompt.front() == '\001' ? prompt.find('\002') : std::string_view::npos;
    const std::string_view piece =
        end != std::string_view::npos ? prompt.substr(0, end + 1) : first_character(prompt);
    if (end != std::string_view::npos)
      raw(piece.substr(1, end - 1));
    else
      character(piece);
    prompt.remove_prefix(piece.size());
  }
}

class Rows {
 public:
  explicit Rows(std::size_t columns) : columns_(std::max<std::size_t>(columns, 2)), rows_(1) {}

  void put_raw(std::string_view text) { rows_.back().text += text; }

  void put(std::string_view character) {
    std::string printable;
    append_printable(printable, character);
    for (std::string_view rest = printable; !rest.empty();) {
      const std::string_view part = first_character(rest);
      const std::size_t width = display_width(part);
      make_room(width);
      rows_.back().text += part;
      rows_.back().width += width;
      rest.remove_prefix(part.size());
    }
  }

  void put_tab() {
    do put(" ");
    while (rows_.back().width % kTabColumns != 0 && rows_.back().width < columns_);
  }

  void end_row() {
    make_room(1);
    rows_.emplace_back();
  }

  /// Room for a character of this width: the cursor stands where that will be.
  void make_room(std::size_t width) {
    if (rows_.back().width + width > columns_) rows_.emplace_back();
  }

  [[nodiscard]] std::size_t last() const noexcept { return rows_.size() - 1; }
  [[nodiscard]] std::size_t width() const noexcept { return rows_.back().width; }
  [[nodiscard]] std::vector<Layout::Row> take() noexcept { return std::move(rows_); }

 private:
  const std::size_t columns_;
  std::vector<Layout::Row> rows_;
};

}  // namespace

Layout lay_out(const PromptedLine& line, std::size_t columns) {
  Rows rows(columns);
  for_each_piece(
      line.prompt, [&rows](std::string_view raw) { rows.put_raw(raw); },
      [&rows](std::string_view character) { rows.put(character); });
  Layout layout;
  layout.prompt_rows = rows.last() + 1;

  const auto place_cursor = [&rows, &layout](std::size_t width) {
    rows.make_room(width);
    layout.cursor_row = rows.last();
    layout.cursor_column = rows.width();
  };
  for (std::size_t at = 0; at < line.line.size();) {
    const std::string_view character = first_character(line.line.substr(at));
    if (at == line.cursor) place_cursor(std::max<std::size_t>(display_width(character), 1));
    if (character == "\n")
      rows.end_row();
    else if (character == "\t")
      rows.put_tab();
    else
      rows.put(character);
    at += character.size();
  }
  if (line.cursor >= line.line.size()) place_cursor(1);
  layout.rows = rows.take();
  return layout;
}

std::string printable_line(const PromptedLine& line) {
  std::string out;
  for_each_piece(
      line.prompt, [&out](std::string_view raw) { out += raw; },
      [&out](std::string_view character) { append_printable(out, character); });
  for (std::string_view rest = line.line; !rest.empty();) {
    const std::size_t end = rest.find_first_of("\n\t");
    append_printable(out, rest.substr(0, end));
    if (end == std::string_view::npos) break;
    out += rest[end];
    rest.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace p2psig
