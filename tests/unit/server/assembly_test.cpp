#include "core/server/assembly.hpp"

#include <string>

#include "tests/catch.hpp"

using namespace p2psig;

TEST_CASE("a message in one piece is not copied", "[assembly]") {
  Budget budget(100);
  Assembly assembly(10, budget);
  const std::string piece = "hello";
  const auto message = assembly.add(piece, 0, true);
  REQUIRE(message);
  CHECK((*message)->data() == piece.data());
}

TEST_CASE("a message in pieces is given whole, and its memory back", "[assembly]") {
  Budget budget(100);
  Assembly assembly(10, budget);
  for (int round = 0; round < 2; ++round) {
    CHECK_FALSE(*assembly.add("hel", 0, false));
    CHECK_FALSE(*assembly.add("", 2, false));
    const auto message = assembly.add("lo", 0, true);
    REQUIRE(message);
    CHECK(**message == "hello");
    assembly.release();
  }
}

TEST_CASE("the limit holds for all pieces together, those that are announced included", "[assembly]") {
  Budget budget(100);
  Assembly assembly(10, budget);
  CHECK(assembly.add("0123456789", 0, true));
  CHECK(assembly.add("01234567890", 0, true).error() == CloseReason::message_too_big);
  CHECK(assembly.add("0", 9, false));
  CHECK(assembly.add("1", 9, false).error() == CloseReason::message_too_big);
  CHECK(assembly.add("1", ~std::uint64_t{0}, false).error() == CloseReason::message_too_big);
}

TEST_CASE("UTF-8 may be cut anywhere, but has to be whole in the end", "[assembly]") {
  Budget budget(100);
  Assembly assembly(10, budget);
  CHECK_FALSE(*assembly.add("\xE2", 0, false));
  CHECK_FALSE(*assembly.add("\x82", 0, false));
  CHECK(**assembly.add("\xAC", 0, true) == "€");
  assembly.release();
  CHECK_FALSE(*assembly.add("\xE2", 0, false));
  CHECK(assembly.add("\x82", 0, true).error() == CloseReason::invalid_utf8);
  assembly.release();
  CHECK(assembly.add("\xE2(", 0, false).error() == CloseReason::invalid_utf8);
}
