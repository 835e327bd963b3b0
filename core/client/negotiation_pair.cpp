#include "core/client/negotiation_pair.hpp"

#include <algorithm>
#include <cassert>
#include <string_view>
#include <utility>

#include "core/client/answer_check.hpp"

namespace p2psig {
namespace {

using std::chrono::seconds;

constexpr seconds kAnswerTime{5};
/// For offers that follow each other without an answer: each has its own five seconds, but not for ever.
constexpr seconds kAnswerTimeOfSeveral{10};
constexpr seconds kGlareTime{2};
constexpr seconds kCandidateSilence{5};

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

bool share_one(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return std::any_of(one.begin(), one.end(),
                     [&other](const std::string& text) { return contains(other, text); });
}

std::vector<std::string> ufrags_of(const Signal& signal) {
  return signal.description ? signal.description->ufrags() : std::vector<std::string>{};
}

std::size_t bytes_of(const std::vector<std::string>& list) {
  std::size_t bytes = 0;
  for (const std::string& text : list) bytes += sizeof text + text.size();
  return bytes;
}

std::string hash(std::uint64_t number) { return "#" + std::to_string(number); }

}  // namespace

bool NegotiationPair::Side::knows(const std::string& ufrag) const {
  return contains(current_ufrags, ufrag) || contains(pending_ufrags, ufrag) ||
         contains(withdrawn_ufrags, ufrag);
}

bool NegotiationPair::Side::knows_none() const noexcept {
  return current_ufrags.empty() && pending_ufrags.empty() && withdrawn_ufrags.empty();
}

Milliseconds NegotiationPair::Side::unanswered_at() const noexcept {
  return std::min<Milliseconds>(offer->sent + kAnswerTime, since + kAnswerTimeOfSeveral);
}

/// A description with none of the known fragments begins a new ICE generation: its candidates are others.
void NegotiationPair::Side::describe(std::uint64_t number, const Signal& signal) {
  described = number;
  has_description = true;
  if (!signal.description) return;
  const auto ufrags = signal.description->ufrags();
  const bool known_before = !current_ufrags.empty() || !pending_ufrags.empty();
  if (known_before && !ufrags.empty() && !share_one(ufrags, current_ufrags) &&
      !share_one(ufrags, pending_ufrags)) {
    candidates = {};
    ended = judged = false;
  }
  ice_lite = signal.description->ice_lite;
  for (const MediaSection& section : signal.description->media) {
    for (const Candidate& candidate : section.candidates) candidates.add(number, candidate);
    ended = ended || section.end_of_candidates;
  }
}

void NegotiationPair::Side::withdraw_ufrags() {
  if (!pending_ufrags.empty()) withdrawn_ufrags = std::exchange(pending_ufrags, {});
}

void NegotiationPair::Side::drop_offer() noexcept {
  if (offer) --offer->pairs;
  offer.reset();
  provisional = false;
}

NegotiationPair::NegotiationPair(std::string first, std::string second, std::size_t& total)
    : names_{std::move(first), std::move(second)}, weight_(total) {
  weigh();
}

NegotiationPair::~NegotiationPair() {
  for (Side& side : sides_) side.drop_offer();
}

bool NegotiationPair::awaits_answer_of(const std::string& from) const {
  return sides_[1 - index_of(from)].offer != nullptr;
}

void NegotiationPair::offer(Milliseconds now, const std::string& from, const Signal& signal,
                            std::shared_ptr<StandingOffer> offer) {
  Side& mine = sides_[index_of(from)];
  Side& other = sides_[1 - index_of(from)];
  if (!mine.open() && !other.open()) {
    said_.reset();
    taken_back_.clear();
    for (Side& side : sides_) side.withdrawn_ufrags.clear();
  }
  over_ = agreed_ = false;
  if (!mine.unanswered()) {
    mine.since = now;
    crossed_since_ = now;
  }
  mine.drop_offer();
  mine.describe(offer->number, signal);
  mine.withdraw_ufrags();
  mine.pending_ufrags = ufrags_of(signal);
  ++offer->pairs;
  mine.offer = std::move(offer);
  last_signal_ = now;
  weigh();
}

void NegotiationPair::answer(Milliseconds now, std::uint64_t number, const std::string& from,
                             const Signal& signal, const Report& report) {
  const std::size_t index = index_of(from);
  Side& mine = sides_[index];
  Side& other = sides_[1 - index];
  assert(other.offer);
  check_answer(number, index, signal, report);
  mine.describe(number, signal);
  if (mine.open()) {
    taken_back_ = "{to} took its offer " + hash(mine.offer->number) + " back when it answered " +
                  hash(other.offer->number);
    mine.offer->settled = true;
    mine.withdraw_ufrags();
  }
  mine.drop_offer();
  last_signal_ = now;
  if (signal.kind == Signal::Kind::pranswer) {
    mine.pending_ufrags = ufrags_of(signal);
    other.provisional = true;
    return weigh();
  }
  mine.pending_ufrags.clear();
  mine.current_ufrags = ufrags_of(signal);
  other.current_ufrags = std::exchange(other.pending_ufrags, {});
  other.offer->settled = true;
  other.drop_offer();
  agreed_ = true;
  connects_ =
      signal.description && std::any_of(signal.description->media.begin(), signal.description->media.end(),
                                        [](const MediaSection& section) { return !section.rejected(); });
  judge_ended(report);
  weigh();
}

void NegotiationPair::check_answer(std::uint64_t number, std::size_t from, const Signal& signal,
                                   const Report& report) {
  const Side& mine = sides_[from];
  const Side& other = sides_[1 - from];
  const StandingOffer& offer = *other.offer;
  if (!offer.terms) return;
  const auto mismatch = [&](FindingCode code, const std::string& what) {
    say(report, code, from, {offer.number, number},
        "answer " + hash(number) + " of {from} does not fit offer " + hash(offer.number) +
            " of {to}: " + what);
  };
  if (!signal.description)
    return mismatch(FindingCode::answer_mismatch, signal.fault + ": send the localDescription as it is");
  for (const Misfit& misfit : misfits(*offer.terms, *signal.description)) mismatch(misfit.code, misfit.what);
  if (signal.description->ice_lite) return;  // media servers keep theirs
  const bool restarts = !other.current_ufrags.empty() && !other.pending_ufrags.empty() &&
                        !share_one(other.current_ufrags, other.pending_ufrags);
  const auto ufrags = signal.description->ufrags();
  if (restarts && share_one(mine.current_ufrags, ufrags))
    mismatch(FindingCode::answer_mismatch, "the offer restarts ICE, but the answer keeps ufrag " +
                                               quotable(ufrags.front()) +
                                               ": answer it with a new createAnswer");
}

void NegotiationPair::stray_answer(std::uint64_t number, const std::string& from, const Report& report) {
  if (over_) return;
  const std::string why = taken_back_.empty() ? "no offer of {to} waits for one" : taken_back_;
  say(report, FindingCode::answer_without_offer, index_of(from), {number},
      "answer " + hash(number) + " of {from} answers nothing, " + why +
          ": send one answer for each offer, and none before it");
}

NegotiationPair::CandidateFit NegotiationPair::fit(const std::string& from, const Signal& signal) const {
  const Side& mine = sides_[index_of(from)];
  if (over_) return CandidateFit::good;
  if (!mine.has_description) return CandidateFit::early;
  if (signal.ufrag.empty() || mine.knows_none() || mine.knows(signal.ufrag)) return CandidateFit::good;
  // Perhaps it is of the answer that is due.
  return awaits_answer_of(from) ? CandidateFit::early : CandidateFit::stale;
}

void NegotiationPair::candidate(Milliseconds now, std::uint64_t number, const std::string& from,
                                const Signal& signal, const Report& report) {
  if (over_) return;
  const std::size_t index = index_of(from);
  Side& mine = sides_[index];
  last_signal_ = now;
  switch (fit(from, signal)) {
    case CandidateFit::good:
      break;
    case CandidateFit::early:
      say(report, FindingCode::candidate_before_description, index, {number},
          "candidate " + hash(number) +
              " of {from} comes before the description that it belongs to, and may be lost: send the "
              "description first, and let {to} keep candidates until it has set it");
      break;
    case CandidateFit::stale:
      return say(
          report, FindingCode::stale_ufrag, index, {number},
          "candidate " + hash(number) + " of {from} has ufrag " + quotable(signal.ufrag) +
              ", which is not in its description " + hash(mine.described) +
              ": after an ICE restart, or with a new RTCPeerConnection, older candidates are of no use");
  }
  mine.candidates.add(number, signal.candidate);
}

void NegotiationPair::end_of_candidates(Milliseconds now, const std::string& from, const Signal& signal,
                                        const Report& report) {
  if (over_ || fit(from, signal) != CandidateFit::good) return;
  sides_[index_of(from)].ended = true;
  last_signal_ = now;
  judge_ended(report);
}

void NegotiationPair::rollback(Milliseconds now, const std::string& from) {
  Side& mine = sides_[index_of(from)];
  last_signal_ = now;
  if (!mine.open()) return;
  taken_back_ = "{to} took its offer " + hash(mine.offer->number) + " back";
  mine.offer->settled = true;
  mine.withdraw_ufrags();
  mine.drop_offer();
}

void NegotiationPair::bye(const std::string& from) {
  Side& mine = sides_[index_of(from)];
  if (mine.offer) mine.offer->settled = true;
  for (Side& side : sides_) {
    side.drop_offer();
    side = {};
  }
  agreed_ = false;
  over_ = true;
  weigh();
}

void NegotiationPair::left(const std::string& peer, const Report& report) {
  const std::size_t index = index_of(peer);
  std::vector<std::uint64_t> numbers;
  for (std::size_t of = 0; of < sides_.size(); ++of) {
    const Side& side = sides_[of];
    // Of those that a broadcast went to, others may still answer.
    const bool for_others = of != index && side.offer && side.offer->pairs > 1;
    if (!side.open() || side.offer->said_left || for_others) continue;
    side.offer->said_left = true;
    numbers.push_back(side.offer->number);
  }
  if (numbers.empty()) return;
  std::sort(numbers.begin(), numbers.end());
  const std::string offers =
      numbers.size() > 1
          ? "offers " + hash(numbers.front()) + " and " + hash(numbers.back()) + " were"
          : "offer " + hash(numbers.front()) + (sides_[index].open() ? " of its own was" : " of {to} was");
  say(report, FindingCode::left_mid_negotiation, index, std::move(numbers),
      "{from} left while " + offers +
          " unanswered: close that RTCPeerConnection on peer-left, and offer again when the peer is back");
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
    for (const Side& side : sides_) {
      if (side.unanswered() && !side.offer->said_unanswered) consider(side.unanswered_at());
    }
  }
  if (agreed_ && !(sides_[0].judged && sides_[1].judged)) consider(last_signal_ + kCandidateSilence);
  return earliest;
}

