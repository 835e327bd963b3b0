#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/client/candidate_tally.hpp"
#include "core/client/signal.hpp"
#include "core/client/standing_offer.hpp"
#include "core/time.hpp"

namespace p2psig {

/// What tells the ICE generations, and the connections, of one peer apart.
struct Credentials {
  std::vector<std::string> ufrags;  ///< at most limits::kKnownUfrags
  bool has_more = false;            ///< that are not kept: any may be one of it
  std::string fingerprint;          ///< the first

  Credentials() = default;
  explicit Credentials(const SessionDescription& description);

  [[nodiscard]] bool has(const std::string& ufrag) const;
  /// Also if there are too many to know.
  [[nodiscard]] bool shares_ufrag(const Credentials& other) const;
  /// Both have a fingerprint, and not the same: of two RTCPeerConnections, as media servers have them. An ICE
  /// restart keeps it.
  [[nodiscard]] bool of_other_connection(const Credentials& other) const;
  [[nodiscard]] std::size_t bytes() const;
};

/// What a message with a description says of its sender, read once for all that it goes to.
struct Introduction {
  Introduction(std::uint64_t its_number, const Signal& signal);

  std::uint64_t number;
  bool readable = false;  ///< without, the rest is unknown
  Credentials credentials;
  CandidateTally candidates;  ///< within the description
  bool ended = false;         ///< and there will be no others
  bool ice_lite = false;
  bool connects = false;  ///< it has a section that is not rejected
};

/// One of the two peers of a pair, and what it has said to the other.
struct NegotiationSide {
  std::shared_ptr<StandingOffer> offer;
  Milliseconds since{};      ///< when it made the first of several offers in a row
  bool provisional = false;  ///< the offer has a pranswer

  std::uint64_t described = 0;  ///< number of its last description
  bool has_description = false;
  bool ice_lite = false;
  Credentials current;    ///< of the description that both agreed on
  Credentials pending;    ///< of its offer or pranswer
  Credentials withdrawn;  ///< of an offer taken back or replaced, since the negotiation began
  Credentials beside;     ///< of another connection, agreed on before

  CandidateTally candidates;
  bool ended = false;   ///< its candidates
  bool judged = false;  ///< its candidates, for good

  [[nodiscard]] bool open() const noexcept { return offer && !offer->settled; }
  /// Open, and not even answered for the time being.
  [[nodiscard]] bool unanswered() const noexcept { return open() && !provisional; }
  /// When that has been so for too long.
  [[nodiscard]] Milliseconds unanswered_at() const noexcept;
  /// That is because its offers follow each other: none of them had its time.
  [[nodiscard]] bool is_impatient() const noexcept;

  /// A candidate may be of any description but those that an ICE restart has replaced (W3C WebRTC, 4.4.2).
  [[nodiscard]] bool knows(const std::string& ufrag) const;
  [[nodiscard]] bool knows_any() const noexcept;
  [[nodiscard]] std::size_t bytes() const;

  /// It sent a description: one with none of the fragments before begins a new ICE generation, whose
  /// candidates are others.
  void describe(const Introduction& introduction);
  void agree(Credentials credentials);
  void withdraw_pending();
  void drop_offer() noexcept;
};

}  // namespace p2psig
