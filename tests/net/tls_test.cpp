/// TLS, of both the WebSocket client and GET.
#include <future>
#include <string>

#include "cmd/failure.hpp"
#include "tests/net/test_client.hpp"
#include "tests/net/test_get.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

constexpr const char* kHint = " (--cacert names who may sign it, --insecure takes any)";
constexpr const char* kGood = "DNS:localhost,IP:127.0.0.1,IP:::1";

void serve_both(Peer& peer) {
  const std::string head = peer.open_websocket();
  peer.read_to_end();
}

void serve_page(Peer& peer) {
  peer.read_until("\r\n\r\n");
  peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
}

struct Outcome {
  std::string websocket;  ///< why there is none, without "cannot connect to URL: "; empty: it opened
  std::string page;
  std::string server_name;
};

std::string without_url(const std::string& what) {
  return what.empty() ? "" : what.substr(what.find(": ") + 2);
}

/// What becomes of both against a server with this certificate. `ca` is for --cacert; empty: the system's.
Outcome try_both(const Certificate& certificate, const std::string& ca, const std::string& host = "127.0.0.1",
                 bool insecure = false) {
  Outcome outcome;
  {
    const ScriptedServer server(serve_both, &certificate);
    ConnectOptions options = options_for("wss://" + host + ":" + std::to_string(server.port()));
    options.ca_file = ca;
    options.insecure = insecure;
    TestClient client(options);
    client.client.connect();
    REQUIRE(client.run_until([&] { return client.open || client.end; }));
    if (client.end) outcome.websocket = without_url(client.end->what);
    if (client.end) CHECK(client.end->kind == ConnectionEnd::Kind::not_connected);
    outcome.server_name = server.server_name();
  }
  const ScriptedServer server(serve_page, &certificate);
  ConnectOptions options = options_for("wss://" + host + ":" + std::to_string(server.port()));
  options.ca_file = ca;
  options.insecure = insecure;
  const Got got = get(options);
  CHECK(got.code == (got.what.empty() ? 0 : 3));
  outcome.page = without_url(got.what);
  CHECK(outcome.server_name == server.server_name());
  CHECK(outcome.page == outcome.websocket);
  return outcome;
}

}  // namespace

TEST_CASE("a certificate by an authority that is trusted is good, for a name or an address", "[tls]") {
  const Certificate authority = make_certificate("");
  const TemporaryFile ca(authority);
  const Certificate good = make_certificate(kGood, &authority);
  Outcome outcome = try_both(good, ca.name());
  CHECK(outcome.websocket.empty());
  CHECK(outcome.server_name.empty());  // RFC 6066, 3: an address is no name
  outcome = try_both(good, ca.name(), "localhost");
  CHECK(outcome.websocket.empty());
  CHECK(outcome.server_name == "localhost");
}

TEST_CASE("a certificate for another name or address is not good", "[tls]") {
  const Certificate authority = make_certificate("");
  const TemporaryFile ca(authority);
  CHECK(try_both(make_certificate("DNS:example.org,IP:127.0.0.1", &authority), ca.name(), "localhost")
            .websocket ==
        std::string("its certificate is not good: it is for another name than localhost") + kHint);
  CHECK(try_both(make_certificate("DNS:localhost,DNS:127.0.0.1,IP:127.0.0.2", &authority), ca.name())
            .websocket ==
        std::string("its certificate is not good: it is for another name than 127.0.0.1") + kHint);
}

TEST_CASE("a certificate is only good at its time", "[tls]") {
  const Certificate authority = make_certificate("", nullptr, -10, 10);
  const TemporaryFile ca(authority);
  CHECK(try_both(make_certificate(kGood, &authority, -2, -1), ca.name()).websocket ==
        std::string("its certificate is not good: it has expired") + kHint);
  CHECK(try_both(make_certificate(kGood, &authority, 1, 2), ca.name()).websocket ==
        std::string("its certificate is not good: it is not valid yet") + kHint);
}

