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
