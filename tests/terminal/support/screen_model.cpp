#include "tests/terminal/support/screen_model.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include "core/protocol/utf8.hpp"
#include "core/text.hpp"

namespace p2psig::test {
namespace {

[[noreturn]] void refuse(std::string_view bytes) {
  std::string shown;
  append_printable(shown, bytes);
  throw std::runtime_error("this must not reach a terminal: " + shown);
}

}  // namespace

ScreenModel::ScreenModel(std::size_t rows, std::size_t columns)
    : columns_(columns), rows_(rows, blank_row()) {}

void ScreenModel::write(std::string_view bytes) {
  incomplete_ += bytes;
  std::string_view rest = incomplete_;
  while (!rest.empty()) {
    const std::size_t size = consume(rest);
    if (size == 0) break;
    rest.remove_prefix(size);
  }
  incomplete_.erase(0, incomplete_.size() - rest.size());
}

/// The size of what was understood; 0 if more has to come.
std::size_t ScreenModel::consume(std::string_view bytes) {
  if (bytes.front() == '\033') {
    if (bytes.size() < 2) return 0;
    if (bytes[1] != '[') refuse(bytes.substr(0, 2));
    const std::size_t end = bytes.find_first_not_of("0123456789;?", 2);
    if (end == std::string_view::npos) return 0;
    sequence(bytes.substr(2, end - 2), bytes[end]);
    return end + 1;
  }
  if (static_cast<unsigned char>(bytes.front()) < 0x20 || bytes.front() == '\x7F') {
    control(bytes.front());
    return 1;
  }
  if (const char* const end = utf8_sequence_end(bytes.data(), bytes.data() + bytes.size()); end != nullptr) {
    const auto size = static_cast<std::size_t>(end - bytes.data());
    put(bytes.substr(0, size));
    return size;
  }
  if (!Utf8Stream().accept(bytes.substr(0, 4))) refuse(bytes.substr(0, 1));
  return 0;
}

void ScreenModel::control(char c) {
  switch (c) {
    case '\r':
      column_ = 0;
      wrap_pending_ = false;
      break;
    case '\n':
      line_feed();
      break;
    case '\b':
      column_ -= column_ > 0 ? 1 : 0;
      wrap_pending_ = false;
      break;
    case '\t':
      column_ = std::min((column_ / 8 + 1) * 8, columns_ - 1);
      break;
    case '\a':
      break;
    default:
      refuse({&c, 1});
  }
}

void ScreenModel::sequence(std::string_view parameters, char final) {
  const std::string text(parameters);
  if (text == "?2004" && (final == 'h' || final == 'l')) {
    paste_mode_ = final == 'h';
    return;
  }
  if (final == 'm') return;
  wrap_pending_ = false;
  const auto number = static_cast<std::size_t>(std::strtoul(text.c_str(), nullptr, 10));
  const std::size_t by = std::max<std::size_t>(number, 1);
  switch (final) {
    case 'A':
      row_ -= std::min(by, row_);
      break;
    case 'B':
      row_ = std::min(row_ + by, rows_.size() - 1);
      break;
    case 'C':
      column_ = std::min(column_ + by, columns_ - 1);
      break;
    case 'D':
      column_ -= std::min(by, column_);
      break;
    case 'H':
      if (!text.empty()) refuse("\033[" + text + final);
      row_ = column_ = 0;
      break;
    case 'K':
      if (!text.empty()) refuse("\033[" + text + final);
      clear(rows_[row_], column_);
      break;
    case 'J':
      if (number != 0 && number != 2) refuse("\033[" + text + final);
      clear(rows_[row_], number == 2 ? 0 : column_);
      for (std::size_t row = number == 2 ? 0 : row_ + 1; row < rows_.size(); ++row) clear(rows_[row], 0);
      break;
    default:
      refuse("\033[" + text + final);
  }
}

void ScreenModel::put(std::string_view character) {
  const bool is_ascii = character.size() == 1;  // no control character: those went another way
  const std::size_t width = is_ascii ? 1 : display_width(character);
  if (width == 0) {  // belongs to the one before
    const std::size_t before = wrap_pending_ ? column_ : column_ - std::min<std::size_t>(column_, 1);
    rows_[row_].cells[before] += character;
    return;
  }
  if (!is_ascii && printable(character) != character) refuse(character);
  if (wrap_pending_ || column_ + width > columns_) {
    rows_[row_].wrapped = true;
    column_ = 0;
    line_feed();
  }
  rows_[row_].cells[column_] = character;
  if (width == 2) rows_[row_].cells[column_ + 1].clear();
  wrap_pending_ = column_ + width >= columns_;
  column_ = std::min(column_ + width, columns_ - 1);
}

void ScreenModel::line_feed() {
  wrap_pending_ = false;
  if (row_ + 1 < rows_.size()) {
    ++row_;
    return;
  }
  left_ += text_of(rows_.front()) + "\n";
  std::rotate(rows_.begin(), rows_.begin() + 1, rows_.end());
  clear(rows_.back(), 0);
}

void ScreenModel::clear(Row& row, std::size_t from) const {
  std::fill(row.cells.begin() + static_cast<std::ptrdiff_t>(from), row.cells.end(), " ");
  row.wrapped = false;
}

std::string ScreenModel::text_of(const Row& row) {
  std::string text;
  for (const std::string& cell : row.cells) text += cell;
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::string ScreenModel::row(std::size_t number) const { return text_of(rows_.at(number)); }

std::string ScreenModel::text() const {
  std::string text;
  for (const Row& row : rows_) text += text_of(row) + "\n";
  return text;
}

std::string ScreenModel::all_text() const { return left_ + text(); }

void ScreenModel::resize(std::size_t rows, std::size_t columns, Reflow how) {
  if (how == Reflow::yes) {
    reflow(columns);
  } else {
    for (Row& row : rows_) row.cells.resize(columns, " ");
  }
  columns_ = columns;
  column_ = std::min(column_, columns - 1);
  wrap_pending_ = false;
  while (rows_.size() > rows) {  // blank rows below go first
    if (row_ + 1 < rows_.size()) {
      rows_.pop_back();
    } else {
      left_ += text_of(rows_.front()) + "\n";
      rows_.erase(rows_.begin());
      --row_;
    }
  }
  while (rows_.size() < rows) rows_.push_back(blank_row());
}

/// Of the rows on the screen: those that belong together are joined and broken anew.
void ScreenModel::reflow(std::size_t columns) {
  std::vector<Row> broken;
  std::size_t row = 0;
  std::size_t cursor_row = 0;
  std::size_t cursor_column = 0;
  while (row < rows_.size()) {
    std::vector<std::string> line;
    bool more = true;
    std::size_t cursor = std::string::npos;
    for (; more && row < rows_.size(); ++row) {
      if (row == row_) cursor = line.size() + column_;
      const auto& cells = rows_[row].cells;
      line.insert(line.end(), cells.begin(), cells.end());
      more = rows_[row].wrapped;
    }
    while (!line.empty() && line.back() == " ") line.pop_back();
    if (cursor != std::string::npos) {
      cursor_row = broken.size() + cursor / columns;
      cursor_column = cursor % columns;
      line.resize(std::max(line.size(), cursor + 1), " ");
    }
    for (std::size_t at = 0; at == 0 || at < line.size(); at += columns) {
      Row part{{line.begin() + static_cast<std::ptrdiff_t>(at),
                line.begin() + static_cast<std::ptrdiff_t>(std::min(at + columns, line.size()))},
               at + columns < line.size()};
      part.cells.resize(columns, " ");
      broken.push_back(std::move(part));
    }
  }
  const std::size_t most = rows_.size();
  while (broken.size() > most && cursor_row + 1 < broken.size()) broken.pop_back();
  while (broken.size() > most) {
    left_ += text_of(broken.front()) + "\n";
    broken.erase(broken.begin());
    --cursor_row;
  }
  rows_ = std::move(broken);
  row_ = cursor_row;
  column_ = cursor_column;
}

}  // namespace p2psig::test
