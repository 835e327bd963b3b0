#include "tests/catch.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

constexpr std::size_t kDefaultMax = 262'144;
const Close kTooBig{1009, "message-too-big"};

/// A message of exactly this many bytes, which no shift of its middle would leave the same.
std::string message_of(std::size_t bytes) {
  std::string message = R"({"type":"offer","x":")";
  for (unsigned i = 0; message.size() + 2 < bytes; ++i) message += static_cast<char>('a' + i * i % 23);
  return message + "\"}";
}

/// As a message of a hundred frames.
std::string hundred_frames(const std::string& message) {
  const std::size_t each = message.size() / 100;
  std::string frames = first_fragment(message.substr(0, each));
  for (std::size_t i = 1; i < 99; ++i) frames += fragment(message.substr(i * each, each));
  return frames + last_fragment(message.substr(99 * each));
}

/// Ann sends it, it closes her connection, and the room hears of it.
void check_too_big(const ServerProcess& server, const std::string& frames) {
  Lab lab(server.port());
  lab.ann.send(frames);
  CHECK(lab.ann.read_close() == kTooBig);
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
}

void check_relayed(const ServerProcess& server, const std::string& frames, const std::string& message) {
  Lab lab(server.port());
  lab.ann.send(frames);
  CHECK((lab.bob.read_text() == relayed(message, lab.ann)));  // too long to be printed
}

}  // namespace

TEST_CASE("the largest message is relayed byte for byte, in one frame and in a hundred", "[size]") {
  const ServerProcess server;
  const std::string message = message_of(kDefaultMax);
  REQUIRE(message.size() == kDefaultMax);
  check_relayed(server, text_frame(message), message);
  check_relayed(server, hundred_frames(message), message);
}

TEST_CASE("a message of one byte more closes, in one frame and in a hundred", "[size]") {
  const ServerProcess server;
  const std::string message = message_of(kDefaultMax + 1);
  check_too_big(server, text_frame(message));
  check_too_big(server, hundred_frames(message));
}

TEST_CASE("fragments that are too big together close before the message ends", "[size]") {
  const ServerProcess server;
  check_too_big(server, first_fragment(std::string(kDefaultMax, ' ')) + fragment(" "));
}

TEST_CASE("the size that an operator chose is the limit", "[size]") {
  constexpr std::size_t max = 200;
  const ServerProcess server({"--max-message-bytes", std::to_string(max)});
  for (const std::size_t bytes : {max - 1, max}) {
    check_relayed(server, text_frame(message_of(bytes)), message_of(bytes));
    check_relayed(server, hundred_frames(message_of(bytes)), message_of(bytes));
  }
  check_too_big(server, text_frame(message_of(max + 1)));
  check_too_big(server, hundred_frames(message_of(max + 1)));
}

TEST_CASE("the limit holds for each message by itself", "[size]") {
  constexpr std::size_t max = 200;
  const ServerProcess server({"--max-message-bytes", std::to_string(max)});
  Lab lab(server.port());
  const std::string message = message_of(max);
  lab.ann.send(hundred_frames(message) + text_frame(message) + hundred_frames(message));
  for (int i = 0; i < 3; ++i) CHECK(lab.bob.read_text() == relayed(message, lab.ann));
}

TEST_CASE("an announced length of 2^62 closes as soon as its payload starts, and costs no memory", "[size]") {
  const ServerProcess server;
  const std::size_t before = server.resident_bytes();
  check_too_big(server, bytes_of({.payload = "{\"ty", .announced_bytes = 1ULL << 62}));
  CHECK(server.resident_bytes() < before + 8UL * 1024 * 1024);
}

TEST_CASE("a length that makes fragments overflow a counter closes", "[size]") {
  const ServerProcess server;
  check_too_big(server, first_fragment("{\"type\":") + bytes_of({.opcode = opcode::kContinuation,
                                                                 .payload = "\"x",
                                                                 .final = false,
                                                                 .announced_bytes = (1ULL << 63) - 1}));
}

TEST_CASE("a length with the top bit set ends TCP", "[size]") {
  const ServerProcess server;
  for (const std::uint64_t length : {1ULL << 63, ~0ULL}) {
    Lab lab(server.port());
    lab.ann.send(bytes_of({.payload = "{\"ty", .announced_bytes = length}));
    lab.ann.await_end();
    CHECK(lab.bob.read_text() == peer_left(lab.ann));
  }
}

TEST_CASE("a close for a big message reaches a client that goes on sending two megabytes", "[size]") {
  const ServerProcess server;
  Lab lab(server.port());
  lab.ann.send(text_frame(std::string(2UL * 1024 * 1024, 'x')));
  CHECK(lab.ann.read_close() == kTooBig);
  lab.ann.send(close_frame(1009));
  CHECK(lab.ann.await_end() == End::closed);
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
}

TEST_CASE("what follows a message that was too big is dropped", "[size]") {
  const ServerProcess server({"--max-message-bytes", "64"});
  Lab lab(server.port());
  lab.ann.send(text_frame(std::string(65, 'x')) + text_frame(R"({"type":"offer"})"));
  CHECK(lab.ann.read_close() == kTooBig);
  CHECK(lab.bob.read_text() == peer_left(lab.ann));
  lab.bob.send_text(R"({"type":"bye","to":")" + lab.bob.id() + "\"}");
  CHECK(lab.bob.read_text().starts_with(R"({"type":"bye")"));
}

}  // namespace p2psig::test
