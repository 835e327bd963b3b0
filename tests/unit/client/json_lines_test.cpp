#include "core/client/json_lines.hpp"

#include <string>

#include "core/client/finding.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/json.hpp"
#include "tests/catch.hpp"

using namespace p2psig;

namespace {

constexpr std::string_view kTime = "2026-11-23T12:01:07.410Z";
const std::string kBegin = R"({"ts":"2026-11-23T12:01:07.410Z",)";

}  // namespace

TEST_CASE("the opening line has the client's id", "[json_lines]") {
  CHECK(json_line::open(kTime, "9c01") == kBegin + R"("event":"open","id":"9c01"})" + "\n");
  CHECK(json_line::open(kTime, "a\"\\\n\x1b") == kBegin + R"("event":"open","id":"a\"\\\n\u001b"})" + "\n");
}

TEST_CASE("a message's bytes are kept, both ways", "[json_lines]") {
  const std::string text = R"({"type" : "offer","n":1.50e+03,"s":"\u00e9\/é\r\n"} )";
  CHECK(json_line::message(kTime, true, 7, text) == kBegin + R"("dir":"in","n":7,"msg":)" + text + "}\n");
  CHECK(json_line::message(kTime, false, 18'446'744'073'709'551'615U, "{}") ==
        kBegin + R"("dir":"out","n":18446744073709551615,"msg":{}})" + "\n");
}

TEST_CASE("line breaks between tokens become blanks, and all else stays", "[json_lines]") {
  CHECK(json_line::message(kTime, true, 1, "\r\n{\n\t\"a\":\r1\n}\n") ==
        kBegin + "\"dir\":\"in\",\"n\":1,\"msg\":  { \t\"a\": 1 } }\n");
}

TEST_CASE("a finding has its peers and its messages, and whole ids in its sentence", "[json_lines]") {
  const Finding finding{
      FindingCode::offer_unanswered, "c440", "9c01", {7, 9}, "#7 of {from} to {to}: {x} \"q\""};
  CHECK(json_line::sentence(finding) == "#7 of c440 to 9c01: {x} \"q\"");
  CHECK(json_line::finding(kTime, finding) ==
        kBegin + R"("event":"finding","level":"warning","code":"offer-unanswered","pair":["c440","9c01"],)" +
            R"("messages":[7,9],"detail":"#7 of c440 to 9c01: {x} \"q\""})" + "\n");
  CHECK(
      json_line::finding(kTime, {FindingCode::glare, "", "", {}, ""}) ==
      kBegin +
          R"("event":"finding","level":"warning","code":"glare","pair":["",""],"messages":[],"detail":""})" +
          "\n");
}

TEST_CASE("an id that looks like a placeholder is not filled in again", "[json_lines]") {
  CHECK(json_line::sentence({FindingCode::glare, "{to}", "{from}", {}, "{from}{to}{from}{"}) ==
        "{to}{from}{to}{");
}

TEST_CASE("a close has its code and its reason", "[json_lines]") {
  CHECK(json_line::close(kTime, 1001, "server-shutdown") ==
        kBegin + R"("event":"close","code":1001,"reason":"server-shutdown"})" + "\n");
  CHECK(json_line::close(kTime, 1006, "") == kBegin + R"("event":"close","code":1006,"reason":""})" + "\n");
}

TEST_CASE("a line is one line of JSON, whatever a hostile server sends", "[json_lines]") {
  const std::string hostile = std::string("\xFF\xC3(\xED\xA0\x80") + '\0' + "\"\\\r\n\u2028é";
  CHECK(json_line::close(kTime, 4000,
                         "a\xFF"
                         "b") ==
        kBegin + R"("event":"close","code":4000,"reason":"a)" + "\uFFFD" + R"(b"})" + "\n");
  for (const std::string& line :
       {json_line::open(kTime, hostile), json_line::close(kTime, 1000, hostile),
        json_line::finding(kTime, {FindingCode::glare, hostile, hostile, {1}, hostile + "{from}"})}) {
    REQUIRE(line.ends_with("}\n"));
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(line.find('\r') == std::string::npos);
    CHECK(scan_envelope(line));
  }
}
