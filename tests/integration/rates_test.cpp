#include <algorithm>

#include "tests/catch.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

// All rates here are one a second, so that nothing comes back within a test; and what is counted together is
// sent in one segment, which the server handles at one time.

const std::string kTooManyMessages =
    R"({"type":"error","message":"rate-limit",)"
    R"("detail":"too many messages a second: they are dropped until there are fewer"})";
const std::string kTooManyBytes =
    R"({"type":"error","message":"rate-limit",)"
    R"("detail":"too many bytes a second: messages are dropped until there are fewer"})";
const std::string kTooManyDeliveries =
    R"({"type":"error","message":"rate-limit",)"
    R"("detail":"too many messages to others a second: nothing goes to all until there are fewer"})";
const std::string kLeave = R"({"type":"leave-room"})";

std::string join(const std::string& room) { return R"({"type":"join-room","room":")" + room + "\"}"; }

std::string message(int n) { return R"({"type":"offer","n":)" + std::to_string(n) + "}"; }

/// The error about something that had a `to`.
std::string about(std::string error, const RawClient& to) {
  error.pop_back();
  return error + R"(,"to":")" + to.id() + "\"}";
}

RawClient member(const ServerProcess& server, const std::string& room) {
  RawClient client(server.port());
  client.connect();
  client.join(room);
  return client;
}

/// Ann, who sends it all at once, her join first; Bob is in the room and hears it.
struct Burst {
  Burst(const ServerProcess& server, RawClient& to, const std::string& frames) : bob(to), ann(server.port()) {
    ann.connect();
    ann.send(text_frame(join("lab")) + frames);
    CHECK(ann.read_text() == R"({"type":"room-joined","room":"lab"})");
    CHECK(ann.read_text().starts_with(R"({"type":"room-peers",)"));
    CHECK(bob.read_text() == peer_joined(ann));
  }
  /// Nothing else was said to either.
  void end() {
    ann.send(close_frame(1000));
    CHECK(ann.read_close().code == 1000);
    CHECK(bob.read_text() == peer_left(ann));
  }

  RawClient& bob;
  RawClient ann;
};

/// A rate, and how much of it may come at once.
struct Setting {
  Launch launch;
  int burst;
};
std::vector<Setting> settings(const std::string& flag, const std::string& variable) {
  return {{{.arguments = {flag, "1/5"}}, 5},
          {{.environment = {variable + "=1/5"}}, 5},
          {{.arguments = {flag, "1"}}, 10}};
}

}  // namespace

TEST_CASE("as many messages at once as may be are relayed, and the next is dropped", "[rates]") {
  for (const auto& [launch, burst] : settings("--rate-messages", "P2PSIG_RATE_MESSAGES")) {
    const ServerProcess server(launch);
    RawClient bob = member(server, "lab");
    for (const int sent : {burst - 1, burst, burst + 1}) {  // with the join
      std::string frames;
      for (int n = 1; n < sent; ++n) frames += text_frame(message(n));
      Burst all(server, bob, frames);
      for (int n = 1; n < std::min(sent, burst); ++n) CHECK(bob.read_text() == relayed(message(n), all.ann));
      if (sent > burst) CHECK(all.ann.read_text() == kTooManyMessages);
      all.end();
    }
  }
}

TEST_CASE("a rate of 0 is no limit", "[rates]") {
  const std::string off = GENERATE("0", "0/1");
  const ServerProcess server({"--rate-messages", off, "--rate-bytes", off, "--rate-deliveries", off});
  RawClient bob = member(server, "lab");
  constexpr int count = 30;
  std::string frames;
  for (int n = 0; n < count; ++n) frames += text_frame(message(n));
  Burst all(server, bob, frames);
  for (int n = 0; n < count; ++n) CHECK(bob.read_text() == relayed(message(n), all.ann));
  all.end();
}

TEST_CASE("each fragment counts as a message, and one dropped fragment drops it all", "[rates]") {
  const ServerProcess server({"--rate-messages", "1/5"});
  RawClient bob = member(server, "lab");
  const std::string start = first_fragment(R"({"type":"offer",)");
  const std::string end = last_fragment(R"("n":1})");
  Burst fits(server, bob, start + fragment("") + fragment("") + end);
  CHECK(bob.read_text() == relayed(message(1), fits.ann));
  fits.end();
  Burst dropped(server, bob, start + fragment("") + fragment("") + fragment("") + end);
  CHECK(dropped.ann.read_text() == kTooManyMessages);
  dropped.end();
}

TEST_CASE("pongs count as messages", "[rates]") {
  const ServerProcess server({"--rate-messages", "1/5"});
  RawClient bob = member(server, "lab");
  std::string pongs;
  for (int n = 0; n < 4; ++n) pongs += pong_frame("pong");
  Burst dropped(server, bob, pongs + text_frame(message(1)));
  CHECK(dropped.ann.read_text() == kTooManyMessages);
  dropped.end();
}

TEST_CASE("a message that is dropped unread is refused without its receiver", "[rates]") {
  const ServerProcess server({"--rate-messages", "1/1"});
  RawClient bob = member(server, "lab");
  Burst dropped(server, bob, text_frame(R"({"type":"offer","to":")" + bob.id() + "\"}"));
  CHECK(dropped.ann.read_text() == kTooManyMessages);
  dropped.end();
}

