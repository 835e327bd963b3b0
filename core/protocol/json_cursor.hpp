#pragma once

#include <cstddef>
#include <string_view>

#include "core/protocol/string_scan.hpp"

namespace p2psig {

/// Walks through JSON text that was checked before (scan_envelope), so that each step only has to look at
/// what comes next. Views into the text.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view json) noexcept : json_(json) { skip_space(); }

  /// The first character of the value, or of the name of the member, that is next.
  [[nodiscard]] char peek() const noexcept { return json_[at_]; }

  /// Into an array or object. False if it is empty, and then behind it.
  bool enter() noexcept {
    step();
    return !leave();
  }

  /// From behind an item or member to the next one. False if it was the last, and then behind what it was in.
  bool next() noexcept {
    if (leave()) return false;
    step();
    return true;
  }

  /// The inside of a member's name, as it is written; then its value is next.
  std::string_view take_key() noexcept {
    const std::string_view key = take_string();
    step();
    return key;
  }

  /// The inside of a string, as it is written.
  std::string_view take_string() noexcept {
    const std::string_view value = take_value();
    return value.substr(1, value.size() - 2);
  }

  /// A value of any kind, with all that is in it.
  std::string_view take_value() noexcept {
    const std::size_t start = at_;
    at_ = value_end();
    const std::string_view value = json_.substr(start, at_ - start);
    skip_space();
    return value;
  }

  /// Behind the string that begins at `at` in text that was checked.
  [[nodiscard]] static std::size_t string_end(std::string_view json, std::size_t at) noexcept {
    const char* const end = json.data() + json.size();
    const char* p = json.data() + at + 1;
    for (p = string_scan::Best::find(p, end); *p != '"'; p = string_scan::Best::find(p, end))
      p += *p == '\\' ? 2 : 1;
    return static_cast<std::size_t>(p - json.data()) + 1;
  }

 private:
  static constexpr bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

  void skip_space() noexcept {
    while (at_ < json_.size() && is_space(json_[at_])) ++at_;
  }

  void step() noexcept {
    ++at_;
    skip_space();
  }

  bool leave() noexcept {
    if (peek() != ']' && peek() != '}') return false;
    step();
    return true;
  }

  /// At the comma, the bracket or the blank behind the value that is next.
  [[nodiscard]] std::size_t value_end() const noexcept {
    std::size_t depth = 0;
    for (std::size_t at = at_;;) {
      const char c = json_[at];
      if (c == '"') {
        at = string_end(json_, at);
        if (depth == 0) return at;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      const bool closes = c == '}' || c == ']';
      if (depth == 0 && (closes || c == ',' || is_space(c))) return at;
      ++at;
      if (closes && --depth == 0) return at;
    }
  }

  std::string_view json_;
  std::size_t at_ = 0;
};

}  // namespace p2psig
