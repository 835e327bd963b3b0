#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace p2psig {

/// The number that all of `text` is, without blanks or a plus sign; nothing if it is none, or does not fit.
/// An integer's digits may have another `base` than ten.
template <class Number, class... Base>
[[nodiscard]] std::optional<Number> whole_number(std::string_view text, Base... base) noexcept {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base...);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace p2psig
