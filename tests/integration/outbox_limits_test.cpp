#include "tests/catch.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

const RawClient::Options kSlowReader{.receive_bytes = 4096};
constexpr std::size_t kBytes = 20'000;

std::string message(const RawClient& to, int n, std::size_t bytes) {
  return R"({"type":"offer","to":")" + to.id() + R"(","n":)" + std::to_string(n) + R"(,"x":")" +
         std::string(bytes, 'x') + "\"}";
}

/// A message whose relay from `sender` to `receiver` takes this many bytes as a frame, and is over 125 long.
std::string message_for_frame(std::size_t bytes, const RawClient& sender, const RawClient& receiver) {
  constexpr std::size_t header = 4;
  const std::size_t rest = relayed(message(receiver, 0, 0), sender).size() + header;
  return message(receiver, 0, bytes - rest);
}

/// Joins Ann's lab.
RawClient newcomer(const ServerProcess& server, RawClient& ann, const RawClient::Options& options = {}) {
  RawClient client(server.port(), options);
  client.connect();
  client.join("lab");
  CHECK(ann.read_text() == peer_joined(client));
  return client;
}

}  // namespace

TEST_CASE("an outbox holds what it may to the byte, and one more cuts its reader off", "[outbox limits]") {
  constexpr std::size_t most = 1500;
  const auto launch = GENERATE(Launch{.arguments = {"--max-outbox-bytes", "1500"}},
                               Launch{.environment = {"P2PSIG_MAX_OUTBOX_BYTES=1500"}});
  const ServerProcess server(launch);
  Lab lab(server.port());
  for (const std::size_t bytes : {most - 1, most}) {
    const std::string fits = message_for_frame(bytes, lab.ann, lab.bob);
    lab.ann.send_text(fits);
    CHECK(lab.bob.read_text() == relayed(fits, lab.ann));
  }
  lab.ann.send_text(message_for_frame(most + 1, lab.ann, lab.bob));
  CHECK(lab.ann.read_text() == peer_left(lab.bob));
  CHECK(lab.ann.read_text() == unavailable(lab.bob));
  CHECK(lab.bob.await_end() == End::reset);
}

TEST_CASE("over what may wait for all, who has most waiting is cut off, and nobody else", "[outbox limits]") {
  constexpr std::size_t most = 1024UL * 1024;
  constexpr int for_cat = 20;  // 400 kB: when it is too much, more waits for Bob
  const auto launch =
      GENERATE(Launch{.arguments = {"--drain-seconds", "0", "--max-outbox-total", "1M"}},
               Launch{.arguments = {"--drain-seconds", "0"}, .environment = {"P2PSIG_MAX_OUTBOX_TOTAL=1M"}});
  ServerProcess server(launch);
  Lab lab(server.port(), kSlowReader);
  RawClient cat = newcomer(server, lab.ann, kSlowReader);
  RawClient dan = newcomer(server, lab.ann);
  std::size_t unread = 0;
  const auto send_unread = [&](const RawClient& to, int n) {
    const std::string text = message(to, n, kBytes);
    unread += relayed(text, lab.ann).size() + 4;
    lab.ann.send_text(text);
  };
  for (int n = 0; n < for_cat; ++n) send_unread(cat, n);
  for (int n = 0;; ++n) {
    REQUIRE(n < 100);
    send_unread(lab.bob, n);
    const std::string to_dan = message(dan, n, kBytes);
    const std::string to_herself = message(lab.ann, n, 0);
    lab.ann.send(text_frame(to_dan) + text_frame(to_herself));
    const std::string heard = lab.ann.read_text();
    const bool cut = heard == peer_left(lab.bob);
    CHECK((cut ? lab.ann.read_text() : heard) == relayed(to_herself, lab.ann));
    if (cut) CHECK(dan.read_text() == peer_left(lab.bob));
    CHECK((dan.read_text() == relayed(to_dan, lab.ann)));
    if (cut) break;
  }
  CHECK(unread > most);
  CHECK(lab.bob.await_end() == End::reset);
  CHECK(cat.read_text() == peer_joined(dan));
  for (int n = 0; n < for_cat; ++n) CHECK((cat.read_text() == relayed(message(cat, n, kBytes), lab.ann)));
  CHECK(cat.read_text() == peer_left(lab.bob));
  CHECK(server.stop() == 0);
  const std::string log = server.log();
  const auto reason = log.find("too much is waiting for all");
  CHECK(reason != std::string::npos);
  CHECK(log.rfind("too much is waiting for all") == reason);
}

}  // namespace p2psig::test
