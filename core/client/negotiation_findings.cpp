#include <string_view>
#include <utility>

#include "core/client/answer_check.hpp"
#include "core/client/negotiation_pair.hpp"

/// What NegotiationPair finds, in words.
namespace p2psig {

std::string NegotiationPair::hash(std::uint64_t number) { return "#" + std::to_string(number); }

void NegotiationPair::say(const Report& report, FindingCode code, std::size_t from,
                          std::vector<std::uint64_t> messages, std::string detail) {
  if (said(code)) return;
  said_.set(static_cast<std::size_t>(code));
  report({code, names_[from], names_[1 - from], std::move(messages), std::move(detail)});
}

void NegotiationPair::say_unanswered(std::size_t of, const Report& report) {
  const NegotiationSide& side = sides_[of];
  if (std::exchange(side.offer->said_unanswered, true)) {  // of another pair that the broadcast went to
    said_.set(static_cast<std::size_t>(FindingCode::offer_unanswered));
    return;
  }
  std::string detail = "offer " + hash(side.offer->number) + " of {from} ";
  detail += side.is_impatient() ? "and those before it are unanswered for 10 s: " : "is unanswered for 5 s: ";
  detail += side.offer->to_many ? R"(does anybody handle "offer"?)" : R"(does {to} handle "offer"?)";
  say(report, FindingCode::offer_unanswered, of, {side.offer->number}, std::move(detail));
}

void NegotiationPair::stray_answer(std::uint64_t number, const std::string& from, const Report& report) {
  if (over_) return;
  const std::string why = taken_back_.empty() ? "no offer of {to} waits for one" : taken_back_;
  say(report, FindingCode::answer_without_offer, index_of(from), {number},
      "answer " + hash(number) + " of {from} answers nothing, " + why +
          ": send one answer for each offer, and none before it");
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

void NegotiationPair::say_early(std::uint64_t number, std::size_t from, const Report& report) {
  say(report, FindingCode::candidate_before_description, from, {number},
      "candidate " + hash(number) +
          " of {from} comes before the description that it belongs to, and may be lost: send the description "
          "first, and let {to} keep candidates until it has set it");
}

void NegotiationPair::say_stale(std::uint64_t number, std::size_t from, const std::string& ufrag,
                                const Report& report) {
  say(report, FindingCode::stale_ufrag, from, {number},
      "candidate " + hash(number) + " of {from} has ufrag " + quotable(ufrag) +
          ", which is not in its description " + hash(sides_[from].described) +
          ": after an ICE restart, candidates from before it are of no use");
}

void NegotiationPair::say_left(std::size_t who, std::vector<std::uint64_t> offers, const Report& report) {
  std::string what = "offers " + hash(offers.front()) + " and " + hash(offers.back()) + " were";
  if (offers.size() == 1)
    what = "offer " + hash(offers.front()) + (sides_[who].open() ? " of its own was" : " of {to} was");
  say(report, FindingCode::left_mid_negotiation, who, std::move(offers),
      "{from} left while " + what +
          " unanswered: close that RTCPeerConnection on peer-left, and offer again when the peer is back");
}

void NegotiationPair::check_answer(std::size_t from, const Introduction& introduction, const Signal& signal,
                                   const Report& report) {
  const std::uint64_t number = introduction.number;
  const NegotiationSide& mine = sides_[from];
  const NegotiationSide& other = sides_[1 - from];
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
  if (signal.description->ice_lite) return;  // media servers keep their fragments
  const Credentials& keeps = introduction.credentials;
  const bool restarts = !other.current.ufrags.empty() && !other.pending.ufrags.empty() &&
                        !other.pending.shares_ufrag(other.current) &&
                        !other.pending.of_other_connection(other.current);
  if (restarts && !keeps.has_more && !mine.current.has_more && keeps.shares_ufrag(mine.current))
    mismatch(FindingCode::answer_mismatch, "the offer restarts ICE, but the answer keeps ufrag " +
                                               quotable(keeps.ufrags.front()) +
                                               ": answer it with a new createAnswer");
}

/// A side that is reached from everywhere needs no candidates of the other, nor better ones of its own.
void NegotiationPair::judge_candidates(std::size_t of, const Report& report) {
  NegotiationSide& side = sides_[of];
  if (std::exchange(side.judged, true)) return;
  for (const NegotiationSide& each : sides_) {
    if (each.ice_lite || each.candidates.has_public_host()) return;
  }
  const auto verdict = side.candidates.verdict();
  if (!verdict || (verdict == FindingCode::no_candidates && !connects_)) return;
  const bool none = verdict == FindingCode::no_candidates;
  std::string_view detail =
      "{from} has only host candidates, which work in the same network only: add a STUN and a TURN server to "
      "iceServers";
  if (none)
    detail =
        "{from} has sent no candidates, so {to} knows no address of it: send each one that icecandidate "
        "brings, "
        "and look whether a firewall or the page's permissions keep them back";
  if (verdict == FindingCode::only_mdns_candidates)
    detail =
        "{from} has only .local addresses, which work in the same network only, and not in each: add a STUN "
        "and a TURN server to iceServers, or ask for the camera, which makes the browser show addresses";
  say(report, *verdict, of, {none ? side.described : side.candidates.first()}, std::string(detail));
}

}  // namespace p2psig
