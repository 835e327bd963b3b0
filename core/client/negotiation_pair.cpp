#include "core/client/negotiation_pair.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace p2psig {
namespace {

constexpr std::chrono::seconds kGlareTime{2};
constexpr std::chrono::seconds kCandidateSilence{5};

}  // namespace

NegotiationPair::NegotiationPair(std::string first, std::string second, std::size_t& total)
    : names_{std::move(first), std::move(second)}, weight_(total) {
  weigh();
}

NegotiationPair::~NegotiationPair() {
  for (NegotiationSide& side : sides_) side.drop_offer();
}

bool NegotiationPair::awaits_answer_of(const std::string& from) const {
  return sides_[1 - index_of(from)].offer != nullptr;
}

void NegotiationPair::offer(Milliseconds now, const std::string& from, const Introduction& introduction,
                            std::shared_ptr<StandingOffer> offer) {
  NegotiationSide& mine = sides_[index_of(from)];
  if (!sides_[0].open() && !sides_[1].open()) {
    said_.reset();
    taken_back_.clear();
    for (NegotiationSide& side : sides_) side.withdrawn = {};
  }
  over_ = agreed_ = false;
  if (!mine.unanswered()) {
    mine.since = now;
    crossed_since_ = now;
  }
  mine.drop_offer();
  mine.describe(introduction);
  mine.withdraw_pending();
  mine.pending = introduction.credentials;
  ++offer->pairs;
  mine.offer = std::move(offer);
  last_signal_ = now;
  weigh();
}

void NegotiationPair::answer(Milliseconds now, const std::string& from, const Introduction& introduction,
                             const Signal& signal, const Report& report) {
  const std::size_t index = index_of(from);
  NegotiationSide& mine = sides_[index];
  NegotiationSide& other = sides_[1 - index];
  assert(other.offer);
  check_answer(index, introduction, signal, report);
  mine.describe(introduction);
  const bool keeps_own = mine.open() && introduction.credentials.of_other_connection(mine.pending);
  if (mine.open() && !keeps_own) take_back(mine, " when it answered " + hash(other.offer->number));
  last_signal_ = now;
  if (signal.kind == Signal::Kind::pranswer) {
    (keeps_own ? mine.beside : mine.pending) = introduction.credentials;
    other.provisional = true;
    return weigh();
  }
  if (!keeps_own) {
    mine.drop_offer();
    mine.pending = {};
  }
  mine.agree(introduction.credentials);
  other.agree(std::exchange(other.pending, {}));
  other.offer->settled = true;
  other.drop_offer();
  agreed_ = true;
  connects_ = introduction.connects;
  judge_ended(report);
  weigh();
}

NegotiationPair::CandidateFit NegotiationPair::fit(const std::string& from, const Signal& signal) const {
  const NegotiationSide& mine = sides_[index_of(from)];
  if (over_) return CandidateFit::good;
  if (!mine.has_description) return CandidateFit::early;
  if (signal.ufrag.empty() || !mine.knows_any() || mine.knows(signal.ufrag)) return CandidateFit::good;
  // Perhaps it is of the answer that is due.
  return awaits_answer_of(from) ? CandidateFit::early : CandidateFit::stale;
}

void NegotiationPair::candidate(Milliseconds now, std::uint64_t number, const std::string& from,
                                const Signal& signal, const Report& report) {
  if (over_) return;
  const std::size_t index = index_of(from);
  last_signal_ = now;
  const CandidateFit its_fit = fit(from, signal);
  if (its_fit == CandidateFit::stale) return say_stale(number, index, signal.ufrag, report);
  if (its_fit == CandidateFit::early) say_early(number, index, report);
  sides_[index].candidates.add(number, signal.candidate);
}

void NegotiationPair::end_of_candidates(Milliseconds now, const std::string& from, const Signal& signal,
                                        const Report& report) {
  if (over_ || fit(from, signal) != CandidateFit::good) return;
  sides_[index_of(from)].ended = true;
  last_signal_ = now;
  judge_ended(report);
}

void NegotiationPair::rollback(Milliseconds now, const std::string& from) {
  NegotiationSide& mine = sides_[index_of(from)];
  last_signal_ = now;
  if (mine.open()) take_back(mine, "");
}

void NegotiationPair::take_back(NegotiationSide& side, const std::string& when) {
  taken_back_ = "{to} took its offer " + hash(side.offer->number) + " back" + when;
  side.offer->settled = true;
  side.withdraw_pending();
  side.drop_offer();
}

void NegotiationPair::bye(const std::string& from) {
  NegotiationSide& mine = sides_[index_of(from)];
  if (mine.offer) mine.offer->settled = true;
  for (NegotiationSide& side : sides_) {
    side.drop_offer();
    side = {};
  }
  agreed_ = false;
  over_ = true;
  weigh();
}

void NegotiationPair::left(const std::string& peer, const Report& report) {
  const std::size_t index = index_of(peer);
  std::vector<std::uint64_t> offers;
  for (std::size_t of = 0; of < sides_.size(); ++of) {
    const NegotiationSide& side = sides_[of];
    // Of those that a broadcast went to, others may still answer.
    const bool for_others = of != index && side.offer && side.offer->pairs > 1;
    if (!side.open() || for_others || std::exchange(side.offer->said_left, true)) continue;
    offers.push_back(side.offer->number);
  }
  std::sort(offers.begin(), offers.end());
  if (!offers.empty()) say_left(index, std::move(offers), report);
}

void NegotiationPair::advance(Milliseconds now, const Report& report) {
  if (crossed()) {
    if (now >= crossed_since_ + kGlareTime) say_glare(report);
  } else {
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      if (sides_[i].unanswered() && now >= sides_[i].unanswered_at()) say_unanswered(i, report);
    }
  }
  if (agreed_ && now >= last_signal_ + kCandidateSilence) {
    for (std::size_t i = 0; i < sides_.size(); ++i) judge_candidates(i, report);
  }
}

std::optional<Milliseconds> NegotiationPair::deadline() const {
  std::optional<Milliseconds> earliest;
  const auto consider = [&earliest](Milliseconds time) {
    earliest = std::min(earliest.value_or(time), time);
  };
  if (crossed()) {
    if (!said(FindingCode::glare)) consider(crossed_since_ + kGlareTime);
  } else if (!said(FindingCode::offer_unanswered)) {
    for (const NegotiationSide& side : sides_) {
      if (side.unanswered() && !side.offer->said_unanswered) consider(side.unanswered_at());
    }
  }
  if (agreed_ && !(sides_[0].judged && sides_[1].judged)) consider(last_signal_ + kCandidateSilence);
  return earliest;
}

void NegotiationPair::judge_ended(const Report& report) {
  if (!agreed_) return;
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    if (sides_[i].ended) judge_candidates(i, report);
  }
}

void NegotiationPair::weigh() {
  weight_.set(sizeof *this + names_[0].size() + names_[1].size() + sides_[0].bytes() + sides_[1].bytes());
}

}  // namespace p2psig
