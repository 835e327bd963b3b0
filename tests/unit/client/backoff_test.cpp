#include "core/client/backoff.hpp"

#include "tests/catch.hpp"

using namespace p2psig;

namespace {

constexpr double kAlmostOne = 0.999'999'999;

}  // namespace

TEST_CASE("waits are random, and twice as long at most each time, up to the longest", "[backoff]") {
  Backoff backoff;
  for (const int longest : {500, 1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000}) {
    Backoff twin = backoff;
    CHECK(twin.next(1006, 0) == Milliseconds{0});
    twin = backoff;
    CHECK(twin.next(1006, 0.5) == Milliseconds{longest / 2});
    CHECK(backoff.next(1006, kAlmostOne) == Milliseconds{longest - 1});
  }
}

TEST_CASE("a server that is away for days changes nothing about the longest wait", "[backoff]") {
  Backoff backoff;
  for (int i = 0; i < 100'000; ++i) REQUIRE(*backoff.next(1006, kAlmostOne) < Backoff::kLongest);
  CHECK(backoff.next(1006, 0.5) == Backoff::kLongest / 2);
}

TEST_CASE("a connection that held begins anew", "[backoff]") {
  Backoff backoff;
  for (int i = 0; i < 10; ++i) CHECK(backoff.next(1001, 0.5));
  backoff.reset();
  CHECK(backoff.next(1001, 0.5) == Backoff::kFirst / 2);
}

TEST_CASE("after the rate limit, half a minute goes by in any case", "[backoff]") {
  Backoff backoff;
  CHECK(backoff.next(4029, 0) == Milliseconds{30'000});
  CHECK(backoff.next(4029, 0.5) == Milliseconds{30'500});
  for (int i = 0; i < 10; ++i) CHECK(backoff.next(4029, kAlmostOne) >= Backoff::kAfterRateLimit);
  CHECK(*backoff.next(4029, kAlmostOne) < Backoff::kAfterRateLimit + Backoff::kLongest);
}

TEST_CASE("codes say whether to try again", "[backoff]") {
  for (const int code : {1002, 1007, 1008, 1009, 4003}) {
    CAPTURE(code);
    CHECK_FALSE(Backoff().next(static_cast<std::uint16_t>(code), 0.5));
  }
  for (const int code : {0, 1000, 1001, 1005, 1006, 1011, 1012, 1013, 4008, 4029, 4999}) {
    CAPTURE(code);
    CHECK(Backoff().next(static_cast<std::uint16_t>(code), 0.5));
  }
}
