#include "core/server/token_bucket.hpp"

#include "tests/catch.hpp"

using namespace p2psig;
using namespace std::chrono_literals;

namespace {

constexpr Milliseconds kStart{1'000'000};

int take_all(TokenBucket& bucket, const Rate& rate, Milliseconds now) {
  int taken = 0;
  while (bucket.take(1, rate, now)) ++taken;
  return taken;
}

}  // namespace

TEST_CASE("a bucket starts full, and gives exactly its burst at once", "[token_bucket]") {
  const Rate rate{10, 25};
  TokenBucket bucket;
  CHECK(take_all(bucket, rate, kStart) == 25);
  CHECK(bucket.available(rate, kStart) == 0);
}

TEST_CASE("it earns its rate exactly, however often it is asked", "[token_bucket]") {
  const Rate rate{3, 3};
  TokenBucket bucket;
  take_all(bucket, rate, kStart);
  int taken = 0;
  for (Milliseconds at = kStart; at <= kStart + 100s; at += 1ms) taken += take_all(bucket, rate, at);
  CHECK(taken == 300);
}

TEST_CASE("a token is there from the millisecond on in which it is earned", "[token_bucket]") {
  const Rate rate{10, 1};
  TokenBucket bucket;
  CHECK(bucket.take(1, rate, kStart));
  CHECK_FALSE(bucket.take(1, rate, kStart + 99ms));
  CHECK(bucket.take(1, rate, kStart + 100ms));
}

TEST_CASE("it never holds more than its burst", "[token_bucket]") {
  const Rate rate{10, 25};
  TokenBucket bucket;
  take_all(bucket, rate, kStart);
  CHECK(take_all(bucket, rate, kStart + 3h) == 25);
  const Rate huge{Rate::kMax, Rate::kMax};
  CHECK(bucket.available(huge, kStart + 24h * 365) == Rate::kMax);
}

TEST_CASE("what does not fit is not taken", "[token_bucket]") {
  const Rate rate{10, 25};
  TokenBucket bucket;
  CHECK_FALSE(bucket.take(26, rate, kStart));
  CHECK(bucket.take(25, rate, kStart));
}

TEST_CASE("it can be spent below zero, and has to earn that back first", "[token_bucket]") {
  const Rate rate{10, 10};
  TokenBucket bucket;
  bucket.spend(30, rate, kStart);
  CHECK(bucket.available(rate, kStart) == -20);
  CHECK(bucket.available(rate, kStart + 1ms) == -20);
  CHECK(bucket.available(rate, kStart + 100ms) == -19);
  CHECK(bucket.available(rate, kStart + 2s) == 0);
  CHECK_FALSE(bucket.take(1, rate, kStart + 2s));
  CHECK(bucket.take(1, rate, kStart + 2'100ms));
}

TEST_CASE("a rate of zero is no limit", "[token_bucket]") {
  const Rate off{0, 0};
  TokenBucket bucket;
  CHECK(bucket.take(1'000'000'000, off, kStart));
  CHECK(bucket.available(off, kStart) == TokenBucket::kUnlimited);
}
