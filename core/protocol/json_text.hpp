#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace p2psig {

/// Appends `text` (UTF-8) as the inside of a JSON string: `"`, `\` and C0 controls escaped, all else raw, as
/// JavaScript's JSON.stringify writes it.
void append_escaped(std::string& out, std::string_view text);

/// `text` (UTF-8) as a JSON string, with its quotes.
[[nodiscard]] std::string json_string(std::string_view text);

/// Appends `name`, which has nothing to escape, as a member's: `"name":`. Returns `out`.
std::string& append_key(std::string& out, std::string_view name);

/// What a JSON string means.
struct Unescaped {
  std::string_view text;        ///< in the buffer given, or the string's own bytes when it has no escapes
  bool lone_surrogate = false;  ///< it names half a surrogate pair, here as three bytes that are not UTF-8
};

/// The meaning of `raw`, the inside of a JSON string that was checked before (RFC 8259, 7). Nothing if it is
/// longer than `buffer`. Cost: O(buffer.size()), however long `raw` is.
[[nodiscard]] std::optional<Unescaped> unescape(std::string_view raw, std::span<char> buffer) noexcept;

/// The same, of any length.
[[nodiscard]] std::string meaning_of(std::string_view raw);

/// Half a surrogate pair, which meaning_of() leaves as three bytes, is no character: it becomes U+FFFD.
void replace_lone_surrogates(std::string& text);

/// The bytes of the value of a member of `object`, a JSON object that was checked before; of the last one, if
/// it is there more than once. `key` is compared by meaning. Cost: O(object.size()).
[[nodiscard]] std::optional<std::string_view> member_text(std::string_view object, std::string_view key);

/// Takes the blanks between tokens out of `json`, which was checked before. All else stays as it is written.
void compact(std::string& json) noexcept;

}  // namespace p2psig
