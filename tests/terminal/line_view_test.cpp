#include "cmd/terminal/editor/line_view.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/terminal/support/screen_model.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

/// What the rows and the cursor have to be, found by the simplest means: the whole line, on an empty screen.
struct Expected {
  std::vector<std::string> rows;
  std::size_t row;
  std::size_t column;
};

Expected expected(const PromptedLine& line, ScreenSize size) {
  ScreenModel screen(size.rows, size.columns);
  LineView view;
  screen.write(view.draw(line, size));
  Expected all{{}, screen.cursor_row(), screen.cursor_column()};
  for (std::size_t row = 0; row < size.rows; ++row) all.rows.push_back(screen.row(row));
  while (all.rows.size() > 1 && all.rows.back().empty()) all.rows.pop_back();
  return all;
}

/// A person who types at random, and what they see.
class Script {
 public:
  Script(unsigned seed, ScreenSize size) : random_(seed), size_(size), screen_(size.rows, size.columns) {}

  void step() {
    switch (pick(8)) {
      case 0:
        line_.insert(cursor_, piece());
        break;
      case 1:
        line_.erase(cursor_, 1 + pick(30));
        break;
      case 2:
        move();
        break;
      case 3:
        line_ = std::string(pick(2 * size_.columns), 'y');
        break;
      case 4:
        screen_.write(view_.erase() + "printed " + std::to_string(++printed_) + "\r\n");
        break;
      case 5:
        prompt_ = std::string(pick(size_.columns), 'p') + "> ";
        break;
      default:
        line_.insert(cursor_, "x");
        break;
    }
    cursor_ = std::min(cursor_, line_.size());
    const PromptedLine line{prompt_, line_, cursor_};
    screen_.write(view_.draw(line, size_));
    check(line);
  }

 private:
  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }

  std::string piece() {
    const std::vector<std::string> pieces{
        "\n", "\t", "\033", "words of several letters ", "\n\n", std::string(50, 'z')};
    return pieces[pick(pieces.size())];
  }

  void move() { cursor_ = pick(line_.size() + 1); }

  /// A line that is cut may be cut elsewhere than a new one: its rows are compared where it is not.
  void check(const PromptedLine& line) {
    const Expected wanted = expected(line, size_);
    const std::size_t first = screen_.cursor_row() - std::min(screen_.cursor_row(), wanted.row);
    if (lay_out(line, size_.columns).rows.size() > size_.rows * 3 / 4) {
      REQUIRE(screen_.cursor_column() == wanted.column);
      return;
    }
    for (std::size_t i = 0; i < wanted.rows.size(); ++i) REQUIRE(screen_.row(first + i) == wanted.rows[i]);
    for (std::size_t row = first + wanted.rows.size(); row < size_.rows; ++row)
      REQUIRE(screen_.row(row).empty());
    REQUIRE(screen_.cursor_row() == first + wanted.row);
    REQUIRE(screen_.cursor_column() == wanted.column);
    if (printed_ > 0 && first > 0) {
      const std::string above = screen_.row(first - 1);
      REQUIRE(above == "printed " + std::to_string(printed_));
    }
  }

  std::mt19937 random_;
  ScreenSize size_;
  ScreenModel screen_;
  LineView view_;
  std::string prompt_ = "> ";
  std::string line_;
  std::size_t cursor_ = 0;
  std::size_t printed_ = 0;
};

std::vector<std::string> rows_of(const Layout& layout) {
  std::vector<std::string> rows;
  for (const Layout::Row& row : layout.rows) rows.push_back(row.text);
  return rows;
}

using Rows = std::vector<std::string>;

}  // namespace

TEST_CASE("whatever was drawn before, the screen shows the line as a new screen would", "[view]") {
  const auto size = GENERATE(ScreenSize{24, 80}, ScreenSize{24, 20}, ScreenSize{8, 12}, ScreenSize{50, 200});
  for (unsigned seed = 1; seed <= 20; ++seed) {
    CAPTURE(size.rows, size.columns, seed);
    Script script(seed, size);
    for (int i = 0; i < 200; ++i) script.step();
  }
}

TEST_CASE("a line is broken where the row ends, and where it has line breaks", "[view]") {
  CHECK(rows_of(lay_out({"> ", "abc", 3}, 10)) == Rows{"> abc"});
  CHECK(rows_of(lay_out({"> ", "abcdefgh", 0}, 10)) == Rows{"> abcdefgh"});
  CHECK(rows_of(lay_out({"> ", "abcdefgh", 8}, 10)) == Rows{"> abcdefgh", ""});
  CHECK(rows_of(lay_out({"> ", "abcdefghi", 0}, 10)) == Rows{"> abcdefgh", "i"});
  CHECK(rows_of(lay_out({"> ", "a\n\nb", 0}, 10)) == Rows{"> a", "", "b"});
  CHECK(rows_of(lay_out({"", "a\tb", 0}, 20)) == Rows{"a       b"});
  CHECK(rows_of(lay_out({"", "日本語", 0}, 5)) == Rows{"日本", "語"});
  CHECK(rows_of(lay_out({"\001\033[1m\002>", "a\033b", 0}, 20)) == Rows{"\033[1m>a\\u001bb"});
}

TEST_CASE("a key at the end of a line rewrites only its row, and nothing is written when nothing changed",
          "[view]") {
  LineView view;
  const ScreenSize size{24, 20};
  const std::string line(70, 'x');
  CHECK_FALSE(view.draw({"> ", line, 70}, size).empty());
  CHECK(view.draw({"> ", line, 70}, size).empty());
  CHECK(view.draw({"> ", line + "y", 71}, size).size() < 40);
}

TEST_CASE("a line entered is kept whole if it fits, else as it was shown", "[view]") {
  LineView view;
  CHECK(view.transcript({"> ", std::string(100, 'x'), 100}, {24, 20}) == "> " + std::string(100, 'x'));
  CHECK(view.transcript({"> ", "a\nb\033", 2}, {24, 20}) == "> a\nb\\u001b");
  const std::string part = view.transcript({"> ", std::string(1000, 'x'), 1000}, {24, 20});
  CHECK(std::count(part.begin(), part.end(), '\n') == 18);
  CHECK(part.ends_with("[rows 35-51 of 51]\n"));
}
