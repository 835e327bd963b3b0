#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr const char* kSeconds = "0.3";
/// What passes of it at least: the server reads its clock once a turn, in whole milliseconds.
constexpr milliseconds kLeast{295};
const Close kMessageTimeout{4008, "message-timeout"};
const Close kJoinTimeout{4008, "join-timeout"};

constexpr milliseconds kPause{10};

/// Sends these bytes one at a time, again and again, until something comes.
void drip(RawClient& client, std::string_view bytes) {
  const auto until = Clock::now() + kDeadline;
  for (std::size_t i = 0; !becomes_ready(client.descriptor(), POLLIN, kPause); ++i) {
    REQUIRE(Clock::now() < until);
    if (!client.try_send(bytes.substr(i % bytes.size(), 1))) return;
  }
}

}  // namespace

TEST_CASE("who does not send a request in time is hung up on", "[timeouts]") {
  const auto launch = GENERATE(Launch{.arguments = {"--handshake-timeout", kSeconds}},
                               Launch{.environment = {std::string("P2PSIG_HANDSHAKE_TIMEOUT=") + kSeconds}});
  const ServerProcess server(launch);
  RawClient ann(server.port());
  ann.connect();
  const std::string start = GENERATE("", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: p2psig.test\r\nX: ");
  const auto since = Clock::now();
  RawClient late(server.port());
  late.send(start);
  CHECK(late.read_rest().bytes.empty());
  CHECK(Clock::now() - since >= kLeast);
  ann.await_turn();
}

TEST_CASE("who sends a request a byte at a time is hung up on", "[timeouts]") {
  const ServerProcess server({"--handshake-timeout", kSeconds});
  const auto since = Clock::now();
  RawClient slow(server.port());
  slow.send("GET / HTTP/1.1\r\n");
  drip(slow, "X: y\r\n");
  CHECK(slow.read_rest().bytes.empty());
  CHECK(Clock::now() - since >= kLeast);
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
  CHECK(Clock::now() - since >= kLeast);
  CHECK(lab.bob.read_close() == kMessageTimeout);
}

TEST_CASE("a message that comes a byte at a time, or in fragments for ever, closes", "[timeouts]") {
  const ServerProcess server({"--message-timeout", kSeconds});
  Lab lab(server.port());
  constexpr std::size_t more_than_come = 10'000;
  drip(lab.ann, text_frame("{" + std::string(more_than_come, ' ')));
  CHECK(lab.ann.read_close() == kMessageTimeout);
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
  lab.bob.send(first_fragment("{"));
  const auto until = Clock::now() + kDeadline;
  while (!becomes_ready(lab.bob.descriptor(), POLLIN, kPause)) {
    REQUIRE(Clock::now() < until);
    lab.bob.send(fragment(" "));
  }
  CHECK(lab.bob.read_close() == kMessageTimeout);
}

TEST_CASE("messages that end in time have no limit together", "[timeouts]") {
  const ServerProcess server({"--message-timeout", kSeconds});
  Lab lab(server.port());
  RawClient cat(server.port());
  cat.connect();
  cat.join("kitchen");
  cat.send(first_fragment("{"));  // tells when the time is over
  while (!becomes_ready(cat.descriptor(), POLLIN, kPause)) {
    lab.ann.send(first_fragment(R"({"type":)") + last_fragment(R"("offer"})"));
    CHECK(lab.bob.read_text() == relayed(R"({"type":"offer"})", lab.ann));
  }
  CHECK(cat.read_close() == kMessageTimeout);
  lab.ann.await_turn();
}

TEST_CASE("who does not join in time is closed, who was in a room once is not", "[timeouts]") {
  const auto launch = GENERATE(Launch{.arguments = {"--max-room-peers", "1", "--join-timeout", kSeconds}},
                               Launch{.arguments = {"--max-room-peers", "1"},
                                      .environment = {std::string("P2PSIG_JOIN_TIMEOUT=") + kSeconds}});
  const ServerProcess server(launch);
  // A join right behind the request is in time, however busy the machine is.
  const auto join_at_once = [](RawClient& client) {
    client.send(upgrade_request() + text_frame(R"({"type":"join-room","room":"lab"})"));
    client.read_until("\r\n\r\n");
    CHECK(client.read_text().starts_with(R"({"type":"id",)"));
    return client.read_text();
  };
  RawClient ann(server.port());
  CHECK(join_at_once(ann) == R"({"type":"room-joined","room":"lab"})");
  CHECK(ann.read_text() == R"({"type":"room-peers","peers":[]})");
  ann.send_text(R"({"type":"leave-room"})");
  CHECK(ann.read_text() == R"({"type":"room-left","room":"lab"})");
  RawClient cat(server.port());
  CHECK(join_at_once(cat) == R"({"type":"room-joined","room":"lab"})");
  CHECK(cat.read_text() == R"({"type":"room-peers","peers":[]})");

  const auto since = Clock::now();
  RawClient bob(server.port());
  CHECK(join_at_once(bob).starts_with(R"({"type":"error","message":"room-full",)"));  // no join
  CHECK(bob.read_close() == kJoinTimeout);
  CHECK(Clock::now() - since >= kLeast);
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
