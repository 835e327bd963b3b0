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

TEST_CASE("a member is found by its meaning, with the bytes of its value", "[json_text]") {
  const auto text = R"( {"a" : 1.50 , "b":"x\"}","c":{"a":[1,{"b":2}]} ,"d":[],"\u0065":true,"f":null} )"sv;
  CHECK(member_text(text, "a") == "1.50");
  CHECK(member_text(text, "b") == R"("x\"}")");
  CHECK(member_text(text, "c") == R"({"a":[1,{"b":2}]})");
  CHECK(member_text(text, "d") == "[]");
  CHECK(member_text(text, "e") == "true");
  CHECK(member_text(text, "f") == "null");
  CHECK_FALSE(member_text(text, "x"));
  CHECK_FALSE(member_text(text, ""));
  CHECK_FALSE(member_text(text, "A"));
}

TEST_CASE("the bytes of a member are part of the object's own", "[json_text]") {
  const auto text = R"({"a":{"b":1}})"sv;
  CHECK(member_text(text, "a")->data() == text.data() + 5);
}

TEST_CASE("of a member given twice, the last one counts", "[json_text]") {
  CHECK(member_text(R"({"a":1,"\u0061":2,"b":3})", "a") == "2");
}

TEST_CASE("values end where they end, whatever blanks and brackets are about", "[json_text]") {
  CHECK_FALSE(member_text("{}", "a"));
  CHECK_FALSE(member_text(" \r\n\t{ \n} ", "a"));
  CHECK(member_text("{\"a\":1}", "a") == "1");
  CHECK(member_text("{\"a\":-1e+5\n}", "a") == "-1e+5");
  CHECK(member_text("{\"a\"\t:\r\n[ 1 , 2 ]\t}", "a") == "[ 1 , 2 ]");
  CHECK(member_text(R"({"x":"{\"a\":0}","a":["]","}"],"b":{}})", "a") == R"(["]","}"])");
  CHECK(member_text(R"({"x":[[]],"a":{"c":{}},"b":0})", "a") == R"({"c":{}})");
  CHECK(member_text(R"({"":7,"a":8})", "") == "7");
  CHECK(member_text(R"({"a":"\\"})", "a") == R"("\\")");
}

TEST_CASE("blanks between tokens are taken out, and nothing else", "[json_text]") {
  const auto compacted = [](std::string json) {
    compact(json);
    return json;
  };
  CHECK(compacted("{}") == "{}");
  CHECK(compacted(" \t{\r\n} \n") == "{}");
  CHECK(compacted("{ \"a b\" : [ 1.0 , -2E+5 ,\ttrue , null,\"\" ] }") ==
        "{\"a b\":[1.0,-2E+5,true,null,\"\"]}");
  CHECK(compacted(R"({"\\" : " \" ", "\\\" " : "é  日本" })") == R"({"\\":" \" ","\\\" ":"é  日本"})");
  const std::string text = R"({"a":" b ","c":[{"d":[]},1,2,"x y z, this is longer than sixteen bytes"]})";
  CHECK(compacted(text) == text);
}

TEST_CASE("a text becomes a JSON string, with its quotes", "[json_text]") {
  CHECK(json_string("") == R"("")");
  CHECK(json_string("a\"\\\n\u00e9") == R"("a\"\\\né")");
}
