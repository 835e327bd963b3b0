#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Writing frames (RFC 6455, 5.2): whole and final; a server's without a mask. FrameReader reads them.
namespace p2psig::websocket_frame {

enum class Opcode : std::uint8_t { continuation, text, binary, close = 8, ping, pong };

inline constexpr std::size_t kHeaderBytesMax = 10;  ///< without a mask

[[nodiscard]] constexpr std::size_t header_bytes(std::size_t payload_bytes) noexcept {
  if (payload_bytes < 126) return 2;
  return payload_bytes < 65536 ? 4 : 10;
}

/// The same with the payload.
[[nodiscard]] constexpr std::size_t frame_bytes(std::size_t payload_bytes) noexcept {
  return header_bytes(payload_bytes) + payload_bytes;
}

/// Writes header_bytes(payload_bytes) bytes at `out` and returns where the payload goes.
constexpr char* write_header(char* out, Opcode opcode, std::size_t payload_bytes) noexcept {
  const std::size_t header = header_bytes(payload_bytes);
  *out++ = static_cast<char>(0x80U | static_cast<unsigned>(opcode));
  if (header == 2) {
    *out++ = static_cast<char>(payload_bytes);
    return out;
  }
  *out++ = static_cast<char>(header == 4 ? 126 : 127);
  for (std::size_t i = header - 2; i-- > 0;) *out++ = static_cast<char>(payload_bytes >> (8 * i));
  return out;
}

using Mask = std::array<char, 4>;

/// Puts a mask on, or takes it off, in place (RFC 6455, 5.3). `from` is where in the frame's payload this
/// part of it begins.
void apply_mask(std::span<char> payload, const Mask& mask, std::size_t from = 0) noexcept;

/// Appends a frame from a client. `mask` is drawn anew for each, and is not to be guessed.
void append_masked(std::string& out, Opcode opcode, std::string_view payload, const Mask& mask);

}  // namespace p2psig::websocket_frame
