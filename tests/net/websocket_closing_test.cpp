// How a connection ends.
#include "cmd/net/websocket_client.hpp"

#include <future>
#include <string>

#include "core/protocol/messages.hpp"
#include "tests/net/test_client.hpp"

using namespace p2psig;
using namespace p2psig::test;
using namespace std::string_literals;
using Kind = ConnectionEnd::Kind;

namespace {

ScriptedServer::Script closes_with(std::string payload) {
  return [payload = std::move(payload)](Peer& peer) {
    peer.open_websocket();
    peer.write_frame(8, payload);
    peer.read_to_end();
  };
}

}  // namespace

TEST_CASE("a closing handshake is told with its code and reason", "[client]") {
  const auto end_of = [](const std::string& payload) {
    const ScriptedServer server(closes_with(payload));
    TestClient client(options_for(server));
    client.opens();
    ConnectionEnd end = client.ends();
    CHECK(end.kind == Kind::closed);
    return std::pair(end.code, end.reason);
  };
  CHECK(end_of(close_payload(1001, "server-shutdown")) == std::pair(std::uint16_t{1001}, "server-shutdown"s));
  CHECK(end_of(close_payload(1013, "server-overloaded")) ==
        std::pair(std::uint16_t{1013}, "server-overloaded"s));
  CHECK(end_of(close_payload(4029, "rate-limit")) == std::pair(std::uint16_t{4029}, "rate-limit"s));
  CHECK(end_of(close_payload(1000, "")) == std::pair(std::uint16_t{1000}, ""s));
  CHECK(end_of("") == std::pair(std::uint16_t{1005}, ""s));
  for (const auto code : std::initializer_list<std::uint16_t>{1003, 1007, 1011, 1012, 1014, 3000, 4999})
    CHECK(end_of(close_payload(code, "kept")) == std::pair(code, "kept"s));
  CHECK(end_of(close_payload(1000, std::string(123, 'x'))).second.size() == 123);
}

TEST_CASE("a close frame is answered with itself, behind nothing that waits", "[client]") {
  for (const std::string& payload : {close_payload(1012, "service restart"), close_payload(4000, ""), ""s}) {
    std::promise<ReceivedFrame> answer;
    const ScriptedServer server([&](Peer& peer) {
      peer.open_websocket();
      peer.read_frame();
      peer.write_frame(8, payload);
      answer.set_value(peer.read_frame());
    });
    TestClient client(options_for(server));
    client.on_connected = [&] { client.client.send("now"); };
    client.opens();
    client.ends();
    const ReceivedFrame frame = answer.get_future().get();
    CHECK(frame.opcode == 8);
    CHECK(frame.payload == payload);
  }
}

TEST_CASE("a close frame that RFC 6455 does not allow is answered with why, and told", "[client]") {
  const auto told = [](const std::string& payload, CloseReason reason) {
    std::promise<std::string> answer;
    const ScriptedServer server([&](Peer& peer) {
      peer.open_websocket();
      peer.write_frame(8, payload);
      answer.set_value(peer.read_frame().payload);
    });
    TestClient client(options_for(server));
    client.opens();
    const ConnectionEnd& end = client.ends();
    CHECK(end.kind == Kind::closed);
    CHECK(end.code == code_of(reason));
    CHECK(end.reason == name_of(reason));
    CHECK(answer.get_future().get() == close_payload(code_of(reason), ""));
    return end.what;
  };
  for (const auto code :
       std::initializer_list<std::uint16_t>{0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 65535})
    CHECK(told(close_payload(code, "odd"), CloseReason::protocol_error) ==
          "the server sent a close frame with the code " + std::to_string(code) +
              ", which RFC 6455 does not allow");
  CHECK(told("\x03", CloseReason::protocol_error) == "the server sent a close frame that is cut short");
  CHECK(told(close_payload(1000, "\xFF"), CloseReason::invalid_utf8) ==
        "the server sent a close frame whose reason is not UTF-8");
}

TEST_CASE("a frame that RFC 6455 does not allow is hung up on", "[client]") {
  const std::vector<std::string> frames{
      "\xC1\x02{}",                                            // a reserved bit
      "\x83\x02{}",                                            // a reserved opcode
      "\x80\x02{}",                                            // a continuation of nothing
      "\x01\x02{}\x81\x02{}",                                  // a message within one
      "\x09\x02{}",                                            // a ping that is not final
      "\x81\x82\x01\x02\x03\x04zy",                            // a mask
      "\x89\x7E" + std::string(1, 0) + std::string(127, 126),  // a ping that is too long
      "\x81\x7F\x80" + std::string(7, 0),                      // a length of 64 bits
  };
  for (const std::string& frame : frames) {
    CAPTURE(frame);
    std::promise<std::string> answer;
    const ScriptedServer server([&](Peer& peer) {
      peer.open_websocket();
      peer.write_frame(1, "fine");
      peer.write(frame);
      peer.write_frame(1, "too late");
      answer.set_value(peer.read_frame().payload);
    });
    TestClient client(options_for(server));
    client.opens();
    const ConnectionEnd& end = client.ends();
    CHECK(answer.get_future().get() == close_payload(1002, ""));
    CHECK(end.code == 1002);
    CHECK(end.reason == "protocol-error");
    CHECK(end.what == "the server sent a frame that RFC 6455 does not allow");
    CHECK(client.messages == std::vector<std::string>{"fine"});
  }
}

