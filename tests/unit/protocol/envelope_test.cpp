#include "core/protocol/envelope.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "core/protocol/limits.hpp"
#include "core/protocol/messages.hpp"
#include "tests/catch.hpp"

using namespace p2psig;
using namespace std::string_view_literals;
using Fault = ScanError::Fault;
using FieldKind = EnvelopeField::Kind;

namespace {

/// Both scanners, which have to agree.
Result<Envelope, ScanError> scan(std::string_view message) {
  auto best = scan_envelope(message);
  const auto portable = scan_envelope_portable(message);
  REQUIRE(best.has_value() == portable.has_value());
  if (best) {
    CHECK(best->head == portable->head);
    CHECK(best->tail == portable->tail);
    CHECK(best->type.raw == portable->type.raw);
  } else {
    CHECK(best.error().fault == portable.error().fault);
    CHECK(best.error().offset == portable.error().offset);
  }
  return best;
}

Fault fault_in(std::string_view message) {
  CAPTURE(std::string(message));
  const auto scanned = scan(message);
  REQUIRE_FALSE(scanned);
  return scanned.error().fault;
}

std::string relayed(std::string_view message) {
  const auto scanned = scan(message);
  REQUIRE(scanned);
  const PeerId id = PeerId::from_text(std::string(36, 'i')).value();
  std::string text;
  for (const auto piece : message::relayed(*scanned, id)) text += piece;
  return text;
}

const std::string kFrom = ",\"from\":\"" + std::string(36, 'i') + "\"}";

}  // namespace

TEST_CASE("the envelope is the four top-level members, and nothing below them", "[envelope]") {
  const auto scanned =
      scan(R"( {"type":"offer","to":"b","room":null,"offer":{"type":"x","to":1,"from":2},"from":[1]} )");
  REQUIRE(scanned);
  CHECK(scanned->type.kind == FieldKind::string);
  CHECK(scanned->type.raw == "offer");
  CHECK(scanned->to.raw == "b");
  CHECK(scanned->room.kind == FieldKind::null);
  CHECK(scanned->from.kind == FieldKind::other);
  CHECK_FALSE(scanned->has_repeated_field());
}

TEST_CASE("names are compared by meaning", "[envelope]") {
  const auto scanned =
      scan(R"({"\u0074ype":"a","t\u006f":"b","\u0072oom":"c","fr\u006fm":"d","TYPE":1,"typ":2})");
  REQUIRE(scanned);
  CHECK(scanned->type.raw == "a");
  CHECK(scanned->to.raw == "b");
  CHECK(scanned->room.raw == "c");
  CHECK(scanned->from.raw == "d");
}

TEST_CASE("a member given twice is noticed, however it is spelled", "[envelope]") {
  CHECK(scan(R"({"type":"a","type":"a"})")->type.repeated);
  CHECK(scan(R"({"to":1,"t\u006f":"b"})")->to.repeated);
  CHECK(scan(R"({"room":1,"room":2})")->room.repeated);
  CHECK(scan(R"({"from":1,"x":{"from":2},"fr\u006fm":2})")->from.repeated);
  CHECK_FALSE(scan(R"({"x":1,"x":2,"from":1})")->has_repeated_field());
}

TEST_CASE("a relayed message keeps every byte of the sender's members", "[envelope]") {
  CHECK(relayed(R"({"type":"x"})") == R"({"type":"x")" + kFrom);
  CHECK(relayed(" {\"type\" : \"x\" , \"a\":[ 1,2 ]\t} \n") == "{\"type\" : \"x\" , \"a\":[ 1,2 ]\t" + kFrom);
  CHECK(relayed(R"({"type":"x","n":1.50e+03,"s":"\u00e9\/"})") ==
        R"({"type":"x","n":1.50e+03,"s":"\u00e9\/")" + kFrom);
}

