#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/protocol/websocket_frame.hpp"

namespace p2psig {

/// Reads the frames of one side (RFC 6455, 5.2), in whatever pieces they arrive.
///
/// What they mean is up to `Frames`, which has
///
///     void message(std::string_view piece, std::uint64_t frame_bytes_left, bool ends_message);
///     void ping(std::string_view payload);
///     void pong(std::string_view payload);
///     void close(std::string_view payload);  // the last one: what comes behind it is dropped
///     void violation();                      // of the RFC: from here on only a close frame matters
///     void unreadable();                     // nobody can tell where the next frame begins: the last one
///
/// Assembly::add says what the arguments of message() mean. It is told of a header at once, with an empty
/// piece where nothing of the payload is there yet. Views last as long as the call.
///
/// Laxer than the RFC in one point: a client's frame without a mask is taken. Holds at most a header and the
/// payload of a control frame, and that only until the rest of it comes.
class FrameReader {
 public:
  enum class Sender : std::uint8_t { client, server };

  explicit FrameReader(Sender sender) noexcept : sender_(sender) {}

  /// Takes the masks off in place.
  template <class Frames>
  void read(std::span<char> bytes, Frames&& frames);

 private:
  enum class Kind : std::uint8_t { message, ping, pong, close, violation, unreadable };

  struct Head {
    Kind kind;
    std::string_view control_payload;
  };

  [[nodiscard]] static std::size_t head_bytes(std::span<const char> bytes) noexcept;
  [[nodiscard]] std::span<char> next_head(std::span<char>& bytes);
  [[nodiscard]] Head begin(std::span<char> head) noexcept;
  [[nodiscard]] Kind kind_of(std::span<const char> head) const noexcept;
  [[nodiscard]] std::string_view next_piece(std::span<char>& bytes) noexcept;
  void unmask(std::span<char> payload) noexcept;

  std::uint64_t payload_left_ = 0;  // of the current frame of a message
  std::string held_;                // the beginning of a head
  websocket_frame::Mask mask_{};
  std::uint8_t unmasked_ = 0;  // bytes of the payload, modulo those of the mask
  Sender sender_;
  bool final_ = false;       // the current frame of a message is its last one
  bool in_message_ = false;  // which has begun, and whose last frame has not
  bool violated_ = false;
  bool over_ = false;
};

template <class Frames>
void FrameReader::read(std::span<char> bytes, Frames&& frames) {
  const auto message = [&](std::string_view piece) {
    frames.message(piece, payload_left_, final_ && payload_left_ == 0);
  };
  while (!bytes.empty() && !over_) {
    if (payload_left_ != 0) {
      message(next_piece(bytes));
      continue;
    }
    const std::span<char> whole = next_head(bytes);
    if (whole.empty()) return;
    const Head head = begin(whole);
    switch (head.kind) {
      case Kind::message:
        if (payload_left_ == 0 || bytes.empty()) message({});
        break;
      case Kind::ping:
        frames.ping(head.control_payload);
        break;
      case Kind::pong:
        frames.pong(head.control_payload);
        break;
      case Kind::close:
        frames.close(head.control_payload);
        break;
      case Kind::violation:
        frames.violation();
        break;
      case Kind::unreadable:
        frames.unreadable();
        break;
    }
    if (!held_.empty()) std::string().swap(held_);
  }
}

}  // namespace p2psig
