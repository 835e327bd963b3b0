#include "cmd/net/http_get.hpp"

#include <sys/socket.h>

#include <future>
#include <string>

#include "core/protocol/limits.hpp"
#include "tests/net/test_client.hpp"
#include "tests/net/test_get.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

constexpr int kNetwork = 3;
constexpr int kProtocol = 5;
constexpr int kLost = 6;

/// Sends these bytes, then nothing.
ScriptedServer::Script begins_with(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer) {
    peer.read_until("\r\n\r\n");
    peer.write(bytes);
    peer.read_to_end();
  };
}

const std::string kHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

}  // namespace

TEST_CASE("a page is read, whatever ends its body", "[get]") {
  for (const auto& script :
       {begins_with(kHead + "Content-Length: 2\r\n\r\n{}"), answers(kHead + "\r\n{}"),
        begins_with(kHead + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n")}) {
    const ScriptedServer server(script);
    const Got got = get(options_for(server));
    CHECK(got.what.empty());
    CHECK(got.body == "{}");
    CHECK(got.content_type == "application/json");
  }
}

TEST_CASE("the request names the host, the page below the prefix, and all headers", "[get]") {
  std::promise<std::string> head;
  const ScriptedServer server([&head](Peer& peer) {
    head.set_value(peer.read_until("\r\n\r\n"));
    peer.write(kHead + "Content-Length: 0\r\n\r\n");
  });
  const std::string authority = "127.0.0.1:" + std::to_string(server.port());
  ConnectOptions options = options_for("ws://" + authority + "/prefix?query");
  options.headers = {{"X-Test", "yes"}};
  CHECK(get(options).what.empty());
  CHECK(head.get_future().get() == "GET /prefix/status HTTP/1.1\r\nHost: " + authority +
                                       "\r\nConnection: close\r\nAccept: application/json\r\n"
                                       "User-Agent: p2psig/" P2PSIG_VERSION "\r\nX-Test: yes\r\n\r\n");
}

TEST_CASE("the largest page is read and no larger one", "[get]") {
  const std::string body(limits::kStatusReplyBytes + 1, 'x');
  for (const int over : {-1, 0, 1}) {
    CAPTURE(over);
    const std::size_t size = limits::kStatusReplyBytes + static_cast<std::size_t>(over);
    const ScriptedServer server([&body, size](Peer& peer) {
      peer.read_until("\r\n\r\n");
      peer.write(kHead + "\r\n") && peer.write(std::string_view(body).substr(0, size));
    });
    const Got got = get(options_for(server), Milliseconds{60'000});
    CHECK(got.code == (over <= 0 ? 0 : kProtocol));
    CHECK(got.what == (over <= 0 ? "" : "the reply of " + server.status_url() + " is larger than 64 MiB"));
    CHECK(got.body.size() == (over <= 0 ? size : 0));
  }
}

TEST_CASE("another status is no page, and redirects are not followed", "[get]") {
  const auto what = [](const std::string& status, const std::string& more = "") {
    const ScriptedServer server(begins_with("HTTP/1.1 " + status + "\r\n" + more + "\r\n"));
    const Got got = get(options_for(server));
    CHECK(got.code == kProtocol);
    CHECK_THAT(got.what, Catch::StartsWith(server.status_url() + " answered "));
    return got.what.substr(server.status_url().size() + 10);
  };
  CHECK(what("500 Internal Server Error") == "500");
  CHECK(what("404 Not Found") == "404 (is the path right?)");
  CHECK(what("401 Unauthorized") == "401 (does it want a token? --token-file)");
  CHECK(what("302 Found", "Location: http://127.0.0.1:1/\r\n") ==
        "302 (redirects are not followed: give the final --url)");
  CHECK(what("204 No Content") == "204");
  CHECK(what("101 Switching Protocols") == "101");
}

TEST_CASE("what may be different the next time is told from what will not", "[get]") {
  const auto passes = [](const std::string& reply) {
    const ScriptedServer server(answers(reply));
    const Got got = get(options_for(server));
    CHECK(got.code != 0);
    return got.passes;
  };
  for (const char* status : {"502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"})
    CHECK(passes("HTTP/1.1 " + std::string(status) + "\r\n\r\n"));
  for (const char* status :
       {"301 Moved", "401 Unauthorized", "404 Not Found", "500 Oops", "501 No", "505 No"})
    CHECK_FALSE(passes("HTTP/1.1 " + std::string(status) + "\r\n\r\n"));
  CHECK(passes(""));
  CHECK(passes(kHead + "Content-Length: 3\r\n\r\n{}"));
  CHECK_FALSE(passes("SSH-2.0-OpenSSH_9.2\r\n"));
  CHECK(get(options_for("ws://127.0.0.1:" + std::to_string(unused_port()))).passes);
}

TEST_CASE("what is not HTTP is no page", "[get]") {
  for (const char* bytes : {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"}) {
    const ScriptedServer server(begins_with(bytes));
    const Got got = get(options_for(server));
    CHECK(got.code == kProtocol);
    CHECK_THAT(got.what,
               Catch::StartsWith("what answers at " + server.status_url() + " is not an HTTP server: "));
  }
  const ScriptedServer server([](Peer& peer) {
    peer.read_until("\r\n\r\n");
    peer.write("HTTP/1.1 200 OK\r\n");
    while (peer.write("X-Endless: " + std::string(1'000, 'x') + "\r\n")) {
    }
  });
  CHECK_THAT(get(options_for(server)).what, Catch::EndsWith("its head is too large"));
}

TEST_CASE("a page that is cut short is lost", "[get]") {
  for (const std::string& bytes :
       {std::string("H"), std::string("HTTP/1.1 200 OK\r\n"), kHead + "Content-Length: 3\r\n\r\n{}",
        kHead + "Transfer-Encoding: chunked\r\n\r\n3\r\n{}",
        kHead + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        kHead + "Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n"}) {
    CAPTURE(bytes);
    const bool too_large = bytes.ends_with("FFFFFFFF\r\n");
    const ScriptedServer server(answers(bytes));
    const Got got = get(options_for(server));
    CHECK(got.code == (too_large ? kProtocol : kLost));
    CHECK(got.what ==
          "the reply of " + server.status_url() + (too_large ? " is larger than 64 MiB" : " was cut short"));
  }
}

TEST_CASE("a server that cannot be reached, or says nothing, is no server", "[get]") {
  const std::string port = std::to_string(unused_port());
  Got got = get(options_for("ws://127.0.0.1:" + port));
  CHECK(got.code == kNetwork);
  CHECK(got.what == "cannot connect to http://127.0.0.1:" + port +
                        "/status: connection refused (is the server running? start one: p2psig serve)");
  got = get(options_for("ws://no-such-host.invalid"));
  CHECK(got.code == kNetwork);
  CHECK_THAT(got.what, Catch::StartsWith("cannot resolve no-such-host.invalid: "));

  for (const bool abort : {false, true}) {
    const ScriptedServer server([abort](Peer& peer) {
      peer.read_until("\r\n\r\n");
      if (abort) peer.reset();
    });
    got = get(options_for(server));
    CHECK(got.code == kNetwork);
    CHECK(got.what ==
          "cannot connect to " + server.status_url() +
              (abort ? ": connection reset by peer" : ": it closed the connection without a reply"));
  }
}

TEST_CASE("what comes too late is told from what does not come at all", "[get]") {
  constexpr Milliseconds soon{200};
  const ScriptedServer silent(begins_with(""));
  Got got = get(options_for(silent), soon);
  CHECK(got.code == kNetwork);
  CHECK(got.what == "cannot connect to " + silent.status_url() + ": no answer within 0.2 s");
  ConnectOptions options = options_for(silent);
  options.timeout = soon;
  got = get(options);
  CHECK(got.code == kNetwork);
  CHECK(got.what == "cannot connect to " + silent.status_url() +
                        ": no answer within 0.2 s (--connect-timeout sets that time)");

  for (const std::string& bytes : {std::string("H"), kHead + "Content-Length: 3\r\n\r\n{}"}) {
    const ScriptedServer server(begins_with(bytes));
    got = get(options_for(server), soon);
    CHECK(got.code == kLost);
    CHECK(got.what == "the reply of " + server.status_url() + " did not end within 0.2 s");
  }
}

TEST_CASE("a page that comes drop by drop does not stretch the deadline", "[get]") {
  const ScriptedServer server([](Peer& peer) {
    peer.read_until("\r\n\r\n");
    peer.write(kHead + "\r\n");
    while (peer.write("{")) {
    }
  });
  const Got got = get(options_for(server), Milliseconds{200});
  CHECK(got.code != 0);
  CHECK((got.code == kLost || got.code == kProtocol));
}

TEST_CASE("of several addresses a page is got from the one that answers", "[get]") {
  for (const int family : families_of_localhost()) {
    const ScriptedServer server(answers(kHead + "\r\n{}"), family);
    CHECK(get(options_for("ws://localhost:" + std::to_string(server.port()))).body == "{}");
  }
  const ScriptedServer server(answers(kHead + "\r\n{}"), AF_INET6);
  CHECK(get(options_for("ws://[::1]:" + std::to_string(server.port()))).body == "{}");
}

TEST_CASE("a request may be dropped at any time", "[get]") {
  const ScriptedServer server(begins_with(kHead));
  const ConnectOptions options = options_for(server);
  EventLoop loop;
  const auto never = [](const HttpGetResult&) { FAIL("it was dropped"); };
  { const HttpGet unborn(loop, options, "status", Milliseconds{1'000}, never); }
  const HttpGet dropped(loop, options, "status", Milliseconds{1'000}, never);
  for (int turn = 0; turn < 10; ++turn) loop.run_ready();
}
