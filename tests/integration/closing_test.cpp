#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

constexpr const char* kShortOffer = R"({"type":"offer"})";

}  // namespace

TEST_CASE("a close frame is answered with its code, TCP ends and the room is told", "[closing]") {
  const ServerProcess server;
  for (const unsigned code : {1000U, 1001U, 1003U, 1007U, 1011U, 3000U, 4000U, 4999U}) {
    CAPTURE(code);
    Lab lab(server.port());
    lab.ann.send(close_frame(code, "going"));
    CHECK(lab.ann.read_close().code == code);
    CHECK(lab.ann.await_end() == End::closed);
    CHECK(lab.bob.read_text() == peer_left(lab.ann));
  }
}

TEST_CASE("a close frame without a code is answered without one, and TCP ends", "[closing]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(bytes_of({.opcode = opcode::kClose}));
  CHECK(lab.ann.read_close() == Close{1005, ""});
  CHECK(lab.ann.await_end() == End::closed);
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
}

TEST_CASE("a code that must not be sent, or is newer than RFC 6455, is answered with 1002, and TCP ends",
          "[closing]") {
  const ServerProcess server;
  for (const unsigned code :
       {0U, 999U, 1004U, 1005U, 1006U, 1012U, 1013U, 1014U, 1015U, 2999U, 5000U, 65535U}) {
    CAPTURE(code);
    Lab lab(server.port());
    lab.ann.send(close_frame(code));
    CHECK(lab.ann.read_close().code == 1002);
    CHECK(lab.ann.await_end() == End::closed);
    CHECK(lab.bob.read_text() == peer_left(lab.ann));
  }
}

TEST_CASE("a malformed close frame is answered with itself, and TCP ends", "[closing]") {
  const ServerProcess server;
  for (const std::string& payload : {std::string("\x03"), std::string("\x03\xe8\xff\xfe")}) {
    Lab lab(server.port());
    lab.ann.send(bytes_of({.opcode = opcode::kClose, .payload = payload}));
    const ServerFrame answer = lab.ann.read_frame();
    CHECK(answer.opcode == opcode::kClose);
    CHECK(answer.payload == payload);
    CHECK(lab.ann.await_end() == End::closed);
    CHECK(lab.bob.read_text() == peer_left(lab.ann));
  }
}

TEST_CASE("what was sent before a close frame arrives before the room hears of it, and nothing after",
          "[closing]") {
  const ServerProcess server;
  Lab lab(server.port());
  std::string segment;
  for (int i = 0; i < 20; ++i) segment += text_frame(kShortOffer);
  lab.ann.send(segment + close_frame(1000) + text_frame(kShortOffer));
  for (int i = 0; i < 20; ++i) CHECK(lab.bob.read_text() == relayed(kShortOffer, lab.ann));
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
  lab.bob.send_text(R"({"type":"bye","to":")" + lab.ann.id() + "\"}");
  CHECK(lab.bob.read_text() == unavailable(lab.ann));
}

TEST_CASE("what a client was told in answer to its last messages arrives before its close frame is answered",
          "[closing]") {
  const ServerProcess server;
  Lab lab(server.port());
  const std::string to_herself = R"({"type":"bye","to":")" + lab.ann.id() + "\"}";
  lab.ann.send(text_frame(to_herself) + text_frame(R"({"type":"leave-room"})") + close_frame(1000));
  CHECK(lab.ann.read_text() == relayed(to_herself, lab.ann));
  CHECK(lab.ann.read_text() == R"({"type":"room-left","room":"lab"})");
  CHECK(lab.ann.read_close().code == 1000);
}

TEST_CASE("who was told to go is not there any more, whatever he does", "[closing]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send_text("\xff");
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
  lab.bob.send_text(R"({"type":"bye","to":")" + lab.ann.id() + "\"}");
  CHECK(lab.bob.read_text() == unavailable(lab.ann));
  CHECK(get(server.port(), "/status").body == R"({"totalClients":1,"clients":[")" + lab.bob.id() +
                                                  R"("],"rooms":{"lab":[")" + lab.bob.id() + "\"]}}");
  lab.ann.send_text(kShortOffer);
  await_turn(server.port());
  lab.bob.send_text(R"({"type":"bye","to":")" + lab.ann.id() + "\"}");
  CHECK(lab.bob.read_text() == unavailable(lab.ann));
  CHECK(lab.ann.read_close().code == 1007);
}

