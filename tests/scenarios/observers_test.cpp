#include "tests/catch.hpp"
#include "tests/support/script.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

ServerLimits with_observers() {
  ServerLimits limits;
  limits.observers_allowed = true;
  return limits;
}

/// Ann and bob in a room, and eve who watches it.
struct Watched : Script {
  explicit Watched(const ServerLimits& limits = with_observers()) : Script(limits) {
    connect("ann").joins("lab");
    connect("bob").joins("lab");
    connect("eve").forgets().observes("lab");
    for (const auto* const name : {"ann", "bob"}) (*this)[name].forgets();
  }
};

constexpr auto* kBobUnavailable =
    R"({"type":"error","message":"target-unavailable-or-different-room","to":"@bob"})";

}  // namespace

TEST_CASE("an observer is told who is there and who comes and goes, and nobody is told of it",
          "[observers]") {
  Watched s;
  s["eve"]
      .is_told(R"({"type":"room-observed","room":"lab"})")
      .is_told(R"({"type":"room-peers","peers":["@ann","@bob"]})")
      .is_told_nothing();
  for (const auto* const name : {"ann", "bob"}) s[name].is_told_nothing();
  s.connect("cat").forgets().joins("lab").is_told(R"({"type":"room-joined","room":"lab"})");
  s["cat"].is_told(R"({"type":"room-peers","peers":["@ann","@bob"]})");
  s["bob"].leaves();
  s["eve"]
      .is_told(R"({"type":"peer-joined","peerId":"@cat"})")
      .is_told(R"({"type":"peer-left","peerId":"@bob"})")
      .is_told_nothing();
  CHECK(s.members("lab") == Names{"ann", "cat"});
}

TEST_CASE("an observer is shown every message, byte for byte as it was delivered", "[observers]") {
  Watched s;
  s["eve"].forgets();
  s["ann"].says(R"({ "type":"offer", "from":"x", "to":"@bob", "offer":{} })");
  s["bob"].is_told(R"({ "type":"offer", "to":"@bob", "offer":{} ,"from":"@ann"})");
  s["eve"].is_told(
      R"({"type":"observed","to":"@bob","message":{ "type":"offer", "to":"@bob", "offer":{} ,"from":"@ann"}})");
  s["bob"].says(R"({"type":"bye"})");
  s["eve"].is_told(R"({"type":"observed","to":null,"message":{"type":"bye","from":"@bob"}})");
  s["bob"].says(R"({"type":"x","to":"@bob"})");
  s["eve"].is_told(R"({"type":"observed","to":"@bob","message":{"type":"x","to":"@bob","from":"@bob"}})");
}

TEST_CASE("an observer is shown what could not be delivered, but no error", "[observers]") {
  Watched s;
  s["eve"].forgets();
  s["bob"].leaves();
  s["ann"].forgets().says(R"({"type":"offer","to":"@bob"})").is_told(kBobUnavailable);
  s["ann"].says(R"({"type":"x","to":"no\u0062ody"})").says(R"({"type":"x","to":""})").says("{");
  s["eve"]
      .is_told(R"({"type":"peer-left","peerId":"@bob"})")
      .is_told(
          R"({"type":"observed","to":"@bob","message":{"type":"offer","to":"@bob","from":"@ann"},"undeliverable":true})")
      .is_told(
          R"({"type":"observed","to":"no\u0062ody","message":{"type":"x","to":"no\u0062ody","from":"@ann"},"undeliverable":true})")
      .is_told(
          R"({"type":"observed","to":"","message":{"type":"x","to":"","from":"@ann"},"undeliverable":true})")
      .is_told_nothing();
}

TEST_CASE("a message that cuts its reader off is shown as undeliverable, after the reader's leave",
          "[observers]") {
  ServerLimits limits = with_observers();
  limits.outbox_bytes_max = 2'000;
  const std::string large = R"({"type":"x","to":"@bob","pad":")" + std::string(800, 'p') + "\"}";
  Watched s(limits);
  s["eve"].forgets();
  s["bob"].stops_reading();
  s["ann"].says(large).says(large).is_told_nothing().says(large);
  s["ann"].is_told(R"({"type":"peer-left","peerId":"@bob"})").is_told(kBobUnavailable);
  const auto& seen = s["eve"]->inbox;
  REQUIRE(seen.size() == 4);
  CHECK(seen[2] == s.with_ids(R"({"type":"peer-left","peerId":"@bob"})"));
  CHECK(seen[3].ends_with(R"(,"undeliverable":true})"));
}

TEST_CASE("who overflows by a message to itself is gone, and the observer with it is not", "[observers]") {
  ServerLimits limits = with_observers();
  limits.outbox_bytes_max = 2'000;
  Script s(limits);
  s.connect("ann").joins("lab");
  s.connect("eve").observes("lab").forgets();
  const std::string large = R"({"type":"x","to":"@ann","pad":")" + std::string(800, 'p') + "\"}";
  s["ann"].stops_reading().says(large).says(large).says(large).is_cut_off();
  CHECK(s["eve"]->inbox.back() == s.with_ids(R"({"type":"peer-left","peerId":"@ann"})"));
  s["eve"].leaves().forgets();
  CHECK(s.status() == s.with_ids(R"({"totalClients":1,"clients":["@eve"],"rooms":{}})"));
}

