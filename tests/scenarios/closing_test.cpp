#include <string>
#include <utility>
#include <vector>

#include "tests/catch.hpp"
#include "tests/support/script.hpp"

using namespace p2psig;
using namespace p2psig::test;
using namespace std::chrono_literals;

namespace {

std::string payload_of(std::uint16_t code, std::string_view reason = {}) {
  return close_payload(code, reason);
}

constexpr Milliseconds kNearlyCloseTime = limits::kCloseTime - 2 * TimerWheel::kTick;

}  // namespace

TEST_CASE("the close frame of a peer is answered with its code, or with 1002 where that must not be sent",
          "[closing]") {
  for (const auto& [sent, answered] : std::vector<std::pair<std::uint16_t, std::uint16_t>>{{1000, 1000},
                                                                                           {1003, 1003},
                                                                                           {1004, 1002},
                                                                                           {1006, 1002},
                                                                                           {1007, 1007},
                                                                                           {1011, 1011},
                                                                                           {1012, 1002},
                                                                                           {2999, 1002},
                                                                                           {3000, 3000},
                                                                                           {4999, 4999},
                                                                                           {5000, 1002},
                                                                                           {999, 1002},
                                                                                           {0, 1002}}) {
    CAPTURE(sent);
    Script s;
    s.connect("ann").forgets();
    s["ann"]->session->peer_closes(payload_of(sent, sent == answered ? "why" : ""));
    CHECK(s["ann"]->link.close_frame == payload_of(answered, sent == answered ? "why" : ""));
    CHECK(s["ann"]->link.has_ended);
    CHECK(s["ann"]->session->end().code == sent);
  }
  for (const std::string& payload : {std::string(), std::string("\x03")}) {
    Script s;
    s.connect("ann");
    s["ann"]->session->peer_closes(payload);
    CHECK(s["ann"]->link.close_frame == payload);
    CHECK(s["ann"]->link.has_ended);
    CHECK(s["ann"]->session->end().code == 1005);
  }
}

TEST_CASE("what waits for a peer that closes is sent before the answer, in the same turn", "[closing]") {
  Script s;
  s.connect("ann").joins("lab");
  s.connect("bob").joins("lab").forgets();
  s["ann"]->session->receive(R"({"type":"bye"})", 0, true, s.now());
  s["bob"]->session->peer_closes(payload_of(1000));
  CHECK(s["bob"]->link.has_ended);
  CHECK(s["bob"]->link.close_frame == payload_of(1000));
  s.turn();
  s["bob"].is_told(R"({"type":"bye","from":"@ann"})");
}

TEST_CASE("a peer that does not read gets no answer to its close frame, and its link ends all the same",
          "[closing]") {
  Script s;
  s.connect("ann").joins("lab").stops_reading();
  s.connect("bob").joins("lab");
  s["ann"]->session->peer_closes(payload_of(1000));
  CHECK(s["ann"]->link.has_ended);
  CHECK_FALSE(s["ann"]->link.close_frame);
}

TEST_CASE("whoever is closed has time to answer", "[closing]") {
  Script s;
  s.connect("ann").forgets();
  s["ann"].says("\xFF").is_closed(CloseReason::invalid_utf8);
  CHECK_FALSE(s["ann"]->link.has_ended);
  SECTION("it answers") {
    s.passes(kNearlyCloseTime);
    CHECK_FALSE(s["ann"]->link.has_ended);
    s["ann"]->session->peer_closes(payload_of(1007));
    CHECK(s["ann"]->link.has_ended);
  }
  SECTION("it does not") {
    s.passes(kNearlyCloseTime);
    s["ann"].says(R"({"type":"join-room","room":"lab"})");
    s["ann"]->session->ping("still here", s.now());
    CHECK_FALSE(s["ann"]->link.has_ended);
    s.passes(4 * TimerWheel::kTick);
    CHECK(s["ann"]->link.has_ended);
    CHECK(s["ann"]->link.pongs.empty());
  }
  CHECK_FALSE(s["ann"]->link.was_cut);
  CHECK(s["ann"]->session->end().code == 1007);
  s["ann"].is_told_nothing();
}

TEST_CASE("whoever is closed and does not read is cut off", "[closing]") {
  Script s;
  s.connect("ann").stops_reading().says("\xFF");
  s.passes(kNearlyCloseTime);
  CHECK_FALSE(s["ann"]->link.ended());
  s.passes(4 * TimerWheel::kTick);
  s["ann"].is_cut_off();
  CHECK_FALSE(s["ann"]->link.has_ended);
}

TEST_CASE("close frames that cross end the link at once", "[closing]") {
  Script s;
  s.connect("ann");
  s["ann"]->session->close(CloseReason::server_shutdown, s.now());
  s["ann"]->session->peer_closes(payload_of(1000));
  s["ann"].is_closed(CloseReason::server_shutdown);
  CHECK(s["ann"]->link.has_ended);
  CHECK(s["ann"]->session->end().code == 1001);
}
