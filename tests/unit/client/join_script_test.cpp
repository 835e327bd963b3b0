#include "core/client/join_script.hpp"

#include <limits>
#include <string>
#include <vector>

#include "tests/catch.hpp"

using namespace p2psig;
using namespace std::chrono_literals;

namespace {

using Sends = std::vector<std::string>;

constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

const std::string kA = R"({"type":"a"})";
const std::string kB = R"({"type":"b"})";
const std::string kToPeer = R"({"type":"offer","to":"@peer"})";

std::string to(const std::string& peer) { return R"({"type":"offer","to":")" + peer + "\"}"; }

ScriptOptions sending(Sends sends) {
  ScriptOptions options;
  options.sends = std::move(sends);
  return options;
}

ScriptOptions waiting_for(Sends types) {
  ScriptOptions options;
  options.wait_for = std::move(types);
  options.reads_input = false;
  return options;
}

}  // namespace

TEST_CASE("nothing is sent before it is in the room", "[join_script]") {
  JoinScript script(sending({kA}));
  script.line(0ms, kB);
  CHECK(script.take_sends(0ms, kNoLimit).empty());
  CHECK(script.waiting_bytes() == kA.size() + kB.size());
  script.ready(1ms);
  CHECK(script.take_sends(1ms, kNoLimit) == Sends{kA, kB});
  CHECK(script.waiting_bytes() == 0);
  CHECK(script.take_sends(1ms, kNoLimit).empty());
}

TEST_CASE("what has yet to happen can be said", "[join_script]") {
  ScriptOptions options = waiting_for({"answer", "bye\x1b"});
  options.wait_peers = 2;
  options.count = 3;
  options.sends = {kToPeer};
  JoinScript script(options);
  script.ready(0ms);
  CHECK(script.missing() == R"(2 peers, answer, bye\u001b, 3 more messages)");
  script.peers(0ms, {"ann", "bob"});
  script.incoming(0ms, "bye\x1b", true);
  script.incoming(0ms, "x", true);
  CHECK(script.missing() == "answer, 1 more message");
  script.incoming(0ms, "answer", true);
  CHECK(script.missing().empty());

  JoinScript alone(sending({kToPeer}));
  CHECK(alone.missing() == "a peer to send to");
}

TEST_CASE("what --send gives comes before stdin, in order", "[join_script]") {
  JoinScript script(sending({kB, kA, kB}));
  script.ready(0ms);
  script.line(0ms, kA);
  CHECK(script.take_sends(0ms, kNoLimit) == Sends{kB, kA, kB, kA});
  script.line(1ms, kB);
  CHECK(script.take_sends(1ms, kNoLimit) == Sends{kB});
}

TEST_CASE("messages are sent byte for byte", "[join_script]") {
  const std::string odd = " {\"type\" : \"x\",\t\"to\":\"\\u0040peer\",\"n\":1.50,\"@peer\":\"@peer\"} ";
  JoinScript script(sending({odd}));
  script.ready(0ms);
  CHECK(script.take_sends(0ms, kNoLimit) == Sends{odd});
}

TEST_CASE("@peer is the peer that is there for longest", "[join_script]") {
  JoinScript script(sending({R"({ "x":"@peer", "to" : "@peer" ,"y":1})"}));
  script.ready(0ms);
  script.peers(0ms, {"P1", "P2"});
  CHECK(script.take_sends(0ms, kNoLimit) == Sends{R"({ "x":"@peer", "to" : "P1" ,"y":1})"});
}

TEST_CASE("a message for @peer waits for one, and what is behind it waits too", "[join_script]") {
  JoinScript script(sending({kA, kToPeer, kB}));
  script.ready(0ms);
  script.peers(0ms, {});
  CHECK(script.take_sends(0ms, kNoLimit) == Sends{kA});
  script.line(1ms, kA);
  CHECK(script.take_sends(1ms, kNoLimit).empty());
  CHECK(script.waiting_bytes() == kToPeer.size() + kB.size() + kA.size());
  script.peers(2ms, {"P1"});
  CHECK(script.take_sends(2ms, kNoLimit) == Sends{to("P1"), kB, kA});
}

TEST_CASE("with --peers all, a message for @peer goes to each that is there", "[join_script]") {
  ScriptOptions options = sending({kToPeer, kA});
  options.to_all_peers = true;
  JoinScript script(options);
  script.ready(0ms);
  script.peers(0ms, {});
  CHECK(script.take_sends(0ms, kNoLimit).empty());
  script.peers(1ms, {"P1", "P2"});
  CHECK(script.take_sends(1ms, kNoLimit) == Sends{to("P1"), to("P2"), kA});
  script.peers(2ms, {"P1", "P2", "P3"});
  CHECK(script.take_sends(2ms, kNoLimit).empty());
}

