#include "tests/catch.hpp"
#include "tests/support/script.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

/// Three in a room, who know of each other.
struct Trio : Script {
  explicit Trio(const ServerLimits& limits = {}) : Script(limits) {
    for (const auto* const name : {"ann", "bob", "cat"}) connect(name).joins("lab");
    for (const auto* const name : {"ann", "bob", "cat"}) (*this)[name].forgets();
  }
};

constexpr auto kUnavailable =
    R"({"type":"error","message":"target-unavailable-or-different-room","to":"@bob"})";

}  // namespace

TEST_CASE("a message goes to whom it is addressed, with its sender's id behind it", "[relay]") {
  Trio s;
  s["ann"].says(R"({"type":"offer","to":"@bob","offer":{"sdp":"v=0\r\n"}})").is_told_nothing();
  s["bob"]
      .is_told(R"({"type":"offer","to":"@bob","offer":{"sdp":"v=0\r\n"},"from":"@ann"})")
      .is_told_nothing();
  s["cat"].is_told_nothing();
}

TEST_CASE("an address may be written with escapes", "[relay]") {
  Trio s;
  const std::string id = s["bob"]->id();
  std::string escaped;
  for (const char c : id)
    escaped += std::string("\\u00") + "0123456789abcdef"[c >> 4] + "0123456789abcdef"[c & 15];
  s["ann"].says(R"({"type":"x","to":")" + escaped + "\"}");
  s["bob"].is_told(R"({"type":"x","to":")" + escaped + R"(","from":"@ann"})");
}

TEST_CASE("any type that is not the server's is relayed, and without an address goes to all others",
          "[relay]") {
  Trio s;
  s["ann"].says(R"({"type":"bye"})").says(R"({"type":"renegotiate","to":null,"n":1})").is_told_nothing();
  for (const auto* const name : {"bob", "cat"})
    s[name]
        .is_told(R"({"type":"bye","from":"@ann"})")
        .is_told(R"({"type":"renegotiate","to":null,"n":1,"from":"@ann"})");
}

TEST_CASE("a message to oneself comes back", "[relay]") {
  Trio s;
  s["ann"].says(R"({"type":"x","to":"@ann"})").is_told(R"({"type":"x","to":"@ann","from":"@ann"})");
}

TEST_CASE("a message to nobody, or to somebody elsewhere, is refused with the address it had", "[relay]") {
  Trio s;
  s["bob"].joins("elsewhere");
  s["ann"].forgets().says(R"({"type":"offer","to":"@bob"})").is_told(kUnavailable);
  s["ann"]
      .says(R"({"type":"offer","to":""})")
      .is_told(R"({"type":"error","message":"target-unavailable-or-different-room","to":""})");
  s["ann"]
      .says(R"({"type":"offer","to":"no\u0062ody"})")
      .is_told(R"({"type":"error","message":"target-unavailable-or-different-room","to":"no\u0062ody"})");
  s["ann"]
      .leaves()
      .forgets()
      .says(R"({"type":"offer","to":"@cat"})")
      .is_told_error("target-unavailable-or-different-room");
  s["cat"].forgets().is_told_nothing();
}

TEST_CASE("a broadcast outside any room is refused", "[relay]") {
  Script s;
  s.connect("ann")
      .forgets()
      .says(R"({"type":"bye"})")
      .is_told(
          R"({"type":"error","message":"not-in-room","detail":"join a room before sending to everybody in it"})");
}

TEST_CASE("one who hangs up, vanishes or is closed is gone for the others at once", "[relay]") {
  for (const int how : {0, 1, 2}) {
    Trio s;
    if (how == 0) s["bob"].hangs_up();
    if (how == 1) s["bob"].vanishes();
    if (how == 2) s["bob"].stops_reading().says("\xFF");
    s["ann"].is_told(R"({"type":"peer-left","peerId":"@bob"})");
    s["ann"].says(R"({"type":"offer","to":"@bob"})").is_told(kUnavailable);
    CHECK(s.members("lab") == Names{"ann", "cat"});
    CHECK(s.status().find(s["bob"]->id()) == std::string::npos);
  }
}

TEST_CASE("a reader that stops reading is cut off, after the message that was too much went to all others",
          "[relay]") {
  ServerLimits limits;
  limits.outbox_bytes_max = 2'000;
  Trio s(limits);
  s["bob"].stops_reading();
  const std::string message = R"({"type":"x","pad":")" + std::string(500, 'p') + "\"}";
  int sent = 0;
  while (!s["bob"]->link.was_cut) {
    REQUIRE(++sent < 10);
    s["ann"].says(message);
  }
  CHECK(sent == 4);
  s["ann"].is_told(R"({"type":"peer-left","peerId":"@bob"})").is_told_nothing();
  for (int i = 0; i < sent; ++i)
    s["cat"].is_told(R"({"type":"x","pad":")" + std::string(500, 'p') + R"(","from":"@ann"})");
  s["cat"].is_told(R"({"type":"peer-left","peerId":"@bob"})").is_told_nothing();
}

TEST_CASE("a directed message that overflows its target is refused, after the peer-left that explains it",
          "[relay]") {
  ServerLimits limits;
  limits.outbox_bytes_max = 2'000;
  Trio s(limits);
  s["bob"].stops_reading();
  const std::string message = R"({"type":"x","to":"@bob","pad":")" + std::string(1'800, 'p') + "\"}";
  s["ann"].says(message).is_told_nothing();
  s["ann"]
      .says(message)
      .is_told(R"({"type":"peer-left","peerId":"@bob"})")
      .is_told(kUnavailable)
      .is_told_nothing();
  s["bob"].is_cut_off();
}

TEST_CASE("two who overflow at once are both cut off, and the rest is told of both", "[relay]") {
  ServerLimits limits;
  limits.outbox_bytes_max = 1'000;
  Trio s(limits);
  s["bob"].stops_reading();
  s["cat"].stops_reading();
  const std::string message = R"({"type":"x","pad":")" + std::string(700, 'p') + "\"}";
  s["ann"].says(message).says(message);
  s["bob"].is_cut_off();
  s["cat"].is_cut_off();
  CHECK(s["ann"]->peers.empty());
  CHECK(s.members("lab") == Names{"ann"});
}

TEST_CASE("what somebody sent before hanging up arrives before the peer-left", "[relay]") {
  Trio s;
  Session& ann = *s["ann"]->session;
  ann.receive(R"({"type":"bye"})", 0, true, s.now());
  ann.peer_closes("");
  s.turn();
  s["bob"].is_told(R"({"type":"bye","from":"@ann"})").is_told(R"({"type":"peer-left","peerId":"@ann"})");
}
