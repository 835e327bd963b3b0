#include "core/protocol/json.hpp"
#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {

TEST_CASE("a request smuggled in a body is not answered", "[http bodies]") {
  const ServerProcess server;
  const std::string smuggled = "GET /status HTTP/1.1\r\nHost: p2psig.test\r\n\r\n";
  const std::string with_both = "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
  for (const std::string& body :
       {with_both, "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
        "Content-Length: 0\r\n\r\n" + smuggled, std::string("Content-Length: 4\r\nContent-Length: 0\r\n\r\n"),
        std::string("\r\n")}) {
    for (const char* method : {"POST", "GET", "PUT"}) {
      CAPTURE(method, body);
      std::string request = method;
      request.append(" / HTTP/1.1\r\nHost: p2psig.test\r\n").append(body).append(smuggled);
      const HttpResponse response = ask(server.port(), request);
      CHECK(response.body.find("totalClients") == std::string::npos);
      if (method != std::string_view("GET")) CHECK(response.status == 405);
      if (method != std::string_view("GET")) CHECK(response.header("allow") == "GET, HEAD");
    }
  }
}

TEST_CASE("a request that waits behind another is not answered, whenever it comes", "[http bodies]") {
  const ServerProcess server;
  const std::string request = "GET /healthz HTTP/1.1\r\nHost: p2psig.test\r\nConnection: keep-alive\r\n\r\n";
  CHECK(ask(server.port(), request + request).status == 200);
  CHECK(ask(server.port(), request + upgrade_request()).status == 200);
  RawClient client(server.port());
  client.send(request.substr(0, 20));
  await_turn(server.port());
  CHECK(ask(client, request.substr(20) + request + request).status == 200);
}

TEST_CASE("what comes behind an upgrade in one segment is the first frame", "[http bodies]") {
  const ServerProcess server;
  RawClient client(server.port());
  client.send(upgrade_request() + text_frame(R"({"type":"join-room","room":"early"})"));
  CHECK(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  CHECK(client.read_text().starts_with(R"({"type":"id","id":")"));
  CHECK(client.read_text() == R"({"type":"room-joined","room":"early"})");
  CHECK(client.read_text() == R"({"type":"room-peers","peers":[]})");
}

TEST_CASE("a whole visit may come in one segment", "[http bodies]") {
  const ServerProcess server;
  RawClient bob(server.port());
  bob.connect();
  bob.join("lab");
  RawClient ann(server.port());
  ann.send(upgrade_request() + text_frame(R"({"type":"join-room","room":"lab"})") +
           text_frame(R"({"type":"bye"})") + close_frame(1000));
  ann.half_close();
  CHECK(bob.read_text().starts_with(R"({"type":"peer-joined")"));
  CHECK(bob.read_text().starts_with(R"({"type":"bye","from":")"));
  CHECK(bob.read_text().starts_with(R"({"type":"peer-left")"));
}

TEST_CASE("the reply to a request with a body of a megabyte can be read", "[http bodies]") {
  const ServerProcess server;
  constexpr std::size_t bytes = 1024UL * 1024;
  RawClient client(server.port());
  client.send("POST /status HTTP/1.1\r\nHost: p2psig.test\r\nContent-Length: " + std::to_string(bytes) +
              "\r\n\r\n");
  client.try_send(std::string(bytes, 'b'));
  const RawClient::Rest rest = client.read_rest();
  CHECK(parse_response(rest.bytes).status == 405);
}

TEST_CASE("a client that reads only once its body of a megabyte is sent is not reset", "[http bodies]") {
  const ServerProcess server;
  constexpr std::size_t bytes = 1024UL * 1024;
  for (const char* method : {"POST", "GET", "FOO"}) {
    CAPTURE(method);
    RawClient client(server.port());
    client.send(std::string(method) + " /status HTTP/1.1\r\nHost: p2psig.test\r\nContent-Length: " +
                std::to_string(bytes) + "\r\n\r\n");
    await_turn(server.port());  // by now it is answered
    CHECK_NOTHROW(ask(client, std::string(bytes, 'b')));
  }
}

TEST_CASE("a slow reader of a long status gets it whole", "[http bodies]") {
  const ServerProcess server;
  constexpr std::size_t clients = 600;
  const std::string long_name(120, 'r');
  std::vector<RawClient> connected;
  for (std::size_t i = 0; i < clients; ++i) {
    connected.emplace_back(server.port());
    connected.back().connect();
    connected.back().join(long_name + std::to_string(i));
  }
  RawClient slow(server.port(), {.receive_bytes = 4096});
  slow.send("GET /status HTTP/1.1\r\nHost: p2psig.test\r\n\r\n");
  std::string bytes;
  for (std::size_t i = 0;; ++i) {
    const std::string more = slow.read_some(1024);
    if (more.empty()) break;
    bytes += more;
    if (i % 10 == 0) await_turn(server.port());
  }
  const HttpResponse response = parse_response(bytes);
  CHECK(response.status == 200);
  CHECK(response.body.size() > clients * 200);
  CHECK((response.body == get(server.port(), "/status").body));
  const auto status = Json::parse(response.body);
  REQUIRE(status);
  CHECK(status->strings("clients").value().size() == clients);
}

}  // namespace p2psig::test
