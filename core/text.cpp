#include "core/text.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "core/protocol/utf8.hpp"

namespace p2psig {
namespace {

bool is_harmful(utf8proc_int32_t c) noexcept {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return true;
  if (c == 0x061C || c == 0x200E || c == 0x200F) return true;           // marks of direction
  if (c == 0x2028 || c == 0x2029) return true;                          // separators of lines and paragraphs
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);  // embeddings, overrides, isolates
}

/// The character that `text` begins with, which is UTF-8, and its size.
std::pair<utf8proc_int32_t, std::size_t> first_character(std::string_view text) noexcept {
  utf8proc_int32_t c = 0;
  const auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                      static_cast<utf8proc_ssize_t>(text.size()), &c);
  return {c, static_cast<std::size_t>(std::max<utf8proc_ssize_t>(bytes, 1))};
}

}  // namespace

void append_printable(std::string& out, std::string_view text, Quoting quoting) {
  while (!text.empty()) {
    const char* const end = utf8_sequence_end(text.data(), text.data() + text.size());
    if (end == nullptr) {
      out += "\uFFFD";
      text.remove_prefix(1);
      continue;
    }
    const auto [c, bytes] = first_character(text);
    if (is_harmful(c)) {
      std::array<char, 8> escape{};
      out.append(escape.data(), static_cast<std::size_t>(std::snprintf(escape.data(), escape.size(),
                                                                       "\\u%04x", static_cast<unsigned>(c))));
    } else {
      if (quoting == Quoting::quoted && (c == '"' || c == '\\')) out += '\\';
      out.append(text.substr(0, bytes));
    }
    text.remove_prefix(bytes);
  }
}

std::string printable(std::string_view text, Quoting quoting) {
  std::string out;
  append_printable(out, text, quoting);
  return out;
}

std::size_t first_character_bytes(std::string_view text) noexcept {
  return std::min(first_character(text).second, text.size());
}

std::size_t display_width(std::string_view text) noexcept {
  std::size_t width = 0;
  while (!text.empty()) {
    const auto [c, bytes] = first_character(text);
    width += static_cast<std::size_t>(std::max(utf8proc_charwidth(c), 0));
    text.remove_prefix(std::min(bytes, text.size()));
  }
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::string cut;
  std::size_t used = 0;
  while (!text.empty()) {
    const std::size_t bytes = first_character_bytes(text);
    used += display_width(text.substr(0, bytes));
    if (used > columns - 1) break;
    cut.append(text.substr(0, bytes));
    text.remove_prefix(bytes);
  }
  return cut + "…";
}

}  // namespace p2psig
