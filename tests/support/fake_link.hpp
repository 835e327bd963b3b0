#pragma once

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocol/websocket_frame.hpp"
#include "core/server/outbox.hpp"

namespace p2psig::test {

/// A working socket end: keeps what it is sent, and can be made to hold bytes back or to be dead.
class FakeLink final : public Link {
 public:
  Sent send(std::string_view frames) override {
    ++sends;
    if (dead) return Sent::dead;
    largest_send = std::max(largest_send, frames.size());
    bytes += frames;
    return slow ? Sent::held : Sent::all;
  }
  void close(CloseReason code) override { closed_with = code; }
  void cut() override { was_cut = true; }

  [[nodiscard]] bool ended() const { return closed_with.has_value() || was_cut; }

  /// The payloads of the text frames that came since this was asked last; pings are counted.
  std::vector<std::string> take_texts() {
    std::vector<std::string> texts;
    for (std::string_view rest = std::string_view(bytes).substr(read_); !rest.empty();) {
      const std::size_t frame = websocket_frame::frame_bytes(rest.data());
      if (frame > rest.size()) throw std::logic_error("a frame was cut in two");
      const std::size_t payload = payload_bytes(rest);
      if (static_cast<unsigned char>(rest[0]) == 0x81)
        texts.emplace_back(rest.substr(frame - payload, payload));
      else
        ++pings;
      rest.remove_prefix(frame);
    }
    read_ = bytes.size();
    return texts;
  }

  std::string bytes;
  std::size_t sends = 0;
  std::size_t largest_send = 0;
  std::size_t pings = 0;
  std::optional<CloseReason> closed_with;
  bool was_cut = false;
  bool slow = false;
  bool dead = false;

 private:
  static std::size_t payload_bytes(std::string_view frame) {
    const auto length = static_cast<unsigned char>(frame[1]);
    const std::size_t header = length < 126 ? 2 : length == 126 ? 4 : 10;
    return websocket_frame::frame_bytes(frame.data()) - header;
  }

  std::size_t read_ = 0;
};

}  // namespace p2psig::test
