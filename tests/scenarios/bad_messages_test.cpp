#include "tests/catch.hpp"
#include "tests/support/script.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

/// The error that a message costs its sender; nobody else hears of it, and the connection lives.
std::string error_of(const std::string& message, bool in_room = true) {
  Script s;
  s.connect("ann");
  if (in_room) s["ann"].joins("lab");
  s.connect("bob").joins("lab").forgets();
  s["ann"].forgets().says(message);
  s["bob"].is_told_nothing();
  CHECK_FALSE(s["ann"]->link.ended());
  REQUIRE(s["ann"]->inbox.size() == 1);
  return s["ann"]->inbox.front();
}

std::string error(const std::string& code, const std::string& detail, const std::string& to = "") {
  return R"({"type":"error","message":")" + code + R"(","detail":")" + detail + "\"" +
         (to.empty() ? "" : R"(,"to":)" + to) + "}";
}

}  // namespace

TEST_CASE("what is not a message is an error to its sender", "[bad_messages]") {
  CHECK(error_of("") == error("invalid-message", "the message is not a JSON object"));
  CHECK(error_of("hello") == error("invalid-message", "the message is not a JSON object"));
  CHECK(error_of("[]") == error("invalid-message", "the message is not a JSON object"));
  CHECK(error_of("\xEF\xBB\xBF{\"type\":\"x\"}") ==
        error("invalid-message", "the message is not a JSON object"));
  CHECK(error_of(R"({"type":"x","to":"a",})") == error("invalid-message", "not valid JSON at byte 21"));
  CHECK(error_of(R"({"type":"x","to":"a","x":)" + std::string(64, '[') + std::string(64, ']') + "}") ==
        error("invalid-message", "nested deeper than 64 levels"));
}

TEST_CASE("a bad member is named, and the address goes along where it was one string", "[bad_messages]") {
  CHECK(error_of(R"({"to":"a"})") == error("invalid-message", "type is missing", "\"a\""));
  CHECK(error_of(R"({"type":null,"to":"a\n"})") ==
        error("invalid-message", "type is not a string", R"("a\n")"));
  CHECK(error_of(R"({"type":"","to":null})") == error("invalid-message", "type is not 1 to 64 bytes long"));
  CHECK(error_of(R"({"type":"x","to":7})") == error("invalid-message", "to is neither a string nor null"));
  CHECK(error_of(R"({"type":7,"to":7})") == error("invalid-message", "type is not a string"));
  CHECK(error_of(R"({"type":"x","type":"x","to":"a"})") ==
        error("invalid-message", "type is given twice", "\"a\""));
  CHECK(error_of(R"({"type":"x","to":"a","to":"a"})") == error("invalid-message", "to is given twice"));
  CHECK(error_of(R"({"type":"x","to":"a","from":1,"fr\u006fm":2})") ==
        error("invalid-message", "from is given twice", "\"a\""));
  CHECK(error_of(R"({"type":"x","room":"a","room":"b"})") == error("invalid-message", "room is given twice"));
}

TEST_CASE("a type has 1 to 64 bytes, after unescaping", "[bad_messages]") {
  Script s;
  s.connect("ann").joins("lab").forgets();
  const std::string longest(64, 't');
  std::string escaped;
  for (int i = 0; i < 64; ++i) escaped += "\\u0074";
  s["ann"]
      .says(R"({"type":")" + longest + R"("})")
      .says(R"({"type":")" + escaped + R"("})")
      .is_told_nothing();
  s["ann"].says(R"({"type":"t)" + longest + R"("})").is_told_error("invalid-message");
  s["ann"].says(R"({"type":"t)" + escaped + R"("})").is_told_error("invalid-message");
  s["ann"].says(R"({"type":"\ud800"})").is_told_nothing();  // RFC 8259 grammar
}