TEST_CASE("copies for a large room are made as they can be sent", "[join_script]") {
  ScriptOptions options = sending({kToPeer, kA});
  options.to_all_peers = true;
  JoinScript script(options);
  script.ready(0ms);
  script.peers(0ms, {"P1", "P2", "P3"});
  CHECK(script.take_sends(0ms, 0).empty());
  CHECK(script.take_sends(0ms, 1) == Sends{to("P1")});
  CHECK_FALSE(script.waiting_bytes() == 0);
  script.peers(0ms, {"P1", "P3", "P4"});  // for those who were there when it began
  CHECK(script.take_sends(0ms, to("P2").size()) == Sends{to("P2")});
  CHECK(script.take_sends(0ms, to("P3").size() + 1) == Sends{to("P3"), kA});
  CHECK(script.waiting_bytes() == 0);
}

TEST_CASE("an id goes into a message as JSON", "[join_script]") {
  JoinScript script(sending({kToPeer}));
  script.ready(0ms);
  script.peers(0ms, {"a\",\"x\":\"\n\\"});
  CHECK(script.take_sends(0ms, kNoLimit) == Sends{to(R"(a\",\"x\":\"\n\\)")});
}

TEST_CASE("--wait-peers holds everything back until so many were there at once", "[join_script]") {
  ScriptOptions options = sending({kA});
  options.wait_peers = 2;
  JoinScript script(options);
  script.ready(0ms);
  script.peers(0ms, {"P1"});
  script.line(0ms, kB);
  CHECK(script.take_sends(0ms, kNoLimit).empty());
  script.peers(1ms, {"P1", "P2"});
  script.peers(2ms, {"P1"});  // enough of them were there
  CHECK(script.take_sends(2ms, kNoLimit) == Sends{kA, kB});
  script.line(3ms, kB);
  CHECK(script.take_sends(3ms, kNoLimit) == Sends{kB});
}

TEST_CASE("--wait-peers alone is met when they are there", "[join_script]") {
  ScriptOptions options;
  options.wait_peers = 2;
  options.reads_input = false;
  JoinScript script(options);
  script.ready(0ms);
  script.peers(0ms, {"P1"});
  CHECK_FALSE(script.done(1h));
  CHECK_FALSE(script.done_at());
  script.peers(5ms, {"P1", "P2", "P3"});
  CHECK(script.done(5ms));
}

TEST_CASE("--wait-for is met when all types have come, in any order", "[join_script]") {
  JoinScript script(waiting_for({"offer", "answer"}));
  script.ready(0ms);
  script.incoming(1ms, "answer", true);
  script.incoming(2ms, "chat", true);
  script.incoming(3ms, "answer", true);
  CHECK_FALSE(script.done(1h));
  script.incoming(4ms, "offer", true);
  CHECK(script.done(4ms));
}

TEST_CASE("a type that is named twice has to come once", "[join_script]") {
  JoinScript script(waiting_for({"offer", "offer"}));
  script.ready(0ms);
  script.incoming(1ms, "offer", true);
  CHECK(script.done(1ms));
}

TEST_CASE("the server's own messages count for --wait-for, and not for --count", "[join_script]") {
  ScriptOptions options = waiting_for({"peer-joined"});
  options.count = 2;
  JoinScript script(options);
  script.ready(0ms);
  script.incoming(1ms, "peer-joined", false);
  script.incoming(2ms, "chat", true);
  script.incoming(3ms, "peer-left", false);
  CHECK_FALSE(script.done(1h));
  script.incoming(4ms, "chat", true);
  CHECK(script.done(4ms));
}

TEST_CASE("all conditions have to be met together", "[join_script]") {
  ScriptOptions options = waiting_for({"x"});
  options.count = 1;
  options.wait_peers = 1;
  JoinScript script(options);
  script.ready(0ms);
  script.incoming(1ms, "x", true);
  CHECK_FALSE(script.done(1h));
  script.peers(2ms, {"P1"});
  CHECK(script.done(2ms));
}

TEST_CASE("conditions outlive the end of stdin, whatever --linger says", "[join_script]") {
  ScriptOptions options = waiting_for({"x"});
  options.reads_input = true;
  options.linger = 0ms;
  JoinScript script(options);
  script.ready(0ms);
  script.input_ended(0ms);
  CHECK_FALSE(script.done(1h));
  script.incoming(10s, "x", true);
  CHECK(script.done(10s));
}

TEST_CASE("with conditions met, what was already written to stdin is sent yet", "[join_script]") {
  ScriptOptions options = waiting_for({"x"});
  options.reads_input = true;
  JoinScript script(options);
  script.ready(0ms);
  script.incoming(1ms, "x", true);
  CHECK_FALSE(script.done(1ms));
  CHECK(script.done_at() == 1ms + JoinScript::kInputGrace);
  script.line(50ms, kA);
  CHECK_FALSE(script.done(1h));  // not before that is sent
  CHECK(script.take_sends(50ms, kNoLimit) == Sends{kA});
  CHECK_FALSE(script.done(100ms));
  CHECK(script.done(101ms));
}

