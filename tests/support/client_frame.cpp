#include "tests/support/client_frame.hpp"

#include <array>
#include <cstddef>

namespace p2psig::test {
namespace {

constexpr std::array<unsigned, 4> kMask{0x37, 0xfa, 0x21, 0x3d};

void append_octets(std::string& out, std::uint64_t value, unsigned count) {
  while (count-- > 0) out += static_cast<char>(value >> (8 * count) & 0xFF);
}

}  // namespace

std::string bytes_of(const ClientFrame& frame) {
  std::string out;
  append_octets(out, (frame.final ? 0x80U : 0U) | frame.reserved_bits << 4 | frame.opcode, 1);
  const std::uint64_t length = frame.announced_bytes.value_or(frame.payload.size());
  const unsigned mask_bit = frame.masked ? 0x80 : 0;
  if (length < 126) {
    append_octets(out, mask_bit | length, 1);
  } else if (length < 65536) {
    append_octets(out, mask_bit | 126, 1);
    append_octets(out, length, 2);
  } else {
    append_octets(out, mask_bit | 127, 1);
    append_octets(out, length, 8);
  }
  if (!frame.masked) return out + frame.payload;
  for (const unsigned octet : kMask) append_octets(out, octet, 1);
  for (std::size_t i = 0; i < frame.payload.size(); ++i)
    append_octets(out, static_cast<unsigned char>(frame.payload[i]) ^ kMask[i % kMask.size()], 1);
  return out;
}

std::string text_frame(std::string_view payload) { return bytes_of({.payload = std::string(payload)}); }

std::string first_fragment(std::string_view payload, unsigned opcode) {
  return bytes_of({.opcode = opcode, .payload = std::string(payload), .final = false});
}

std::string fragment(std::string_view payload) { return first_fragment(payload, opcode::kContinuation); }

std::string last_fragment(std::string_view payload) {
  return bytes_of({.opcode = opcode::kContinuation, .payload = std::string(payload)});
}

std::string ping_frame(std::string_view payload) {
  return bytes_of({.opcode = opcode::kPing, .payload = std::string(payload)});
}

std::string pong_frame(std::string_view payload) {
  return bytes_of({.opcode = opcode::kPong, .payload = std::string(payload)});
}

std::string close_frame(unsigned code, std::string_view reason) {
  std::string payload;
  append_octets(payload, code, 2);
  return bytes_of({.opcode = opcode::kClose, .payload = payload.append(reason)});
}

}  // namespace p2psig::test
