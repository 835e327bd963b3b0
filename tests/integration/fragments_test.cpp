#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {

TEST_CASE("a text in fragments is relayed as one frame, and control frames between them are answered",
          "[fragments]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(first_fragment(R"({"type":"o)"));
  lab.ann.send(ping_frame("between"));
  CHECK(lab.ann.read_pong() == "between");
  lab.ann.send(fragment("ffer\",") + pong_frame("unasked") + fragment("") + ping_frame("again"));
  CHECK(lab.ann.read_pong() == "again");
  lab.ann.send(fragment("\"x\":1") + last_fragment("}"));
  CHECK(lab.bob.read_text() == relayed(R"({"type":"offer","x":1})", lab.ann));
}

TEST_CASE("a message whose fragments and control frames come in one segment is relayed", "[fragments]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(first_fragment("{\"type\"") + ping_frame("p") + fragment(":\"offer\"") + pong_frame("q") +
               last_fragment("}") + text_frame(R"({"type":"answer"})"));
  CHECK(lab.ann.read_pong() == "p");
  CHECK(lab.bob.read_text() == relayed(R"({"type":"offer"})", lab.ann));
  CHECK(lab.bob.read_text() == relayed(R"({"type":"answer"})", lab.ann));
}

TEST_CASE("a message may begin and end with empty fragments", "[fragments]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(first_fragment("") + fragment(R"({"type":"offer"})") + fragment("") + last_fragment(""));
  CHECK(lab.bob.read_text() == relayed(R"({"type":"offer"})", lab.ann));
}

TEST_CASE("a fragmented message of one client does not mix with another's", "[fragments]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(first_fragment(R"({"type":"offer",)"));
  lab.bob.send(first_fragment(R"({"type":"answer",)"));
  await_turn(server.port());
  lab.ann.send(last_fragment(R"("x":1})"));
  CHECK(lab.bob.read_text() == relayed(R"({"type":"offer","x":1})", lab.ann));
  lab.bob.send(last_fragment(R"("y":2})"));
  CHECK(lab.ann.read_text() == relayed(R"({"type":"answer","y":2})", lab.bob));
}

TEST_CASE("a binary message in fragments is relayed as text", "[fragments]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(first_fragment("{\"type\":", opcode::kBinary) + last_fragment("\"offer\"}"));
  CHECK(lab.bob.read_text() == relayed(R"({"type":"offer"})", lab.ann));
}

TEST_CASE("several messages in one segment are relayed in their order", "[fragments]") {
  const ServerProcess server;
  Lab lab(server.port());
  std::string segment;
  for (int i = 0; i < 50; ++i) segment += text_frame(R"({"type":"offer","n":)" + std::to_string(i) + "}");
  lab.ann.send(segment);
  for (int i = 0; i < 50; ++i)
    CHECK(lab.bob.read_text() == relayed(R"({"type":"offer","n":)" + std::to_string(i) + "}", lab.ann));
}

TEST_CASE("a handshake and frames of every length form may come byte by byte", "[fragments]") {
  const ServerProcess server;
  RawClient bob(server.port());
  bob.connect();
  bob.join("drip");
  RawClient ann(server.port());
  ann.send_bytewise(upgrade_request());
  CHECK(ann.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
  ann.send_bytewise("");
  const std::string id = ann.read_text();
  ann.send_bytewise(text_frame(R"({"type":"join-room","room":"drip"})"));
  CHECK(ann.read_text() == R"({"type":"room-joined","room":"drip"})");
  CHECK(ann.read_text() == R"({"type":"room-peers","peers":[")" + bob.id() + "\"]}");
  CHECK(bob.read_text().starts_with(R"({"type":"peer-joined")"));
  for (const std::size_t padding : {0U, 200U, 66000U}) {
    const std::string message = R"({"type":"offer","x":")" + std::string(padding, 'x');
    ann.send_bytewise(text_frame(message + "\"}"));
    CHECK(bob.read_text().starts_with(message + "\",\"from\":\""));
  }
  ann.send_bytewise(ping_frame("slowly"));
  CHECK(ann.read_pong() == "slowly");
  ann.send_bytewise(close_frame(1000));
  CHECK(ann.read_close().code == 1000);
}

TEST_CASE("frames may be cut anywhere between two segments", "[fragments]") {
  const ServerProcess server;
  Lab lab(server.port());
  const std::string message = R"({"type":"offer","x":")" + std::string(120, 'x') + "\"}";
  const std::string frame = text_frame(message);
  for (std::size_t cut = 1; cut < frame.size(); ++cut) {
    lab.ann.send(std::string_view(frame).substr(0, cut));
    await_turn(server.port());
    lab.ann.send(std::string_view(frame).substr(cut));
    CHECK(lab.bob.read_text() == relayed(message, lab.ann));
  }
}

}  // namespace p2psig::test
