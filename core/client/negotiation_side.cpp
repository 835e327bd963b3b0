#include "core/client/negotiation_side.hpp"

#include <algorithm>
#include <utility>

#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

constexpr std::chrono::seconds kAnswerTime{5};
/// For offers that follow each other without an answer: each has its own five seconds, but not for ever.
constexpr std::chrono::seconds kAnswerTimeOfSeveral{10};

}  // namespace

Credentials::Credentials(const SessionDescription& description) : ufrags(description.ufrags()) {
  has_more = ufrags.size() > limits::kKnownUfrags;
  if (has_more) ufrags.resize(limits::kKnownUfrags);
  for (const MediaSection& section : description.media) {
    if (fingerprint.empty()) fingerprint = section.fingerprint;
  }
}

bool Credentials::has(const std::string& ufrag) const {
  return has_more || std::find(ufrags.begin(), ufrags.end(), ufrag) != ufrags.end();
}

bool Credentials::shares_ufrag(const Credentials& other) const {
  return has_more || std::any_of(ufrags.begin(), ufrags.end(),
                                 [&other](const std::string& ufrag) { return other.has(ufrag); });
}

bool Credentials::of_other_connection(const Credentials& other) const {
  return !fingerprint.empty() && !other.fingerprint.empty() && fingerprint != other.fingerprint;
}

std::size_t Credentials::bytes() const {
  std::size_t bytes = fingerprint.size();
  for (const std::string& ufrag : ufrags) bytes += sizeof(std::string) + ufrag.size();
  return bytes;
}

Introduction::Introduction(std::uint64_t its_number, const Signal& signal)
    : number(its_number), readable(signal.description.has_value()) {
  if (!readable) return;
  credentials = Credentials(*signal.description);
  ice_lite = signal.description->ice_lite;
  for (const MediaSection& section : signal.description->media) {
    for (const Candidate& candidate : section.candidates) candidates.add(number, candidate);
    ended = ended || section.end_of_candidates;
    connects = connects || !section.rejected();
  }
}

Milliseconds NegotiationSide::unanswered_at() const noexcept {
  return std::min<Milliseconds>(offer->sent + kAnswerTime, since + kAnswerTimeOfSeveral);
}

bool NegotiationSide::is_impatient() const noexcept { return unanswered_at() < offer->sent + kAnswerTime; }

bool NegotiationSide::knows(const std::string& ufrag) const {
  return current.has(ufrag) || pending.has(ufrag) || withdrawn.has(ufrag) || beside.has(ufrag);
}

bool NegotiationSide::knows_any() const noexcept {
  return !current.ufrags.empty() || !pending.ufrags.empty() || !withdrawn.ufrags.empty();
}

std::size_t NegotiationSide::bytes() const {
  return current.bytes() + pending.bytes() + withdrawn.bytes() + beside.bytes();
}

void NegotiationSide::describe(const Introduction& introduction) {
  described = introduction.number;
  has_description = true;
  if (!introduction.readable) return;
  const Credentials& now = introduction.credentials;
  const bool had_any = !current.ufrags.empty() || !pending.ufrags.empty();
  if (had_any && !now.ufrags.empty() && !now.shares_ufrag(current) && !now.shares_ufrag(pending)) {
    candidates = {};
    ended = judged = false;
  }
  ice_lite = introduction.ice_lite;
  candidates.add(introduction.candidates);
  ended = ended || introduction.ended;
}

void NegotiationSide::agree(Credentials credentials) {
  if (credentials.of_other_connection(current)) beside = std::move(current);
  current = std::move(credentials);
}

void NegotiationSide::withdraw_pending() {
  if (!pending.ufrags.empty()) withdrawn = std::exchange(pending, {});
}

void NegotiationSide::drop_offer() noexcept {
  if (offer) --offer->pairs;
  offer.reset();
  provisional = false;
}

}  // namespace p2psig
