#include "core/client/standing_offer.hpp"

#include <utility>

namespace p2psig {
namespace {

/// Without what is of no use to hold an answer against.
SessionDescription shortened(const SessionDescription& description) {
  SessionDescription terms;
  terms.bundle = description.bundle;
  terms.ice_lite = description.ice_lite;
  if (!description.faults.empty()) terms.faults.push_back(description.faults.front());
  terms.media.reserve(description.media.size());
  for (const MediaSection& section : description.media) {
    MediaSection& kept = terms.media.emplace_back();
    kept.kind = section.kind;
    kept.mid = section.mid;
    kept.port = section.port;
    kept.bundle_only = section.bundle_only;
    kept.direction = section.direction;
    kept.ufrag = section.ufrag;
    kept.pwd = section.pwd;
    kept.fingerprint = section.fingerprint;
    kept.setup = section.setup;
    kept.data_channel = section.data_channel;
    kept.codecs.reserve(section.codecs.size());
    for (const Codec& codec : section.codecs)
      kept.codecs.push_back({codec.payload_type, codec.name, codec.clock_rate, codec.channels, {}});
  }
  return terms;
}

std::size_t bytes_of(const SessionDescription& terms) {
  std::size_t bytes = sizeof terms;
  for (const std::string& mid : terms.bundle) bytes += sizeof(std::string) + mid.size();
  for (const SdpFault& fault : terms.faults) bytes += sizeof fault + fault.what.size();
  for (const MediaSection& section : terms.media) {
    bytes += sizeof section + section.kind.size() + section.mid.size() + section.ufrag.size() +
             section.pwd.size() + section.fingerprint.size();
    for (const Codec& codec : section.codecs) bytes += sizeof codec + codec.name.size();
  }
  return bytes;
}

}  // namespace

StandingOffer::StandingOffer(Milliseconds now, std::uint64_t its_number, std::size_t recipients,
                             const std::optional<SessionDescription>& description, std::size_t& total)
    : number(its_number), sent(now), to_many(recipients > 1), weight_(total) {
  if (description) terms = shortened(*description);
  weight_.set(sizeof *this + (terms ? bytes_of(*terms) : 0));
}

}  // namespace p2psig
