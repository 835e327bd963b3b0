#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

const Close kShutdown{1001, "server-shutdown"};

}  // namespace

TEST_CASE("SIGTERM and SIGINT close each connection and end the server", "[shutdown]") {
  for (const int signal : {SIGTERM, SIGINT}) {
    ServerProcess server({"--drain-seconds", "2"});
    std::vector<RawClient> clients;
    for (int i = 0; i < 5; ++i) {
      clients.emplace_back(server.port());
      clients.back().connect();
    }
    server.signal(signal);
    for (RawClient& client : clients) {
      CHECK(client.read_close() == kShutdown);
      client.send(close_frame(1001));
      CHECK(client.await_end() == End::closed);
    }
    CHECK(server.wait() == 0);
  }
}

TEST_CASE("a server without connections ends at once", "[shutdown]") {
  ServerProcess server({"--drain-seconds", "3600"});
  CHECK(server.stop() == 0);
}

TEST_CASE("connections that have not become WebSockets do not hold the end up", "[shutdown]") {
  ServerProcess server({"--drain-seconds", "3600"});
  RawClient silent(server.port());
  RawClient begun(server.port());
  begun.send("GET / HTTP/1.1\r\n");
  RawClient answered(server.port());
  answered.send("GET / HTTP/1.1\r\nHost: p2psig.test\r\n\r\n");
  answered.await_end();
  await_turn(server.port());
  CHECK(server.stop() == 0);
}

TEST_CASE("a server that is given no time to drain still says why it goes", "[shutdown]") {
  ServerProcess server({"--drain-seconds", "0"});
  std::vector<RawClient> clients;
  for (int i = 0; i < 20; ++i) {
    clients.emplace_back(server.port());
    clients.back().connect();
  }
  server.signal(SIGTERM);
  for (RawClient& client : clients) CHECK(client.read_close() == kShutdown);
  CHECK(server.wait() == 0);
}

TEST_CASE("a second signal ends the server at once", "[shutdown]") {
  for (const int signal : {SIGTERM, SIGINT}) {
    ServerProcess server({"--drain-seconds", "3600"});
    RawClient client(server.port());
    client.connect();
    server.signal(SIGTERM);
    CHECK(client.read_close() == kShutdown);
    server.signal(signal);
    CHECK(server.wait() == 128 + signal);
  }
}

TEST_CASE("what was queued before the end is delivered before the close", "[shutdown]") {
  ServerProcess server({"--drain-seconds", "3"});
  Lab lab(server.port(), {.receive_bytes = 4096});
  const std::string message = R"({"type":"offer","x":")" + std::string(20'000, 'x') + "\"}";
  constexpr int messages = 30;
  for (int n = 0; n < messages; ++n) lab.ann.send_text(message);
  lab.ann.await_turn();
  server.signal(SIGTERM);
  CHECK(lab.ann.read_close() == kShutdown);  // Ann came first, so she goes first, and Bob hears of it
  lab.ann.send(close_frame(1001));
  for (int n = 0; n < messages; ++n) CHECK((lab.bob.read_text() == relayed(message, lab.ann)));
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
  CHECK(lab.bob.read_close() == kShutdown);
  lab.bob.send(close_frame(1001));
  CHECK(lab.bob.await_end() == End::closed);
  CHECK(server.wait() == 0);
}

TEST_CASE("clients that never answer, never read or never end a frame do not hold the end up", "[shutdown]") {
  ServerProcess server({"--drain-seconds", "0.5"});
  Lab lab(server.port(), {.receive_bytes = 4096});
  const std::string message = R"({"type":"offer","x":")" + std::string(100'000, 'x') + "\"}";
  for (int n = 0; n < 8; ++n) lab.ann.send_text(message);
  RawClient cat(server.port());
  cat.connect();
  cat.send(first_fragment("{") + "\x01");
  lab.ann.await_turn();
  CHECK(server.stop() == 0);
}

TEST_CASE("while it drains, HTTP is answered and a new WebSocket is told to go", "[shutdown]") {
  ServerProcess server({"--drain-seconds", "3600"});
  Lab lab(server.port());  // of two, one goes at once and the other after 15 minutes
  server.signal(SIGTERM);
  CHECK(lab.ann.read_close() == kShutdown);
  lab.ann.send(close_frame(1001));
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
  CHECK(get(server.port(), "/healthz").status == 200);
  CHECK(get(server.port(), "/readyz").status == 503);
  CHECK(get(server.port(), "/status").body == R"({"totalClients":1,"clients":[")" + lab.bob.id() +
                                                  R"("],"rooms":{"lab":[")" + lab.bob.id() + "\"]}}");
  RawClient late(server.port());
  late.upgrade();
  CHECK(late.read_close() == kShutdown);
  lab.bob.send_text(R"({"type":"bye","to":")" + lab.bob.id() + "\"}");
  CHECK(lab.bob.read_text().starts_with(R"({"type":"bye")"));
  late.send(close_frame(1001));
  CHECK(late.await_end() == End::closed);
  lab.bob.send(close_frame(1000));
  CHECK(lab.bob.read_close().code == 1000);
  CHECK(server.wait() == 0);
}

}  // namespace p2psig::test
