#include "core/client/departures.hpp"

#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"

using namespace p2psig;
using namespace std::chrono_literals;

TEST_CASE("the time of leaving is known until the peer is here again", "[departures]") {
  Departures departures;
  departures.left(3s, "ann");
  CHECK(departures.time_of("ann") == 3s);
  CHECK_FALSE(departures.time_of("bob"));
  departures.is_here("ann");
  CHECK_FALSE(departures.time_of("ann"));
}

TEST_CASE("a refusal is told once, until one of the two comes or goes", "[departures]") {
  Departures departures;
  CHECK(departures.refuse("ann", "bob"));
  CHECK_FALSE(departures.refuse("ann", "bob"));
  CHECK(departures.refuse("bob", "ann"));
  departures.is_here("bob");
  CHECK(departures.refuse("ann", "bob"));
  departures.left(1s, "ann");
  CHECK(departures.refuse("ann", "bob"));
  departures.forget_refusal("ann", "bob");
  CHECK_FALSE(departures.is_refused("ann", "bob"));
}

TEST_CASE("as many departures as the limit says are known, the oldest are forgotten", "[departures]") {
  Departures departures;
  for (std::size_t i = 0; i < limits::kDepartedPeers; ++i)
    departures.left(Milliseconds(i), std::to_string(i));
  CHECK(departures.time_of("0") == 0ms);
  departures.left(1h, "one more");
  CHECK_FALSE(departures.time_of("0"));
  CHECK(departures.time_of("1") == 1ms);
  CHECK(departures.time_of("one more") == 1h);
}

TEST_CASE("as many refusals as the limit says are known, the oldest are forgotten", "[departures]") {
  Departures departures;
  for (std::size_t i = 0; i < limits::kRefusedPairs; ++i) CHECK(departures.refuse("ann", std::to_string(i)));
  CHECK(departures.is_refused("ann", "0"));
  CHECK(departures.refuse("ann", "one more"));
  CHECK_FALSE(departures.is_refused("ann", "0"));
  CHECK(departures.is_refused("ann", "1"));
}
