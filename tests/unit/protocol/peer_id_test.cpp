#include "core/protocol/peer_id.hpp"

#include <array>

#include "tests/catch.hpp"

using namespace p2psig;

TEST_CASE("an id is a version 4 UUID in lower case", "[peer_id]") {
  std::array<std::uint8_t, PeerId::kRandomBytes> random{};
  CHECK(PeerId::from_random(random).text() == "00000000-0000-4000-8000-000000000000");
  random.fill(0xFF);
  CHECK(PeerId::from_random(random).text() == "ffffffff-ffff-4fff-bfff-ffffffffffff");
  for (std::size_t i = 0; i < random.size(); ++i) random[i] = static_cast<std::uint8_t>(i * 17);
  CHECK(PeerId::from_random(random).text() == "00112233-4455-4677-8899-aabbccddeeff");
}

TEST_CASE("any text of the right length may be somebody's id", "[peer_id]") {
  CHECK_FALSE(PeerId::from_text(""));
  CHECK_FALSE(PeerId::from_text("00112233-4455-4677-8899-aabbccddeef"));
  CHECK(PeerId::from_text("00112233-4455-4677-8899-aabbccddeeff")->text() ==
        "00112233-4455-4677-8899-aabbccddeeff");
}
