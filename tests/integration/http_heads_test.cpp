#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {

TEST_CASE("what is no HTTP gets no success", "[http heads]") {
  const ServerProcess server;
  for (const std::string& bytes :
       {std::string("hello\r\n\r\n"), std::string("\r\n\r\n\r\n\r\n"), std::string(64, '\0'),
        std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(506, 'x'),
        std::string("GET  HTTP/1.1\r\n\r\n")}) {
    CAPTURE(bytes.substr(0, 16));
    RawClient client(server.port());
    client.send(bytes);
    client.half_close();
    const std::string answer = client.read_rest().bytes;
    CHECK((answer.empty() || !answer.starts_with("HTTP/1.1 2")));
  }
  await_turn(server.port());
}

TEST_CASE("CONNECT is closed without a reply", "[http heads]") {
  const ServerProcess server;
  RawClient client(server.port());
  client.send("CONNECT p2psig.test:80 HTTP/1.1\r\nHost: p2psig.test:80\r\n\r\n");
  CHECK(client.read_rest().bytes.empty());
}

TEST_CASE("the preface of HTTP/2 gets no success and is closed", "[http heads]") {
  const ServerProcess server;
  RawClient client(server.port());
  client.send(std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 33));
  const std::string answer = client.read_rest().bytes;
  CHECK((answer.empty() || answer.starts_with("HTTP/1.1 4")));
}

TEST_CASE("a request may come byte by byte", "[http heads]") {
  const ServerProcess server;
  RawClient client(server.port());
  client.send_bytewise(request("GET /status"));
  CHECK(parse_response(client.read_rest().bytes).status == 200);
}

TEST_CASE("a request against the grammar is refused, and nothing of it is taken for another",
          "[http heads]") {
  const ServerProcess server;
  for (const std::string& text :
       {std::string("GET /healthz HTTP/1.1\nHost: a\n\n"),
        std::string("GET /healthz HTTP/1.1\r\nHost : a\r\n\r\n"),
        std::string("GET /healthz HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\n\r\n"),
        std::string("GET /healthz HTTP/1.1\r\nHost: a\r\nX: 1\nY: 2\r\n\r\n"),
        std::string("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        std::string("GET /healthz HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n"),
        "GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + std::string(1, '\0') + "\r\n\r\n",
        std::string("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n")}) {
    CAPTURE(text);
    const HttpResponse response = ask(server.port(), text + request("GET /status"));
    CHECK(response.status == 400);
    CHECK(response.body.starts_with("{\""));
  }
}

TEST_CASE("a head of 16 KiB is taken, and one byte more is closed without a reply", "[http heads]") {
  constexpr std::size_t most = 16UL * 1024;
  const ServerProcess server;
  for (const std::string& plain : {request("GET /status"), upgrade_request()}) {
    const auto of_size = [&plain](std::size_t bytes) {
      std::string text = plain.substr(0, plain.size() - 2) + "Cookie: ";
      const std::string end = "\r\n\r\n";
      return text.append(bytes - text.size() - end.size(), 'c') + end;
    };
    REQUIRE(of_size(most).size() == most);
    RawClient largest(server.port());
    largest.send(of_size(most));
    CHECK(largest.read_until("\r\n\r\n").starts_with("HTTP/1.1 "));
    for (const std::size_t cut : {most + 1, most, most / 2}) {
      RawClient too_large(server.port());
      too_large.send(of_size(most + 1).substr(0, cut));
      await_turn(server.port());
      too_large.try_send(of_size(most + 1).substr(cut));
      CHECK(too_large.read_rest().bytes.empty());
    }
  }
}

TEST_CASE("headers of 12 kB are taken, over 16 KiB are closed without a reply", "[http heads]") {
  const ServerProcess server;
  const auto cookie = [](std::size_t bytes) { return "Cookie: " + std::string(bytes, 'c') + "\r\n"; };
  CHECK(ask(server.port(), request("GET /status", cookie(12'000))).status == 200);
  RawClient upgraded(server.port());
  upgraded.upgrade(cookie(12'000));
  RawClient many(server.port());
  std::string headers;
  for (int i = 0; i < 100; ++i)
    headers += "X-Header-" + std::to_string(i) + ": " + std::string(100, 'x') + "\r\n";
  many.upgrade(headers);
  for (const std::string& text : {request("GET /status", cookie(17'000)), upgrade_request(cookie(17'000)),
                                  request("GET /" + std::string(17'000, 'p'))}) {
    RawClient client(server.port());
    client.try_send(text);
    CHECK(client.read_rest().bytes.empty());
  }
}

}  // namespace p2psig::test
