#include "core/server/timer_wheel.hpp"

#include <deque>
#include <random>
#include <vector>

#include "tests/catch.hpp"

using namespace p2psig;
using namespace std::chrono_literals;

namespace {

struct Alarm : TimerWheel::Timer {
  Milliseconds due{};
  int fired = 0;
};

void expire(TimerWheel& wheel, Milliseconds now) {
  wheel.expire(now, [](TimerWheel::Timer& timer) { ++static_cast<Alarm&>(timer).fired; });
}

}  // namespace

TEST_CASE("a timer fires once, never early, and at most a tick late", "[timer_wheel]") {
  TimerWheel wheel;
  std::mt19937 random(1);
  std::deque<Alarm> alarms(500);
  Milliseconds now = 1'000'000ms;
  expire(wheel, now);
  for (Alarm& alarm : alarms) {
    alarm.due = now + Milliseconds(random() % 100'000);  // the ring is 25.6 s long
    wheel.set(alarm, alarm.due);
  }
  for (const Milliseconds end = now + 101s; now < end; now += 37ms) {
    expire(wheel, now);
    for (const Alarm& alarm : alarms) {
      if (alarm.due > now) REQUIRE(alarm.fired == 0);
      if (alarm.due + TimerWheel::kTick < now) REQUIRE(alarm.fired == 1);
    }
  }
}

TEST_CASE("a timer that was set before the first turn, long after the start of time, fires",
          "[timer_wheel]") {
  TimerWheel wheel;
  Alarm alarm;
  wheel.set(alarm, 5'000'000'100ms);
  expire(wheel, 5'000'000'000ms);
  CHECK(alarm.fired == 0);
  expire(wheel, 5'000'000'200ms);
  CHECK(alarm.fired == 1);
}

TEST_CASE("a timer that is stopped, set anew or destroyed does not fire for what it was set to",
          "[timer_wheel]") {
  TimerWheel wheel;
  Alarm stopped;
  Alarm later;
  wheel.set(stopped, 500ms);
  wheel.set(later, 500ms);
  stopped.stop();
  wheel.set(later, 900ms);
  {
    Alarm destroyed;
    wheel.set(destroyed, 500ms);
  }
  expire(wheel, 800ms);
  CHECK(stopped.fired == 0);
  CHECK(later.fired == 0);
  expire(wheel, 1'000ms);
  CHECK(later.fired == 1);
}

TEST_CASE("a timer may be set again while it fires, and others may be stopped", "[timer_wheel]") {
  TimerWheel wheel;
  Alarm repeating;
  Alarm victim;
  wheel.set(repeating, 100ms);
  wheel.set(victim, 100ms);
  std::vector<int> fires;
  for (Milliseconds now = 0ms; now <= 1'000ms; now += 100ms)
    wheel.expire(now, [&](TimerWheel::Timer& timer) {
      victim.stop();
      fires.push_back(static_cast<int>(now.count()));
      wheel.set(timer, now + 300ms);
    });
  CHECK(fires == std::vector<int>{100, 400, 700, 1'000});
}
