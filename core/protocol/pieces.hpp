#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>

namespace p2psig {

/// A text in pieces, which is joined where it is needed.
using Pieces = std::span<const std::string_view>;

[[nodiscard]] inline std::size_t total_bytes(Pieces pieces) noexcept {
  std::size_t bytes = 0;
  for (const std::string_view piece : pieces) bytes += piece.size();
  return bytes;
}

/// Writes `piece` at `out` and returns where it ends.
inline char* put(char* out, std::string_view piece) noexcept {
  if (!piece.empty()) std::memcpy(out, piece.data(), piece.size());
  return out + piece.size();
}

inline char* put(char* out, Pieces pieces) noexcept {
  for (const std::string_view piece : pieces) out = put(out, piece);
  return out;
}

}  // namespace p2psig
