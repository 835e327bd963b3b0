#include <string>

#include "tests/catch.hpp"
#include "tests/support/script.hpp"

using namespace p2psig;
using namespace p2psig::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* kToAll = R"({"type":"x"})";

ServerLimits only(Rate ServerLimits::*rate, Rate value) {
  ServerLimits limits;
  limits.messages = limits.bytes = limits.deliveries = {0, 0};
  limits.ping_interval = limits.ping_timeout = 0s;  // it is silent for as long as a test likes
  limits.*rate = value;
  return limits;
}

/// Ann and Bob in the lab; Ann's buckets are full again.
struct Lab : Script {
  explicit Lab(const ServerLimits& limits) : Script(limits) {
    connect("ann").joins("lab");
    connect("bob").joins("lab");
    passes(10s);
    for (const auto* name : {"ann", "bob"}) (*this)[name].forgets();
  }

  std::size_t received_by_bob() {
    const std::size_t count = (*this)["bob"]->inbox.size();
    (*this)["bob"].forgets();
    return count;
  }
};

/// Thirty of them a second, where ten may be, are closed with 4029 after thirty seconds.
template <class Send>
void check_flood_ends(const ServerLimits& limits, Send send) {
  Lab s(limits);
  for (int second = 0; second < 40 && !s["ann"]->link.ended(); ++second) {
    for (int i = 0; i < 30; ++i) send(*s["ann"]->session, s.now());
    s.turn();
    s.passes(1s);
    CHECK(s["ann"]->link.ended() == (second >= 29));
  }
  s["ann"].is_closed(CloseReason::rate_limit);
}

}  // namespace

TEST_CASE("over the rate of messages they are dropped unread, with one error a second", "[rates]") {
  Lab s(only(&ServerLimits::messages, {2, 5}));
  for (int i = 0; i < 4; ++i) s["ann"].says(kToAll).is_told_nothing();
  s["ann"].says(kToAll).is_told_nothing();
  CHECK(s.received_by_bob() == 5);
  s["ann"].says(kToAll).is_told_error("rate-limit").is_told_nothing();
  s["ann"].says("not even JSON").is_told_nothing();
  CHECK(s.received_by_bob() == 0);

  s.passes(500ms);
  s["ann"].says(kToAll).is_told_nothing();
  CHECK(s.received_by_bob() == 1);
  s.passes(400ms);
  s["ann"].says(kToAll).is_told_nothing();
  CHECK(s.received_by_bob() == 0);
  s.passes(200ms);
  s["ann"].says(kToAll).says(kToAll).is_told_error("rate-limit").is_told_nothing();
  CHECK(s.received_by_bob() == 1);
}

TEST_CASE("each frame of a message counts, and its message is dropped whole", "[rates]") {
  Lab s(only(&ServerLimits::messages, {1, 3}));
  s["ann"].says_in_pieces({R"({"type")", ":", "\"x\"}"}).is_told_nothing();
  CHECK(s.received_by_bob() == 1);
  s.passes(2s);
  s["ann"].says_in_pieces({R"({"type")", ":", "\"x\"}"}).is_told_error("rate-limit").is_told_nothing();
  CHECK(s.received_by_bob() == 0);
  s.passes(1s);
  s["ann"].says(kToAll).is_told_nothing();
  CHECK(s.received_by_bob() == 1);
}

TEST_CASE("a frame that comes in parts counts once", "[rates]") {
  Lab s(only(&ServerLimits::messages, {1, 1}));
  Session& ann = *s["ann"]->session;
  ann.receive(R"({"type")", 5, false, s.now());
  ann.receive(":\"x", 2, false, s.now());
  ann.receive("\"}", 0, true, s.now());
  s.turn();
  s["ann"].is_told_nothing();
  CHECK(s.received_by_bob() == 1);
}

TEST_CASE("empty fragments of a message without end count too, and end in 4029", "[rates]") {
  ServerLimits limits = only(&ServerLimits::messages, {10, 10});
  limits.message_timeout = 0s;
  check_flood_ends(limits, [](Session& ann, Milliseconds now) { ann.receive("", 0, false, now); });
}

TEST_CASE("pings are answered over a rate too, and cost no message", "[rates]") {
  Lab s(only(&ServerLimits::messages, {1, 2}));
  Session& ann = *s["ann"]->session;
  for (int i = 0; i < 10; ++i) ann.ping("turn", s.now());
  s["ann"].says(kToAll).says(kToAll).is_told_nothing().says(kToAll).is_told_error("rate-limit");
  ann.ping("still there", s.now());
  s.turn();
  CHECK(s["ann"]->link.pongs.size() == 11);
  CHECK(s["ann"]->link.pongs.back() == "still there");
  s["ann"].is_told_nothing();
}