void NegotiationPair::say(const Report& report, FindingCode code, std::size_t from,
                          std::vector<std::uint64_t> messages, std::string detail) {
  if (said(code)) return;
  said_.set(static_cast<std::size_t>(code));
  report({code, names_[from], names_[1 - from], std::move(messages), std::move(detail)});
}

void NegotiationPair::say_unanswered(std::size_t of, const Report& report) {
  Side& side = sides_[of];
  if (std::exchange(side.offer->said_unanswered, true)) {  // of another pair that the broadcast went to
    said_.set(static_cast<std::size_t>(FindingCode::offer_unanswered));
    return;
  }
  const bool of_several = side.since + kAnswerTimeOfSeveral <= side.offer->sent + kAnswerTime;
  const std::string detail =
      "offer " + hash(side.offer->number) + " of {from} " +
      (of_several ? "and those before it are unanswered for 10 s" : "is unanswered for 5 s") +
      (side.offer->to_many ? R"(: does anybody handle "offer"?)" : R"(: does {to} handle "offer"?)");
  say(report, FindingCode::offer_unanswered, of, {side.offer->number}, detail);
}

void NegotiationPair::say_glare(const Report& report) {
  const std::size_t first = sides_[0].offer->number < sides_[1].offer->number ? 0 : 1;
  const std::uint64_t one = sides_[first].offer->number;
  const std::uint64_t other = sides_[1 - first].offer->number;
  say(report, FindingCode::glare, first, {one, other},
      "offer " + hash(one) + " of {from} and offer " + hash(other) +
          " of {to} crossed, and both stand unanswered for 2 s: let one side be polite, take its own back "
          "and "
          "answer the other's (perfect negotiation)");
}

