#include "core/protocol/frame_reader.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.hpp"
#include "tests/support/client_frame.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

using Told = std::vector<std::string>;

/// Writes down what it is told; of a message all its pieces in one.
class ToldFrames {
 public:
  void message(std::string_view piece, std::uint64_t frame_bytes_left, bool ends_message) {
    message_ += piece;
    left = frame_bytes_left;
    ++pieces;
    if (ends_message) events.push_back("message " + std::exchange(message_, {}));
  }
  void ping(std::string_view payload) { events.push_back("ping " + std::string(payload)); }
  void pong(std::string_view payload) { events.push_back("pong " + std::string(payload)); }
  void close(std::string_view payload) { events.push_back("close " + std::string(payload)); }
  void violation() { events.emplace_back("violation"); }
  void unreadable() { events.emplace_back("unreadable"); }

  Told events;
  std::uint64_t left = 0;  ///< of the frame that came last
  std::size_t pieces = 0;

 private:
  std::string message_;
};

/// What is read of it, if it arrives in pieces of that size.
Told read_of(std::string bytes, std::size_t piece_bytes = std::numeric_limits<std::size_t>::max(),
             FrameReader::Sender sender = FrameReader::Sender::client) {
  FrameReader reader(sender);
  ToldFrames frames;
  for (std::span<char> rest = bytes; !rest.empty();) {
    const std::size_t size = std::min(piece_bytes, rest.size());
    reader.read(rest.first(size), frames);
    rest = rest.subspan(size);
  }
  return frames.events;
}

std::string text_of(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>('a' + i * i % 26);
  return text;
}

}  // namespace

TEST_CASE("messages of all lengths are read, with a mask or without", "[frame_reader]") {
  for (const bool masked : {true, false}) {
    for (const std::size_t bytes : {0U, 1U, 3U, 7U, 8U, 9U, 125U, 126U, 127U, 65'535U, 65'536U, 70'001U}) {
      CAPTURE(masked, bytes);
      const std::string payload = text_of(bytes);
      const std::string frame = bytes_of({.payload = payload, .masked = masked});
      CHECK((read_of(frame + frame) == Told{"message " + payload, "message " + payload}));
    }
  }
}

TEST_CASE("a server's frames have no mask", "[frame_reader]") {
  const auto read_of_server = [](const ClientFrame& frame) {
    return read_of(bytes_of({.masked = false}) + bytes_of(frame), std::numeric_limits<std::size_t>::max(),
                   FrameReader::Sender::server);
  };
  CHECK((read_of_server({.payload = "bare", .masked = false}) == Told{"message ", "message bare"}));
  CHECK(read_of_server({.payload = "masked"})[1] == "violation");
  CHECK(read_of_server({.opcode = opcode::kPing, .payload = "masked"})[1] == "violation");
}

TEST_CASE("frames are the same in whatever pieces they arrive", "[frame_reader]") {
  std::string bytes = text_frame("one") + ping_frame("p1") + first_fragment("tw") + pong_frame("late") +
                      fragment("") + ping_frame("") + fragment("o, and mo") + last_fragment("re") +
                      bytes_of({.opcode = opcode::kBinary, .payload = text_of(300)}) +
                      bytes_of({.payload = text_of(66'000)}) +
                      bytes_of({.payload = "bare", .masked = false}) + first_fragment("", opcode::kBinary) +
                      last_fragment("") + ping_frame(text_of(125)) + close_frame(1000, "bye") +
                      text_frame("nobody reads this");
  const Told expected{"message one",
                      "ping p1",
                      "pong late",
                      "ping ",
                      "message two, and more",
                      "message " + text_of(300),
                      "message " + text_of(66'000),
                      "message bare",
                      "message ",
                      "ping " + text_of(125),
                      std::string("close \x03\xe8") + "bye"};
  CHECK((read_of(bytes) == expected));
  for (const std::size_t piece_bytes : {1U, 2U, 3U, 5U, 7U, 64U, 1'000U, 65'000U}) {
    CAPTURE(piece_bytes);
    CHECK((read_of(bytes, piece_bytes) == expected));
  }
}

TEST_CASE("a message in one piece is told in one piece", "[frame_reader]") {
  std::string bytes = text_frame("whole");
  FrameReader reader(FrameReader::Sender::client);
  ToldFrames frames;
  reader.read(bytes, frames);
  CHECK(frames.pieces == 1);
}

TEST_CASE("a header is told of before its payload is there, with the largest length too", "[frame_reader]") {
  constexpr std::uint64_t longest = std::numeric_limits<std::int64_t>::max();
  std::string header = bytes_of({.announced_bytes = longest});
  std::string payload = "0123";
  FrameReader reader(FrameReader::Sender::client);
  ToldFrames frames;
  reader.read(std::span(header).first(header.size() - 1), frames);
  CHECK(frames.pieces == 0);
  reader.read(std::span(header).last(1), frames);
  CHECK(frames.pieces == 1);
  CHECK(frames.left == longest);
  reader.read(payload, frames);
  CHECK(frames.pieces == 2);
  CHECK(frames.left == longest - payload.size());
}

TEST_CASE("a frame against the RFC is told of once, and then only the close frame behind it matters",
          "[frame_reader]") {
  const std::string text = "{}";
  std::vector<std::string> violations{
      last_fragment(text),
      fragment(text),
      first_fragment(text) + text_frame(text),
      first_fragment(text) + bytes_of({.opcode = opcode::kBinary}),
      bytes_of({.opcode = opcode::kPing, .payload = text, .final = false}),
      bytes_of({.opcode = opcode::kPong, .final = false}),
      bytes_of({.opcode = opcode::kClose, .payload = "\x03\xe8", .final = false}),
  };
  for (const unsigned bits : {1U, 2U, 4U, 7U}) {
    violations.push_back(bytes_of({.payload = text, .reserved_bits = bits}));
    violations.push_back(bytes_of({.opcode = opcode::kPing, .payload = text, .reserved_bits = bits}));
  }
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    violations.push_back(bytes_of({.opcode = opcode, .payload = text}));
    violations.push_back(bytes_of({.opcode = opcode}));
  }
  for (const std::string& bytes : violations) {
    for (const std::size_t piece_bytes : {1U, 100U}) {
      CAPTURE(bytes, piece_bytes);
      std::string all = text_frame("before");
      all.append(bytes).append(bytes).append(close_frame(1002));
      const Told events = read_of(all, piece_bytes);
      REQUIRE(events.size() >= 3);
      CHECK(events[0] == "message before");
      CHECK(std::count(events.begin(), events.end(), "violation") == 1);
      CHECK(events.back().starts_with("close \x03"));
    }
  }
}

TEST_CASE("where a frame ends cannot be told of a control frame that is too long, or of a length of 64 bits",
          "[frame_reader]") {
  for (const unsigned opcode : {opcode::kClose, opcode::kPing, opcode::kPong, 15U}) {
    for (const std::size_t bytes : {126U, 65'536U}) {
      const std::string frame = bytes_of({.opcode = opcode, .payload = std::string(bytes, 'x')});
      CHECK((read_of(frame + close_frame(1000)) == Told{"unreadable"}));
      CHECK((read_of(frame.substr(0, 2)) == Told{"unreadable"}));  // nothing more is needed to know
    }
  }
  const std::string frame = bytes_of({.announced_bytes = std::uint64_t{1} << 63U});
  CHECK((read_of(frame + close_frame(1000)) == Told{"unreadable"}));
  CHECK((read_of(last_fragment("") + frame + close_frame(1000)) == Told{"violation", "unreadable"}));
}