TEST_CASE("a from of the sender's own is left out with one comma, wherever it stands", "[envelope]") {
  CHECK(relayed(R"({"from":"me","type":"x"})") == R"({"type":"x")" + kFrom);
  CHECK(relayed(R"({"type":"x","from":{"a":[1]},"b":2})") == R"({"type":"x","b":2)" + kFrom);
  CHECK(relayed(R"({"type":"x","fr\u006fm":"me"})") == R"({"type":"x")" + kFrom);
  CHECK(relayed(R"({"type":"x" , "from" : null })") == R"({"type":"x"  )" + kFrom);
  CHECK(relayed(R"({ "from":"me" , "type":"x"})") == R"({  "type":"x")" + kFrom);
}

TEST_CASE("what is not strict JSON is refused", "[envelope]") {
  for (const auto message : {R"({)",
                             R"({"a")",
                             R"({"a":)",
                             R"({"a":1)",
                             R"({"a":1,})",
                             R"({,})",
                             R"({"a" 1})",
                             R"({a:1})",
                             R"({'a':1})",
                             R"({"a":01})",
                             R"({"a":+1})",
                             R"({"a":.5})",
                             R"({"a":1.})",
                             R"({"a":1e})",
                             R"({"a":-})",
                             R"({"a":0x1})",
                             R"({"a":NaN})",
                             R"({"a":Infinity})",
                             R"({"a":True})",
                             R"({"a":nul})",
                             R"({"a":truex})",
                             R"({"a":"\x"})",
                             R"({"a":"\u12"})",
                             R"({"a":"\u12g4"})",
                             R"({"a":"\)",
                             R"({"a":"b)",
                             R"({"a":[1,]})",
                             R"({"a":[1)",
                             R"({"a":[}])",
                             R"({"a":{]})",
                             R"({"a":{"b"}})",
                             R"({"a":1}})",
                             R"({"a":1} x)",
                             R"({"a":1}{})",
                             R"({"a":/**/1})",
                             R"({"a":1 "b":2})",
                             "{\"a\":\"\t\"}",
                             "{\"a\":\"\n\"}",
                             "{\"a\":\v1}",
                             "{\"a\":1}\xC2\xA0",
                             "{\"a\"\xC3\xA9:1}"})
    CHECK(fault_in(message) == Fault::not_json);
  CHECK(fault_in("{\"a\":1}\0"sv) == Fault::not_json);
  CHECK(fault_in("{\"a\":\"\0\"}"sv) == Fault::not_json);
}

TEST_CASE("what is no object is refused", "[envelope]") {
  for (const auto message : {"", "  ", "[]", "\"a\"", "1", "null", "true", "x", "\xEF\xBB\xBF{}"})
    CHECK(fault_in(message) == Fault::not_object);
}

TEST_CASE("all of RFC 8259's grammar is taken", "[envelope]") {
  for (const auto message :
       {"{}", "{ }", "\t\r\n {}", R"({"":""})", R"({"a":[],"b":{},"c":[[],{}]})",
        R"({"a":[0,-0,1.5,-1.5E+10,2e-3,123456789012345678901234567890]})", R"({"a":[true,false,null]})",
        R"({"a":"\"\\\/\b\f\n\r\t\u0000\uD800\uffff"})", "{\"\xF0\x9F\x98\x80\":\"\x7F\xC2\x80\"}"})
    CHECK(scan(message));
}

