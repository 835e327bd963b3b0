#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace p2psig {

/// The end of the UTF-8 sequence that starts at `begin` (Unicode 15, table 3-7: no overlong forms, no
/// surrogates, nothing over U+10FFFF), or nullptr if it is malformed or cut short. `begin < end`.
[[nodiscard]] const char* utf8_sequence_end(const char* begin, const char* end) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Checks a text that arrives in pieces, and knows of malformed UTF-8 at the first byte that makes it so
/// (RFC 6455, 8.1; a text may be cut anywhere, within a character too).
class Utf8Stream {
 public:
  /// False once the text so far cannot be the beginning of UTF-8.
  [[nodiscard]] bool accept(std::string_view piece) noexcept;
  /// Whether the text so far ends with a whole character.
  [[nodiscard]] bool complete() const noexcept { return missing_ == 0; }

 private:
  std::uint8_t missing_ = 0;  // continuation bytes to come
  std::uint8_t low_ = 0x80;   // bounds of the next one
  std::uint8_t high_ = 0xBF;
};

}  // namespace p2psig