TEST_CASE("what was queued before the server closes is delivered before its close frame", "[closing]") {
  const ServerProcess server;
  Lab lab(server.port(), {.receive_bytes = 4096});
  const std::string message = R"({"type":"offer","x":")" + std::string(20'000, 'x') + "\"}";
  constexpr int messages = 40;
  std::string frames;
  for (int n = 0; n < messages; ++n) frames += text_frame(message);
  lab.ann.send(frames);
  lab.ann.await_turn();
  lab.bob.send_text("\xff");
  CHECK(lab.ann.read_text() == peer_left(lab.bob));
  for (int n = 0; n < messages; ++n) CHECK((lab.bob.read_text() == relayed(message, lab.ann)));
  CHECK(lab.bob.read_close() == Close{1007, "invalid-utf8"});
  lab.bob.send(close_frame(1007));
  CHECK(lab.bob.await_end() == End::closed);
}

TEST_CASE("the room hears at once of a connection that ends without a close frame", "[closing]") {
  const ServerProcess server;
  const std::string whole = text_frame(kShortOffer);
  for (const std::string& last : {std::string(), whole.substr(0, 1), whole.substr(0, 4), whole.substr(0, 12),
                                  first_fragment("{\"type\":")}) {
    Lab closes(server.port());
    closes.ann.send(last);
    await_turn(server.port());
    closes.ann.close();
    CHECK(closes.bob.read_text() == peer_left(closes.ann));
    closes.bob.send(close_frame(1000));
    closes.bob.await_end();

    Lab resets(server.port());
    resets.ann.send(last);
    await_turn(server.port());
    resets.ann.reset();
    CHECK(resets.bob.read_text() == peer_left(resets.ann));
    resets.bob.send(close_frame(1000));
    resets.bob.await_end();
  }
  CHECK(get(server.port(), "/status").body == R"({"totalClients":0,"clients":[],"rooms":{}})");
}

TEST_CASE("a reset of a client that has unread messages leaves the others served", "[closing]") {
  const ServerProcess server;
  Lab lab(server.port(), {.receive_bytes = 4096});
  const std::string message = R"({"type":"offer","x":")" + std::string(100'000, 'x') + "\"}";
  for (int i = 0; i < 5; ++i) lab.ann.send_text(message);
  lab.ann.await_turn();
  lab.bob.reset();
  CHECK(lab.ann.read_text() == peer_left(lab.bob));
  lab.ann.send_text(R"({"type":"bye","to":")" + lab.bob.id() + "\"}");
  CHECK(lab.ann.read_text() == unavailable(lab.bob));
}

TEST_CASE("a client that will send no more has left, once what it sent is relayed", "[closing]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send_text(kShortOffer);
  lab.ann.half_close();
  CHECK(lab.bob.read_text() == relayed(kShortOffer, lab.ann));
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
  lab.ann.await_end();
}

TEST_CASE("resets and closes in the middle of a handshake leave no trace", "[closing]") {
  const ServerProcess server;
  Lab lab(server.port());
  const std::string request = upgrade_request();
  for (const std::size_t bytes :
       {std::size_t{0}, std::size_t{1}, std::size_t{3}, request.size() / 2, request.size() - 1}) {
    CAPTURE(bytes);
    RawClient resets(server.port());
    resets.send(request.substr(0, bytes));
    await_turn(server.port());
    resets.reset();
    RawClient closes(server.port());
    closes.send(request.substr(0, bytes));
    await_turn(server.port());
    closes.close();
    RawClient stays_half(server.port());
    stays_half.send(request.substr(0, bytes));
    stays_half.half_close();
    CHECK(stays_half.read_rest().bytes.empty());
  }
  RawClient at_once(server.port());
  at_once.send(request);
  at_once.reset();
  await_turn(server.port());
  lab.ann.send_text(kShortOffer);
  CHECK(lab.bob.read_text() == relayed(kShortOffer, lab.ann));
  CHECK(get(server.port(), "/status").body == R"({"totalClients":2,"clients":[")" + lab.ann.id() + "\",\"" +
                                                  lab.bob.id() + R"("],"rooms":{"lab":[")" + lab.ann.id() +
                                                  "\",\"" + lab.bob.id() + "\"]}}");
}

}  // namespace p2psig::test
