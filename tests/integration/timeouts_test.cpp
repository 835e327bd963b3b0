#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTime{300};
constexpr const char* kSeconds = "0.3";
const Close kMessageTimeout{4008, "message-timeout"};
const Close kJoinTimeout{4008, "join-timeout"};

/// Sends these bytes one at a time, again and again, until something comes.
void drip(RawClient& client, std::string_view bytes) {
  constexpr milliseconds pause{10};
  const auto until = Clock::now() + kDeadline;
  for (std::size_t i = 0; !becomes_ready(client.descriptor(), POLLIN, pause); ++i) {
    REQUIRE(Clock::now() < until);
    if (!client.try_send(bytes.substr(i % bytes.size(), 1))) return;
  }
}

}  // namespace

TEST_CASE("who does not send a request in time is hung up on", "[timeouts]") {
  const ServerProcess server({"--handshake-timeout", kSeconds});
  Lab lab(server.port());
  const std::string start = GENERATE("", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: p2psig.test\r\nX: ");
  const auto since = Clock::now();
  RawClient late(server.port());
  late.send(start);
  CHECK(late.read_rest().bytes.empty());
  CHECK(Clock::now() - since >= kTime);
  lab.ann.await_turn();
  lab.bob.await_turn();
}

TEST_CASE("who sends a request a byte at a time is hung up on", "[timeouts]") {
  const ServerProcess server({"--handshake-timeout", kSeconds});
  const auto since = Clock::now();
  RawClient slow(server.port());
  slow.send("GET / HTTP/1.1\r\n");
  drip(slow, "X: y\r\n");
  CHECK(slow.read_rest().bytes.empty());
  CHECK(Clock::now() - since >= kTime);
}

TEST_CASE("a message that does not end in time closes, and the room hears of it", "[timeouts]") {
  const auto launch = GENERATE(Launch{.arguments = {"--message-timeout", kSeconds}},
                               Launch{.environment = {std::string("P2PSIG_MESSAGE_TIMEOUT=") + kSeconds}});
  const ServerProcess server(launch);
  const std::string begun =
      GENERATE(first_fragment("{"), first_fragment(""), bytes_of({.payload = "{", .announced_bytes = 1000}));
  Lab lab(server.port());
  const auto since = Clock::now();
  lab.bob.send(begun);
  CHECK(lab.ann.read_text() == peer_left(lab.bob));
  CHECK(Clock::now() - since >= kTime);
  CHECK(lab.bob.read_close() == kMessageTimeout);
}

TEST_CASE("a message that comes a byte at a time, or in fragments for ever, closes", "[timeouts]") {
  const ServerProcess server({"--message-timeout", kSeconds});
  Lab lab(server.port());
  lab.ann.send(bytes_of({.payload = "{", .announced_bytes = 100'000}));
  drip(lab.ann, " ");
  CHECK(lab.ann.read_close() == kMessageTimeout);
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
  lab.bob.send(first_fragment("{"));
  while (!becomes_ready(lab.bob.descriptor(), POLLIN, milliseconds{10})) lab.bob.send(fragment(" "));
  CHECK(lab.bob.read_close() == kMessageTimeout);
}

TEST_CASE("messages that end in time have no limit together", "[timeouts]") {
  const ServerProcess server({"--message-timeout", kSeconds});
  Lab lab(server.port());
  RawClient cat(server.port());
  cat.connect();
  cat.join("kitchen");
  cat.send(first_fragment("{"));  // tells when the time is over
  while (!becomes_ready(cat.descriptor(), POLLIN, milliseconds{10})) {
    lab.ann.send(first_fragment(R"({"type":)"));
    lab.bob.await_turn();
    lab.ann.send(last_fragment(R"("offer"})"));
    CHECK(lab.bob.read_text() == relayed(R"({"type":"offer"})", lab.ann));
  }
  CHECK(cat.read_close() == kMessageTimeout);
  lab.ann.await_turn();
}

TEST_CASE("who does not join in time is closed, who was in a room once is not", "[timeouts]") {
  const ServerProcess server({"--join-timeout", kSeconds, "--max-room-peers", "1"});
  RawClient ann(server.port());
  ann.connect();
  ann.join("lab");
  ann.send_text(R"({"type":"leave-room"})");
  CHECK(ann.read_text() == R"({"type":"room-left","room":"lab"})");
  RawClient cat(server.port());
  cat.connect();
  cat.join("lab");

  const auto since = Clock::now();
  RawClient bob(server.port());
  bob.connect();
  bob.send_text(R"({"type":"join-room","room":"lab"})");  // a join that is refused is none
  CHECK(bob.read_text().starts_with(R"({"type":"error","message":"room-full",)"));
  CHECK(bob.read_close() == kJoinTimeout);
  CHECK(Clock::now() - since >= kTime);
  ann.await_turn();
  cat.await_turn();
}

TEST_CASE("a time of 0 is no limit", "[timeouts]") {
  const ServerProcess server({"--handshake-timeout", "0", "--message-timeout", "0", "--join-timeout", "0",
                              "--ping-interval", kSeconds, "--ping-timeout", "0"});
  RawClient silent(server.port());
  RawClient bob(server.port());
  bob.connect();
  bob.join("lab");
  RawClient ann(server.port());
  ann.connect();
  ann.send(first_fragment(R"({"type":"join-room",)"));
  CHECK(ann.read_frame().opcode == opcode::kPing);  // tells that some time is over
  ann.send(last_fragment(R"("room":"lab"})"));
  CHECK(ann.read_text() == R"({"type":"room-joined","room":"lab"})");
  CHECK(ask(silent, request("GET /healthz")).status == 200);
}

}  // namespace p2psig::test
