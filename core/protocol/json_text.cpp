#include "core/protocol/json_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>

#include "core/protocol/json_cursor.hpp"

namespace p2psig {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

std::uint32_t hex_value(std::string_view digits) noexcept {
  std::uint32_t value = 0;
  for (const char c : digits)
    value = value << 4U | static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
  return value;
}

constexpr bool is_high_surrogate(std::uint32_t c) noexcept { return c >= 0xD800 && c <= 0xDBFF; }
constexpr bool is_low_surrogate(std::uint32_t c) noexcept { return c >= 0xDC00 && c <= 0xDFFF; }

char short_escape(char c) noexcept {
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

/// The code point of the `\uXXXX` at `at`, of the pair if a matching half follows; moves `at` behind it.
std::uint32_t take_code_point(std::string_view raw, std::size_t& at) noexcept {
  const std::uint32_t first = hex_value(raw.substr(at + 2, 4));
  at += 6;
  if (!is_high_surrogate(first) || raw.substr(at, 2) != "\\u") return first;
  const std::uint32_t second = hex_value(raw.substr(at + 2, 4));
  if (!is_low_surrogate(second)) return first;
  at += 6;
  return 0x10000 + ((first - 0xD800) << 10U) + (second - 0xDC00);
}

std::size_t encode(std::uint32_t c, std::array<char, 4>& bytes) noexcept {
  const auto tail = [c](unsigned shift) { return static_cast<char>(0x80 | (c >> shift & 0x3F)); };
  if (c < 0x80) {
    bytes = {static_cast<char>(c)};
    return 1;
  }
  if (c < 0x800) {
    bytes = {static_cast<char>(0xC0 | c >> 6U), tail(0)};
    return 2;
  }
  if (c < 0x10000) {
    bytes = {static_cast<char>(0xE0 | c >> 12U), tail(6), tail(0)};
    return 3;
  }
  bytes = {static_cast<char>(0xF0 | c >> 18U), tail(12), tail(6), tail(0)};
  return 4;
}

bool means(std::string_view raw, std::string_view text) {
  if (raw.find('\\') == std::string_view::npos) return raw == text;
  std::string buffer(raw.size(), '\0');
  return unescape(raw, buffer)->text == text;
}

}  // namespace

std::optional<std::string_view> member_text(std::string_view object, std::string_view key) {
  std::optional<std::string_view> found;
  JsonCursor at(object);
  for (bool more = at.enter(); more; more = at.next()) {
    const bool wanted = means(at.take_key(), key);
    const std::string_view value = at.take_value();
    if (wanted) found = value;
  }
  return found;
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20)
          out.append("\\u00").append({kHexDigits[c >> 4], kHexDigits[c & 15]});
        else
          out += c;
    }
  }
}

std::string json_string(std::string_view text) {
  std::string json = "\"";
  append_escaped(json, text);
  return json += '"';
}

std::string& append_key(std::string& out, std::string_view name) {
  return out.append("\"").append(name).append("\":");
}

std::optional<Unescaped> unescape(std::string_view raw, std::span<char> buffer) noexcept {
  std::size_t size = 0;
  Unescaped result;
  for (std::size_t at = 0; at < raw.size();) {
    std::array<char, 4> bytes{};
    std::size_t count = 1;
    if (raw[at] != '\\') {
      bytes[0] = raw[at++];
    } else if (raw[at + 1] != 'u') {
      bytes[0] = short_escape(raw[at + 1]);
      at += 2;
    } else {
      const std::uint32_t c = take_code_point(raw, at);
      result.lone_surrogate |= is_high_surrogate(c) || is_low_surrogate(c);
      count = encode(c, bytes);
    }
    if (buffer.size() - size < count) return std::nullopt;
    for (std::size_t i = 0; i < count; ++i) buffer[size++] = bytes[i];
  }
  result.text = {buffer.data(), size};
  return result;
}

std::string meaning_of(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return std::string(raw);
  std::string text(raw.size(), '\0');
  text.resize(unescape(raw, text)->text.size());
  return text;
}

void replace_lone_surrogates(std::string& text) {
  for (std::size_t at = 0; (at = text.find('\xED', at)) != std::string::npos; ++at)
    if (static_cast<unsigned char>(text[at + 1]) >= 0xA0) text.replace(at, 3, "\uFFFD");
}

void compact(std::string& json) noexcept {
  constexpr std::string_view blanks = " \t\n\r";
  constexpr std::string_view blanks_and_quote = " \t\n\r\"";
  const std::string_view text = json;
  std::size_t kept = 0;
  std::size_t at = text.find_first_not_of(blanks);
  while (at < text.size()) {
    const std::size_t end = text[at] == '"' ? JsonCursor::string_end(text, at)
                                            : std::min(text.find_first_of(blanks_and_quote, at), text.size());
    std::memmove(json.data() + kept, text.data() + at, end - at);
    kept += end - at;
    at = text.find_first_not_of(blanks, end);
  }
  json.resize(kept);
}

}  // namespace p2psig
