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

TEST_CASE("a client's frame has a mask that is taken off as it was put on, in whatever parts",
          "[websocket_frame]") {
  using namespace std::string_literals;
  const Mask mask{'\x37', '\xFA', '\x21', '\x3D'};
  std::string out = "before ";
  append_masked(out, Opcode::text, "Hello", mask);  // RFC 6455, 5.7
  CHECK(out == "before \x81\x85\x37\xFA\x21\x3D\x7F\x9F\x4D\x51\x58"s);

  for (const std::size_t bytes : {0UL, 7UL, 8UL, 125UL, 126UL, 65'535UL, 65'536UL}) {
    const std::string payload(bytes, 'x');
    std::string frame;
    append_masked(frame, Opcode::binary, payload, mask);
    REQUIRE(frame.size() == frame_bytes(bytes) + mask.size());
    const std::span<char> masked = std::span(frame).last(bytes);
    const std::size_t part = bytes / 3;
    apply_mask(masked.first(part), mask);
    apply_mask(masked.subspan(part), mask, part);
    CHECK(std::string(masked.begin(), masked.end()) == payload);
  }
}
