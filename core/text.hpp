#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Text for people's eyes. What comes from elsewhere is hostile: it may try to forge a line, or to drive the
/// terminal.
namespace p2psig {

enum class Quoting : std::uint8_t {
  none,
  quoted,  ///< within quotes: `"` and `\` are escaped as well
};

/// Appends `text` so that it can do no harm: control characters (C0, C1, DEL), line separators and
/// bidirectional controls become `\u001b`, as JSON would write them; what is not UTF-8 becomes U+FFFD.
void append_printable(std::string& out, std::string_view text, Quoting quoting = Quoting::none);

[[nodiscard]] std::string printable(std::string_view text, Quoting quoting = Quoting::none);

/// Bytes of the character that `text` (UTF-8, not empty) begins with.
[[nodiscard]] std::size_t first_character_bytes(std::string_view text) noexcept;

/// Columns that `text` (printable UTF-8) takes on a terminal.
[[nodiscard]] std::size_t display_width(std::string_view text) noexcept;

/// `text` (printable UTF-8) cut to so many columns, with an ellipsis if it was longer.
[[nodiscard]] std::string cut_to_width(std::string_view text, std::size_t columns);

}  // namespace p2psig
