#include "core/protocol/utf8.hpp"

#include <cstring>

namespace p2psig {
namespace {

/// How many continuation bytes follow a lead byte, and the bounds of the first of them. `missing` 0: no lead
/// byte.
struct Lead {
  std::uint8_t missing;
  std::uint8_t low;
  std::uint8_t high;
};

constexpr Lead lead_of(std::uint8_t byte) noexcept {
  if (byte >= 0xC2 && byte <= 0xDF) return {1, 0x80, 0xBF};
  if (byte == 0xE0) return {2, 0xA0, 0xBF};  // shorter forms exist below
  if (byte == 0xED) return {2, 0x80, 0x9F};  // surrogates above
  if (byte >= 0xE1 && byte <= 0xEF) return {2, 0x80, 0xBF};
  if (byte == 0xF0) return {3, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {3, 0x80, 0xBF};
  if (byte == 0xF4) return {3, 0x80, 0x8F};  // U+10FFFF is the last
  return {0, 0, 0};
}

constexpr std::uint8_t octet(char c) noexcept { return static_cast<std::uint8_t>(c); }

const char* skip_ascii(const char* p, const char* end) noexcept {
  while (end - p >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
    p += 8;
  }
  while (p < end && octet(*p) < 0x80) ++p;
  return p;
}

}  // namespace

const char* utf8_sequence_end(const char* begin, const char* end) noexcept {
  const std::uint8_t first = octet(*begin);
  if (first < 0x80) return begin + 1;
  const Lead lead = lead_of(first);
  if (lead.missing == 0 || end - begin <= lead.missing) return nullptr;
  const std::uint8_t second = octet(begin[1]);
  if (second < lead.low || second > lead.high) return nullptr;
  for (int i = 2; i <= lead.missing; ++i)
    if ((octet(begin[i]) & 0xC0) != 0x80) return nullptr;
  return begin + lead.missing + 1;
}

bool is_utf8(std::string_view text) noexcept {
  Utf8Stream stream;
  return stream.accept(text) && stream.complete();
}

bool Utf8Stream::accept(std::string_view piece) noexcept {
  const char* p = piece.data();
  const char* const end = p + piece.size();
  while (p < end) {
    if (missing_ == 0) {
      p = skip_ascii(p, end);
      if (p == end) break;
      const Lead lead = lead_of(octet(*p++));
      if (lead.missing == 0) return false;
      missing_ = lead.missing;
      low_ = lead.low;
      high_ = lead.high;
      continue;
    }
    const std::uint8_t byte = octet(*p++);
    if (byte < low_ || byte > high_) return false;
    --missing_;
    low_ = 0x80;
    high_ = 0xBF;
  }
  return true;
}

}  // namespace p2psig