TEST_CASE("an observer is in no room: what it sends reaches nobody", "[observers]") {
  Watched s;
  s["eve"].forgets().says(R"({"type":"bye"})").is_told_error("not-in-room");
  s["eve"].says(R"({"type":"x","to":"@bob"})").is_told(kBobUnavailable);
  s["eve"].says(R"({"type":"x","to":"@eve"})").is_told_error("target-unavailable-or-different-room");
  s["ann"].says(R"({"type":"x","to":"@eve"})").is_told_error("target-unavailable-or-different-room");
  s["bob"].is_told_nothing();
}

TEST_CASE("a room with observers alone is not in the status, and begins with its first member",
          "[observers]") {
  Script s(with_observers());
  s.connect("eve").observes("lab");
  s["eve"].forgets();
  CHECK(s.status() == s.with_ids(R"({"totalClients":1,"clients":["@eve"],"rooms":{}})"));
  s.connect("ann").joins("attic");
  s.connect("bob").joins("lab");
  CHECK(
      s.status() ==
      s.with_ids(
          R"({"totalClients":3,"clients":["@eve","@ann","@bob"],"rooms":{"attic":["@ann"],"lab":["@bob"]}})"));
  s["bob"].leaves();
  s["eve"]
      .is_told(R"({"type":"peer-joined","peerId":"@bob"})")
      .is_told(R"({"type":"peer-left","peerId":"@bob"})");
  CHECK(s.status().find("lab") == std::string::npos);
}

TEST_CASE("one is in one place at a time, as a member or as an observer", "[observers]") {
  Watched s;
  s["eve"].forgets().joins("lab");
  s["eve"]
      .is_told(R"({"type":"room-left","room":"lab"})")
      .is_told(R"({"type":"room-joined","room":"lab"})")
      .is_told(R"({"type":"room-peers","peers":["@ann","@bob"]})");
  s["bob"].is_told(R"({"type":"peer-joined","peerId":"@eve"})");
  s["eve"].observes("lab");
  s["eve"]
      .is_told(R"({"type":"room-left","room":"lab"})")
      .is_told(R"({"type":"room-observed","room":"lab"})")
      .is_told(R"({"type":"room-peers","peers":["@ann","@bob"]})");
  s["bob"].is_told(R"({"type":"peer-left","peerId":"@eve"})");
  s["eve"].observes("lab");
  s["eve"]
      .is_told(R"({"type":"room-observed","room":"lab"})")
      .is_told(R"({"type":"room-peers","peers":["@ann","@bob"]})");
  s["eve"].observes("attic");
  s["eve"]
      .is_told(R"({"type":"room-left","room":"lab"})")
      .is_told(R"({"type":"room-observed","room":"attic"})")
      .is_told(R"({"type":"room-peers","peers":[]})");
  s["eve"].leaves();
  s["eve"].is_told(R"({"type":"room-left","room":"attic"})").leaves();
  s["eve"].is_told_nothing();
  s["bob"].is_told_nothing();
  s["ann"].says(R"({"type":"bye"})");
  s["eve"].is_told_nothing();
}

TEST_CASE("the only one in a room may join what it observes, and observe what it joined", "[observers]") {
  Script s(with_observers());
  s.connect("eve").forgets().observes("lab").forgets().joins("lab");
  s["eve"]
      .is_told(R"({"type":"room-left","room":"lab"})")
      .is_told(R"({"type":"room-joined","room":"lab"})")
      .is_told(R"({"type":"room-peers","peers":[]})");
  s["eve"].observes("lab");
  CHECK(s.status() == s.with_ids(R"({"totalClients":1,"clients":["@eve"],"rooms":{}})"));
}

TEST_CASE("observers count towards a room's limit", "[observers]") {
  ServerLimits limits = with_observers();
  limits.room_peers_max = 3;
  Watched s(limits);
  s["eve"].forgets();
  for (const auto* const name : {"cat", "dan"}) s.connect(name).forgets();
  s["cat"].observes("lab").is_told_error("room-full").is_told_nothing();
  s["cat"].joins("lab").is_told_error("room-full");
  s["eve"].joins("lab");
  CHECK(s.members("lab") == Names{"ann", "bob", "eve"});
  s["bob"].leaves();
  s["cat"].observes("lab").is_told(R"({"type":"room-observed","room":"lab"})");
  s["dan"].joins("lab").is_told_error("room-full");
}

TEST_CASE("observing is refused where it is not allowed, and the room's name is judged as for a join",
          "[observers]") {
  Script s;
  s.connect("ann").joins("lab").forgets();
  s["ann"].observes("lab").is_told_error("observers-not-allowed").is_told_nothing();
  CHECK(s.members("lab") == Names{"ann"});
  Watched w;
  w["eve"].forgets().observes("").is_told_error("invalid-room-name").is_told_nothing();
  w["ann"].says(R"({"type":"x"})");
  CHECK(w["eve"]->inbox.size() == 1);
}

