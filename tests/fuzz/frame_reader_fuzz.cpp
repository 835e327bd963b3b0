/// Whatever one side sends, in whatever pieces it arrives: the frames are the same, and those that are
/// allowed are as a second reader, which has all bytes at hand, reads them.
#include "core/protocol/frame_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tests/fuzz/check.hpp"

using namespace p2psig;

namespace {

/// What was told, as text; a message and its end, but not its pieces.
struct Story {
  void message(std::string_view piece, std::uint64_t frame_bytes_left, bool ends_message) {
    FUZZ_CHECK(frame_bytes_left <= INT64_MAX);
    FUZZ_CHECK(!over);
    if (violated) return;
    text += piece;
    if (ends_message) text += "|";
  }
  void ping(std::string_view payload) { control("<ping " + std::string(payload) + ">"); }
  void pong(std::string_view payload) { control("<pong " + std::string(payload) + ">"); }
  void close(std::string_view payload) {
    if (violated) return;  // where it stands there, depends on what is taken for a frame
    last("<close " + std::string(payload) + ">");
  }
  void violation() {
    control("<violation>");
    violated = true;
  }
  void unreadable() { last("<unreadable>"); }

  void control(const std::string& event) {
    FUZZ_CHECK(!over);
    if (!violated) text += event;
  }
  void last(const std::string& event) {
    control(event);
    over = true;
  }

  std::string text;
  bool violated = false;
  bool over = false;
};

/// RFC 6455, 5.2, once more.
Story independent(std::string_view bytes, FrameReader::Sender sender) {
  Story story;
  bool in_message = false;
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  while (!story.over && !story.violated && bytes.size() >= 2) {
    const bool final = octet(0) >= 128;
    const unsigned opcode = octet(0) % 16;
    const bool masked = octet(1) >= 128;
    std::uint64_t length = octet(1) % 128;
    std::size_t header = 2;
    if (opcode >= 8 && length > 125) {
      story.unreadable();
      break;
    }
    const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (bytes.size() < header + more + (masked ? 4U : 0U)) break;
    if (more != 0) length = 0;
    for (std::size_t i = 0; i < more; ++i) length = length * 256 + octet(header++);
    if (more == 8 && length > INT64_MAX) {
      story.unreadable();
      break;
    }
    const std::string_view mask = masked ? bytes.substr(header, 4) : std::string_view("\0\0\0\0", 4);
    header += masked ? 4 : 0;
    const std::string_view there = bytes.substr(header, length);
    if (opcode >= 8 && there.size() < length) break;
    if (octet(0) / 16 % 8 != 0 || (masked && sender == FrameReader::Sender::server) ||
        (opcode > 2 && opcode < 8) || opcode > 10 || (opcode >= 8 && !final) ||
        (opcode < 8 && (opcode == 0) != in_message)) {
      story.violation();
      break;
    }
    std::string payload;
    for (std::size_t i = 0; i < there.size(); ++i) payload += static_cast<char>(there[i] ^ mask[i % 4]);
    if (opcode == 8) story.close(payload);
    if (opcode == 9) story.ping(payload);
    if (opcode == 10) story.pong(payload);
    if (opcode < 8) {
      in_message = !final;
      story.message(payload, length - there.size(), final && there.size() == length);
    }
    if (there.size() < length) break;
    bytes.remove_prefix(header + there.size());
  }
  return story;
}

}  // namespace

/// The first byte says whose frames they are, the next how long the pieces are in which the others arrive.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t lengths = 4;
  if (size < 1 + lengths) return 0;
  const auto sender = *data % 2 == 0 ? FrameReader::Sender::client : FrameReader::Sender::server;
  ++data, --size;
  std::string bytes(reinterpret_cast<const char*>(data) + lengths, size - lengths);
  const std::string expected = independent(bytes, sender).text;
  FrameReader reader(sender);
  Story story;
  std::span<char> rest = bytes;
  for (std::size_t i = 0; !rest.empty(); ++i) {
    const std::span<char> piece = rest.first(std::min<std::size_t>(data[i % lengths] + 1U, rest.size()));
    reader.read(piece, story);
    rest = rest.subspan(piece.size());
  }
  FUZZ_CHECK(story.text == expected);
  return 0;
}