TEST_CASE("a certificate by nobody who is trusted is not good", "[tls]") {
  const Certificate authority = make_certificate("");
  const Certificate other = make_certificate("");
  const TemporaryFile other_ca(other);
  CHECK(try_both(make_certificate(kGood, &authority), other_ca.name()).websocket ==
        std::string("its certificate is not good: it is signed by an unknown authority") + kHint);
  CHECK(try_both(make_certificate(kGood), other_ca.name()).websocket ==
        std::string("its certificate is not good: it is self-signed") + kHint);
  CHECK(try_both(make_certificate(kGood), "").websocket ==
        std::string("its certificate is not good: it is self-signed") + kHint);
}

TEST_CASE("with --insecure any certificate is good", "[tls]") {
  CHECK(try_both(make_certificate("DNS:example.org", nullptr, -2, -1), "", "127.0.0.1", true)
            .websocket.empty());
}

TEST_CASE("a self-signed certificate is good where it is the authority itself", "[tls]") {
  const Certificate own = make_certificate(kGood);
  const TemporaryFile ca(own);
  CHECK(try_both(own, ca.name()).websocket.empty());
}

TEST_CASE("a server without TLS is said to have none", "[tls]") {
  const ScriptedServer server([](Peer& peer) {
    peer.read_until("\n");
    peer.write("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  const ScriptedServer silent([](Peer& peer) { peer.read_until("\n"); });
  const std::string no_tls = "TLS failed: the server does not speak TLS (try ws:// or http://)";
  TestClient client(options_for(server, "wss"));
  CHECK(without_url(client.fails().what) == no_tls);
  CHECK(without_url(get(options_for(server, "wss")).what) == no_tls);
}

TEST_CASE("a server that hangs up on TLS is said to", "[tls]") {
  const ScriptedServer server([](Peer& peer) { peer.hang_up(); });
  TestClient client(options_for(server, "wss"));
  CHECK_THAT(without_url(client.fails().what),
             Catch::StartsWith("TLS failed: the server closed the connection"));
  CHECK_THAT(without_url(get(options_for(server, "wss")).what),
             Catch::StartsWith("TLS failed: the server closed the connection"));
}

TEST_CASE("a server with TLS is no server without", "[tls]") {
  const Certificate certificate = make_certificate(kGood);
  const ScriptedServer server(serve_page, &certificate);
  TestClient client(options_for(server));
  const ConnectionEnd& end = client.fails();
  CHECK(end.kind != ConnectionEnd::Kind::closed);
  CHECK(get(options_for(server)).code != 0);
}

TEST_CASE("with TLS a page whose end nobody confirms is cut short", "[tls]") {
  const Certificate certificate = make_certificate(kGood);
  const TemporaryFile ca(certificate);
  for (const bool farewell : {true, false}) {
    const ScriptedServer server(
        [farewell](Peer& peer) {
          peer.read_until("\r\n\r\n");
          peer.write("HTTP/1.1 200 OK\r\n\r\n{}");
          if (!farewell) peer.hang_up();
        },
        &certificate);
    ConnectOptions options = options_for(server, "wss");
    options.ca_file = ca.name();
    const Got got = get(options);
    CHECK(got.code == (farewell ? 0 : 6));
    CHECK(got.body == (farewell ? "{}" : ""));
  }
}

TEST_CASE("with TLS the first byte of a reply makes an end a reply cut short", "[tls]") {
  const Certificate certificate = make_certificate(kGood);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
    for (const char* const begun : {"", "H", "HTTP/1.1 101 Switching Pro"}) {
      CAPTURE(version, begun);
      const ScriptedServer server(
          [begun](Peer& peer) {
            peer.read_until("\r\n\r\n");
            if (*begun != 0) peer.write(begun);
          },
          &certificate, version);
      ConnectOptions options = options_for(server, "wss");
      options.insecure = true;
      TestClient client(options);
      CHECK(client.fails().kind ==
            (*begun == 0 ? ConnectionEnd::Kind::not_connected : ConnectionEnd::Kind::cut_short));
    }
}

TEST_CASE("messages pass through TLS both ways, large ones too, and while it is paused", "[tls]") {
  const Certificate certificate = make_certificate(kGood);
  const TemporaryFile ca(certificate);
  const ScriptedServer server(
      [](Peer& peer) {
        peer.open_websocket();
        for (ReceivedFrame frame = peer.read_frame(); frame.opcode == 1; frame = peer.read_frame())
          peer.write_frame(1, frame.payload);
        peer.write_frame(8, "\x03\xE8");
        peer.read_to_end();
      },
      &certificate);
  ConnectOptions options = options_for(server, "wss");
  options.ca_file = ca.name();
  TestClient client(options);
  client.opens();
  client.client.send("small");
  REQUIRE(client.run_until([&] { return client.messages.size() == 1; }));
  client.client.pause(true);
  client.client.send(std::string(100'000, 'x'));
  REQUIRE(client.run_until([&] { return client.times_drained == 2; }));
  client.client.pause(false);
  REQUIRE(client.run_until([&] { return client.messages.size() == 2; }));
  CHECK(client.messages.back() == std::string(100'000, 'x'));
  client.client.close(1000, "");
  CHECK(client.ends().code == 1000);
}

TEST_CASE("a server is told that a client ends TLS", "[tls]") {
  const Certificate certificate = make_certificate(kGood);
  std::promise<bool> websocket;
  const ScriptedServer server(
      [&](Peer& peer) {
        peer.open_websocket();
        peer.read_to_end();
        websocket.set_value(peer.heard_farewell());
      },
      &certificate);
  std::promise<bool> page;
  const ScriptedServer page_server(
      [&](Peer& peer) {
        serve_page(peer);
        peer.read_to_end();
        page.set_value(peer.heard_farewell());
      },
      &certificate);
  ConnectOptions options = options_for(server, "wss");
  options.insecure = true;
  TestClient client(options);
  client.opens();
  client.client.give_up({});
  CHECK(websocket.get_future().get());
  options.address = options_for(page_server, "wss").address;
  CHECK(get(options).code == 0);
  CHECK(page.get_future().get());
}

TEST_CASE("a server that ends TLS within its handshake is said to", "[tls]") {
  const ScriptedServer server([](Peer& peer) {
    peer.read_until("\x01");
    peer.write(std::string("\x15\x03\x03\x00\x02\x01\x00", 7));  // close_notify
    peer.read_to_end();
  });
  TestClient client(options_for(server, "wss"));
  CHECK(without_url(client.fails().what) == "TLS failed: the server closed the connection");
  CHECK(without_url(get(options_for(server, "wss")).what) == "TLS failed: the server closed the connection");
}

TEST_CASE("a server that wants a certificate of the client is said to", "[tls]") {
  const Certificate certificate = make_certificate(kGood);
  const ScriptedServer server([](Peer&) {}, &certificate, TLS1_3_VERSION, SSL_VERIFY_FAIL_IF_NO_PEER_CERT);
  ConnectOptions options = options_for(server, "wss");
  options.insecure = true;
  TestClient client(options);
  CHECK_THAT(client.fails().what, Catch::EndsWith("the server wants a certificate of the client, which "
                                                  "p2psig cannot give"));
}

TEST_CASE("a server that asks for new keys without end, and does not read, is hung up on", "[tls]") {
  const Certificate certificate = make_certificate(kGood);
  const ScriptedServer server(
      [](Peer& peer) {
        peer.open_websocket();
        while (peer.ask_for_new_keys()) {
        }
      },
      &certificate);
  ConnectOptions options = options_for(server, "wss");
  options.insecure = true;
  TestClient client(options);
  client.opens();
  CHECK(client.ends().code == 1006);
  CHECK(client.client.unsent_bytes() == 0);
}

TEST_CASE("authorities that cannot be read are a usage error", "[tls]") {
  const TemporaryFile damaged("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  ConnectOptions options = options_for("wss://localhost");
  options.ca_file = damaged.name();
  EventLoop loop;
  try {
    const HttpGet request(loop, options, "status", Milliseconds{1}, [](const HttpGetResult&) {});
    FAIL("it was not noticed");
  } catch (const Failure& failure) {
    CHECK(failure.code() == exit_code::kUsage);
    CHECK(failure.what() ==
          "cannot read the authorities from " + damaged.name() + ": a certificate in it is damaged");
  }
}
