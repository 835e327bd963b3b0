#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/client/finding.hpp"

/// What `join` writes for scripts, and into a record: a JSON object a line, its end included. `time` is
/// UTC, as `2026-11-23T12:01:07.410Z`.
namespace p2psig::json_line {

[[nodiscard]] std::string open(std::string_view time, std::string_view id);
/// A text frame. `message` is the JSON text that came or went: it is kept, but for line breaks between
/// tokens, which become blanks.
[[nodiscard]] std::string message(std::string_view time, bool incoming, std::uint64_t number,
                                  std::string_view message);
[[nodiscard]] std::string finding(std::string_view time, const Finding& finding);
/// The sentence of a finding, with ids in the place of `{from}` and `{to}`.
[[nodiscard]] std::string sentence(const Finding& finding);
[[nodiscard]] std::string close(std::string_view time, std::uint16_t code, std::string_view reason);

}  // namespace p2psig::json_line
