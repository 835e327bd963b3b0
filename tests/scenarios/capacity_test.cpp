#include <string>

#include "tests/catch.hpp"
#include "tests/support/script.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

std::string broadcast_of(std::size_t pad) { return R"({"type":"x","pad":")" + std::string(pad, 'p') + "\"}"; }

}  // namespace

TEST_CASE("as many connections as may be are let in, the next is turned away, and the one after a leave not",
          "[capacity]") {
  ServerLimits limits;
  limits.connections_max = 3;
  Script s(limits);
  for (const auto* name : {"a", "b", "c"})
    s.connect(name).is_told(R"({"type":"id","id":"@)" + std::string(name) + "\"}");
  s.connect("d").is_told_nothing().is_closed(CloseReason::server_overloaded);
  CHECK(s.status().find(s["d"]->id()) == std::string::npos);
  s["b"].hangs_up();
  s.connect("e").is_told(R"({"type":"id","id":"@e"})");
  s.connect("f").is_closed(CloseReason::server_overloaded);
}

TEST_CASE("a full room turns newcomers away, and leaves them where they were", "[capacity]") {
  ServerLimits limits;
  limits.room_peers_max = 2;
  Script s(limits);
  s.connect("ann").joins("lab");
  s.connect("bob").joins("lab");
  s.connect("cat").joins("den").forgets();
  s["ann"].forgets();
  s["cat"].joins("lab").is_told_error("room-full").is_told_nothing();
  CHECK(s.members("lab") == Names{"ann", "bob"});
  CHECK(s.members("den") == Names{"cat"});
  s["ann"].is_told_nothing();

  SECTION("its members may join it again") {
    s["ann"].joins("lab").is_told(R"({"type":"room-joined","room":"lab"})");
    CHECK(s.members("lab") == Names{"ann", "bob"});
  }
  SECTION("there is room again once somebody left") {
    s["bob"].leaves();
    s["cat"].joins("lab");
    CHECK(s.members("lab") == Names{"ann", "cat"});
  }
  SECTION("one outside any room stays there, and its to is repeated") {
    s.connect("dan").forgets().says(R"({"type":"join-room","room":"lab","to":"me"})");
    REQUIRE(s["dan"]->inbox.size() == 1);
    CHECK(
        s["dan"]->inbox[0] ==
        R"({"type":"error","message":"room-full","detail":"there are as many in this room as may be","to":"me"})");
  }
}

TEST_CASE(
    "unfinished messages share one budget: whose piece does not fit is closed, and its bytes are free again",
    "[capacity]") {
  ServerLimits limits;
  limits.unfinished_bytes_max = 100;
  Script s(limits);
  for (const auto* name : {"a", "b", "c"}) s.connect(name).forgets();
  const auto begins = [&](const char* name, std::size_t bytes) {
    s[name]->session->receive(std::string(bytes, ' '), 0, false, s.now());
    s.turn();
  };
  begins("a", 50);
  begins("b", 49);
  begins("a", 1);
  CHECK_FALSE(s["a"]->link.ended());
  begins("c", 1);
  s["c"].is_closed(CloseReason::server_overloaded);
  CHECK_FALSE(s["a"]->link.ended());
  s["b"].vanishes();
  s.connect("d").forgets();
  begins("d", 49);
  CHECK_FALSE(s["d"]->link.ended());
  // A message in one piece needs none of it.
  s.connect("e").forgets().joins("lab").is_told(R"({"type":"room-joined","room":"lab"})");
  // One that ends gives its bytes back.
  s["d"]->session->receive("{}", 0, true, s.now());
  s.turn();
  s["d"].is_closed(CloseReason::server_overloaded);
}

TEST_CASE("over the limit of all outboxes together the fattest is cut off, and only that", "[capacity]") {
  ServerLimits limits;
  limits.outbox_total_bytes_max = 4'000;
  Script s(limits);
  for (const auto* name : {"ann", "bob", "cat", "dan"}) s.connect(name).joins("lab");
  for (const auto* name : {"ann", "bob", "cat", "dan"}) s[name].forgets();
  s["bob"].stops_reading();
  s["cat"].stops_reading();
  s["ann"].says(R"({"type":"x","to":"@cat","pad":")" + std::string(500, 'p') + "\"}");
  s["ann"].says(broadcast_of(1'000));
  CHECK_FALSE(s["cat"]->link.was_cut);
  s["ann"].says(broadcast_of(600));
  s["cat"].is_cut_off();
  CHECK_FALSE(s["bob"]->link.was_cut);
  CHECK_FALSE(s["dan"]->link.was_cut);
  CHECK(s.members("lab") == Names{"ann", "bob", "dan"});
  s["ann"].is_told(R"({"type":"peer-left","peerId":"@cat"})").is_told_nothing();
  s["bob"].reads_again();
  CHECK(s["bob"]->peers.size() == 2);
}

TEST_CASE("who reads is not cut off for what waits within one turn of the loop", "[capacity]") {
  ServerLimits limits;
  limits.outbox_total_bytes_max = 3'000;
  Script s(limits);
  for (const auto* name : {"ann", "bob", "cat"}) s.connect(name).joins("lab");
  for (int i = 0; i < 20; ++i) s["ann"]->session->receive(broadcast_of(1'000), 0, true, s.now());
  s.turn();
  for (const auto* name : {"ann", "bob", "cat"}) CHECK_FALSE(s[name]->link.ended());
}
