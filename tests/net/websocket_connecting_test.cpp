// How a client gets a connection, or learns why there is none.
#include "cmd/net/websocket_client.hpp"

#include <sys/socket.h>

#include <future>
#include <string>

#include "tests/net/test_client.hpp"

using namespace p2psig;
using namespace p2psig::test;
using namespace std::string_literals;
using Kind = ConnectionEnd::Kind;

TEST_CASE("a port on which nobody listens is refused, with a hint", "[client]") {
  const std::string url = "ws://127.0.0.1:" + std::to_string(unused_port());
  TestClient client(options_for(url));
  const ConnectionEnd& end = client.fails();
  CHECK(end.kind == Kind::not_connected);
  CHECK(end.what ==
        "cannot connect to " + url + ": connection refused (is the server running? start one: p2psig serve)");
}

TEST_CASE("a name that does not resolve is said", "[client]") {
  TestClient client(options_for("ws://no-such-host.invalid"));
  const ConnectionEnd& end = client.fails();
  CHECK(end.kind == Kind::not_connected);
  CHECK_THAT(end.what, Catch::StartsWith("cannot resolve no-such-host.invalid: "));
}

TEST_CASE("of several addresses the one that answers is taken", "[client]") {
  const auto serve = [](Peer& peer) {
    peer.open_websocket();
    peer.read_to_end();
  };
  for (const int family : families_of_localhost()) {
    const ScriptedServer server(serve, family);
    TestClient client(options_for("ws://localhost:" + std::to_string(server.port())));
    client.opens();
  }
  const ScriptedServer server(serve, AF_INET6);
  TestClient client(options_for("ws://[::1]:" + std::to_string(server.port())));
  client.opens();
}

TEST_CASE("a server that accepts and is silent is given up in time", "[client]") {
  const ScriptedServer server([](Peer& peer) { peer.read_to_end(); });
  ConnectOptions options = options_for(server);
  options.timeout = Milliseconds{200};
  TestClient client(options);
  const ConnectionEnd& end = client.fails();
  CHECK(end.kind == Kind::not_connected);
  CHECK(end.what == "cannot connect to " + server.websocket_url() +
                        ": no answer within 0.2 s (--connect-timeout sets that time)");
}

TEST_CASE("a reply that is no upgrade is a refusal, with what may be behind it", "[client]") {
  const auto refusal = [](const std::string& status, const std::string& more = "") {
    const ScriptedServer server(answers("HTTP/1.1 " + status + "\r\n" + more + "Content-Length: 0\r\n\r\n"));
    TestClient client(options_for(server));
    const ConnectionEnd& end = client.fails();
    CHECK(end.kind == Kind::refused);
    CHECK_THAT(end.what, Catch::StartsWith(server.websocket_url() + " answered "));
    return end.what.substr(server.websocket_url().size() + 10);
  };
  CHECK(refusal("200 OK") == "200 and did not open a WebSocket");
  CHECK(refusal("401 Unauthorized") ==
        "401 and did not open a WebSocket (does it want a token? --token-file)");
  CHECK(refusal("403 Forbidden") == "403 and did not open a WebSocket (does it want a token? --token-file)");
  CHECK(refusal("404 Not Found") == "404 and did not open a WebSocket (is the path right?)");
  for (const char* location : {"Location: http://127.0.0.1:1/\r\n", "Location: /other\r\n", ""})
    CHECK(refusal("302 Found", location) ==
          "302 and did not open a WebSocket (redirects are not followed: give the final --url)");
}

