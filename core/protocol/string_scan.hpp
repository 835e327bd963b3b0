#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/// Two ways to find where the plain text of a JSON string ends: the first `"`, `\`, C0 control or byte over
/// 0x7F. Each returns `end` if there is none. They never read at or behind `end`.
namespace p2psig::string_scan {

[[nodiscard]] constexpr bool is_plain(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/// Eight bytes at a time in a general register (SWAR).
struct Portable {
  static const char* find(const char* p, const char* end) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t tops = 0x8080808080808080U;
    while (end - p >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, p, sizeof word);
      const std::uint64_t quote = word ^ (ones * '"');
      const std::uint64_t backslash = word ^ (ones * '\\');
      // Each term sets the top bit of a byte that matches. A borrow can only come from a lower byte that
      // matches too, so the lowest bit set is right.
      const std::uint64_t found = (((word - ones * 0x20) & ~word) | ((quote - ones) & ~quote) |
                                   ((backslash - ones) & ~backslash) | word) &
                                  tops;
      if (found != 0) {
        if constexpr (std::endian::native != std::endian::little) break;
        return p + std::countr_zero(found) / 8;
      }
      p += 8;
    }
    while (p < end && is_plain(*p)) ++p;
    return p;
  }
};

#ifdef __SSE2__
/// Sixteen bytes at a time; SSE2 is part of every amd64.
struct Sse2 {
  static const char* find(const char* p, const char* end) noexcept {
    while (end - p >= 16) {
      const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
      // The comparison is signed: bytes over 0x7F are negative, and so below 0x20 as well.
      const __m128i special = _mm_cmplt_epi8(block, _mm_set1_epi8(0x20));
      const __m128i quote = _mm_cmpeq_epi8(block, _mm_set1_epi8('"'));
      const __m128i backslash = _mm_cmpeq_epi8(block, _mm_set1_epi8('\\'));
      const int found = _mm_movemask_epi8(_mm_or_si128(special, _mm_or_si128(quote, backslash)));
      if (found != 0) return p + std::countr_zero(static_cast<unsigned>(found));
      p += 16;
    }
    return Portable::find(p, end);
  }
};
using Best = Sse2;
#else
using Best = Portable;
#endif

}  // namespace p2psig::string_scan
