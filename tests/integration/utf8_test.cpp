#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

const Close kInvalidUtf8{1007, "invalid-utf8"};

}  // namespace

TEST_CASE("a UTF-8 character may be split over fragments, anywhere", "[utf8]") {
  const ServerProcess server;
  Lab lab(server.port());
  const std::string message = "{\"type\":\"offer\",\"x\":\"é€😀\"}";
  for (std::size_t cut = message.find("é"); cut < message.size(); ++cut) {
    lab.ann.send(first_fragment(message.substr(0, cut)) + last_fragment(message.substr(cut)));
    CHECK(lab.bob.read_text() == relayed(message, lab.ann));
  }
  std::string fragments = first_fragment("");
  for (const char each : message) fragments += fragment(std::string(1, each));
  lab.ann.send(fragments + last_fragment(""));
  CHECK(lab.bob.read_text() == relayed(message, lab.ann));
}

TEST_CASE("a UTF-8 character may be split over segments, anywhere", "[utf8]") {
  const ServerProcess server;
  Lab lab(server.port());
  const std::string message = "{\"type\":\"offer\",\"x\":\"é€😀\"}";
  const std::string frame = text_frame(message);
  for (std::size_t behind = 3; behind < 12; ++behind) {
    const std::size_t cut = frame.size() - behind;
    lab.ann.send(std::string_view(frame).substr(0, cut));
    await_turn(server.port());
    lab.ann.send(std::string_view(frame).substr(cut));
    CHECK(lab.bob.read_text() == relayed(message, lab.ann));
  }
}

TEST_CASE("invalid UTF-8 in a first fragment closes at once", "[utf8]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(first_fragment("{\"type\":\"\xc0\xaf"));
  CHECK(lab.ann.read_close() == kInvalidUtf8);
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
}

TEST_CASE("invalid UTF-8 at the start of a frame closes before the frame is whole", "[utf8]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(bytes_of({.payload = "{\"type\":\"\xed\xa0\x80", .announced_bytes = 1000}));
  CHECK(lab.ann.read_close() == kInvalidUtf8);
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
}

TEST_CASE("a message that ends within a UTF-8 character closes", "[utf8]") {
  const ServerProcess server;
  for (const std::string& frames :
       {text_frame("{\"type\":\"\xe2\x82"), first_fragment(R"({"type":")") + last_fragment("\xe2\x82"),
        first_fragment("\xf0\x9f\x98") + fragment("") + last_fragment("")}) {
    Lab lab(server.port());
    lab.ann.send(frames);
    CHECK(lab.ann.read_close() == kInvalidUtf8);
    CHECK(lab.bob.read_text() == peer_left(lab.ann));
  }
}

TEST_CASE("invalid UTF-8 is found in whole texts, behind JSON's faults too, and in binary frames", "[utf8]") {
  const ServerProcess server;
  for (const unsigned opcode : {opcode::kText, opcode::kBinary}) {
    for (const char* payload :
         {"\xff", "{\"type\":\"offer\",\"x\":\"\x80\"}", "not JSON \xfe", "{}\xf4\x90\x80\x80"}) {
      CAPTURE(opcode, payload);
      Lab lab(server.port());
      lab.ann.send(bytes_of({.opcode = opcode, .payload = payload}));
      CHECK(lab.ann.read_close() == kInvalidUtf8);
      CHECK(lab.bob.read_text() == peer_left(lab.ann));
    }
  }
}

TEST_CASE("a binary frame of UTF-8 is relayed as text", "[utf8]") {
  const ServerProcess server;
  Lab lab(server.port());
  const std::string message = "{\"type\":\"offer\",\"x\":\"é€😀\"}";
  lab.ann.send(bytes_of({.opcode = opcode::kBinary, .payload = message}));
  const ServerFrame frame = lab.bob.read_frame();
  CHECK(frame.opcode == opcode::kText);
  CHECK(frame.payload == relayed(message, lab.ann));
}

TEST_CASE("a close for invalid UTF-8 reaches a client that goes on sending two megabytes", "[utf8]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(first_fragment("\xff"));
  for (int i = 0; i < 40; ++i) lab.ann.send(fragment(std::string(50'000, 'x')));
  CHECK(lab.ann.read_close() == kInvalidUtf8);
  lab.ann.send(close_frame(1007));
  CHECK(lab.ann.await_end() == End::closed);
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
}

}  // namespace p2psig::test