TEST_CASE("what answers without HTTP, or with too much of it, is no server", "[client]") {
  const auto end_of = [](const std::string& bytes) {
    const ScriptedServer server(answers(bytes));
    TestClient client(options_for(server));
    ConnectionEnd end = client.fails();
    end.what.replace(end.what.find(server.websocket_url()), server.websocket_url().size(), "URL");
    return end;
  };
  for (const std::string& bytes :
       {"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"s, "\x05\x00\x00\x00\n\n\n\n"s, "\x15\x03\x01"s}) {
    CHECK(end_of(bytes).kind == Kind::refused);
    CHECK(end_of(bytes).what == "what answers at URL is not an HTTP server: it does not begin with HTTP/1");
  }
  const ConnectionEnd end = end_of("HTTP/1.1 101 Switching Protocols\r\nX: " + std::string(20'000, 'x'));
  CHECK(end.kind == Kind::refused);
  CHECK(end.what == "what answers at URL is not an HTTP server: its head is too large");
}

TEST_CASE("a wrong handshake is a refusal", "[client]") {
  const auto is_refused = [](const ScriptedServer& server) {
    TestClient client(options_for(server));
    const ConnectionEnd& end = client.fails();
    CHECK(end.kind == Kind::refused);
    CHECK(end.what ==
          "what answers at " + server.websocket_url() + " does not open a WebSocket as RFC 6455 says");
  };
  for (const char* lines :
       {"", "Upgrade: websocket\r\nConnection: Upgrade\r\n",
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: bm90IHRoaXM=\r\n"})
    is_refused(ScriptedServer(answers("HTTP/1.1 101 Switching Protocols\r\n"s + lines + "\r\n")));
  // What nobody asked for, or twice.
  for (const char* line : {"Sec-WebSocket-Extensions: permessage-deflate\r\n", "Upgrade: websocket\r\n",
                           "Sec-WebSocket-Protocol: chat\r\n", "Sec-WebSocket-Accept: twice\r\n"})
    is_refused(ScriptedServer([line](Peer& peer) { peer.open_websocket(line); }));
}

TEST_CASE("a connection that ends without a reply was none", "[client]") {
  for (const bool abort : {false, true}) {
    const ScriptedServer server([abort](Peer& peer) {
      peer.read_until("\r\n\r\n");
      if (abort) peer.reset();
    });
    TestClient client(options_for(server));
    const ConnectionEnd& end = client.fails();
    CHECK(end.kind == Kind::not_connected);
    CHECK(end.what ==
          "cannot connect to " + server.websocket_url() +
              (abort ? ": connection reset by peer" : ": it closed the connection without an HTTP reply"));
  }
}

TEST_CASE("a reply that ends within its head was cut short", "[client]") {
  for (const bool abort : {false, true})
    for (const char* const head : {"H", "HTTP/1.1 101 Switching Pro", "HTTP/1.1 200 OK\r\nServer: x\r\n"}) {
      CAPTURE(abort, head);
      const ScriptedServer server([&](Peer& peer) {
        peer.read_until("\r\n\r\n");
        peer.write(head);
        if (abort) peer.reset();
      });
      TestClient client(options_for(server));
      const ConnectionEnd& end = client.fails();
      CHECK(end.kind == Kind::cut_short);
      CHECK(end.what == "the reply of " + server.websocket_url() + " ended before its head was whole");
    }
}

TEST_CASE("the request names the host, the path and all headers", "[client]") {
  std::promise<std::string> head;
  const ScriptedServer server([&head](Peer& peer) {
    head.set_value(peer.open_websocket());
    peer.read_to_end();
  });
  const std::string path = "/" + std::string(7'900, 'p') + "?a=b";
  ConnectOptions options = options_for(server.websocket_url() + path);
  options.headers = {{"Authorization", "Bearer abc"}, {"X-Long", std::string(8'000, 'x')}};
  TestClient client(options);
  client.opens();
  const std::string lines = head.get_future().get();
  CHECK_THAT(lines, Catch::StartsWith("GET " + path + " HTTP/1.1\r\n"));
  CHECK_THAT(lines, Catch::Contains("\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"));
  CHECK_THAT(lines, Catch::Contains("\r\nAuthorization: Bearer abc\r\nX-Long: " + options.headers[1].second +
                                    "\r\n"));
  CHECK_THAT(lines, Catch::Contains("\r\nUser-Agent: p2psig/"));
}

TEST_CASE("a reply may have many cookies", "[client]") {
  const ScriptedServer server([](Peer& peer) {
    peer.open_websocket("Set-Cookie: " + std::string(10'000, 'x') + "\r\n");
    peer.read_to_end();
  });
  TestClient client(options_for(server));
  client.opens();
}
