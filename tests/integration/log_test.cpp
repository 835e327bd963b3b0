#include <sstream>

#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

/// Thousands of events, each of which is a line in the log, and nothing but messages at the clients.
void check_relays(const ServerProcess& server) {
  constexpr int labs = 4;
  constexpr int messages = 1000;
  for (int i = 0; i < labs; ++i) {
    Lab lab(server.port());
    for (int n = 0; n < messages; ++n) {
      const std::string message = R"({"type":"offer","n":)" + std::to_string(n) + "}";
      lab.ann.send_text(message);
      REQUIRE(lab.bob.read_text() == relayed(message, lab.ann));
    }
    lab.ann.send(close_frame(1000));
    CHECK(lab.ann.read_close().code == 1000);
    CHECK(lab.bob.read_text() == peer_left(lab.ann));
  }
  CHECK(get(server.port(), "/status").status == 200);
}

}  // namespace

TEST_CASE("a server whose stderr is closed relays, and no line goes elsewhere", "[log]") {
  ServerProcess server(Launch{.arguments = {"--log-level", "debug"}, .errors = Launch::Errors::closed});
  check_relays(server);
  CHECK(server.stop() == 0);
}

TEST_CASE("a server whose stderr is full relays, and ends when asked", "[log]") {
  ServerProcess server(Launch{.arguments = {"--log-level", "debug"}, .errors = Launch::Errors::stuck});
  check_relays(server);
  CHECK(server.stop() == 0);
}

TEST_CASE("what clients say makes no lines of its own in the log", "[log]") {
  struct Style {
    const char* format;
    std::string_view start;  // of each line
  };
  for (const auto& [format, start] : {Style{"logfmt", "ts=20"}, Style{"json", R"({"ts":"20)"}}) {
    CAPTURE(format);
    ServerProcess server({"--log-level", "debug", "--log-format", format, "--drain-seconds", "0"});
    Lab lab(server.port());
    lab.ann.send_text(R"({"type":"x\nts=1\u001b[31m\u0085","to":")" + lab.bob.id() + "\"}");
    lab.bob.read_text();
    RawClient cat(server.port());
    cat.connect();
    cat.join(R"(lab\" event=\\)");
    lab.ann.send(close_frame(1000, "bye\n{\"ts\":1}"));
    lab.ann.read_close();
    RawClient refused(server.port());
    refused.send("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: a\x1b[31mforged\r\nConnection: Upgrade\r\n\r\n");
    refused.await_end();
    CHECK(server.stop() == 0);
    std::istringstream lines(server.log());
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      CHECK(line.starts_with(start));
      CHECK(line.find_first_of("\x1b\r\x7f") == std::string::npos);
    }
  }
}

TEST_CASE("bodies of messages are not in the log", "[log]") {
  ServerProcess server({"--log-level", "debug", "--drain-seconds", "0"});
  Lab lab(server.port());
  lab.ann.send_text(R"({"type":"offer","offer":{"sdp":"a=ice-pwd:secret"}})");
  lab.bob.read_text();
  CHECK(server.stop() == 0);
  CHECK(server.log().find("event=relay") != std::string::npos);
  CHECK(server.log().find("secret") == std::string::npos);
}

}  // namespace p2psig::test
