#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/protocol/close_frame.hpp"
#include "core/protocol/messages.hpp"
#include "core/server/outbox.hpp"

namespace p2psig::test {

/// A working socket end: keeps what it is sent, and can be made to take little, or to be dead.
class FakeLink final : public Link {
 public:
  std::optional<std::size_t> send(std::string_view frames) override {
    ++sends;
    if (dead) return std::nullopt;
    const std::string_view taken = frames.substr(0, slow ? 0 : most);
    bytes += taken;
    read_frames();
    if (taken.size() == frames.size() && read_ != bytes.size())
      throw std::logic_error("a frame was cut in two");
    return taken.size();
  }
  void end() override { has_ended = true; }
  void cut() override { was_cut = true; }

  [[nodiscard]] bool closed_with(CloseReason reason) const {
    return close_frame == close_payload(code_of(reason), name_of(reason));
  }
  [[nodiscard]] bool ended() const { return close_frame.has_value() || has_ended || was_cut; }

  /// The payloads of the text frames that came since this was asked last.
  std::vector<std::string> take_texts() { return std::exchange(texts_, {}); }

  std::string bytes;
  std::size_t sends = 0;
  std::size_t most = std::numeric_limits<std::size_t>::max();  ///< that it takes at once
  std::size_t pings = 0;
  std::vector<std::string> pongs;
  std::optional<std::string> close_frame;  ///< its payload
  bool has_ended = false;
  bool was_cut = false;
  bool slow = false;  ///< takes nothing
  bool dead = false;

 private:
  /// Those that are whole by now.
  void read_frames() {
    while (bytes.size() - read_ >= 2) {
      const auto octet = [this](std::size_t i) { return static_cast<unsigned char>(bytes[read_ + i]); };
      const std::size_t header = octet(1) < 126 ? 2 : octet(1) == 126 ? 4 : 10;
      if (bytes.size() - read_ < header) return;
      std::size_t payload = header == 2 ? octet(1) : 0;
      for (std::size_t i = 2; i < header; ++i) payload = payload << 8U | octet(i);
      if (bytes.size() - read_ < header + payload) return;
      handle(octet(0), bytes.substr(read_ + header, payload));
      read_ += header + payload;
    }
  }

  void handle(unsigned char first, std::string payload) {
    switch (first) {
      case 0x81:
        return texts_.push_back(std::move(payload));
      case 0x88:
        close_frame = std::move(payload);
        return;
      case 0x89:
        ++pings;
        return;
      case 0x8A:
        return pongs.push_back(std::move(payload));
      default:
        throw std::logic_error("a frame that no server sends");
    }
  }

  std::size_t read_ = 0;
  std::vector<std::string> texts_;
};

}  // namespace p2psig::test
