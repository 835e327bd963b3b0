// What a client does with a connection.
#include "cmd/net/websocket_client.hpp"

#include <future>
#include <string>

#include "core/protocol/limits.hpp"
#include "tests/net/test_client.hpp"

using namespace p2psig;
using namespace p2psig::test;

TEST_CASE("messages arrive whole: text, binary, fragments with a ping between, empty ones", "[client]") {
  const ScriptedServer server([](Peer& peer) {
    peer.open_websocket();
    peer.write_frame(1, "text");
    peer.write_frame(2, "binary");
    peer.write_frame(1, "vid\xC3", false);
    peer.write_frame(9, "between");
    peer.write_frame(0, "", false);
    peer.write_frame(0, "\xA9o");
    peer.write_frame(1, "");
    peer.write_frame(1, std::string(100'000, 'x'));
    peer.write_frame(8, close_payload(1000, ""));
    peer.read_to_end();
  });
  TestClient client(options_for(server));
  client.opens();
  CHECK(client.ends().code == 1000);
  CHECK(client.messages ==
        std::vector<std::string>{"text", "binary", "vidéo", "", std::string(100'000, 'x')});
}

TEST_CASE("the largest message is taken and no larger one", "[client]") {
  for (const int over : {-1, 0, 1}) {
    CAPTURE(over);
    const std::size_t size = limits::kReceivedMessageBytes + static_cast<std::size_t>(over);
    std::promise<std::string> answer;
    const ScriptedServer server([size, &answer](Peer& peer) {
      peer.open_websocket();
      peer.write_frame(1, std::string(size / 2, 'x'), false);
      peer.write_frame(0, std::string(size - size / 2, 'x'));
      peer.write_frame(8, close_payload(1000, ""));
      answer.set_value(peer.read_frame().payload);
    });
    TestClient client(options_for(server));
    client.opens();
    const ConnectionEnd& end = client.ends();
    CHECK(end.code == (over <= 0 ? 1000 : 1009));
    CHECK(client.messages.size() == (over <= 0 ? 1 : 0));
    CHECK(answer.get_future().get() == close_payload(end.code, ""));
    if (over > 0) CHECK(end.what == "the server sent a message of more than 16 MiB");
  }
}

TEST_CASE("many messages are sent in their order, then drained is told once", "[client]") {
  constexpr std::size_t count = 2'000;
  std::promise<std::size_t> in_order;
  const ScriptedServer server([&in_order](Peer& peer) {
    peer.open_websocket();
    std::size_t right = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const ReceivedFrame frame = peer.read_frame();
      if (frame.opcode == 1 && frame.payload == std::string(2'000, 'x') + std::to_string(i)) ++right;
    }
    in_order.set_value(right);
    peer.read_to_end();
  });
  TestClient client(options_for(server));
  client.opens();
  for (std::size_t i = 0; i < count; ++i) client.client.send(std::string(2'000, 'x') + std::to_string(i));
  CHECK(client.client.unsent_bytes() > 2'000 * count);
  CHECK(client.run_until([&] { return client.times_drained != 0; }));
  CHECK(client.client.unsent_bytes() == 0);
  CHECK(in_order.get_future().get() == count);
  CHECK(client.times_drained == 1);
  CHECK_FALSE(client.end);
}

TEST_CASE("a large message is drained only when the kernel has it, and a close waits for that", "[client]") {
  const std::size_t size = 15'000'000;  // more than the kernel holds
  std::promise<void> read_on;
  std::promise<std::string> last;
  const ScriptedServer server([&](Peer& peer) {
    peer.open_websocket();
    read_on.get_future().get();
    std::string seen;
    for (ReceivedFrame frame = peer.read_frame(); frame.opcode != 0; frame = peer.read_frame()) {
      seen += std::to_string(frame.opcode) + ":" + std::to_string(frame.payload.size()) + " ";
      if (frame.opcode == 8) peer.write_frame(8, frame.payload);
    }
    last.set_value(seen);
  });
  TestClient client(options_for(server));
  client.opens();
  client.client.send(std::string(size, 'x'));
  client.client.send("behind it");
  client.client.close(1000, "done");
  CHECK(client.run_until([&] { return client.client.unsent_bytes() < size; }));
  CHECK(client.times_drained == 0);
  read_on.set_value();
  const ConnectionEnd& end = client.ends();
  CHECK(end.code == 1000);
  CHECK(end.reason == "done");
  CHECK(client.times_drained == 1);
  CHECK(last.get_future().get() == "1:15000000 1:9 8:6 ");
}

TEST_CASE("pings are answered both ways, and the round trip is told", "[client]") {
  std::promise<std::string> answer;
  const ScriptedServer server([&answer](Peer& peer) {
    peer.open_websocket();
    peer.write_frame(9, "are you there?");
    for (;;) {
      const ReceivedFrame frame = peer.read_frame();
      if (frame.opcode == 10) answer.set_value(frame.payload);
      if (frame.opcode == 9) peer.write_frame(10, frame.payload);
      if (frame.opcode == 0) return;
    }
  });
  TestClient client(options_for(server));
  client.opens();
  client.client.ping();
  CHECK(client.run_until([&] { return !client.pongs.empty(); }));
  CHECK(answer.get_future().get() == "are you there?");
  CHECK(client.pongs.front() >= Milliseconds{0});
  CHECK(client.pongs.front() < Milliseconds{60'000});
}

TEST_CASE("each of several pings is answered, in their order, with the largest payload too", "[client]") {
  std::vector<std::string> pings(20, std::string(106, 'x'));
  for (std::size_t i = 0; i < pings.size(); ++i) pings[i] += std::to_string(i);
  pings.emplace_back(125, 'y');
  pings.emplace_back("");
  std::promise<std::vector<std::string>> answers;
  const ScriptedServer server([&](Peer& peer) {
    peer.open_websocket();
    for (const std::string& ping : pings) peer.write_frame(9, ping);
    std::vector<std::string> pongs;
    while (pongs.size() < pings.size()) {
      const ReceivedFrame frame = peer.read_frame();
      if (frame.opcode != 10) break;
      pongs.push_back(frame.payload);
    }
    answers.set_value(pongs);
  });
  TestClient client(options_for(server));
  client.opens();
  client.ends();
  CHECK(answers.get_future().get() == pings);
}

TEST_CASE("a server that pings and does not read is owed one pong", "[client]") {
  std::promise<void> read_on;
  std::promise<std::size_t> counted;
  const ScriptedServer server([&](Peer& peer) {
    peer.open_websocket();
    for (int i = 0; i < 100'000; ++i) peer.write_frame(9, std::string(120, 'x'));
    peer.write_frame(1, "all sent");
    read_on.get_future().get();
    std::size_t pongs = 0;
    for (ReceivedFrame frame = peer.read_frame(); frame.opcode != 0; frame = peer.read_frame()) {
      if (frame.opcode == 10) ++pongs;
      if (frame.opcode == 8) peer.write_frame(8, frame.payload);
    }
    counted.set_value(pongs);
  });
  TestClient client(options_for(server));
  client.opens();
  const std::size_t size = 12'000'000;  // more than the kernel holds
  client.client.send(std::string(size, 'x'));
  REQUIRE(client.run_until([&] { return !client.messages.empty(); }));
  CHECK(client.client.unsent_bytes() < size + 1'000);
  read_on.set_value();
  client.client.close(1000, "");
  client.ends();
  CHECK(counted.get_future().get() >= 1);
}

TEST_CASE("pongs that nobody asked for are no round trips", "[client]") {
  const ScriptedServer server([](Peer& peer) {
    peer.open_websocket();
    peer.write_frame(10, "");
    peer.write_frame(10, "12345678");
    peer.write_frame(10, std::string(8, '\xFF'));
    peer.write_frame(10, std::string(8, '\0'));
    peer.write_frame(8, close_payload(1000, ""));
    peer.read_to_end();
  });
  TestClient client(options_for(server));
  client.opens();
  client.ends();
  CHECK(client.pongs.empty());
}

TEST_CASE("one client connects again and again, from within what it is told", "[client]") {
  const ScriptedServer server([](Peer& peer) {
    peer.open_websocket();
    peer.write_frame(1, "hello");
    peer.read_frame();
    peer.write_frame(8, close_payload(1001, "again"));
    peer.read_to_end();
  });
  TestClient client(options_for(server));
  int rounds = 0;
  client.on_message = [&] { client.client.send("hello"); };
  client.on_ended = [&] {
    if (++rounds == 5) return;
    client.end.reset();
    client.client.connect();
  };
  client.client.connect();
  CHECK(client.run_until([&] { return rounds == 5; }));
  CHECK(client.messages.size() == 5);
  CHECK(client.end->code == 1001);
}

TEST_CASE("a client may go at any time", "[client]") {
  const ScriptedServer server([](Peer& peer) {
    peer.open_websocket();
    peer.read_to_end();
  });
  { const TestClient client(options_for(server)); }
  {
    TestClient client(options_for(server));
    client.client.connect();
  }
  {
    TestClient client(options_for(server));
    client.opens();
    client.client.send(std::string(1'000'000, 'x'));
  }
  {
    TestClient client(options_for(server));
    client.opens();
    client.client.close(1000, "");
  }
}

TEST_CASE("while it is paused nothing is read, and nothing is lost", "[client]") {
  std::promise<void> asked;
  std::promise<void> written;
  const ScriptedServer server([&](Peer& peer) {
    peer.open_websocket();
    peer.write_frame(1, "first");
    asked.get_future().get();
    for (int i = 0; i < 100; ++i) peer.write_frame(1, std::to_string(i));
    written.set_value();
    peer.read_to_end();
  });
  TestClient client(options_for(server));
  client.on_message = [&] { client.client.pause(client.messages.size() == 1); };
  client.opens();
  REQUIRE(client.run_until([&] { return client.messages.size() == 1; }));
  asked.set_value();
  written.get_future().get();
  for (int turn = 0; turn < 10; ++turn) client.loop.run_ready();
  CHECK(client.messages.size() == 1);
  client.client.pause(false);
  CHECK(client.run_until([&] { return client.messages.size() == 101; }));
  CHECK(client.messages.back() == "99");
}
