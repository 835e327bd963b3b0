#include "core/text.hpp"

#include <string>
#include <string_view>

#include "tests/catch.hpp"

using namespace p2psig;
using namespace std::string_view_literals;

TEST_CASE("what could drive a terminal or forge a line is shown as an escape", "[text]") {
  CHECK(printable("plain é 日本 \"\\") == "plain é 日本 \"\\");
  CHECK(printable("\033[31m") == "\\u001b[31m");
  CHECK(printable("a\nb\rc\0d"sv) == "a\\u000ab\\u000dc\\u0000d");
  CHECK(printable("\x7F\xC2\x9B"
                  "2J") == "\\u007f\\u009b2J");
  CHECK(printable("\u202Eabc\u2066\u200F\u061C") == "\\u202eabc\\u2066\\u200f\\u061c");
  CHECK(printable("a\u2028b") == "a\\u2028b");
}

TEST_CASE("within quotes, quotes are escaped as well", "[text]") {
  CHECK(printable("a\"b\\", Quoting::quoted) == "a\\\"b\\\\");
}

TEST_CASE("what is not UTF-8 becomes a replacement character", "[text]") {
  CHECK(printable("a\xFF"
                  "b\xE2\x82") == "a\uFFFDb\uFFFD\uFFFD");
}

TEST_CASE("widths are those of a terminal", "[text]") {
  CHECK(display_width("") == 0);
  CHECK(display_width("abc") == 3);
  CHECK(display_width("日本") == 4);
  CHECK(display_width("e\u0301") == 1);
}

TEST_CASE("text is cut to columns, with an ellipsis for the rest", "[text]") {
  CHECK(cut_to_width("abcdef", 6) == "abcdef");
  CHECK(cut_to_width("abcdef", 5) == "abcd…");
  CHECK(cut_to_width("abcdef", 2) == "a…");
  CHECK(cut_to_width("abcdef", 1) == "…");
  CHECK(cut_to_width("abcdef", 0).empty());
  CHECK(cut_to_width("", 0).empty());
  CHECK(cut_to_width("", 3).empty());
}

TEST_CASE("wide characters are not cut in half, combining ones stay with theirs", "[text]") {
  CHECK(cut_to_width("漢字", 4) == "漢字");
  CHECK(cut_to_width("漢字", 3) == "漢…");
  CHECK(cut_to_width("漢字", 2) == "…");
  CHECK(cut_to_width("漢字", 1) == "…");
  CHECK(cut_to_width("a漢字", 3) == "a…");
  CHECK(cut_to_width("e\u0301e\u0301e\u0301", 3) == "e\u0301e\u0301e\u0301");
  CHECK(cut_to_width("e\u0301e\u0301e\u0301", 2) == "e\u0301…");
  CHECK(cut_to_width("\u0301\u0301", 0) == "\u0301\u0301");
  for (std::size_t columns = 0; columns < 12; ++columns)
    CHECK(display_width(cut_to_width("a漢e\u0301字😀x", columns)) <= columns);
}
