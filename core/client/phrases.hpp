#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// How lines for people are put together from hostile text: each piece is cut short, and of many some are
/// shown.
namespace p2psig {

using Phrases = std::vector<std::string>;

/// A name, mid, ufrag or the like, cut short.
[[nodiscard]] std::string shown(std::string_view text);

/// So many columns of a text of any size, safe to print. Bytes are cut as well: some characters take no
/// column.
[[nodiscard]] std::string short_printable(std::string_view text, std::size_t columns);

/// "1 candidate", "2 candidates".
[[nodiscard]] std::string counted(std::size_t number, std::string_view noun);

[[nodiscard]] std::string joined(const Phrases& phrases, std::string_view separator);

/// `phrases`, where equal neighbours are one ("video sendrecv VP8 (50 times)"), and everything after `max` of
/// those is one as well: "and 37 more".
[[nodiscard]] Phrases folded(const Phrases& phrases, std::size_t max);

/// At most `max` of `names` and how many more, between blanks.
[[nodiscard]] std::string some_of(const Phrases& names, std::size_t max);

/// Simulcast layers (RFC 8853) as a MediaSection has them: "h m/n l (paused)".
[[nodiscard]] std::string layers_in_words(const std::vector<std::string>& layers);

}  // namespace p2psig
