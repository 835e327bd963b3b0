// TLS from the command line.
#include "tests/catch.hpp"
#include "tests/integration/child_process.hpp"
#include "tests/net/scripted_server.hpp"

using namespace p2psig::test;
using Catch::Contains;

namespace {

/// A room of one, then the end.
void serve_room(Peer& peer) {
  peer.open_websocket();
  peer.write_frame(1, R"({"type":"id","id":"own"})");
  peer.read_frame();
  peer.write_frame(1, R"({"type":"room-joined","room":"lab"})");
  peer.write_frame(1, R"({"type":"room-peers","peers":[]})");
  peer.write_frame(8, peer.read_frame().payload);
}

Run join(const ScriptedServer& server, std::vector<std::string> more, const std::string& host = "127.0.0.1") {
  more.insert(more.begin(), {"join", "lab", "--no-stdin", "--linger", "0", "--url",
                             "wss://" + host + ":" + std::to_string(server.port())});
  return run(more);
}

}  // namespace

TEST_CASE("join reaches a server over TLS, by --cacert or --insecure", "[tls]") {
  const Certificate authority = make_certificate("");
  const TemporaryFile ca(authority);
  const Certificate good = make_certificate("DNS:localhost,IP:127.0.0.1", &authority);
  const ScriptedServer server(serve_room, &good);
  for (const auto& trust : {std::vector<std::string>{"--cacert", ca.name()}, {"--insecure"}, {"-k"}}) {
    const Run joined = join(server, trust);
    CHECK(joined.exit_code == 0);
    CHECK_THAT(joined.output, Contains(R"("event":"open","id":"own")"));
    CHECK(joined.errors.empty());
  }
}

TEST_CASE("join says what is wrong with a certificate, and ends with 3", "[tls]") {
  const Certificate authority = make_certificate("", nullptr, -10, 10);
  const TemporaryFile ca(authority);
  const auto [names, last_day, why] = GENERATE(table<std::string, int, std::string>({
      {"DNS:localhost,IP:127.0.0.1", -1, "it has expired"},
      {"DNS:example.org,IP:192.0.2.1", 1, "it is for another name than 127.0.0.1"},
  }));
  const Certificate bad = make_certificate(names, &authority, -2, last_day);
  const ScriptedServer server(serve_room, &bad);
  const Run refused = join(server, {"--cacert", ca.name()});
  CHECK(refused.exit_code == 3);
  CHECK_THAT(refused.errors, Contains("cannot connect to wss://127.0.0.1") && Contains(why));
  CHECK(refused.output.empty());
  CHECK_THAT(join(server, {}).errors, Contains("signed by an unknown authority") || Contains(why));
  CHECK(join(server, {"--cacert", "/nowhere/at/all"}).exit_code == 2);
}
