#include "core/protocol/peer_id.hpp"

namespace p2psig {

PeerId PeerId::from_random(std::span<const std::uint8_t, kRandomBytes> random) noexcept {
  constexpr char digits[] = "0123456789abcdef";
  PeerId id;
  std::size_t at = 0;
  for (std::size_t i = 0; i < kRandomBytes; ++i) {
    std::uint8_t byte = random[i];
    if (i == 6) byte = static_cast<std::uint8_t>((byte & 0x0F) | 0x40);  // version 4
    if (i == 8) byte = static_cast<std::uint8_t>((byte & 0x3F) | 0x80);  // the RFC's variant
    if (i == 4 || i == 6 || i == 8 || i == 10) id.text_[at++] = '-';
    id.text_[at++] = digits[byte >> 4U];
    id.text_[at++] = digits[byte & 15U];
  }
  return id;
}

}  // namespace p2psig
