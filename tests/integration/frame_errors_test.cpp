#include "core/protocol/json.hpp"
#include "tests/catch.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

constexpr const char* kOffer = R"({"type":"offer"})";

/// Ann sends it, is closed with 1002, and the room hears of it.
void check_protocol_error(const ServerProcess& server, const std::string& frames) {
  Lab lab(server.port());
  lab.ann.send(frames);
  CHECK(lab.ann.read_close().code == 1002);
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
}

/// Ann sends it, and is cut off without a close frame; the room hears of it.
void check_end(const ServerProcess& server, const std::string& frames) {
  Lab lab(server.port());
  lab.ann.send(frames);
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
  CHECK(lab.ann.read_rest().bytes.empty());
}

/// Ann sends it, is closed with 1002, and answers: then there is nothing to wait for.
void check_answer_ends(const ServerProcess& server, const std::string& frames) {
  Lab lab(server.port());
  lab.ann.send(frames);
  CHECK(lab.ann.read_close().code == 1002);
  lab.ann.send(close_frame(1002));
  CHECK(lab.ann.await_end() == End::closed);
}

}  // namespace

TEST_CASE("a reserved bit closes with 1002", "[frame errors]") {
  const ServerProcess server;
  for (const unsigned bits : {4U, 2U, 1U, 7U}) {
    CAPTURE(bits);
    check_protocol_error(server, bytes_of({.payload = kOffer, .reserved_bits = bits}));
  }
}

TEST_CASE("a reserved opcode closes with 1002", "[frame errors]") {
  const ServerProcess server;
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    CAPTURE(opcode);
    check_protocol_error(server, bytes_of({.opcode = opcode, .payload = kOffer}));
    check_protocol_error(server, bytes_of({.opcode = opcode}));
  }
}

TEST_CASE("a continuation of nothing closes with 1002", "[frame errors]") {
  const ServerProcess server;
  check_protocol_error(server, last_fragment(kOffer));
  check_protocol_error(server, fragment(kOffer));
}

TEST_CASE("a new message within a fragmented one closes with 1002", "[frame errors]") {
  const ServerProcess server;
  check_protocol_error(server, first_fragment("{\"type\":") + text_frame(kOffer));
  check_protocol_error(server, first_fragment("{\"type\":") + first_fragment(kOffer, opcode::kBinary));
}

TEST_CASE("a fragmented control frame closes with 1002", "[frame errors]") {
  const ServerProcess server;
  for (const unsigned opcode : {opcode::kPing, opcode::kPong, opcode::kClose}) {
    CAPTURE(opcode);
    check_protocol_error(server, bytes_of({.opcode = opcode, .payload = "\x03\xe8", .final = false}));
  }
}

TEST_CASE("a control frame of over 125 bytes ends the connection", "[frame errors]") {
  const ServerProcess server;
  for (const unsigned opcode : {opcode::kPing, opcode::kPong, opcode::kClose}) {
    for (const std::size_t bytes : {126U, 200U, 70'000U}) {
      CAPTURE(opcode, bytes);
      check_end(server, bytes_of({.opcode = opcode, .payload = std::string(bytes, 'x')}));
    }
  }
}

TEST_CASE("the answer to a close for a frame error ends TCP", "[frame errors]") {
  const ServerProcess server;
  check_answer_ends(server, bytes_of({.opcode = 3}));
  check_answer_ends(server, bytes_of({.payload = kOffer, .reserved_bits = 4}));
  check_answer_ends(server, last_fragment(kOffer));
  check_answer_ends(server, bytes_of({.opcode = opcode::kPing, .final = false}));
  check_answer_ends(server, first_fragment("{\"type\":") + text_frame(kOffer));
}

TEST_CASE("what came before a frame error is relayed before the room hears of it", "[frame errors]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(text_frame(kOffer) + bytes_of({.payload = kOffer, .reserved_bits = 4}) + text_frame(kOffer));
  CHECK(lab.bob.read_text() == relayed(kOffer, lab.ann));
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
  CHECK(lab.ann.read_close().code == 1002);
}

TEST_CASE("a continuation behind the end of a message closes with 1002", "[frame errors]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(first_fragment(R"({"type":"offer")") + last_fragment("}") + last_fragment(""));
  CHECK(lab.bob.read_text() == relayed(kOffer, lab.ann));
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
  CHECK(lab.ann.read_close().code == 1002);
}

TEST_CASE("an empty message is an error, and the connection lives", "[frame errors]") {
  const ServerProcess server;
  Lab lab(server.port());
  for (const std::string& frames :
       {text_frame(""), bytes_of({.opcode = opcode::kBinary}), first_fragment("") + last_fragment("")}) {
    lab.ann.send(frames);
    const auto error = Json::parse(lab.ann.read_text());
    REQUIRE(error);
    CHECK(error->string("type") == "error");
    CHECK(error->string("message") == "invalid-message");
    CHECK(error->string("detail").value_or("").size() > 1);
  }
  lab.ann.send_text(kOffer);
  CHECK(lab.bob.read_text() == relayed(kOffer, lab.ann));
}

TEST_CASE("unmasked frames are taken", "[frame errors]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(bytes_of({.payload = kOffer, .masked = false}));
  CHECK(lab.bob.read_text() == relayed(kOffer, lab.ann));
}

TEST_CASE("a ping is answered with its payload, and a pong with nothing", "[frame errors]") {
  const ServerProcess server;
  Lab lab(server.port());
  for (const std::string& payload :
       {std::string("x"), std::string("\0\xff\x80", 3), std::string(125, 'y'), std::string()}) {
    lab.ann.send(pong_frame(payload) + ping_frame(payload));
    CHECK(lab.ann.read_pong() == payload);
  }
  lab.ann.send_text(kOffer);
  CHECK(lab.bob.read_text() == relayed(kOffer, lab.ann));
}

}  // namespace p2psig::test
