#include "core/client/backoff.hpp"

#include <limits>

#include "tests/catch.hpp"

using namespace p2psig;

namespace {

constexpr double kAlmostOne = 0.999'999'999;
constexpr Milliseconds kNow{5'000};
constexpr unsigned kForEver = std::numeric_limits<unsigned>::max();

}  // namespace

TEST_CASE("waits are random, and twice as long at most each time, up to the longest", "[backoff]") {
  Backoff backoff(kForEver);
  for (const int longest : {500, 1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000}) {
    Backoff twin = backoff;
    CHECK(twin.next(kNow, 1006, 0) == Milliseconds{0});
    twin = backoff;
    CHECK(twin.next(kNow, 1006, 0.5) == Milliseconds{longest / 2});
    CHECK(backoff.next(kNow, 1006, kAlmostOne) == Milliseconds{longest - 1});
  }
}

TEST_CASE("a server that is away for days changes nothing about the longest wait", "[backoff]") {
  Backoff backoff(kForEver);
  for (int i = 0; i < 100'000; ++i) REQUIRE(*backoff.next(kNow, 1006, kAlmostOne) < Backoff::kLongest);
  CHECK(backoff.next(kNow, 1006, 0.5) == Backoff::kLongest / 2);
}

TEST_CASE("who wants to be back at once begins anew", "[backoff]") {
  Backoff backoff(kForEver);
  for (int i = 0; i < 10; ++i) CHECK(backoff.next(kNow, 1001, 0.5));
  backoff.reset();
  CHECK(backoff.next(kNow, 1001, 0.5) == Backoff::kFirst / 2);
}

TEST_CASE("a room that was joined counts the attempts anew, but does not shorten the waits", "[backoff]") {
  Backoff backoff(2);
  for (int i = 0; i < 20; ++i) {
    CHECK(backoff.next(kNow, 1006, 0.5) == std::min(Backoff::kLongest, Backoff::kFirst * (1U << i)) / 2);
    backoff.opened(kNow);
    backoff.joined();
  }
  CHECK(backoff.next(kNow + Backoff::kHeld, 1006, 0.5) == Backoff::kFirst / 2);
}

TEST_CASE("a connection that lasted a while counts, one that was short does not", "[backoff]") {
  Backoff backoff(kForEver);
  for (int i = 0; i < 3; ++i) CHECK(backoff.next(kNow, 1006, 0.5));
  backoff.opened(kNow);
  CHECK(backoff.next(kNow + Backoff::kHeld - Milliseconds{1}, 1006, 0.5) == Backoff::kFirst * 4);
  CHECK(backoff.next(kNow + Backoff::kHeld, 1006, 0.5) == Backoff::kFirst * 8);  // there was none since
  backoff.opened(kNow);
  CHECK(backoff.next(kNow + Backoff::kHeld, 1006, 0.5) == Backoff::kFirst / 2);
}

TEST_CASE("after so many attempts in a row it is over", "[backoff]") {
  CHECK_FALSE(Backoff(0).next(kNow, 1006, 0.5));
  Backoff backoff(2);
  CHECK(backoff.next(kNow, 1006, 0.5));
  CHECK(backoff.next(kNow, 1006, 0.5));
  CHECK_FALSE(backoff.next(kNow, 1006, 0.5));
  backoff.joined();
  CHECK(backoff.next(kNow, 1006, 0.5));
}

TEST_CASE("after the rate limit, half a minute goes by in any case", "[backoff]") {
  Backoff backoff(kForEver);
  CHECK(backoff.next(kNow, 4029, 0) == Milliseconds{30'000});
  CHECK(backoff.next(kNow, 4029, 0.5) == Milliseconds{30'500});
  for (int i = 0; i < 10; ++i) CHECK(backoff.next(kNow, 4029, kAlmostOne) >= Backoff::kAfterRateLimit);
  CHECK(*backoff.next(kNow, 4029, kAlmostOne) < Backoff::kAfterRateLimit + Backoff::kLongest);
}

TEST_CASE("codes say whether to try again", "[backoff]") {
  for (const int code : {1002, 1007, 1008, 1009, 4003}) {
    CAPTURE(code);
    CHECK_FALSE(Backoff(1).next(kNow, static_cast<std::uint16_t>(code), 0.5));
  }
  for (const int code : {0, 1000, 1001, 1005, 1006, 1011, 1012, 1013, 4008, 4029, 4999}) {
    CAPTURE(code);
    CHECK(Backoff(1).next(kNow, static_cast<std::uint16_t>(code), 0.5));
  }
}
