#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

const Close kOverloaded{1013, "server-overloaded"};
constexpr const char* kRoomFull =
    R"({"type":"error","message":"room-full","detail":"there are as many in this room as may be"})";
constexpr const char* kRoomFullTo =
    R"({"type":"error","message":"room-full","detail":"there are as many in this room as may be",)"
    R"("to":"\u0061nn"})";
constexpr const char* kHello = R"({"type":"hello"})";

std::vector<RawClient> connected(const ServerProcess& server, std::size_t count) {
  std::vector<RawClient> clients;
  for (std::size_t i = 0; i < count; ++i) clients.emplace_back(server.port()).connect();
  return clients;
}

/// Connections that ask for nothing.
std::vector<RawClient> silent(const ServerProcess& server, std::size_t count) {
  std::vector<RawClient> clients;
  for (std::size_t i = 0; i < count; ++i) clients.emplace_back(server.port());
  return clients;
}

/// When this returns, the server has noticed that what was closed before is closed. One ping may come into
/// the turn of the loop in which it does, ahead of it.
void settle(RawClient& client) {
  client.await_turn();
  client.await_turn();
}

}  // namespace

TEST_CASE("as many clients as may be are let in, the next is told to try later", "[limits]") {
  const auto launch = GENERATE(Launch{.arguments = {"--max-connections", "3"}},
                               Launch{.environment = {"P2PSIG_MAX_CONNECTIONS=3"}});
  const ServerProcess server(launch);
  std::vector<RawClient> clients = connected(server, 3);
  for (int i = 0; i < 5; ++i) {
    RawClient refused(server.port());
    refused.upgrade();
    CHECK(refused.read_close() == kOverloaded);
    refused.send(close_frame(1013));
    CHECK(refused.await_end() == End::closed);
  }
  CHECK(get(server.port(), "/healthz").status == 200);
  CHECK(get(server.port(), "/status").body.starts_with(R"({"totalClients":3,)"));
  for (RawClient& client : clients) client.join("lab of " + client.id());

  clients.front().send(close_frame(1000));
  CHECK(clients.front().read_close().code == 1000);
  RawClient late(server.port());
  late.connect();
  RawClient refused(server.port());
  refused.upgrade();
  CHECK(refused.read_close() == kOverloaded);
}

TEST_CASE("a client over the limit is not in any room, whatever it sends", "[limits]") {
  const ServerProcess server({"--max-connections", "2"});
  Lab lab(server.port());
  RawClient refused(server.port());
  refused.send(upgrade_request() + text_frame(R"({"type":"join-room","room":"lab"})") + text_frame(kHello));
  refused.read_until("\r\n\r\n");
  CHECK(refused.read_close() == kOverloaded);
  lab.ann.await_turn();
  lab.bob.await_turn();
}

TEST_CASE("a connection over both limits together is reset, and not one before", "[limits]") {
  const auto launch = GENERATE(Launch{.arguments = {"--max-connections", "3", "--max-pending", "2"}},
                               Launch{.environment = {"P2PSIG_MAX_CONNECTIONS=3", "P2PSIG_MAX_PENDING=2"}});
  const ServerProcess server(launch);
  std::vector<RawClient> clients = connected(server, 3);
  std::vector<RawClient> pending = silent(server, 1);
  CHECK(get(server.port(), "/healthz").status == 200);  // the fifth
  settle(clients.front());
  pending.emplace_back(server.port());
  for (int i = 0; i < 10; ++i) CHECK(resets_newcomers(server.port()));
  for (RawClient& client : clients) client.await_turn();
  for (RawClient& client : pending) CHECK(ask(client, request("GET /readyz")).status == 200);

  pending.clear();
  settle(clients.front());
  CHECK(get(server.port(), "/status").status == 200);
  settle(clients.front());
  pending = silent(server, 2);
  CHECK(resets_newcomers(server.port()));
  clients.back().reset();  // a client's place is as good
  settle(clients.front());
  RawClient late(server.port());
  late.connect();
  CHECK(resets_newcomers(server.port()));
}

TEST_CASE("places that no client takes are there for pending connections", "[limits]") {
  const ServerProcess server({"--max-connections", "3", "--max-pending", "2"});
  RawClient ann(server.port());
  ann.connect();
  std::vector<RawClient> pending = silent(server, 4);
  CHECK(resets_newcomers(server.port()));
  pending.pop_back();
  settle(ann);
  CHECK(get(server.port(), "/status").body.starts_with(R"({"totalClients":1,)"));
}

TEST_CASE("clients that were turned away count until they have gone", "[limits]") {
  const ServerProcess server({"--max-connections", "1", "--max-pending", "2"});
  std::vector<RawClient> clients = connected(server, 1);
  std::vector<RawClient> refused = silent(server, 2);
  for (RawClient& client : refused) {
    client.upgrade();
    CHECK(client.read_close() == kOverloaded);
  }
  CHECK(resets_newcomers(server.port()));
  refused.front().send(close_frame(1013));
  refused.front().await_end();
  refused.front().close();
  settle(clients.front());
  CHECK(get(server.port(), "/healthz").status == 200);
}

TEST_CASE("a full room turns a newcomer away, who stays where it was", "[limits]") {
  const auto launch = GENERATE(Launch{.arguments = {"--max-room-peers", "2"}},
                               Launch{.environment = {"P2PSIG_MAX_ROOM_PEERS=2"}});
  const ServerProcess server(launch);
  Lab lab(server.port());
  RawClient cat(server.port());
  RawClient dan(server.port());
  for (RawClient* client : {&cat, &dan}) {
    client->connect();
    client->join("kitchen");
  }
  CHECK(cat.read_text() == peer_joined(dan));
  dan.send_text(R"({"type":"join-room","room":"lab"})");
  CHECK(dan.read_text() == kRoomFull);
  dan.send_text(R"({"to":"\u0061nn","type":"join-room","room":"lab"})");
  CHECK(dan.read_text() == kRoomFullTo);
  dan.send_text(kHello);
  CHECK(cat.read_text() == relayed(kHello, dan));
  lab.ann.await_turn();

  CHECK(lab.bob.join("lab").size() == 1);  // he is there already
  lab.bob.send_text(R"({"type":"leave-room"})");
  CHECK(lab.bob.read_text() == R"({"type":"room-left","room":"lab"})");
  CHECK(lab.ann.read_text() == peer_left(lab.bob));
  dan.send_text(R"({"type":"join-room","room":"lab"})");
  CHECK(dan.read_text() == R"({"type":"room-left","room":"kitchen"})");
  CHECK(cat.read_text() == peer_left(dan));
  CHECK(lab.ann.read_text() == peer_joined(dan));
  lab.bob.send_text(R"({"type":"join-room","room":"lab"})");
  CHECK(lab.bob.read_text() == kRoomFull);
}

}  // namespace p2psig::test
