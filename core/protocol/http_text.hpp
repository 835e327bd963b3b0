#pragma once

#include <algorithm>
#include <string_view>

#include "core/ascii.hpp"

/// The words of HTTP's grammar (RFC 9110, 5.5 and 5.6), as its readers and writers need them.
namespace p2psig::http_text {

inline constexpr std::string_view kLineEnd = "\r\n";

[[nodiscard]] constexpr bool is_token_character(char c) noexcept {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return is_alphanumeric(c) || others.find(c) != std::string_view::npos;
}

[[nodiscard]] inline bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_character);
}

[[nodiscard]] inline bool is_field_value(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c >= 0x20 && c != 0x7F) || c == '\t'; });
}

[[nodiscard]] inline std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Takes what stands before `separator` off the front, and the separator; all of it if there is none.
inline std::string_view take_until(std::string_view& rest, std::string_view separator) noexcept {
  const std::string_view taken = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(rest.size(), taken.size() + separator.size()));
  return taken;
}

}  // namespace p2psig::http_text