TEST_CASE("an end of stdin ends the wait for more of it", "[join_script]") {
  ScriptOptions options = waiting_for({"x"});
  options.reads_input = true;
  JoinScript script(options);
  script.ready(0ms);
  script.incoming(1ms, "x", true);
  script.input_ended(2ms);
  CHECK(script.done(2ms));
}

TEST_CASE("a condition does not end what still has to be sent", "[join_script]") {
  ScriptOptions options = waiting_for({"x"});
  options.sends = {kToPeer};
  JoinScript script(options);
  script.ready(0ms);
  script.incoming(1ms, "x", true);
  CHECK(script.take_sends(1ms, kNoLimit).empty());
  CHECK_FALSE(script.done(1h));
  script.peers(2ms, {"P1"});
  CHECK_FALSE(script.done(2ms));
  CHECK(script.take_sends(2ms, kNoLimit) == Sends{to("P1")});
  CHECK(script.done(2ms));
}

TEST_CASE("without a condition it stays for --linger after the end of stdin", "[join_script]") {
  JoinScript script(ScriptOptions{});
  script.ready(0ms);
  CHECK_FALSE(script.done(1h));
  CHECK_FALSE(script.done_at());
  script.input_ended(5s);
  CHECK_FALSE(script.done(5'999ms));
  CHECK(script.done_at() == 6s);
  CHECK(script.done(6s));
}

TEST_CASE("--linger counts from the last message that was sent", "[join_script]") {
  JoinScript script(sending({kToPeer}));
  script.ready(0ms);
  script.input_ended(0ms);
  CHECK(script.take_sends(0ms, kNoLimit).empty());
  CHECK_FALSE(script.done(1h));
  script.peers(10s, {"P1"});
  CHECK(script.take_sends(10s, kNoLimit).size() == 1);
  CHECK_FALSE(script.done(10'999ms));
  CHECK(script.done(11s));
}

TEST_CASE("--linger counts from the room, where stdin ended before", "[join_script]") {
  JoinScript script(ScriptOptions{});
  script.input_ended(0ms);
  CHECK_FALSE(script.done(1h));
  script.ready(7s);
  CHECK_FALSE(script.done(7'999ms));
  CHECK(script.done(8s));
}

TEST_CASE("--linger 0 ends at once, --linger -1 never", "[join_script]") {
  ScriptOptions options = sending({kA});
  options.reads_input = false;
  options.linger = 0ms;
  JoinScript at_once(options);
  at_once.ready(1ms);
  CHECK_FALSE(at_once.done(1ms));
  CHECK(at_once.take_sends(1ms, kNoLimit).size() == 1);
  CHECK(at_once.done(1ms));

  options.linger = std::nullopt;
  JoinScript never(options);
  never.ready(1ms);
  CHECK(never.take_sends(1ms, kNoLimit).size() == 1);
  CHECK_FALSE(never.done(10'000h));
  CHECK_FALSE(never.done_at());
}

TEST_CASE("--no-stdin has nothing to wait for but --linger", "[join_script]") {
  ScriptOptions options;
  options.reads_input = false;
  JoinScript script(options);
  CHECK_FALSE(script.done(1h));
  script.ready(0ms);
  CHECK(script.done_at() == 1s);
}

TEST_CASE("a lost connection keeps what was to be sent until it is back", "[join_script]") {
  JoinScript script(sending({kA}));
  script.ready(0ms);
  CHECK(script.take_sends(0ms, kNoLimit) == Sends{kA});
  script.lost();
  script.line(1ms, kB);
  CHECK(script.take_sends(1ms, kNoLimit).empty());
  script.ready(2ms);
  CHECK(script.take_sends(2ms, kNoLimit) == Sends{kB});
}

TEST_CASE("after a lost connection @peer is nobody of before", "[join_script]") {
  JoinScript script(sending({}));
  script.ready(0ms);
  script.peers(0ms, {"old"});
  script.lost();
  script.line(1ms, kToPeer);
  script.ready(2ms);
  CHECK(script.take_sends(2ms, kNoLimit).empty());
  script.peers(3ms, {"new"});
  CHECK(script.take_sends(3ms, kNoLimit) == Sends{to("new")});
}

TEST_CASE("what was met before a connection was lost stays met", "[join_script]") {
  ScriptOptions options = waiting_for({"a", "b"});
  options.wait_peers = 1;
  options.count = 2;
  JoinScript script(options);
  script.ready(0ms);
  script.peers(0ms, {"P1"});
  script.incoming(1ms, "a", true);
  script.lost();
  script.ready(5s);
  script.incoming(6s, "b", true);
  CHECK(script.done(6s));
}