void NegotiationPair::judge_ended(const Report& report) {
  if (!agreed_) return;
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    if (sides_[i].ended) judge_candidates(i, report);
  }
}

/// A side that is reached from everywhere needs no candidates of the other, nor better ones of its own.
void NegotiationPair::judge_candidates(std::size_t of, const Report& report) {
  Side& side = sides_[of];
  if (std::exchange(side.judged, true)) return;
  for (const Side& each : sides_) {
    if (each.ice_lite || each.candidates.has_public_host()) return;
  }
  const auto verdict = side.candidates.verdict();
  if (!verdict || (verdict == FindingCode::no_candidates && !connects_)) return;
  const bool none = verdict == FindingCode::no_candidates;
  const std::uint64_t number = none ? side.described : side.candidates.first();
  std::string_view detail;
  if (none)
    detail =
        "{from} has sent no candidates, so {to} knows no address of it: send each one that icecandidate "
        "brings, "
        "and look whether a firewall or the page's permissions keep them back";
  else if (verdict == FindingCode::only_mdns_candidates)
    detail =
        "{from} has only .local addresses, which work in the same network only, and not in each: add a STUN "
        "and a TURN server to iceServers, or ask for the camera, which makes the browser show addresses";
  else
    detail =
        "{from} has only host candidates, which work in the same network only: add a STUN and a TURN server "
        "to "
        "iceServers";
  say(report, *verdict, of, {number}, std::string(detail));
}

void NegotiationPair::weigh() {
  std::size_t bytes = sizeof *this + names_[0].size() + names_[1].size();
  for (const Side& side : sides_)
    bytes += bytes_of(side.current_ufrags) + bytes_of(side.pending_ufrags) + bytes_of(side.withdrawn_ufrags);
  weight_.set(bytes);
}

}  // namespace p2psig
