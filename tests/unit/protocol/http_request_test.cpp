#include "core/protocol/http_request.hpp"

#include <string>

#include "tests/catch.hpp"

using namespace p2psig;
using Outcome = HttpRequestHead::Outcome;

namespace {

HttpRequestHead head_of(std::string_view bytes) {
  HttpRequestHead head;
  REQUIRE(head.parse(bytes) == Outcome::complete);
  return head;
}

Outcome outcome(std::string_view bytes) {
  CAPTURE(std::string(bytes));
  return HttpRequestHead().parse(bytes);
}

}  // namespace

TEST_CASE("a request's head is read, and what follows it left alone", "[http_request]") {
  const auto head =
      head_of("GET /status?x=1 HTTP/1.1\r\nHost: a\r\nX-Y:\t b c \r\nEmpty:\r\n\r\nGET / HTTP/1.1\r\n\r\n");
  CHECK(head.method() == "GET");
  CHECK(head.target() == "/status?x=1");
  CHECK(head.path() == "/status");
  CHECK(head.minor_version() == 1);
  CHECK(head.size() == 57);
  CHECK(head.fields().value("host") == "a");
  CHECK(head.fields().value("x-y") == "b c");
  CHECK(head.fields().value("empty") == "");
  CHECK_FALSE(head.fields().value("nobody"));
  CHECK(head_of("HEAD / HTTP/1.0\r\n\r\n").minor_version() == 0);
}

TEST_CASE("a target may be any text, and a full address", "[http_request]") {
  CHECK(head_of("GET /%zz?off=100%&%00 HTTP/1.1\r\n\r\n").path() == "/%zz");
  CHECK(head_of("GET //status HTTP/1.1\r\n\r\n").path() == "//status");
  CHECK(head_of("GET http://a.b:80/status?q HTTP/1.1\r\n\r\n").path() == "/status");
  CHECK(head_of("GET http://a.b HTTP/1.1\r\n\r\n").path() == "/");
  CHECK(head_of("GET /a://b HTTP/1.1\r\n\r\n").path() == "/a://b");
  CHECK(head_of("OPTIONS * HTTP/1.1\r\n\r\n").path() == "*");
  CHECK(head_of("GET /caf\xC3\xA9 HTTP/1.1\r\n\r\n").path() == "/caf\xC3\xA9");
}

TEST_CASE("a head is incomplete until its empty line", "[http_request]") {
  const std::string whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes)
    CHECK(outcome(whole.substr(0, bytes)) == Outcome::incomplete);
  CHECK(outcome(whole) == Outcome::complete);
}

TEST_CASE("what is against the grammar is malformed", "[http_request]") {
  for (const auto* const line :
       {"GET /", "GET / HTTP/1.2", "GET / HTTP/2.0", "GET / http/1.1", "GET  / HTTP/1.1", " GET / HTTP/1.1",
        "GET / HTTP/1.1 ", "G(T / HTTP/1.1", "GET /a b HTTP/1.1", "GET /\x7F HTTP/1.1", "", "\x16\x03\x01"})
    CHECK(outcome(std::string(line) + "\r\n\r\n") == Outcome::malformed);
  for (const auto* const field : {"Host : a", " Host: a", "Host", ": a", "Ho st: a", "A: \x01",
                                  "A: 1\r\n folded", "A: \x7F", "A\x80: 1"})
    CHECK(outcome("GET / HTTP/1.1\r\n" + std::string(field) + "\r\n\r\n") == Outcome::malformed);
  CHECK(outcome("GET / HTTP/1.1\n") == Outcome::malformed);
  CHECK(outcome("GET / HTTP/1.1\r\nA: 1\nB: 2\r\n\r\n") == Outcome::malformed);
  CHECK(outcome("\n") == Outcome::malformed);
  CHECK(outcome(std::string("GET /\0 HTTP/1.1\r\n\r\n", 19)) == Outcome::malformed);
}
