#include "core/protocol/websocket_frame.hpp"

#include <string>

#include "tests/catch.hpp"

using namespace p2psig::websocket_frame;

namespace {

std::string header(Opcode opcode, std::size_t payload) {
  std::string out(kHeaderBytesMax, '\0');
  const char* const end = write_header(out.data(), opcode, payload);
  out.resize(static_cast<std::size_t>(end - out.data()));
  return out;
}

}  // namespace

TEST_CASE("a frame's header has the shortest length that RFC 6455 allows", "[websocket_frame]") {
  using namespace std::string_literals;
  CHECK(header(Opcode::text, 0) == "\x81\0"s);
  CHECK(header(Opcode::ping, 4) == "\x89\x04"s);
  CHECK(header(Opcode::text, 125) == "\x81\x7D"s);
  CHECK(header(Opcode::text, 126) == "\x81\x7E\0\x7E"s);
  CHECK(header(Opcode::text, 65535) == "\x81\x7E\xFF\xFF"s);
  CHECK(header(Opcode::text, 65536) == "\x81\x7F\0\0\0\0\0\x01\0\0"s);
}

TEST_CASE("the size of a header is known before it is written", "[websocket_frame]") {
  for (const std::size_t payload : {0UL, 1UL, 125UL, 126UL, 300UL, 65535UL, 65536UL, 262'200UL})
    CHECK(header(Opcode::text, payload).size() == header_bytes(payload));
}
