#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

const std::string kObserveLab = R"({"type":"observe-room","room":"lab"})";

std::string observed(const std::string& message, const RawClient& sender, const std::string& to) {
  return R"({"type":"observed","to":)" + to + R"(,"message":)" + relayed(message, sender) + "}";
}

}  // namespace

TEST_CASE("with --allow-observers a room can be watched", "[observing]") {
  const auto launch = GENERATE(Launch{.arguments = {"--allow-observers"}},
                               Launch{.environment = {"P2PSIG_ALLOW_OBSERVERS=1"}});
  const ServerProcess server(launch);
  Lab lab(server.port());
  RawClient eve(server.port());
  eve.connect();
  eve.send_text(kObserveLab);
  CHECK(eve.read_text() == R"({"type":"room-observed","room":"lab"})");
  CHECK(eve.read_text() ==
        R"({"type":"room-peers","peers":[")" + lab.ann.id() + R"(",")" + lab.bob.id() + R"("]})");
  const std::string offer = R"({"type":"offer","to":")" + lab.bob.id() + R"(","offer":{"sdp":"v=0\r\n"}})";
  lab.ann.send_text(offer);
  CHECK(lab.bob.read_text() == relayed(offer, lab.ann));
  CHECK(eve.read_text() == observed(offer, lab.ann, "\"" + lab.bob.id() + "\""));
  lab.ann.send_text(R"({"type":"bye"})");
  CHECK(lab.bob.read_text() == relayed(R"({"type":"bye"})", lab.ann));
  CHECK(eve.read_text() == observed(R"({"type":"bye"})", lab.ann, "null"));
}

TEST_CASE("without it nobody can", "[observing]") {
  const ServerProcess server;
  RawClient eve(server.port());
  eve.connect();
  eve.send_text(kObserveLab);
  CHECK(
      eve.read_text() ==
      R"({"type":"error","message":"observers-not-allowed","detail":"this server does not let anybody observe"})");
}

TEST_CASE("an observer that stops reading costs nobody anything, and is told what it missed", "[observing]") {
  constexpr int messages = 100;
  const ServerProcess server({"--allow-observers", "--max-outbox-bytes", "500K", "--rate-bytes", "0"});
  Lab lab(server.port());
  RawClient eve(server.port(), {.receive_bytes = 4096});
  eve.connect();
  eve.send_text(kObserveLab);
  eve.read_text();
  eve.read_text();
  const std::string large = R"({"type":"x","pad":")" + std::string(50'000, 'p') + "\"}";
  for (int i = 0; i < messages; ++i) {
    lab.ann.send_text(large);
    CHECK(lab.bob.read_text() == relayed(large, lab.ann));
  }
  const std::string shown = observed(large, lab.ann, "null");
  int read = 0;
  std::string message = eve.read_text();
  for (; message == shown; message = eve.read_text()) ++read;
  CHECK(read > 5);
  CHECK(message == R"({"type":"observed-missed","count":)" + std::to_string(messages - read) + "}");
}

}  // namespace p2psig::test
