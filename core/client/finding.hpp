#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace p2psig {

enum class FindingCode : std::uint8_t {
  offer_unanswered,
  answer_without_offer,
  glare,
  candidate_before_description,
  stale_ufrag,
  answer_mismatch,
  no_common_codec,
  setup_clash,
  left_mid_negotiation,
  undeliverable,
  only_host_candidates,
  only_mdns_candidates,
  no_candidates,
};
inline constexpr std::size_t kFindingCodes = 13;

enum class FindingLevel : std::uint8_t { error, warning, hint };

/// As scripts know it: "offer-unanswered".
[[nodiscard]] std::string_view name_of(FindingCode code) noexcept;
[[nodiscard]] std::optional<FindingCode> finding_code_of(std::string_view name) noexcept;
[[nodiscard]] FindingLevel level_of(FindingCode code) noexcept;
[[nodiscard]] std::string_view name_of(FindingLevel level) noexcept;

/// Something is wrong between two peers.
struct Finding {
  FindingCode code;
  std::string from;                     ///< the peer whose message or silence it is about
  std::string to;                       ///< the other one
  std::vector<std::uint64_t> messages;  ///< numbers of the messages it is about
  /// A sentence: what is wrong, and what to try. Peers are `{from}` and `{to}` in it, messages `#7`. What it
  /// quotes of a peer is short, printable ASCII and has no braces.
  std::string detail;
};

/// `text`, which a peer wrote, as a detail may quote it.
[[nodiscard]] std::string quotable(std::string_view text, std::size_t bytes_max = 32);

}  // namespace p2psig
