#include "core/protocol/http_reply.hpp"

#include <string>
#include <string_view>

#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"

using namespace p2psig;
using State = HttpReplyReader::State;

namespace {

constexpr std::size_t kMax = 100;

/// Fed as one piece, then byte by byte: both must come to the same.
HttpReplyReader reply_in(std::string_view bytes, bool then_end = false, bool orderly = true) {
  HttpReplyReader whole(kMax);
  HttpReplyReader dripped(kMax);
  whole.accept(bytes);
  for (const char c : bytes) dripped.accept({&c, 1});
  if (then_end) {
    whole.end(orderly);
    dripped.end(orderly);
  }
  CHECK(whole.state() == dripped.state());
  CHECK(whole.status() == dripped.status());
  CHECK(whole.fault() == dripped.fault());
  CHECK(whole.body() == dripped.body());
  return whole;
}

std::string_view fault_of(std::string_view bytes) {
  const HttpReplyReader reader = reply_in(bytes);
  return reader.state() == State::malformed ? reader.fault() : "none";
}

}  // namespace

TEST_CASE("a body ends where its length says, its chunks end, or the connection does", "[http-reply]") {
  auto reader =
      reply_in("HTTP/1.1 200 OK\r\nContent-Type: text/plain \r\ncontent-length:5\r\n\r\nhello, ignored");
  CHECK(reader.state() == State::whole);
  CHECK(reader.status() == 200);
  CHECK(reader.fields().value("content-type") == "text/plain");
  CHECK(reader.body() == "hello");

  reader = reply_in(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nhel\r\n0002;a=b\r\nlo\r\n0\r\nX: y\r\n\r\n");
  CHECK(reader.state() == State::whole);
  CHECK(reader.body() == "hello");

  CHECK(reply_in("HTTP/1.0 200\r\n\r\nhello").state() == State::body);
  reader = reply_in("HTTP/1.0 200\r\n\r\nhello", true);
  CHECK(reader.state() == State::whole);
  CHECK(reader.body() == "hello");
}

TEST_CASE("some replies have no body, whatever they say", "[http-reply]") {
  CHECK(reply_in("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").state() == State::whole);
  CHECK(reply_in("HTTP/1.1 204 No Content\r\n\r\n").state() == State::whole);
  CHECK(reply_in("HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n").state() == State::whole);
  CHECK(reply_in("HTTP/1.1 101 Switching Protocols\r\n\r\n").state() == State::whole);
}

TEST_CASE("interim replies and lone line feeds are taken", "[http-reply]") {
  auto reader = reply_in(
      "HTTP/1.1 103 Early Hints\r\nContent-Length: 9\r\n\r\nHTTP/1.1 404 Not Found\nContent-Length: 2\n\nno");
  CHECK(reader.state() == State::whole);
  CHECK(reader.status() == 404);
  CHECK(reader.body() == "no");
}

TEST_CASE("what ends before its end is cut short", "[http-reply]") {
  for (const char* reply :
       {"", "H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n"}) {
    CAPTURE(reply);
    const HttpReplyReader reader = reply_in(reply, true);
    CHECK(reader.state() == State::cut_short);
    CHECK(reader.begun() == (*reply != '\0'));
  }
  CHECK(reply_in("HTTP/1.1 200 OK\r\n\r\nhello", true, false).state() == State::cut_short);
}

TEST_CASE("what is not HTTP is known at its first wrong byte", "[http-reply]") {
  CHECK(fault_of("SSH-2.0-OpenSSH_9.2") == "it does not begin with HTTP/1");
  CHECK(fault_of("HTTP/2.0 200 OK\r\n") == "it does not begin with HTTP/1");
  CHECK(fault_of("\r\n") == "it does not begin with HTTP/1");
  CHECK(fault_of("HTTP/1.1") == "none");
  for (const char* line : {"HTTP/1.1\r\n", "HTTP/1.1 20\r\n", "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 -20 OK\r\n",
                           "HTTP/1.1 099 OK\r\n", "HTTP/1.1200 OK!\r\n", "HTTP/1.1 2 0 OK\r\n"}) {
    CAPTURE(line);
    CHECK(fault_of(line) == "its first line is not HTTP's");
  }
}

TEST_CASE("a head that could be read in two ways is malformed", "[http-reply]") {
  const auto head = [](std::string_view lines) {
    return "HTTP/1.1 200 OK\r\n" + std::string(lines) + "\r\n";
  };
  for (const char* line :
       {"no colon\r\n", ": x\r\n", "a b: x\r\n", " folded: x\r\n", "a : x\r\n", "a: \x01\r\n"}) {
    CAPTURE(line);
    CHECK(fault_of(head(line)) == "a line of its head is not HTTP's");
  }
  for (const char* length : {"", "-1", "+1", "1x", "0x1", "1, 1", "18446744073709551616"}) {
    CAPTURE(length);
    CHECK(fault_of(head("Content-Length: " + std::string(length) + "\r\n")) == "its length is not a number");
  }
  CHECK(fault_of(head("Content-Length: 1\r\nContent-Length: 2\r\n")) == "its length is not a number");
  CHECK(fault_of(head("Content-Length: 1\r\nContent-Length: 1\r\n")) == "none");
  CHECK(fault_of(head("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n")) ==
        "its length is given in two ways");
  CHECK(fault_of(head("Transfer-Encoding: gzip, chunked\r\n")) == "its transfer coding is not chunked");
  CHECK(fault_of(head("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")) ==
        "its transfer coding is not chunked");
}

TEST_CASE("a chunk is as long as it says", "[http-reply]") {
  const std::string head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const char* size : {"", "-1", "0x5", "g", "5 5", "10000000000000000"}) {
    CAPTURE(size);
    CHECK(fault_of(head + size + "\r\n") == "the size of a chunk of its body is not a number");
  }
  CHECK(fault_of(head + "2\r\nabc\r\n") == "a chunk of its body is longer than it says");
}

