#pragma once

#include <cstdint>
#include <optional>

#include "core/client/candidate.hpp"
#include "core/client/finding.hpp"

namespace p2psig {

/// What the candidates of one peer, of one ICE generation, amount to. Constant size.
class CandidateTally {
 public:
  /// A candidate in message `number`; nothing: one that cannot be read.
  void add(std::uint64_t number, const std::optional<Candidate>& candidate);
  /// Those of `others` come behind its own.
  void add(const CandidateTally& others);

  /// What there is to say of them all: no_candidates, only_mdns_candidates, only_host_candidates, or nothing.
  [[nodiscard]] std::optional<FindingCode> verdict() const noexcept;
  /// One is a host's that is reached from everywhere, as a media server's: it needs neither STUN nor TURN,
  /// nor do its peers.
  [[nodiscard]] bool has_public_host() const noexcept { return public_host_; }
  /// The message with the first one, if there is any.
  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }

 private:
  std::uint64_t first_ = 0;
  bool any_ = false;
  bool only_host_ = true;
  bool only_mdns_ = true;
  bool public_host_ = false;
};

}  // namespace p2psig
