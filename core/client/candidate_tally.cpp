#include "core/client/candidate_tally.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>

#include "core/client/fields.hpp"

namespace p2psig {
namespace {

std::optional<std::uint32_t> ipv4_address(std::string_view text) {
  std::uint32_t address = 0;
  for (int octets = 0; octets < 4; ++octets) {
    const auto octet =
        number_in<std::uint8_t>(take_until(text, '.'), std::numeric_limits<std::uint8_t>::max());
    if (!octet) return std::nullopt;
    address = address << 8U | *octet;
  }
  return text.empty() ? std::optional(address) : std::nullopt;
}

struct Network {
  std::uint32_t address;
  unsigned bits;
};

/// Not reached from everywhere: the registry of RFC 6890, and multicast. Two of its three networks for
/// documentation are left out, as examples use them for public addresses.
constexpr std::array kNotPublic{
    Network{0x00000000, 8},   // this network
    Network{0x0A000000, 8},   // private use
    Network{0x64400000, 10},  // carrier-grade NAT
    Network{0x7F000000, 8},   // loopback
    Network{0xA9FE0000, 16},  // link-local
    Network{0xAC100000, 12},  // private use
    Network{0xC0000000, 24},  // protocol assignments
    Network{0xC0000200, 24},  // TEST-NET-1
    Network{0xC0A80000, 16},  // private use
    Network{0xC6120000, 15},  // benchmarks
    Network{0xE0000000, 3},   // multicast, reserved, broadcast
};

/// An IPv6 address is none: who has IPv4 only does not reach it.
bool is_public(std::string_view text) {
  const auto address = ipv4_address(text);
  return address && std::none_of(kNotPublic.begin(), kNotPublic.end(), [&address](const Network& network) {
           return (*address ^ network.address) >> (32U - network.bits) == 0;
         });
}

}  // namespace

void CandidateTally::add(std::uint64_t number, const std::optional<Candidate>& candidate) {
  if (!any_) first_ = number;
  any_ = true;
  const bool host = candidate && candidate->type == "host";
  only_host_ = only_host_ && host;
  only_mdns_ = only_mdns_ && host && candidate->is_mdns();
  public_host_ = public_host_ || (host && is_public(candidate->address));
}

void CandidateTally::add(const CandidateTally& others) {
  if (!others.any_) return;
  if (!any_) first_ = others.first_;
  any_ = true;
  only_host_ = only_host_ && others.only_host_;
  only_mdns_ = only_mdns_ && others.only_mdns_;
  public_host_ = public_host_ || others.public_host_;
}

std::optional<FindingCode> CandidateTally::verdict() const noexcept {
  if (!any_) return FindingCode::no_candidates;
  if (only_mdns_) return FindingCode::only_mdns_candidates;
  if (only_host_ && !public_host_) return FindingCode::only_host_candidates;
  return std::nullopt;
}

}  // namespace p2psig
