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
  Burst(const ServerProcess& server, const std::string& frames)
      : bob(member(server, "lab")), ann(server.port()) {
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

  RawClient bob;
  RawClient ann;
};

}  // namespace

TEST_CASE("as many messages at once as may be are relayed, and the next is dropped", "[rates]") {
  const auto launch = GENERATE(Launch{.arguments = {"--rate-messages", "1/5"}},
                               Launch{.environment = {"P2PSIG_RATE_MESSAGES=1/5"}});
  const ServerProcess server(launch);
  for (const int sent : {4, 5, 6}) {  // with the join
    std::string frames;
    for (int n = 1; n < sent; ++n) frames += text_frame(message(n));
    Burst burst(server, frames);
    for (int n = 1; n < std::min(sent, 5); ++n)
      CHECK(burst.bob.read_text() == relayed(message(n), burst.ann));
    if (sent > 5) CHECK(burst.ann.read_text() == kTooManyMessages);
    burst.end();
  }
}

TEST_CASE("each fragment counts as a message, and one dropped fragment drops it all", "[rates]") {
  const ServerProcess server({"--rate-messages", "1/5"});
  const std::string start = first_fragment(R"({"type":"offer",)");
  const std::string end = last_fragment(R"("n":1})");
  Burst fits(server, start + fragment("") + fragment("") + end);
  CHECK(fits.bob.read_text() == relayed(message(1), fits.ann));
  fits.end();
  Burst dropped(server, start + fragment("") + fragment("") + fragment("") + end);
  CHECK(dropped.ann.read_text() == kTooManyMessages);
  dropped.end();
}

TEST_CASE("pongs count as messages", "[rates]") {
  const ServerProcess server({"--rate-messages", "1/5"});
  std::string pongs;
  for (int n = 0; n < 4; ++n) pongs += pong_frame("pong");
  Burst dropped(server, pongs + text_frame(message(1)));
  CHECK(dropped.ann.read_text() == kTooManyMessages);
  dropped.end();
}

TEST_CASE("over a rate there is one error a second, a leave is obeyed, and later all is well", "[rates]") {
  const ServerProcess server({"--rate-messages", "1/2"});
  Burst burst(server, text_frame(message(1)) + text_frame(message(2)) + text_frame(message(3)) +
                          text_frame("not even JSON") + text_frame(kLeave) + text_frame(join("lab")));
  CHECK(burst.bob.read_text() == relayed(message(1), burst.ann));
  CHECK(burst.ann.read_text() == kTooManyMessages);
  CHECK(burst.ann.read_text() == R"({"type":"room-left","room":"lab"})");
  CHECK(burst.bob.read_text() == peer_left(burst.ann));
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
  CHECK(burst.bob.read_text() == peer_joined(burst.ann));
}

TEST_CASE("as many bytes at once as may be are relayed, and one more is dropped", "[rates]") {
  constexpr std::size_t most = 300;
  const ServerProcess server({"--rate-bytes", "1/" + std::to_string(most)});
  for (const std::size_t sent : {most - 1, most, most + 1}) {
    const std::string start = R"({"type":"offer","x":")";
    const std::size_t rest = join("lab").size() + start.size() + 2;
    const std::string text = start + std::string(sent - rest, 'x') + "\"}";
    Burst burst(server, text_frame(text));
    if (sent <= most)
      CHECK(burst.bob.read_text() == relayed(text, burst.ann));
    else
      CHECK(burst.ann.read_text() == kTooManyBytes);
    burst.end();
  }
}

TEST_CASE("as many deliveries as may be happen, and no broadcast to one more", "[rates]") {
  const ServerProcess server({"--rate-deliveries", "1/4"});
  for (const int others : {1, 2, 3}) {  // two broadcasts: 2, 4 or 6 deliveries
    const std::string room = "room " + std::to_string(others);
    RawClient ann = member(server, room);
    std::vector<RawClient> heard;
    for (int i = 0; i < others; ++i) {
      heard.push_back(member(server, room));
      CHECK(ann.read_text() == peer_joined(heard.back()));
    }
    ann.send(text_frame(message(1)) + text_frame(message(2)));
    RawClient& last = heard.back();
    CHECK(last.read_text() == relayed(message(1), ann));
    if (others < 3)
      CHECK(last.read_text() == relayed(message(2), ann));
    else
      CHECK(ann.read_text() == kTooManyDeliveries);
    ann.send_text(kLeave);
    CHECK(ann.read_text().starts_with(R"({"type":"room-left",)"));
    CHECK(last.read_text() == peer_left(ann));
  }
}

TEST_CASE("a message to one peer is a delivery", "[rates]") {
  const ServerProcess server({"--rate-deliveries", "1/3"});
  Lab lab(server.port());
  const std::string text = R"({"type":"offer","to":")" + lab.bob.id() + "\"}";
  lab.ann.send(text_frame(text) + text_frame(text) + text_frame(text) + text_frame(text));
  for (int n = 0; n < 3; ++n) CHECK(lab.bob.read_text() == relayed(text, lab.ann));
  CHECK(lab.ann.read_text() == about(kTooManyDeliveries, lab.bob));
  lab.bob.await_turn();
}

TEST_CASE("a join that too many would hear of is refused, and its sender stays where it was", "[rates]") {
  const ServerProcess server({"--rate-deliveries", "1/2"});
  const RawClient ann = member(server, "lab");
  const RawClient bob = member(server, "lab");
  RawClient cat = member(server, "lab");  // both hear of it, which is as many as may
  RawClient dan = member(server, "kitchen");
  dan.send_text(join("lab"));
  CHECK(dan.read_text() == kTooManyDeliveries);
  RawClient eve = member(server, "kitchen");
  CHECK(dan.read_text() == peer_joined(eve));
  dan.send_text(message(1));
  CHECK(eve.read_text() == relayed(message(1), dan));
  cat.await_turn();
}

}  // namespace p2psig::test