TEST_CASE("an observer that does not keep up misses messages, is told how many, and slows nobody",
          "[observers]") {
  ServerLimits limits = with_observers();
  limits.outbox_bytes_max = 4'000;
  Watched s(limits);
  s["eve"].forgets().stops_reading();
  const std::string large = R"({"type":"x","pad":")" + std::string(900, 'p') + "\"}";
  for (int i = 0; i < 10; ++i) s["ann"].says(large);
  CHECK(s["bob"]->inbox.size() == 10);
  s["bob"].leaves();
  s["eve"].reads_again();
  auto& seen = s["eve"]->inbox;
  REQUIRE(seen.size() == 4);  // two are more than three quarters of the outbox less one
  CHECK(seen[2] == s.with_ids(R"({"type":"peer-left","peerId":"@bob"})"));
  CHECK(seen[3] == R"({"type":"observed-missed","count":8})");
  seen.clear();
  s["ann"].says(R"({"type":"y"})");
  s["eve"].is_told(R"({"type":"observed","to":null,"message":{"type":"y","from":"@ann"}})");
  CHECK_FALSE(s["eve"]->link.ended());
}

TEST_CASE("what was missed is told before the next message that fits", "[observers]") {
  ServerLimits limits = with_observers();
  limits.outbox_bytes_max = 4'000;
  Watched s(limits);
  s["eve"].forgets().stops_reading();
  const auto padded = [](std::size_t bytes) {
    return R"({"type":"x","pad":")" + std::string(bytes, 'p') + "\"}";
  };
  s["ann"].says(padded(1'800)).says(padded(1'800)).says(R"({"type":"y"})");
  s["eve"].reads_again();
  const auto& seen = s["eve"]->inbox;
  REQUIRE(seen.size() == 3);
  CHECK(seen[1] == R"({"type":"observed-missed","count":1})");
  CHECK(seen[2] == s.with_ids(R"({"type":"observed","to":null,"message":{"type":"y","from":"@ann"}})"));
}

TEST_CASE("an observer that reads nothing is cut off only by what it must not miss", "[observers]") {
  ServerLimits limits = with_observers();
  limits.outbox_bytes_max = 4'000;
  limits.messages = limits.deliveries = {0, 0};
  Watched s(limits);
  s["eve"].stops_reading();
  for (int i = 0; i < 100; ++i) s["ann"].says(R"({"type":"x","pad":")" + std::string(900, 'p') + "\"}");
  CHECK_FALSE(s["eve"]->link.ended());
  for (int i = 0; i < 30; ++i) s["bob"].leaves().joins("lab");
  s["eve"].is_cut_off();
  CHECK(s.members("lab") == Names{"ann", "bob"});
}

TEST_CASE("copies for observers cost the sender nothing", "[observers]") {
  ServerLimits limits = with_observers();
  limits.deliveries = {1, 10};
  Watched s(limits);
  for (const auto* const name : {"fay", "gil", "hal"}) s.connect(name).observes("lab");
  s["ann"].forgets();
  for (int i = 0; i < 10; ++i) s["ann"].says(R"({"type":"x"})");
  s["ann"].is_told_nothing().says(R"({"type":"x"})").is_told_error("rate-limit");
}

TEST_CASE("observing is enough for --join-timeout", "[observers]") {
  ServerLimits limits = with_observers();
  limits.join_timeout = Milliseconds(1'000);
  limits.ping_interval = limits.ping_timeout = Milliseconds(0);
  Script s(limits);
  s.connect("eve").observes("lab");
  s.passes(Milliseconds(2'000));
  CHECK_FALSE(s["eve"]->link.ended());
}

TEST_CASE("peers see the same with observers and without", "[observers]") {
  const auto conversation = [](bool watched) {
    Script s(with_observers());
    s.connect("ann").joins("lab");
    if (watched) s.connect("zoe").observes("lab");
    s.connect("bob").joins("lab");
    if (watched) s.connect("zac").observes("lab");
    s["ann"].says(R"({"type":"x"})").says(R"({"type":"x","to":"@bob"})").says(R"({"type":"x","to":"@zoe"})");
    if (watched) s["zac"].leaves();
    s["bob"].vanishes();
    std::vector<std::string> seen;
    for (const auto* const name : {"ann", "bob"})
      for (std::string message : s[name]->inbox) {
        for (const auto* const peer : {"ann", "bob", "zoe"})
          if (s.clients().contains(peer))
            for (std::size_t at = 0; (at = message.find(s[peer]->id(), at)) != std::string::npos;)
              message.replace(at, PeerId::kTextBytes, std::string("@") + peer);
        seen.push_back(message);
      }
    return seen;
  };
  CHECK(conversation(true) == conversation(false));
}
