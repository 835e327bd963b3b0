#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/client/finding.hpp"
#include "core/client/negotiation_side.hpp"
#include "core/client/signal.hpp"
#include "core/client/standing_offer.hpp"
#include "core/time.hpp"

namespace p2psig {

/// What two peers have agreed on, as far as their messages to each other show it: the signaling states of
/// W3C WebRTC (4.3.1), seen from between them.
///
/// A negotiation begins with an offer while none stands. A second offer of the same peer replaces its first.
/// While offers of both stand they have crossed (glare); whoever answers the other's takes its own back, as
/// perfect negotiation does, unless the fingerprints tell that these are two connections. A finding of one
/// code is reported once a negotiation.
///
/// `report` is called from within, and must not call back.
class NegotiationPair {
 public:
  using Report = std::function<void(const Finding&)>;

  /// `total` counts what all pairs hold.
  NegotiationPair(std::string first, std::string second, std::size_t& total);
  NegotiationPair(const NegotiationPair&) = delete;
  NegotiationPair& operator=(const NegotiationPair&) = delete;
  ~NegotiationPair();

  [[nodiscard]] bool has(const std::string& peer) const { return peer == names_[0] || peer == names_[1]; }
  /// One of them has ended it with a `bye`, and nobody has made an offer since: what is still on its way is
  /// of no interest.
  [[nodiscard]] bool over() const noexcept { return over_; }
  /// The other's offer waits for an answer of `from`.
  [[nodiscard]] bool awaits_answer_of(const std::string& from) const;

  void offer(Milliseconds now, const std::string& from, const Introduction& introduction,
             std::shared_ptr<StandingOffer> offer);
  /// An answer or pranswer, which is awaited.
  void answer(Milliseconds now, const std::string& from, const Introduction& introduction,
              const Signal& signal, const Report& report);
  /// One that is not.
  void stray_answer(std::uint64_t number, const std::string& from, const Report& report);

  /// Whether a candidate of `from` belongs to a description of it.
  enum class CandidateFit : std::uint8_t {
    early,  ///< to none yet
    stale,  ///< to none any more
    good,
  };
  [[nodiscard]] CandidateFit fit(const std::string& from, const Signal& signal) const;
  void candidate(Milliseconds now, std::uint64_t number, const std::string& from, const Signal& signal,
                 const Report& report);
  void end_of_candidates(Milliseconds now, const std::string& from, const Signal& signal,
                         const Report& report);
  void rollback(Milliseconds now, const std::string& from);
  void bye(const std::string& from);
  void left(const std::string& peer, const Report& report);

  /// Reports what time alone has made wrong.
  void advance(Milliseconds now, const Report& report);
  /// When advance() has something to do: never before, rarely nothing then.
  [[nodiscard]] std::optional<Milliseconds> deadline() const;

 private:
  [[nodiscard]] std::size_t index_of(const std::string& peer) const { return peer == names_[0] ? 0 : 1; }
  [[nodiscard]] bool crossed() const noexcept { return sides_[0].unanswered() && sides_[1].unanswered(); }
  [[nodiscard]] bool said(FindingCode code) const { return said_[static_cast<std::size_t>(code)]; }
  void take_back(NegotiationSide& side, const std::string& when);
  void judge_ended(const Report& report);
  void weigh();

  // In negotiation_findings.cpp:
  static std::string hash(std::uint64_t number);  // "#7"
  void say(const Report& report, FindingCode code, std::size_t from, std::vector<std::uint64_t> messages,
           std::string detail);
  void say_unanswered(std::size_t of, const Report& report);
  void say_glare(const Report& report);
  void say_early(std::uint64_t number, std::size_t from, const Report& report);
  void say_stale(std::uint64_t number, std::size_t from, const std::string& ufrag, const Report& report);
  void say_left(std::size_t who, std::vector<std::uint64_t> offers, const Report& report);
  void check_answer(std::size_t from, const Introduction& introduction, const Signal& signal,
                    const Report& report);
  void judge_candidates(std::size_t of, const Report& report);

  std::array<std::string, 2> names_;
  std::array<NegotiationSide, 2> sides_;
  std::bitset<kFindingCodes> said_;
  std::string taken_back_;  // why an answer may come to an offer that is none any more
  bool agreed_ = false;     // the last offer has its answer
  bool connects_ = false;   // with something to connect
  bool over_ = false;
  Milliseconds crossed_since_{};
  Milliseconds last_signal_{};
  Weight weight_;
};

}  // namespace p2psig
