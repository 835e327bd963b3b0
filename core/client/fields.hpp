#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/ascii.hpp"
#include "core/whole_number.hpp"

/// How lines of SDP are taken apart.
namespace p2psig {

/// Takes what stands before the first `separator` off `rest`, and the separator with it.
[[nodiscard]] constexpr std::string_view take_until(std::string_view& rest, char separator) noexcept {
  const std::size_t end = rest.find(separator);
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return taken;
}

/// Takes the next field of several between blanks off `rest`; empty: there is none.
[[nodiscard]] constexpr std::string_view take_field(std::string_view& rest) noexcept {
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return take_until(rest, ' ');
}

/// The number that `digits` are, all of them, if it is at most `max`.
template <class Number>
[[nodiscard]] std::optional<Number> number_in(std::string_view digits, Number max) noexcept {
  const auto number = whole_number<Number>(digits);
  return number && *number <= max ? number : std::nullopt;
}

/// ice-char of RFC 8839, 5.1.
[[nodiscard]] constexpr bool is_ice_text(std::string_view text) noexcept {
  for (const char c : text) {
    if (!is_alphanumeric(c) && c != '+' && c != '/') return false;
  }
  return true;
}

/// As much of `text` as `bytes` hold, in whole characters if it is UTF-8.
[[nodiscard]] constexpr std::string_view cut(std::string_view text, std::size_t bytes) noexcept {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

inline constexpr std::string_view kEllipsis = "…";

/// `text`, or its beginning and an ellipsis: at most `bytes` in all.
[[nodiscard]] inline std::string shortened(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  return std::string(cut(text, bytes - kEllipsis.size())).append(kEllipsis);
}

/// `text` as a phrase about a fault shows it: `"x"`.
[[nodiscard]] inline std::string in_quotes(std::string_view text) {
  constexpr std::size_t shown_bytes = 32;
  return '"' + shortened(text, shown_bytes) + '"';
}

}  // namespace p2psig
