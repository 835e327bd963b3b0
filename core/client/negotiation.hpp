#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/client/finding.hpp"
#include "core/client/signal.hpp"
#include "core/time.hpp"

namespace p2psig {

/// What every pair of peers has agreed on, as far as signaling shows it (RFC 8829; W3C WebRTC, 4.3.1), and
/// what is wrong with that: each finding once a pair and negotiation. NegotiationPair has the rules for two.
/// Sans-I/O: the time is passed in, and never goes back.
///
/// Of a broadcast, what fits one of its recipients is no fault with the others: its offer is unanswered if
/// nobody answers, its candidates are early if they are so for all.
///
/// Memory: limits::kNegotiationPairs pairs of limits::kNegotiationBytes in all; the one that has been silent
/// for longest is forgotten, and of then on what comes without a beginning is not held against anybody.
/// Cost: O(log pairs) a message and recipient, O(pairs) when a peer leaves. Thread: its owner's.
class Negotiations {
 public:
  /// `report` is called from within the functions below, and must not call any of them.
  explicit Negotiations(std::function<void(const Finding&)> report);
  ~Negotiations();

  /// A message of `from`, to all of `to`: one peer, or whoever a broadcast went to, as far as their replies
  /// are seen. What a peer sends to itself does not count.
  void message(Milliseconds now, std::uint64_t number, const std::string& from,
               const std::vector<std::string>& to, const Signal& signal);
  /// That message reached nobody: `to` is not in the room. Whether it was told to message() as well does not
  /// matter. Said once of these two until `to` joins, or `from` offers again.
  void undeliverable(Milliseconds now, std::uint64_t number, const std::string& from, const std::string& to,
                     Signal::Kind kind = Signal::Kind::other);
  void joined(Milliseconds now, const std::string& peer);
  /// These were there before we looked: what two of them said to each other before was not seen, and a
  /// finding that this could explain says so.
  void were_there(Milliseconds now, const std::vector<std::string>& peers);
  /// All that is known of the peer is dropped, but for the time.
  void left(Milliseconds now, const std::string& peer);
  /// Some messages were not seen: what stands is dropped, and what comes without a beginning is from then on
  /// not held against anybody.
  void missed();
  /// We do not look any more: everything is dropped, and nothing said of it.
  void forget();

  /// Reports what time alone has made wrong. The other functions do so first.
  void tick(Milliseconds now);
  /// When tick() has something to do, or at times finds that it has not; nothing: not before something
  /// happens.
  [[nodiscard]] std::optional<Milliseconds> next_tick() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace p2psig
