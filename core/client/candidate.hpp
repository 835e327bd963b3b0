#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace p2psig {

/// An ICE candidate (RFC 8839, 5.1; RFC 6544, 4.5 for TCP). Strings as received, from hostile text.
struct Candidate {
  std::string foundation;
  unsigned component = 0;
  std::string transport;  ///< lower case: udp, tcp
  std::uint32_t priority = 0;
  std::string address;
  std::uint16_t port = 0;
  std::string type;             ///< host, srflx, prflx, relay; another word where the sender wrote one
  std::string tcp_type;         ///< active, passive, so; empty for UDP, and for a TCP that lacks it
  std::string related_address;  ///< raddr; empty if there is none
  std::uint16_t related_port = 0;
  std::string ufrag;  ///< the extension that browsers add; empty if there is none

  /// The address is a name that only mDNS resolves: the browser hides it.
  [[nodiscard]] bool is_mdns() const noexcept;

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

/// Reads `candidate:...`, with or without `a=` in front of it and a line's end behind it; or says what is
/// wrong with it, a phrase: "priority is not a 32-bit number: \"x\"". More blanks than one between two fields
/// are taken.
[[nodiscard]] Result<Candidate, std::string> parse_candidate(std::string_view line);

/// "host udp 192.168.1.7:51234", "relay udp 203.0.113.9:3478 from 198.51.100.4:61000", "host udp
/// 1c7b….local:51234 (mDNS)", "host tcp 192.168.1.7:9 active". At most limits::kWordsBytes.
[[nodiscard]] std::string in_words(const Candidate& candidate);

}  // namespace p2psig
