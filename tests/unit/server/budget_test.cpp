#include "core/server/budget.hpp"

#include <limits>

#include "tests/catch.hpp"

using p2psig::Budget;

TEST_CASE("a budget gives what it has, and not one byte more", "[budget]") {
  Budget budget(10);
  CHECK(budget.take(9));
  CHECK_FALSE(budget.take(2));
  CHECK(budget.take(1));
  CHECK_FALSE(budget.take(1));
  CHECK_FALSE(budget.take(std::numeric_limits<std::size_t>::max()));
  budget.give_back(4);
  CHECK(budget.taken() == 6);
  CHECK(budget.take(4));
}