TEST_CASE("pings without end are closed with 4029", "[rates]") {
  check_flood_ends(only(&ServerLimits::messages, {10, 10}),
                   [](Session& ann, Milliseconds now) { ann.ping("", now); });
}

TEST_CASE("who pings and does not read gets as many pongs as may wait, and the next ones later", "[rates]") {
  Lab s(only(&ServerLimits::messages, {0, 0}));
  Session& ann = *s["ann"]->session;
  constexpr std::size_t frame = 102;  // with its header of 2
  const std::string payload(frame - 2, 'x');
  s["ann"].stops_reading();
  for (int i = 0; i < 1'000; ++i) {
    ann.ping(payload, s.now());
    if (i % 100 == 0) s.turn();
  }
  CHECK(ann.peer().outbox.waiting_bytes() == limits::kPongBytes / frame * frame);
  s["ann"].reads_again();
  CHECK(s["ann"]->link.pongs.size() == limits::kPongBytes / frame);
  ann.ping("more", s.now());
  s.turn();
  CHECK(s["ann"]->link.pongs.back() == "more");
}

TEST_CASE("a pong that does not fit behind what waits cuts off, as all that does not fit", "[rates]") {
  ServerLimits limits = only(&ServerLimits::messages, {0, 0});
  limits.outbox_bytes_max = 1'000;
  Lab s(limits);
  s["ann"].stops_reading();
  for (int pings = 0; pings < 11; ++pings) {
    CHECK_FALSE(s["ann"]->link.was_cut);
    s["ann"]->session->ping(std::string(98, 'x'), s.now());
  }
  s["ann"].is_cut_off();
  CHECK(s.members("lab") == Names{"bob"});
}

TEST_CASE("pongs count as well", "[rates]") {
  Lab s(only(&ServerLimits::messages, {1, 3}));
  for (int i = 0; i < 3; ++i) s["ann"].answers_ping();
  s.turn();
  s["ann"].is_told_nothing();
  s["ann"].answers_ping();
  s.turn();
  s["ann"].is_told_error("rate-limit").is_told_nothing();
}

TEST_CASE("over the rate of bytes messages are dropped", "[rates]") {
  const std::string message = R"({"type":"x","pad":")" + std::string(80, 'p') + "\"}";
  const auto bytes = static_cast<std::uint32_t>(message.size());
  SECTION("exactly at it none is") {
    Lab s(only(&ServerLimits::bytes, {bytes, 2 * bytes}));
    s["ann"].says(message).says(message).is_told_nothing();
    CHECK(s.received_by_bob() == 2);
    s["ann"].says(kToAll).is_told_error("rate-limit");
    CHECK(s.received_by_bob() == 0);
    s.passes(1s);
    s["ann"].says(message).is_told_nothing();
    CHECK(s.received_by_bob() == 1);
  }
  SECTION("one byte over it the last is") {
    Lab s(only(&ServerLimits::bytes, {bytes, 2 * bytes - 1}));
    s["ann"].says(message).says(message).is_told_error("rate-limit").is_told_nothing();
    CHECK(s.received_by_bob() == 1);
  }
}

TEST_CASE("a broadcast costs as many deliveries as there are others", "[rates]") {
  Lab s(only(&ServerLimits::deliveries, {1, 6}));
  s.connect("cat").joins("lab");
  s.connect("dan").joins("lab");
  s["ann"].forgets();
  s["bob"].forgets();
  s["ann"].says(kToAll).says(kToAll).is_told_nothing();
  CHECK(s.received_by_bob() == 2);
  s["ann"].says(kToAll).is_told_error("rate-limit");
  CHECK(s.received_by_bob() == 0);
  s["ann"].says(R"({"type":"x","to":"@bob"})").is_told_nothing();
  CHECK(s.received_by_bob() == 0);
  s.passes(2s);
  s["ann"].says(R"({"type":"x","to":"@bob"})").is_told_nothing();
  CHECK(s.received_by_bob() == 1);
  s["ann"].says(kToAll).is_told_error("rate-limit");
  s.passes(2s);
  s["ann"].says(kToAll).is_told_nothing();
  CHECK(s.received_by_bob() == 1);
}

