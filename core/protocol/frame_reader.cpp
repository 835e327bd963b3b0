#include "core/protocol/frame_reader.hpp"

#include <algorithm>
#include <cstring>

namespace p2psig {
namespace {

using websocket_frame::Opcode;

constexpr std::size_t kMaskBytes = sizeof(websocket_frame::Mask);
/// The longest payload of a control frame; what a header says instead where the length stands behind it.
constexpr unsigned kShortLengthMax = 125;
constexpr unsigned kLengthOf16Bits = 126;

constexpr unsigned byte_of(char byte) noexcept { return static_cast<unsigned char>(byte); }

/// One of RFC 6455, or a reserved one.
constexpr Opcode opcode_of(std::span<const char> head) noexcept {
  return static_cast<Opcode>(byte_of(head[0]) & 0x0FU);
}
constexpr bool is_control(std::span<const char> head) noexcept { return (byte_of(head[0]) & 0x08U) != 0; }
constexpr bool is_final(std::span<const char> head) noexcept { return (byte_of(head[0]) & 0x80U) != 0; }
constexpr bool is_masked(std::span<const char> head) noexcept { return (byte_of(head[1]) & 0x80U) != 0; }
constexpr unsigned short_length(std::span<const char> head) noexcept { return byte_of(head[1]) & 0x7FU; }

constexpr std::size_t long_length_bytes(std::span<const char> head) noexcept {
  if (short_length(head) <= kShortLengthMax) return 0;
  return short_length(head) == kLengthOf16Bits ? 2 : 8;
}

}  // namespace

/// The size of a frame's header, and of the payload if that belongs to a control frame; as far as the bytes
/// that are there tell, so possibly more than those.
std::size_t FrameReader::head_bytes(std::span<const char> bytes) noexcept {
  constexpr std::size_t to_know_more = 2;
  if (bytes.size() < to_know_more) return to_know_more;
  if (is_control(bytes) && short_length(bytes) > kShortLengthMax) return to_know_more;
  return to_know_more + long_length_bytes(bytes) + (is_masked(bytes) ? kMaskBytes : 0) +
         (is_control(bytes) ? short_length(bytes) : 0);
}

/// Takes a whole one off the front of `bytes`; empty, and all of them held, if its rest has not come.
std::span<char> FrameReader::next_head(std::span<char>& bytes) {
  const auto take = [&bytes](std::size_t size) {
    const std::span<char> front = bytes.first(std::min(size, bytes.size()));
    bytes = bytes.subspan(front.size());
    return front;
  };
  if (held_.empty()) {
    const std::size_t size = head_bytes(bytes);
    if (size <= bytes.size()) return take(size);
  }
  while (head_bytes(held_) > held_.size()) {
    if (bytes.empty()) return {};
    const std::span<char> more = take(head_bytes(held_) - held_.size());
    held_.append(more.data(), more.size());
  }
  return held_;
}

FrameReader::Kind FrameReader::kind_of(std::span<const char> head) const noexcept {
  constexpr unsigned reserved_bits = 0x70U;
  const Opcode opcode = opcode_of(head);
  if (is_control(head) && short_length(head) > kShortLengthMax) return Kind::unreadable;
  constexpr unsigned top_bit = 0x80U;  // of a length of 63
  if (long_length_bytes(head) == 8 && (byte_of(head[2]) & top_bit) != 0) return Kind::unreadable;
  if (!violated_) {
    if ((byte_of(head[0]) & reserved_bits) != 0) return Kind::violation;
    if (sender_ == Sender::server && is_masked(head)) return Kind::violation;
    if (opcode > Opcode::pong || (opcode > Opcode::binary && opcode < Opcode::close)) return Kind::violation;
    if (is_control(head) ? !is_final(head) : (opcode == Opcode::continuation) != in_message_)
      return Kind::violation;
  }
  if (!is_control(head)) return Kind::message;
  if (opcode == Opcode::close) return Kind::close;
  return opcode == Opcode::ping ? Kind::ping : Kind::pong;
}

FrameReader::Head FrameReader::begin(std::span<char> head) noexcept {
  const Kind kind = kind_of(head);
  if (kind == Kind::violation) violated_ = true;
  if (kind == Kind::close || kind == Kind::unreadable) over_ = true;
  if (kind == Kind::unreadable) return {kind, {}};
  const std::size_t mask_at = 2 + long_length_bytes(head);
  mask_ = {};
  unmasked_ = 0;
  if (is_masked(head)) std::memcpy(mask_.data(), head.data() + mask_at, kMaskBytes);
  if (is_control(head)) {
    const std::span<char> payload = head.last(short_length(head));
    unmask(payload);
    return {kind, {payload.data(), payload.size()}};
  }
  payload_left_ = short_length(head);
  if (mask_at > 2) {
    payload_left_ = 0;
    for (std::size_t i = 2; i < mask_at; ++i) payload_left_ = payload_left_ << 8U | byte_of(head[i]);
  }
  final_ = is_final(head);
  in_message_ = !final_;
  return {kind, {}};
}

std::string_view FrameReader::next_piece(std::span<char>& bytes) noexcept {
  const std::span<char> piece =
      bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(payload_left_, bytes.size())));
  bytes = bytes.subspan(piece.size());
  payload_left_ -= piece.size();
  unmask(piece);
  return {piece.data(), piece.size()};
}

void FrameReader::unmask(std::span<char> payload) noexcept {
  websocket_frame::apply_mask(payload, mask_, unmasked_);
  unmasked_ = static_cast<std::uint8_t>((unmasked_ + payload.size()) % kMaskBytes);
}

}  // namespace p2psig
