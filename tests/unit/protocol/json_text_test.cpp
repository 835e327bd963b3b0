#include "core/protocol/json_text.hpp"

#include <array>
#include <string>
#include <string_view>

#include "tests/catch.hpp"

using namespace p2psig;
using namespace std::string_view_literals;

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

std::string meant(std::string_view raw) {
  std::array<char, 64> buffer{};
  return std::string(unescape(raw, buffer).value().text);
}

}  // namespace

TEST_CASE("text is escaped as JavaScript does it", "[json_text]") {
  CHECK(escaped("plain é \x7F") == "plain é \x7F");
  CHECK(escaped("a\"b\\c/d") == "a\\\"b\\\\c/d");
  CHECK(escaped("\b\f\n\r\t\x01\x1F\0"sv) == "\\b\\f\\n\\r\\t\\u0001\\u001f\\u0000");
}

TEST_CASE("escapes mean what RFC 8259 says", "[json_text]") {
  CHECK(meant("plain") == "plain");
  CHECK(meant("\\\"\\\\\\/\\b\\f\\n\\r\\t") == "\"\\/\b\f\n\r\t");
  CHECK(meant("fr\\u006fm") == "from");
  CHECK(meant("\\u00e9\\u00E9\\u20ac") == "éé€");
  CHECK(meant("\\ud83d\\ude00") == "😀");
  CHECK(meant("a\\u0000b") == "a\0b"sv);
}

TEST_CASE("half a surrogate pair is told apart", "[json_text]") {
  std::array<char, 16> buffer{};
  for (const auto raw : {"\\ud800", "\\udc00", "\\ud800x", "\\ud800\\u0041", "\\udc00\\ud800", "\\ud800\\n"})
    CHECK(unescape(raw, buffer)->lone_surrogate);
  CHECK_FALSE(unescape("\\ud800\\udc00", buffer)->lone_surrogate);
}

TEST_CASE("what does not fit the buffer has no meaning to give", "[json_text]") {
  std::array<char, 4> buffer{};
  CHECK(unescape("\\u0061bcd", buffer)->text == "abcd");
  CHECK_FALSE(unescape("\\u0061bcde", buffer));
  CHECK(unescape("\\ud83d\\ude00", buffer));
  CHECK_FALSE(unescape("a\\ud83d\\ude00", buffer));
}
