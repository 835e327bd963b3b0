#include "core/client/finding.hpp"

#include <array>

namespace p2psig {
namespace {

struct FindingForm {
  std::string_view name;
  FindingLevel level;
};

/// In the order of FindingCode.
constexpr std::array<FindingForm, kFindingCodes> kFindings{{
    {"offer-unanswered", FindingLevel::warning},
    {"answer-without-offer", FindingLevel::error},
    {"glare", FindingLevel::warning},
    {"candidate-before-description", FindingLevel::warning},
    {"stale-ufrag", FindingLevel::warning},
    {"answer-mismatch", FindingLevel::error},
    {"no-common-codec", FindingLevel::error},
    {"setup-clash", FindingLevel::error},
    {"left-mid-negotiation", FindingLevel::warning},
    {"undeliverable", FindingLevel::warning},
    {"only-host-candidates", FindingLevel::hint},
    {"only-mdns-candidates", FindingLevel::hint},
    {"no-candidates", FindingLevel::hint},
}};

}  // namespace

std::string_view name_of(FindingCode code) noexcept { return kFindings[static_cast<std::size_t>(code)].name; }

std::optional<FindingCode> finding_code_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < kFindings.size(); ++i) {
    if (kFindings[i].name == name) return static_cast<FindingCode>(i);
  }
  return std::nullopt;
}

FindingLevel level_of(FindingCode code) noexcept { return kFindings[static_cast<std::size_t>(code)].level; }

std::string_view name_of(FindingLevel level) noexcept {
  switch (level) {
    case FindingLevel::error:
      return "error";
    case FindingLevel::warning:
      return "warning";
    case FindingLevel::hint:
      break;
  }
  return "hint";
}

std::string quotable(std::string_view text, std::size_t bytes_max) {
  std::string shown;
  for (const char c : text.substr(0, bytes_max))
    shown += c >= ' ' && c <= '~' && c != '{' && c != '}' ? c : '?';
  if (text.size() > bytes_max) shown += "...";
  return shown;
}

}  // namespace p2psig
