#include "core/protocol/room_name.hpp"

#include <string>
#include <string_view>

#include "tests/catch.hpp"

using namespace p2psig;

namespace {

std::optional<RoomName> name_in(const std::string& value) {
  const std::string message = "{\"room\":" + value + "}";
  const auto scanned = scan_envelope(message);
  REQUIRE(scanned);
  return RoomName::from(scanned->room);
}

std::optional<RoomName> named(const std::string& text) { return name_in("\"" + text + "\""); }

}  // namespace

TEST_CASE("a room's name is what its string means", "[room_name]") {
  CHECK(named("lobby")->text() == "lobby");
  CHECK(named("\\u0061\\/\\\"")->text() == "a/\"");
  CHECK(named("vidéo 😀")->text() == "vidéo 😀");
  CHECK(named("\\ud83d\\ude00")->text() == "😀");
  CHECK(named(" ")->text() == " ");
}

TEST_CASE("a name has 1 to 128 bytes, after unescaping", "[room_name]") {
  CHECK_FALSE(named(""));
  CHECK(named(std::string(128, 'x')));
  CHECK_FALSE(named(std::string(129, 'x')));
  std::string escaped;
  for (int i = 0; i < 128; ++i) escaped += "\\u0061";
  CHECK(named(escaped)->text() == std::string(128, 'a'));
  CHECK_FALSE(named(escaped + "a"));
  CHECK(named(std::string(126, 'x') + "é"));
  CHECK_FALSE(named(std::string(127, 'x') + "é"));
}

TEST_CASE("a name has no control characters, however they are written", "[room_name]") {
  for (const auto* const text : {"\\u0000", "a\\u001fb", "\\n", "\\t", "\x7F", "\\u007f", "\xC2\x80",
                                 "\xC2\x9F", "\\u0080", "\\u009f", "a\\u0085"})
    CHECK_FALSE(named(text));
  CHECK(named("\xC2\xA0"));
  CHECK(named("\\u00a0"));
}

TEST_CASE("a name has no half of a surrogate pair", "[room_name]") {
  CHECK_FALSE(named("\\ud800"));
  CHECK_FALSE(named("x\\udfff"));
}

TEST_CASE("what is no string is no name", "[room_name]") {
  for (const auto* const value : {"null", "1", "true", "[]", "{}", "[\"lobby\"]"})
    CHECK_FALSE(name_in(value));
  CHECK_FALSE(RoomName::from(scan_envelope("{}")->room));
}
