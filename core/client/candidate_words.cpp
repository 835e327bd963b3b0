#include "core/client/candidate.hpp"
#include "core/client/fields.hpp"
#include "core/client/phrases.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

/// Longer than any IPv6 address with its zone.
constexpr std::size_t kAddressBytes = 64;

std::string shown_address(std::string_view address, std::uint16_t port) {
  const std::string text = shortened(address, kAddressBytes);
  const bool has_colons = address.find(':') != std::string_view::npos;
  return (has_colons ? '[' + text + ']' : text) + ':' + std::to_string(port);
}

/// Such a name is random: its beginning is enough to tell it from others.
std::string shown_mdns_name(std::string_view name) {
  constexpr std::size_t beginning = 4;
  constexpr std::string_view suffix = ".local";
  name.remove_suffix(suffix.size());
  if (name.size() <= 2 * beginning) return std::string(name).append(suffix);
  return std::string(cut(name, beginning)).append(kEllipsis).append(suffix);
}

}  // namespace

std::string in_words(const Candidate& candidate) {
  const std::string address = candidate.is_mdns() ? shown_mdns_name(candidate.address) : candidate.address;
  std::string words =
      shown(candidate.type) + ' ' + shown(candidate.transport) + ' ' + shown_address(address, candidate.port);
  if (candidate.is_mdns()) words += " (mDNS)";
  if (candidate.transport == "tcp")
    words += candidate.tcp_type.empty() ? " without tcptype" : ' ' + shown(candidate.tcp_type);
  // Browsers that hide addresses write an unspecified one.
  const std::string& related = candidate.related_address;
  if (!related.empty() && related != "0.0.0.0" && related != "::")
    words += " from " + shown_address(related, candidate.related_port);
  if (candidate.component != 1) words += " component " + std::to_string(candidate.component);
  return shortened(words, limits::kWordsBytes);
}

}  // namespace p2psig