TEST_CASE("a join costs whom it tells, in both rooms, and refused it changes nothing", "[rates]") {
  Lab s(only(&ServerLimits::deliveries, {1, 3}));
  s.connect("cat").joins("den");
  s.connect("dan").joins("den");
  s["cat"].forgets();
  s["ann"].joins("den").is_told(R"({"type":"room-left","room":"lab"})");  // Bob, Cat and Dan are told
  CHECK(s.members("den") == Names{"cat", "dan", "ann"});
  s["ann"].forgets().joins("lab").is_told_error("rate-limit").is_told_nothing();
  CHECK(s.members("den") == Names{"cat", "dan", "ann"});
  CHECK(s.members("lab") == Names{"bob"});
  s["ann"].joins("den").is_told_nothing();  // so does joining again
  s.passes(2s);
  s["ann"].joins("den").is_told(R"({"type":"room-joined","room":"den"})");
}

TEST_CASE("a leave is never refused, and may leave the rate below zero", "[rates]") {
  Lab s(only(&ServerLimits::deliveries, {1, 3}));
  s.connect("cat").joins("lab");
  s.connect("dan").joins("lab");
  s["ann"].forgets();
  for (int i = 0; i < 3; ++i) s["ann"].says(R"({"type":"x","to":"@bob"})");
  s["ann"].leaves().is_told(R"({"type":"room-left","room":"lab"})").is_told_nothing();
  s["ann"].joins("empty").is_told(R"({"type":"room-joined","room":"empty"})").forgets();  // tells nobody
  s.passes(5s);
  s["ann"].joins("lab").is_told_error("rate-limit");
  s.passes(1s);
  s["ann"].joins("lab");
  CHECK(s.members("lab") == Names{"bob", "cat", "dan", "ann"});
}

TEST_CASE("a leave over the rates of messages and bytes leaves all the same, however it is written",
          "[rates]") {
  Lab s(only(&ServerLimits::messages, {1, 1}));
  s["ann"].says(kToAll).says(kToAll).forgets();
  SECTION("plain") { s["ann"].leaves(); }
  SECTION("escaped, in fragments, with more in it") {
    s["ann"].says_in_pieces({"{\"to\":null, \"type\" :\"leave\\u002d", "room\"", ",\"x\":1}"});
  }
  s["ann"].is_told(R"({"type":"room-left","room":"lab"})").is_told_nothing();
  CHECK(s.members("lab") == Names{"bob"});
}

TEST_CASE("messages dropped in each of thirty seconds in a row end the connection", "[rates]") {
  Lab s(only(&ServerLimits::messages, {1, 1}));
  const auto floods = [&](int seconds) {
    for (int i = 0; i < seconds && !s["ann"]->link.ended(); ++i) {
      for (int n = 0; n < 10; ++n) s["ann"].says(kToAll);
      s.passes(1s);
    }
  };
  SECTION("thirty of them") {
    floods(29);
    CHECK_FALSE(s["ann"]->link.ended());
    CHECK(s["ann"]->inbox.size() == 29);
    floods(1);
    s["ann"].is_closed(CloseReason::rate_limit);
    CHECK(s.members("lab") == Names{"bob"});
  }
  SECTION("a second without one begins anew") {
    floods(29);
    s.passes(1s);
    floods(29);
    CHECK_FALSE(s["ann"]->link.ended());
    floods(1);
    s["ann"].is_closed(CloseReason::rate_limit);
  }
}

TEST_CASE("one who floods costs the others nothing", "[rates]") {
  Lab s(only(&ServerLimits::messages, {1, 1}));
  s.passes(2s);
  for (int i = 0; i < 100; ++i) s["ann"].says(kToAll);
  s["bob"].forgets().says(kToAll).is_told_nothing();
}

TEST_CASE("the rates let the largest real mesh through", "[rates]") {
  Script s;
  for (int i = 0; i < 50; ++i) s.connect("peer" + std::to_string(100 + i)).joins("mesh").forgets();
  auto newcomer = s.connect("newcomer").joins("mesh").forgets();
  for (int i = 0; i < 50; ++i)
    for (int n = 0; n < 17; ++n)  // an offer of 7 kB and 16 candidates for each
      newcomer.says(R"({"type":"offer","to":"@peer)" + std::to_string(100 + i) + R"(","pad":")" +
                    std::string(n == 0 ? 7'000 : 250, 'p') + "\"}");
  newcomer.is_told_nothing();
}