TEST_CASE("all ten types of the server are reserved, in any spelling", "[bad_messages]") {
  for (const auto* const type : {"id", "room-joined", "room-left", "room-peers", "peer-joined", "peer-left",
                                 "error", "room-observed", "observed", "observed-missed", "err\\u006fr"})
    CHECK(error_of(R"({"type":")" + std::string(type) + R"(","to":"a"})") ==
          error("reserved-type", "only the server sends messages of this type", "\"a\""));
}

TEST_CASE("nobody may observe", "[bad_messages]") {
  CHECK(error_of(R"({"type":"observe-room","room":"lab"})") ==
        error("observers-not-allowed", "this server does not let anybody observe"));
  CHECK(error_of(R"({"type":"observe-room","room":7})", false) ==
        error("observers-not-allowed", "this server does not let anybody observe"));
}

TEST_CASE("where several errors apply the first in the contract's order is told", "[bad_messages]") {
  CHECK(error_of(R"({"type":1,"type":2,"to":3})") == error("invalid-message", "type is given twice"));
  CHECK(error_of(R"({"type":"id","to":3})") == error("invalid-message", "to is neither a string nor null"));
  CHECK(error_of(R"({"type":"join-room","room":"","to":3})") ==
        error("invalid-message", "to is neither a string nor null"));
  CHECK(error_of(R"({"type":"join-room","room":"","to":"a"})") ==
        error("invalid-room-name", "room is not a string of 1 to 128 bytes without control characters",
              "\"a\""));
}

TEST_CASE("invalid UTF-8 closes the connection, whatever else is wrong", "[bad_messages]") {
  for (const auto* const message : {"\xFF", "{\"type\":\"\xC0\"}", "{{{{\xED\xA0\x80"}) {
    Script s;
    s.connect("ann").forgets().says(message).is_told_nothing().is_closed(CloseReason::invalid_utf8);
  }
}

TEST_CASE("a message in pieces is put together", "[bad_messages]") {
  Script s;
  s.connect("ann").joins("lab").forgets();
  s["ann"].says_in_pieces({R"({"type":"x","to":)", "", "\"@ann\",\"e\":\"\xC3", "\xA9\"}"});
  s["ann"].is_told("{\"type\":\"x\",\"to\":\"@ann\",\"e\":\"é\",\"from\":\"@ann\"}").is_told_nothing();
}

TEST_CASE("invalid UTF-8 in a piece closes before the message ends", "[bad_messages]") {
  Script s;
  s.connect("ann");
  s["ann"]->session->receive("{\"type\":\"\xC3(", 0, false, s.now());
  s.turn();
  s["ann"].is_closed(CloseReason::invalid_utf8);
}

TEST_CASE("a message over the limit closes as soon as it is known to be", "[bad_messages]") {
  ServerLimits limits;
  limits.message_bytes_max = 100;
  const auto message = [](std::size_t bytes) {
    return R"({"type":"x","p":")" + std::string(bytes - 19, 'p') + "\"}";
  };
  Script s(limits);
  s.connect("ann").joins("lab").forgets();
  s["ann"].says(message(99)).says(message(100)).is_told_nothing();
  CHECK_FALSE(s["ann"]->link.ended());
  SECTION("in one piece") { s["ann"].says(message(101)); }
  SECTION("in many") { s["ann"].says_in_pieces(std::vector<std::string>(101, " ")); }
  SECTION("announced") {
    s["ann"]->session->receive("{", std::uint64_t{1} << 62, false, s.now());
    s.turn();
  }
  s["ann"].is_closed(CloseReason::message_too_big);
}

TEST_CASE("after the decision to close nothing that arrives counts", "[bad_messages]") {
  Script s;
  s.connect("ann").joins("lab");
  s.connect("bob").joins("lab").forgets();
  s["ann"]->session->receive("\xFF", 0, true, s.now());
  s["ann"]->session->receive(R"({"type":"bye"})", 0, true, s.now());
  s["ann"]->session->receive(R"({"type":"join-room","room":"lab"})", 0, true, s.now());
  s.turn();
  s["bob"].is_told(R"({"type":"peer-left","peerId":"@ann"})").is_told_nothing();
}
