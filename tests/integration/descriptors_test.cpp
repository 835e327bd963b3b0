#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

constexpr std::size_t kDescriptors = 64;

std::size_t count(std::string_view text, std::string_view word) {
  std::size_t found = 0;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

/// What the server says next, but for its pings.
std::string read_text(RawClient& client) {
  for (;;) {
    ServerFrame frame = client.read_frame();
    if (frame.opcode == opcode::kText) return std::move(frame.payload);
    REQUIRE(frame.opcode == opcode::kPing);
  }
}

/// A message from Ann to Bob and one back.
void round_trip(Lab& lab) {
  static constexpr const char* there = R"({"type":"offer"})";
  static constexpr const char* back = R"({"type":"answer"})";
  lab.ann.send_text(there);
  REQUIRE(read_text(lab.bob) == relayed(there, lab.ann));
  lab.bob.send_text(back);
  REQUIRE(read_text(lab.ann) == relayed(back, lab.bob));
}

}  // namespace

TEST_CASE("a server out of descriptors serves whom it has, says so once, and accepts again later",
          "[descriptors]") {
  ServerProcess server(Launch{.arguments = {"--ping-interval", "0.5", "--drain-seconds", "0"},
                              .descriptors_max = kDescriptors});
  Lab lab(server.port());
  std::vector<RawClient> others;
  for (std::size_t i = 0; i < 2 * kDescriptors; ++i) others.emplace_back(server.port());

  for (int i = 0; i < 1500; ++i) round_trip(lab);

  // An idle server computes nothing, whoever knocks: it is idle until its ping.
  const auto before = server.cpu_time();
  while (lab.ann.read_frame().opcode != opcode::kPing) continue;
  CHECK((server.cpu_time() - before).count() < 100);

  others.clear();
  round_trip(lab);
  RawClient late(server.port());
  late.connect();
  CHECK(late.join("lab").size() == 2);
  CHECK(server.stop() == 0);
  CHECK(count(server.log(), "cannot accept connections") == 1);
}

TEST_CASE("what knocks on a server without descriptors is hung up on, and does not wait", "[descriptors]") {
  const ServerProcess server(Launch{.descriptors_max = kDescriptors});
  Lab lab(server.port());
  std::vector<RawClient> others;
  for (std::size_t i = 0; i < kDescriptors; ++i) others.emplace_back(server.port());
  RawClient refused(server.port());
  CHECK(refused.read_rest().bytes.empty());
  round_trip(lab);
}

TEST_CASE("a low limit of open files lowers the limit of connections, with one warning", "[descriptors]") {
  ServerProcess server(Launch{.arguments = {"--drain-seconds", "0"}, .descriptors_max = kDescriptors});
  // Half of the 64 stays for what else is open; a quarter of the rest is for pending connections.
  constexpr std::size_t connections = 24;
  constexpr std::size_t pending = 8;
  std::vector<RawClient> clients;
  for (std::size_t i = 0; i < connections; ++i) clients.emplace_back(server.port()).connect();
  RawClient refused(server.port());
  refused.upgrade();
  CHECK(refused.read_close().code == 1013);
  for (std::size_t i = 1; i < pending; ++i) clients.emplace_back(server.port());
  clients.front().await_turn();
  CHECK(server.log().find("cannot accept") == std::string::npos);
  CHECK(resets_newcomers(server.port()));
  for (std::size_t i = 0; i < connections; ++i) clients[i].join("lab");

  CHECK(server.stop() == 0);
  const std::string log = server.log();
  CHECK(count(log, "level=warn") == 1);
  CHECK(count(log,
              "the limit of open files is 64: at most 24 connections instead of 10000 "
              "(ulimit -n 11280 lets all in)") == 1);
  CHECK(count(log, "cannot accept connections: there are as many as may be") == 1);
}

}  // namespace p2psig::test