TEST_CASE("over a rate there is one error a second, a leave is obeyed, and later all is well", "[rates]") {
  const ServerProcess server({"--rate-messages", "1/2"});
  RawClient bob = member(server, "lab");
  Burst burst(server, bob,
              text_frame(message(1)) + text_frame(message(2)) + text_frame(message(3)) +
                  text_frame("not even JSON") + text_frame(kLeave) + text_frame(join("lab")));
  CHECK(bob.read_text() == relayed(message(1), burst.ann));
  CHECK(burst.ann.read_text() == kTooManyMessages);
  CHECK(burst.ann.read_text() == R"({"type":"room-left","room":"lab"})");
  CHECK(bob.read_text() == peer_left(burst.ann));
  const auto until = std::chrono::steady_clock::now() + kDeadline;
  std::string answer;
  while (answer.empty() || answer == kTooManyMessages) {
    REQUIRE(std::chrono::steady_clock::now() < until);
    burst.ann.send(text_frame(join("lab")) + ping_frame("turn"));
    const ServerFrame frame = burst.ann.read_frame();
    if (frame.opcode == opcode::kPong) continue;  // it was dropped without a word
    answer = frame.payload;
    if (answer == kTooManyMessages) CHECK(burst.ann.read_pong() == "turn");
  }
  CHECK(answer == R"({"type":"room-joined","room":"lab"})");
  CHECK(bob.read_text() == peer_joined(burst.ann));
}

TEST_CASE("as many bytes at once as may be are relayed, and one more is dropped", "[rates]") {
  constexpr std::size_t most = 300;
  const auto launch =
      GENERATE(Launch{.arguments = {"--rate-bytes", "1/300"}}, Launch{.arguments = {"--rate-bytes", "30"}},
               Launch{.environment = {"P2PSIG_RATE_BYTES=1/300"}});
  const ServerProcess server(launch);
  RawClient bob = member(server, "lab");
  for (const std::size_t sent : {most - 1, most, most + 1}) {
    const std::string start = R"({"type":"offer","x":")";
    const std::size_t rest = join("lab").size() + start.size() + 2;
    const std::string text = start + std::string(sent - rest, 'x') + "\"}";
    Burst all(server, bob, text_frame(text));
    if (sent <= most)
      CHECK(bob.read_text() == relayed(text, all.ann));
    else
      CHECK(all.ann.read_text() == kTooManyBytes);
    all.end();
  }
}

TEST_CASE("a leave over the rate of bytes is obeyed, a join is not", "[rates]") {
  const ServerProcess server({"--rate-bytes", "1/" + std::to_string(join("lab").size())});
  RawClient bob = member(server, "lab");
  Burst all(server, bob, text_frame(kLeave) + text_frame(join("lab")));
  CHECK(all.ann.read_text() == R"({"type":"room-left","room":"lab"})");
  CHECK(bob.read_text() == peer_left(all.ann));
  CHECK(all.ann.read_text() == kTooManyBytes);
  bob.await_turn();
}

TEST_CASE("as many deliveries as may be happen, and no broadcast to one more", "[rates]") {
  const ServerProcess server({"--rate-deliveries", "1/4"});
  constexpr int others = 3;
  for (const int directed : {0, 1, 2}) {  // before a broadcast to 3
    const std::string room = "room " + std::to_string(directed);
    RawClient ann = member(server, room);
    std::vector<RawClient> heard;
    for (int i = 0; i < others; ++i) {
      heard.push_back(member(server, room));
      CHECK(ann.read_text() == peer_joined(heard.back()));
    }
    RawClient& last = heard.back();
    const std::string to_last = R"({"type":"offer","to":")" + last.id() + "\"}";
    std::string frames;
    for (int i = 0; i < directed; ++i) frames += text_frame(to_last);
    ann.send(frames + text_frame(message(1)) + text_frame(kLeave));
    for (int i = 0; i < directed; ++i) CHECK(last.read_text() == relayed(to_last, ann));
    if (directed + others <= 4)
      CHECK(last.read_text() == relayed(message(1), ann));
    else
      CHECK(ann.read_text() == kTooManyDeliveries);
    CHECK(ann.read_text() == R"({"type":"room-left","room":")" + room + "\"}");  // 3 more deliveries
    CHECK(last.read_text() == peer_left(ann));
  }
}

TEST_CASE("a message to one peer is a delivery, and refused over the rate names the peer", "[rates]") {
  for (const auto& [launch, burst] : settings("--rate-deliveries", "P2PSIG_RATE_DELIVERIES")) {
    const ServerProcess server(launch);
    for (const int sent : {burst - 1, burst, burst + 1}) {
      Lab lab(server.port());
      const std::string text = R"({"type":"offer","to":")" + lab.bob.id() + "\"}";
      std::string frames;
      for (int n = 0; n < sent; ++n) frames += text_frame(text);
      lab.ann.send(frames);
      for (int n = 0; n < std::min(sent, burst); ++n) CHECK(lab.bob.read_text() == relayed(text, lab.ann));
      if (sent > burst) CHECK(lab.ann.read_text() == about(kTooManyDeliveries, lab.bob));
      lab.ann.await_turn();
      lab.bob.await_turn();
      for (RawClient* client : {&lab.ann, &lab.bob}) {
        client->send(close_frame(1000));
        client->await_end();
      }
    }
  }
}

TEST_CASE("a join that too many would hear of is refused, and its sender stays where it was", "[rates]") {
  const ServerProcess server({"--rate-deliveries", "1/2"});
  const RawClient ann = member(server, "lab");
  const RawClient bob = member(server, "lab");
  RawClient cat = member(server, "lab");  // both hear of it, which is as many as may
  RawClient dan = member(server, "kitchen");
  dan.send_text(R"({"type":"join-room","room":"lab","to":")" + ann.id() + "\"}");
  CHECK(dan.read_text() == about(kTooManyDeliveries, ann));
  RawClient eve = member(server, "kitchen");
  CHECK(dan.read_text() == peer_joined(eve));
  dan.send_text(message(1));
  CHECK(eve.read_text() == relayed(message(1), dan));
  cat.await_turn();
}

}  // namespace p2psig::test