TEST_CASE("the largest body is taken and no larger one, however its length is said", "[http-reply]") {
  for (const std::size_t size : {kMax - 1, kMax, kMax + 1}) {
    CAPTURE(size);
    const State expected = size <= kMax ? State::whole : State::too_large;
    const std::string body(size, 'x');
    CHECK(
        reply_in("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" + body).state() ==
        expected);
    CHECK(reply_in("HTTP/1.1 200 OK\r\n\r\n" + body, true).state() == expected);
    std::string chunks;
    for (std::size_t i = 0; i < size; ++i) chunks += "1\r\nx\r\n";
    CHECK(reply_in("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "0\r\n\r\n").state() ==
          expected);
  }
  CHECK(reply_in("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n").state() ==
        State::too_large);
}

TEST_CASE("the largest head is taken and no larger one, also of lines between and behind chunks",
          "[http-reply]") {
  const std::string status = "HTTP/1.1 200 OK\r\n";
  for (const int over : {-1, 0, 1}) {
    CAPTURE(over);
    const auto padded = [over](std::size_t others) {
      return std::string(limits::kHttpHeaderBytes - others + static_cast<std::size_t>(over), 'x');
    };
    const std::string_view expected = over <= 0 ? "none" : "its head is too large";
    CHECK(fault_of(status + "a:" + padded(status.size() + 6) + "\r\n\r\n") == expected);
    const std::string chunked = status + "Transfer-Encoding: chunked\r\n\r\n";
    CHECK(fault_of(chunked + "1\r\na\r\n1;" + padded(6) + "\r\na\r\n0\r\n\r\n") == expected);
    CHECK(fault_of(chunked + "0\r\na:" + padded(9) + "\r\n\r\n") == expected);
  }
  CHECK(fault_of(std::string(limits::kHttpHeaderBytes + 1, 'H')) == "it does not begin with HTTP/1");
}
