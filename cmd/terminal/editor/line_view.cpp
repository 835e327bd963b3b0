#include "cmd/terminal/editor/line_view.hpp"

#include <algorithm>
#include <string_view>

#include "core/text.hpp"

namespace p2psig {
namespace {

constexpr std::string_view kClearRow = "\033[K";
constexpr std::string_view kClearBelow = "\033[J";

/// On a screen with fewer rows, there is none to spare for saying what is not shown.
constexpr std::size_t kRowsWithNote = 4;

void move(std::string& out, std::size_t by, char direction) {
  if (by > 0) out.append("\033[").append(std::to_string(by)).append(1, direction);
}

/// Three quarters of the screen.
std::size_t most_rows(ScreenSize size) noexcept { return std::max<std::size_t>(size.rows * 3 / 4, 1); }

Layout::Row note(std::size_t first, std::size_t end, std::size_t rows, std::size_t columns) {
  std::string text = "[rows " + std::to_string(first + 1) + "-" + std::to_string(end) + " of " +
                     std::to_string(rows) + "]";
  text.resize(std::min(text.size(), columns));
  const std::size_t width = text.size();
  return {std::move(text), width};
}

}  // namespace

std::string LineView::draw(const PromptedLine& line, ScreenSize size) {
  Layout next = visible(line, size);
  std::string out;
  if (shown_.rows.empty()) row_ = 0;
  std::size_t first = 0;
  const std::size_t both = std::min(next.rows.size(), shown_.rows.size());
  while (first < both && next.rows[first] == shown_.rows[first]) ++first;
  // A colour of the prompt may go on from one row to the next.
  if (first < std::max(next.prompt_rows, shown_.prompt_rows) && first < next.rows.size()) first = 0;

  for (std::size_t row = first; row < next.rows.size(); ++row) {
    if (row < std::max<std::size_t>(shown_.rows.size(), 1)) {
      go_to_row(out, row);
      out += '\r';
    } else {
      go_to_row(out, row - 1);
      out += "\r\n";
      row_ = row;
    }
    out += next.rows[row].text;
    // To clear from the last column on would take the character there.
    if (next.rows[row].width < size.columns) out += kClearRow;
  }
  if (shown_.rows.size() > next.rows.size()) {
    go_to_row(out, next.rows.size());
    out.append("\r").append(kClearBelow);
  }
  if (!out.empty() || shown_.cursor_row != next.cursor_row || shown_.cursor_column != next.cursor_column) {
    go_to_row(out, next.cursor_row);
    out += '\r';
    move(out, next.cursor_column, 'C');
  }
  shown_ = std::move(next);
  size_ = size;
  return out;
}

std::string LineView::erase() {
  std::string out;
  if (shown_.rows.empty()) return out;
  go_to_row(out, 0);
  out.append("\r").append(kClearBelow);
  forget();
  return out;
}

std::string LineView::leave() {
  std::string out;
  if (shown_.rows.empty()) return out;
  go_to_row(out, shown_.rows.size() - 1);
  out += "\r\n";
  forget();
  return out;
}

std::string LineView::resize(ScreenSize size) {
  if (shown_.rows.size() == 1 && shown_.rows[0].width < std::min(size_.columns, size.columns)) return erase();
  std::string out = leave();
  if (!out.empty()) out += kClearBelow;
  return out;
}

void LineView::forget() noexcept {
  shown_ = {};
  row_ = 0;
}

std::string LineView::transcript(const PromptedLine& line, ScreenSize size) {
  if (lay_out(line, size.columns).rows.size() <= most_rows(size)) return printable_line(line);
  std::string out;
  for (const Layout::Row& row : visible(line, size).rows) out.append(row.text).append("\n");
  return out;
}

Layout LineView::visible(const PromptedLine& line, ScreenSize size) {
  Layout all = lay_out(line, size.columns);
  const std::size_t rows = all.rows.size();
  const std::size_t most = most_rows(size);
  if (rows <= most) {
    top_ = 0;
    return all;
  }
  const bool noted = most >= kRowsWithNote;
  const std::size_t height = noted ? most - 1 : most;
  top_ = std::min(top_, rows - height);
  top_ = std::clamp(top_, all.cursor_row + 1 - std::min(all.cursor_row + 1, height), all.cursor_row);

  using Offset = std::vector<Layout::Row>::difference_type;
  Layout part;
  part.rows.assign(all.rows.begin() + static_cast<Offset>(top_),
                   all.rows.begin() + static_cast<Offset>(top_ + height));
  if (noted) part.rows.push_back(note(top_, top_ + height, rows, size.columns));
  part.prompt_rows = all.prompt_rows - std::min(all.prompt_rows, top_);
  part.cursor_row = all.cursor_row - top_;
  part.cursor_column = all.cursor_column;
  return part;
}

void LineView::go_to_row(std::string& out, std::size_t row) {
  if (row < row_) move(out, row_ - row, 'A');
  if (row > row_) move(out, row - row_, 'B');
  row_ = row;
}

}  // namespace p2psig