TEST_CASE("nesting ends at 64 levels, the message being the first", "[envelope]") {
  const auto nested = [](std::size_t levels, char open, char close) {
    const std::string inner = open == '[' ? "" : "\"k\":";
    std::string message = "{\"a\":";
    for (std::size_t i = 1; i < levels; ++i) message += open + (i + 1 < levels ? inner : "");
    for (std::size_t i = 1; i < levels; ++i) message += close;
    return message + "}";
  };
  CHECK(scan(nested(limits::kNestingLevels, '[', ']')));
  CHECK(scan(nested(limits::kNestingLevels, '{', '}')));
  CHECK(fault_in(nested(limits::kNestingLevels + 1, '[', ']')) == Fault::too_deep);
  CHECK(fault_in(nested(limits::kNestingLevels + 1, '{', '}')) == Fault::too_deep);
  CHECK(fault_in("{\"a\":" + std::string(100'000, '[')) == Fault::too_deep);
}

TEST_CASE("nesting ends where the reader says, or nowhere", "[envelope]") {
  // Objects and arrays in turns, and not in step with words: each level's kind is remembered.
  const auto nested = [](std::size_t levels) {
    std::string open = "{\"a\":";
    std::string close = "}";
    for (std::size_t i = 1; i < levels; ++i) {
      open += i % 3 == 0 ? "{\"b\":" : "[";
      close += i % 3 == 0 ? '}' : ']';
    }
    return open + "0" + std::string(close.rbegin(), close.rend());
  };
  for (const std::size_t most : std::initializer_list<std::size_t>{1, 2, 63, 64, 65, 66, 128, 129, 200}) {
    CAPTURE(most);
    CHECK(scan_envelope(nested(most), most));
    CHECK(scan_envelope(nested(most), kAnyNesting));
    CHECK(scan_envelope(nested(most + 1), most).error().fault == Fault::too_deep);
    for (std::size_t closing = 0; closing < most; ++closing) {
      std::string wrong = nested(most);
      char& bracket = wrong[wrong.size() - 1 - closing];
      bracket = bracket == '}' ? ']' : '}';
      REQUIRE(scan_envelope(wrong, most).error().fault == Fault::not_json);
      REQUIRE(scan_envelope(wrong, kAnyNesting).error().fault == Fault::not_json);
    }
  }
  CHECK(scan_envelope(nested(1'000'000), kAnyNesting));
  CHECK(scan_envelope("{\"a\":" + std::string(1'000'000, '['), kAnyNesting).error().fault == Fault::not_json);
  CHECK(scan_envelope("{\"a\":[]}", 1).error().fault == Fault::too_deep);
}

TEST_CASE("invalid UTF-8 outweighs every other fault", "[envelope]") {
  for (const auto message : {"\xFF", "{\"a\":\"\xC0\x80\"}", "{x\xFF", "{\"a\":1} \xED\xA0\x80", "[\xFF]",
                             "{\"\xE2\x82\":1}", "{\"a\":\"\xF0\x9F\x98", "nonsense \x80"})
    CHECK(fault_in(message) == Fault::invalid_utf8);
  CHECK(fault_in("{\"a\":" + std::string(100, '[') + "\xFF") == Fault::invalid_utf8);
}

TEST_CASE("an error says at which byte", "[envelope]") {
  CHECK(scan(R"({"type":"x",})").error().offset == 12);
  CHECK(scan(R"({"type":"offer")").error().offset == 15);
  CHECK(scan(R"({"a":"b\qc"})").error().offset == 8);
}

TEST_CASE("special bytes are found at every distance from the end", "[envelope]") {
  for (std::size_t before = 0; before < 40; ++before) {
    for (std::size_t after = 0; after < 20; ++after) {
      const auto around = [&](std::string_view middle) {
        return "{\"type\":\"" + std::string(before, 'x') + std::string(middle) + std::string(after, 'y') +
               "\"}";
      };
      CHECK(scan(around("\\n"))->type.escaped);
      CHECK(scan(around("é"))->type.raw.size() == before + after + 2);
      CHECK(fault_in(around("\x1F")) == Fault::not_json);
      CHECK(fault_in(around("\x80")) == Fault::invalid_utf8);
      CHECK(fault_in(around("\"")) == (Fault::not_json));
    }
  }
}

TEST_CASE("real SDP passes, and is relayed as it was sent", "[envelope]") {
  std::ifstream file(P2PSIG_TEST_DATA "/chromium-156.jsonl");
  std::size_t messages = 0;
  for (std::string line; std::getline(file, line); ++messages)
    CHECK(relayed(line) == line.substr(0, line.size() - 1) + kFrom);
  CHECK(messages > 40);
}
