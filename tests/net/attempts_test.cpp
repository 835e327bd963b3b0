#include "cmd/net/attempts.hpp"

#include <cerrno>

#include "tests/catch.hpp"

using namespace p2psig;

TEST_CASE("addresses are tried in their order, each with its part of the time", "[attempts]") {
  Attempts attempts;
  attempts.begin({"::1", "127.0.0.1", "10.0.0.1"});
  CHECK(attempts.next() == "::1");
  CHECK(attempts.share(Milliseconds{900}) == Milliseconds{300});
  CHECK(attempts.next() == "127.0.0.1");
  CHECK(attempts.share(Milliseconds{900}) == Milliseconds{450});
  CHECK(attempts.next() == "10.0.0.1");
  CHECK(attempts.share(Milliseconds{900}) == Milliseconds{900});
  CHECK_FALSE(attempts.more());
}

TEST_CASE("why no address answers is what the first one says", "[attempts]") {
  Attempts attempts;
  attempts.begin({"a", "b"});
  attempts.failed(EHOSTUNREACH);
  attempts.failed(ECONNREFUSED);
  CHECK(attempts.why() == "host is unreachable");
  attempts.begin({"a"});
  attempts.failed(ECONNREFUSED);
  CHECK(attempts.why() == "connection refused (is the server running? start one: p2psig serve)");
}
