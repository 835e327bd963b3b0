#include "tests/catch.hpp"
#include "tests/support/script.hpp"

using namespace p2psig;
using namespace p2psig::test;
using namespace std::chrono_literals;

TEST_CASE("a silent client is pinged after the interval, and cut off after the time-out", "[liveness]") {
  Script s;
  s.connect("ann").joins("lab");
  s.connect("bob").joins("lab");
  s["ann"].forgets();
  for (int i = 0; i < 24; ++i) {
    s.passes(1s);
    s["ann"].answers_ping();
  }
  s.passes(900ms);
  CHECK(s["bob"]->link.pings == 0);
  s.passes(200ms);
  CHECK(s["bob"]->link.pings == 1);
  CHECK(s["ann"]->link.pings == 0);
  s.passes(9'800ms);
  CHECK_FALSE(s["bob"]->link.ended());
  s.passes(200ms);
  s["bob"].is_cut_off();
  s["ann"].is_told(R"({"type":"peer-left","peerId":"@bob"})");
}

TEST_CASE("a client that answers pings lives for ever, with a ping each interval", "[liveness]") {
  Script s;
  s.connect("ann");
  std::size_t answered = 0;
  for (int i = 0; i < 1'000; ++i) {
    s.passes(1s);
    if (s["ann"]->link.pings != answered) s["ann"].answers_ping();
    answered = s["ann"]->link.pings;
  }
  CHECK_FALSE(s["ann"]->link.ended());
  CHECK(answered == 40);
}

TEST_CASE("a message is a sign of life too", "[liveness]") {
  Script s;
  s.connect("ann").joins("lab");
  for (int i = 0; i < 10; ++i) {
    s.passes(20s);
    s["ann"].says(R"({"type":"x"})");
  }
  CHECK(s["ann"]->link.pings == 0);
}

TEST_CASE("both times can be turned off", "[liveness]") {
  ServerLimits limits;
  SECTION("no pings") {
    limits.ping_interval = 0s;
    Script s(limits);
    s.connect("ann");
    s.passes(36s);
    CHECK(s["ann"]->link.pings == 0);
    s["ann"].is_cut_off();
  }
  SECTION("no time-out") {
    limits.ping_timeout = 0s;
    Script s(limits);
    s.connect("ann");
    s.passes(101s);
    CHECK(s["ann"]->link.pings == 4);
    CHECK_FALSE(s["ann"]->link.ended());
  }
  SECTION("neither") {
    limits.ping_interval = limits.ping_timeout = 0s;
    Script s(limits);
    s.connect("ann");
    s.passes(1'000s);
    CHECK(s["ann"]->link.pings == 0);
    CHECK_FALSE(s["ann"]->link.ended());
  }
}

TEST_CASE("what waits is sent before a close, but not for longer than 5 s", "[liveness]") {
  Script s;
  s.connect("ann").joins("lab").forgets().stops_reading();
  s.connect("bob").joins("lab");
  s["ann"].says("{").says("\xFF");  // an error, and a reason to close
  CHECK_FALSE(s["ann"]->link.ended());
  SECTION("it reads in time") {
    s.passes(4'900ms);
    s["ann"].reads_again();
    s["ann"]
        .is_told(R"({"type":"peer-joined","peerId":"@bob"})")
        .is_told_error("invalid-message")
        .is_told_nothing();
    s["ann"].is_closed(CloseReason::invalid_utf8);
  }
  SECTION("it does not") {
    s.passes(5'200ms);
    s["ann"].is_cut_off();
  }
}

TEST_CASE("a message has to end in time, however it comes", "[liveness]") {
  ServerLimits limits;
  limits.ping_interval = limits.ping_timeout = 0s;
  Script s(limits);
  s.connect("ann").joins("lab").forgets();
  s.connect("bob").joins("lab").forgets();
  Session& bob = *s["bob"]->session;
  SECTION("it ends just in time") {
    bob.receive("{\"type\"", 0, false, s.now());
    s.passes(9'900ms);
    bob.receive(":\"x\"}", 0, true, s.now());
    s.passes(10s);
    CHECK_FALSE(s["bob"]->link.ended());
    // and the next one has its own time
    bob.receive("{\"type\"", 0, false, s.now());
    s.passes(9'900ms);
    CHECK_FALSE(s["bob"]->link.ended());
  }
  SECTION("nothing more comes") { bob.receive("{\"type\"", 0, false, s.now()); }
  SECTION("only an empty fragment came") { bob.receive("", 0, false, s.now()); }
  SECTION("it comes in drips, with pongs between them") {
    for (int i = 0; i < 95; ++i) {
      bob.receive(" ", 1'000, false, s.now());
      bob.pong(s.now());
      s.passes(100ms);
    }
    CHECK_FALSE(s["bob"]->link.ended());
  }
  s.passes(10'200ms);
  s["bob"].is_closed(CloseReason::message_timeout);
  CHECK(s.members("lab") == Names{"ann"});
}

TEST_CASE("without a time for messages one may take for ever", "[liveness]") {
  ServerLimits limits;
  limits.message_timeout = 0s;
  Script s(limits);
  s.connect("ann");
  for (int i = 0; i < 1'000; ++i) {
    s["ann"]->session->receive(" ", 0, false, s.now());
    s.passes(1s);
  }
  CHECK_FALSE(s["ann"]->link.ended());
}

TEST_CASE("where a join has to come in time, it has to come once", "[liveness]") {
  ServerLimits limits;
  limits.join_timeout = 5s;
  Script s(limits);
  s.connect("ann");
  s.connect("bob");
  s.connect("cat");
  s.passes(4'900ms);
  s["ann"].joins("lab").leaves();
  s["bob"].joins("");  // refused: no join
  CHECK_FALSE(s["cat"]->link.ended());
  s.passes(200ms);
  s["bob"].is_closed(CloseReason::join_timeout);
  s["cat"].is_closed(CloseReason::join_timeout);
  s.passes(20s);
  CHECK_FALSE(s["ann"]->link.ended());
}

TEST_CASE("draining closes the oldest first, spread over the time", "[liveness]") {
  Script s;
  for (const auto* const name : {"a", "b", "c", "d"}) s.connect(name);
  const auto closed = [&s] {
    std::string names;
    for (const auto& [name, client] : s.clients())
      if (client->link.closed_with(CloseReason::server_shutdown)) names += name;
    return names;
  };
  s.drains(2s);
  CHECK(closed() == "a");
  s.passes(600ms);
  CHECK(closed() == "ab");
  s.passes(500ms);
  CHECK(closed() == "abc");
  s.connect("late").is_told_nothing().is_closed(CloseReason::server_shutdown);
  s.passes(900ms);
  CHECK(closed() == "abcdlate");
}

TEST_CASE("draining without time closes all at once", "[liveness]") {
  Script s;
  s.connect("a");
  s.connect("b");
  s.drains(0s);
  s["a"].is_closed(CloseReason::server_shutdown);
  s["b"].is_closed(CloseReason::server_shutdown);
}

TEST_CASE("a ping is answered with its payload, behind what was sent before", "[liveness]") {
  Script s;
  s.connect("ann").forgets();
  s["ann"]->session->receive("{}", 0, true, s.now());
  s["ann"]->session->ping("first", s.now());
  s["ann"]->session->ping("", s.now());
  s.turn();
  s["ann"].is_told_error("invalid-message").is_told_nothing();
  CHECK(s["ann"]->link.pongs == std::vector<std::string>{"first", ""});
}
