#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

/// A request to become a WebSocket with one part of it replaced.
std::string with(std::string_view part, std::string_view replacement) {
  std::string request = upgrade_request();
  const auto found = request.find(part);
  if (found == std::string::npos) throw std::logic_error("not in the request: " + std::string(part));
  return request.replace(found, part.size(), replacement);
}

void check_refused(const ServerProcess& server, const std::string& request, unsigned status = 400) {
  CAPTURE(request);
  const HttpResponse response = ask(server.port(), request);
  CHECK(response.status == status);
  CHECK(response.header("content-type") == "application/json");
  CHECK(response.body.starts_with("{\""));
}

constexpr const char* kKeyHeader = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

}  // namespace

TEST_CASE("a WebSocket opens on any path and query", "[upgrade]") {
  const ServerProcess server;
  for (const char* target : {"/", "/status", "/a/b/c", "/?room=x", "/ws?token=%26%3D&x", "/%2e%2e/"}) {
    CAPTURE(target);
    RawClient client(server.port());
    client.connect({}, target);
    CHECK(client.id().size() == 36);
  }
}

TEST_CASE("a WebSocket opens on a query of 200 parameters", "[upgrade]") {
  const ServerProcess server;
  std::string target = "/?";
  for (int i = 0; i < 200; ++i) target += "p" + std::to_string(i) + "=x&";
  RawClient client(server.port());
  CHECK_NOTHROW(client.connect({}, target));
}

TEST_CASE("a WebSocket opens on a query with an escaped zero", "[upgrade]") {
  const ServerProcess server;
  RawClient client(server.port());
  CHECK_NOTHROW(client.connect({}, "/?token=%00"));
}

TEST_CASE("the headers of an upgrade may be written as browsers and scripts do", "[upgrade]") {
  const ServerProcess server;
  for (const std::string& request :
       {with("Upgrade: websocket", "Upgrade: WebSocket"), with("Connection: Upgrade", "Connection: upgrade"),
        with("Connection: Upgrade", "Connection: keep-alive, Upgrade"),
        with("Connection: Upgrade", "connection:Upgrade"),
        with("Connection: Upgrade", "Connection: keep-alive\r\nConnection: upgrade"),
        with("Host: p2psig.test", "hOST:   127.0.0.1:3000")}) {
    CAPTURE(request);
    RawClient client(server.port());
    client.send(request);
    CHECK(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    CHECK(client.read_text().starts_with(R"({"type":"id")"));
  }
}

TEST_CASE("the first subprotocol on offer is chosen", "[upgrade]") {
  const ServerProcess server;
  const auto chosen = [&](const std::string& offer) {
    RawClient client(server.port());
    const std::string head = client.upgrade(offer);
    const std::string name = "Sec-WebSocket-Protocol: ";
    const auto found = head.find(name);
    if (found == std::string::npos) return std::string("none");
    const auto begin = found + name.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
  };
  CHECK(chosen("") == "none");
  CHECK(chosen("Sec-WebSocket-Protocol: chat\r\n") == "chat");
  CHECK(chosen("Sec-WebSocket-Protocol: v2.signal, v1.signal\r\n") == "v2.signal");
  CHECK(chosen("Sec-WebSocket-Protocol: p2psig\r\n") == "p2psig");
  CHECK(chosen("Sec-WebSocket-Protocol: 13\r\n") == "13");
  CHECK(chosen("Sec-WebSocket-Protocol: a\r\nX: y\r\nSec-WebSocket-Protocol: b\r\n") == "a");
  const std::string long_name(300, 'p');
  CHECK(chosen("Sec-WebSocket-Protocol: " + long_name + ", other\r\n") == long_name);
}

TEST_CASE("an upgrade with extensions on offer gets none", "[upgrade]") {
  const ServerProcess server;
  RawClient client(server.port());
  const std::string head =
      client.upgrade("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n");
  CHECK(head.find("Extensions") == std::string::npos);
  CHECK(client.read_text().starts_with(R"({"type":"id")"));
}

TEST_CASE("another version of the protocol is told which one is spoken", "[upgrade]") {
  const ServerProcess server;
  for (const char* version : {"8", "0", "14", "130"}) {
    const std::string request =
        with("Sec-WebSocket-Version: 13", std::string("Sec-WebSocket-Version: ") + version);
    check_refused(server, request, 426);
    CHECK(ask(server.port(), request).header("sec-websocket-version") == "13");
  }
}

TEST_CASE("a malformed upgrade is refused", "[upgrade]") {
  const ServerProcess server;
  check_refused(server, with(kKeyHeader, ""));
  check_refused(server, with("dGhlIHNhbXBsZSBub25jZQ==", ""));
  check_refused(server, with("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="));
  check_refused(server, with("dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=!"));
  check_refused(server, with("dGhlIHNhbXBsZSBub25jZQ==", std::string(300, 'x')));
  check_refused(server, with("Host: p2psig.test\r\n", ""));
  check_refused(server, with("Connection: Upgrade\r\n", ""));
  check_refused(server, with("Connection: Upgrade", "Connection: close"));
  check_refused(server, with("Sec-WebSocket-Version: 13\r\n", ""));
  check_refused(server, with("HTTP/1.1", "HTTP/1.0"));
}

TEST_CASE("an upgrade by another method is refused", "[upgrade]") {
  const ServerProcess server;
  for (const char* method : {"POST", "PUT", "HEAD", "OPTIONS"}) {
    CAPTURE(method);
    RawClient client(server.port());
    client.send(with("GET", method));
    const RawClient::Rest rest = client.read_rest();
    CHECK(rest.bytes.starts_with("HTTP/1.1 400 "));
    CHECK(rest.end == End::closed);
  }
}

TEST_CASE("an upgrade to anything else is refused", "[upgrade]") {
  const ServerProcess server;
  check_refused(server, with("Upgrade: websocket", "Upgrade: foo"));
  check_refused(server, with("Upgrade: websocket", "Upgrade: h2c"));
  check_refused(server, with("Upgrade: websocket", "Upgrade: websocketx"));
  check_refused(
      server,
      "GET / HTTP/1.1\r\nHost: p2psig.test\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n"
      "HTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
  check_refused(server,
                "GET /status HTTP/1.1\r\nHost: p2psig.test\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\n");
}

TEST_CASE("ids are version 4 UUIDs in lower case, each its own", "[upgrade]") {
  const ServerProcess server;
  std::vector<std::string> ids;
  for (int i = 0; i < 50; ++i) {
    RawClient client(server.port());
    client.connect();
    const std::string& id = client.id();
    CHECK(id.size() == 36);
    CHECK(id.find_first_not_of("0123456789abcdef-") == std::string::npos);
    CHECK(id[14] == '4');
    CHECK(std::string("89ab").find(id[19]) != std::string::npos);
    CHECK(std::find(ids.begin(), ids.end(), id) == ids.end());
    ids.push_back(id);
  }
}

}  // namespace p2psig::test
