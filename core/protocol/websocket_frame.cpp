#include "core/protocol/websocket_frame.hpp"

#include <cstring>

namespace p2psig::websocket_frame {

/// Eight bytes a step, of which the compiler makes vectors.
void apply_mask(std::span<char> payload, const Mask& mask, std::size_t from) noexcept {
  std::array<char, 2 * sizeof(Mask)> next{};
  for (std::size_t k = 0; k < next.size(); ++k) next[k] = mask[(from + k) % mask.size()];
  std::uint64_t wide = 0;
  std::memcpy(&wide, next.data(), sizeof wide);
  std::size_t i = 0;
  for (; payload.size() - i >= sizeof wide; i += sizeof wide) {
    std::uint64_t word = 0;
    std::memcpy(&word, payload.data() + i, sizeof word);
    word ^= wide;
    std::memcpy(payload.data() + i, &word, sizeof word);
  }
  for (std::size_t k = 0; i < payload.size(); ++i, ++k) payload[i] = static_cast<char>(payload[i] ^ next[k]);
}

void append_masked(std::string& out, Opcode opcode, std::string_view payload, const Mask& mask) {
  constexpr char mask_bit = '\x80';
  std::array<char, kHeaderBytesMax> header{};
  write_header(header.data(), opcode, payload.size());
  header[1] = static_cast<char>(header[1] | mask_bit);
  out.append(header.data(), header_bytes(payload.size())).append(mask.data(), mask.size()).append(payload);
  apply_mask(std::span(out).last(payload.size()), mask);
}

}  // namespace p2psig::websocket_frame