TEST_CASE("a message that is announced to be too large is not waited for", "[client]") {
  const ScriptedServer server([](Peer& peer) {
    peer.open_websocket();
    peer.write("\x81\x7F" + std::string(4, 0) + "\x01" + std::string(2, 0) + "\x01");
    peer.write_frame(8, peer.read_frame().payload);
  });
  TestClient client(options_for(server));
  client.opens();
  CHECK(client.ends().code == 1009);
}

TEST_CASE("a connection that is lost has the code 1006", "[client]") {
  for (const bool abort : {false, true}) {
    const ScriptedServer server([abort](Peer& peer) {
      peer.open_websocket();
      peer.read_frame();
      if (abort) peer.reset();
    });
    TestClient client(options_for(server));
    client.opens();
    client.client.send("now");
    const ConnectionEnd& end = client.ends();
    CHECK(end.kind == Kind::closed);
    CHECK(end.code == 1006);
    CHECK(end.what == "the connection to " + server.websocket_url() + " was lost");
  }
}

TEST_CASE("a message that is not UTF-8 is hung up on", "[client]") {
  std::promise<std::string> answer;
  const ScriptedServer server([&answer](Peer& peer) {
    peer.open_websocket();
    peer.write_frame(1, "fine");
    peer.write_frame(1, "\xFF");
    peer.write_frame(1, "too late");
    answer.set_value(peer.read_frame().payload);
    peer.write_frame(8, close_payload(1007, ""));
  });
  TestClient client(options_for(server));
  client.opens();
  const ConnectionEnd& end = client.ends();
  CHECK(answer.get_future().get() == close_payload(1007, ""));
  CHECK(end.code == 1007);
  CHECK(end.reason == "invalid-utf8");
  CHECK(client.messages == std::vector<std::string>{"fine"});
}

TEST_CASE("a closing handshake that is never answered ends in time", "[client]") {
  const ScriptedServer server([](Peer& peer) {
    peer.open_websocket();
    peer.read_to_end();
  });
  TestClient client(options_for(server));
  client.opens();
  client.client.close(1000, "bye");
  client.client.send("too late");
  client.client.ping();
  CHECK(client.client.unsent_bytes() == 0);
  const ConnectionEnd& end = client.ends();
  CHECK(end.kind == Kind::closed);
  CHECK(end.code == 1006);
  CHECK(end.reason.empty());
}

TEST_CASE("what ends a connection is what the server's close frame says, also when both close at once",
          "[client]") {
  for (const std::string& theirs : {close_payload(4007, "mine"), ""s, close_payload(1005, "odd")}) {
    const ScriptedServer server([&theirs](Peer& peer) {
      peer.open_websocket();
      peer.read_frame();
      peer.write_frame(8, theirs);
      peer.read_to_end();
    });
    TestClient client(options_for(server));
    client.opens();
    client.client.close(1000, "bye");
    CHECK_FALSE(client.client.is_open());
    const ConnectionEnd& end = client.ends();
    CHECK(end.code == (theirs.empty() ? 1005 : theirs[0] == 3 ? 1006 : 4007));
  }
}

TEST_CASE("giving up ends a connection at once, from anywhere", "[client]") {
  const ScriptedServer server([](Peer& peer) {
    peer.open_websocket();
    for (int i = 0; i < 50; ++i) peer.write_frame(1, "more");
    peer.read_to_end();
  });
  const ConnectionEnd how{Kind::closed, 1006, "mine", "given up"};
  TestClient client(options_for(server));

  client.client.connect();  // while the name is looked up
  client.client.give_up(how);
  REQUIRE(client.end);
  CHECK(client.end->reason == "mine");

  client.end.reset();
  client.on_message = [&] { client.client.give_up(how); };  // in the middle of what is read
  client.opens();
  client.ends();
  CHECK(client.messages.size() == 1);

  client.end.reset();
  client.on_message = nullptr;
  client.on_connected = [&] { client.client.give_up(how); };  // before the first
  client.client.connect();
  client.ends();

  client.end.reset();
  client.on_connected = [&] { client.client.send("drain"); };
  client.on_drained = [&] { client.client.give_up(how); };  // while it writes
  client.client.connect();
  client.ends();

  client.end.reset();
  client.on_connected = nullptr;
  client.opens();  // and the next one works
  client.client.give_up(how);
  client.client.give_up(how);  // which does nothing any more
  CHECK(client.end->what == "given up");
}

TEST_CASE("giving up while a server does not answer ends it", "[client]") {
  const ScriptedServer server([](Peer& peer) { peer.read_to_end(); });
  TestClient client(options_for(server));
  client.client.connect();
  Ticker soon(client.loop, [&] { client.client.close(1000, "never mind"); });
  soon.start(Milliseconds{20}, Milliseconds{0});
  const ConnectionEnd& end = client.ends();
  CHECK(end.kind == Kind::closed);
  CHECK(end.reason == "never mind");
}
