#pragma once

#include <cstddef>
#include <cstdint>

/// Frames from the server to a client (RFC 6455, 5.2): whole, final, unmasked. FrameReader has the others.
namespace p2psig::websocket_frame {

enum class Opcode : std::uint8_t { continuation, text, binary, close = 8, ping, pong };

inline constexpr std::size_t kHeaderBytesMax = 10;

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

}  // namespace p2psig::websocket_frame
