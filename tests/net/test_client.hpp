#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/net/websocket_client.hpp"
#include "tests/catch.hpp"
#include "tests/net/loop_runner.hpp"
#include "tests/net/scripted_server.hpp"

namespace p2psig::test {

inline ConnectOptions options_for(const std::string& url) {
  ConnectOptions options;
  options.address = *parse_server_address(url);
  return options;
}

inline ConnectOptions options_for(const ScriptedServer& server, const std::string& scheme = "ws") {
  return options_for(scheme + "://127.0.0.1:" + std::to_string(server.port()));
}

/// A client that notes what it is told.
class TestClient final : public WebSocketClient::Host {
 public:
  explicit TestClient(const ConnectOptions& options) : client(loop, options, *this) {}

  void connected(Milliseconds /*took*/) override {
    open = was_open = true;
    if (on_connected) on_connected();
  }
  void received(std::string_view message) override {
    messages.emplace_back(message);
    if (on_message) on_message();
  }
  void pong(Milliseconds round_trip) override { pongs.push_back(round_trip); }
  void drained() override {
    ++times_drained;
    if (on_drained) on_drained();
  }
  void ended(const ConnectionEnd& how) override {
    CHECK_FALSE(end);  // once
    open = false;
    end = how;
    if (on_ended) on_ended();
  }

  [[nodiscard]] bool run_until(const std::function<bool()>& condition) {
    return test::run_until(loop, condition);
  }
  /// Possibly for a moment: what the server sends right behind its reply is read in the same turn.
  void opens() {
    was_open = false;
    client.connect();
    REQUIRE(run_until([this] { return was_open || end; }));
    INFO((end ? end->what : ""));
    REQUIRE(was_open);
  }
  const ConnectionEnd& ends() {
    REQUIRE(run_until([this] { return end.has_value(); }));
    return *end;
  }
  const ConnectionEnd& fails() {
    client.connect();
    return ends();
  }

  EventLoop loop;
  bool open = false;
  bool was_open = false;
  std::vector<std::string> messages;
  std::vector<Milliseconds> pongs;
  int times_drained = 0;
  std::optional<ConnectionEnd> end;
  std::function<void()> on_connected;
  std::function<void()> on_message;
  std::function<void()> on_drained;
  std::function<void()> on_ended;
  WebSocketClient client;
};

}  // namespace p2psig::test
