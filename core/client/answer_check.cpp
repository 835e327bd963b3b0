#include "core/client/answer_check.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "core/client/fields.hpp"
#include "core/client/phrases.hpp"

namespace p2psig {
namespace {

using What = std::optional<std::string>;

bool contains(const std::vector<std::string>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// "m= section 1 (video)"
std::string section_name(const SessionDescription& description, std::size_t at) {
  return "m= section " + std::to_string(at) + " (" + quotable(description.media[at].kind) + ")";
}

What sections_misfit(const SessionDescription& offer, const SessionDescription& answer) {
  if (offer.media.size() != answer.media.size())
    return "has " + counted(answer.media.size(), "m= section") + " where the offer has " +
           std::to_string(offer.media.size()) + ": make it with createAnswer, after that offer was set";
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    const MediaSection& offered = offer.media[i];
    const MediaSection& answered = answer.media[i];
    if (!equal_ignoring_case(offered.kind, answered.kind))
      return "has " + quotable(answered.kind) + " as m= section " + std::to_string(i) +
             " where the offer has " + quotable(offered.kind) + ": keep the offer's order";
    // Who does not know of mids answers without (RFC 5888, 9.1), and is told apart by the order.
    if (!offered.mid.empty() && !answered.mid.empty() && offered.mid != answered.mid)
      return "calls m= section " + std::to_string(i) + " mid " + quotable(answered.mid) +
             " where the offer calls it " + quotable(offered.mid) + ": is it the answer to another offer?";
    if (offered.rejected() && !answered.rejected())
      return "takes up " + section_name(answer, i) + ", which the offer has stopped (port 0)";
  }
  return std::nullopt;
}

bool fits(Direction offered, Direction answered) {
  const auto sends = [](Direction one) { return one == Direction::sendrecv || one == Direction::sendonly; };
  const auto receives = [](Direction one) {
    return one == Direction::sendrecv || one == Direction::recvonly;
  };
  return (receives(offered) || !sends(answered)) && (sends(offered) || !receives(answered));
}

What direction_misfit(const MediaSection& offered, const MediaSection& answered) {
  if (offered.data_channel || fits(offered.direction, answered.direction)) return std::nullopt;
  return "is " + std::string(name_of(answered.direction)) + " where the offer is " +
         std::string(name_of(offered.direction)) + ": set the transceiver's direction before createAnswer";
}

/// In a bundle, only the first section need say how to connect (RFC 9143, 7.1.3).
bool shares_transport(const SessionDescription& description, const MediaSection& section) {
  return !section.mid.empty() && contains(description.bundle, section.mid) &&
         description.bundle.front() != section.mid;
}

What transport_misfit(const MediaSection& offered, const MediaSection& answered) {
  const auto lacks = [](const std::string& of_offer, const std::string& of_answer, const char* line) -> What {
    if (of_offer.empty() || !of_answer.empty()) return std::nullopt;
    return std::string("has no ") + line + ": send the description as createAnswer made it";
  };
  if (auto what = lacks(offered.ufrag, answered.ufrag, "a=ice-ufrag")) return what;
  if (auto what = lacks(offered.pwd, answered.pwd, "a=ice-pwd")) return what;
  return lacks(offered.fingerprint, answered.fingerprint, "a=fingerprint");
}

What setup_misfit(const MediaSection& offered, const MediaSection& answered) {
  if (offered.setup == Setup::absent || answered.setup == Setup::active || answered.setup == Setup::passive ||
      answered.setup == Setup::absent)
    return std::nullopt;
  return "has a=setup:" + std::string(name_of(answered.setup)) +
         ", an answer must choose active or passive: is it an offer, sent as an answer?";
}

What setup_clash(const MediaSection& offered, const MediaSection& answered) {
  if (offered.setup != answered.setup) return std::nullopt;
  if (offered.setup == Setup::active)
    return "is a=setup:active on both sides, so both begin DTLS: answer passive, or offer actpass";
  if (offered.setup == Setup::passive)
    return "is a=setup:passive on both sides, so nobody begins DTLS: answer active, or offer actpass";
  return std::nullopt;
}

What bundle_misfit(const SessionDescription& offer, const SessionDescription& answer) {
  for (const std::string& mid : answer.bundle) {
    if (!contains(offer.bundle, mid))
      return "bundles mid " + quotable(mid) +
             ", which the offer does not bundle: is it the answer to another offer?";
  }
  return std::nullopt;
}

bool same_codec(const Codec& one, const Codec& other) {
  if (one.name.empty() || other.name.empty()) return one.payload_type == other.payload_type;
  return one.clock_rate == other.clock_rate && equal_ignoring_case(one.name, other.name);
}

/// Without those that only go along with others, as codec_names() leaves them out.
std::vector<const Codec*> main_codecs(const MediaSection& section) {
  const auto names = section.codec_names();
  std::vector<const Codec*> codecs;
  for (const Codec& codec : section.codecs) {
    const bool named = std::any_of(names.begin(), names.end(), [&codec](std::string_view name) {
      return equal_ignoring_case(name, codec.name);
    });
    if (named || codec.name.empty()) codecs.push_back(&codec);
  }
  return codecs;
}

std::string listed(const std::vector<const Codec*>& codecs) {
  constexpr std::size_t shown = 8;
  std::string text;
  for (std::size_t i = 0; i < codecs.size() && i < shown; ++i) {
    const Codec& codec = *codecs[i];
    text += text.empty() ? "" : " ";
    text += codec.name.empty() ? std::to_string(codec.payload_type)
                               : quotable(codec.name) + "/" + std::to_string(codec.clock_rate);
  }
  if (codecs.size() > shown) text += " ...";
  return text.empty() ? "none" : text;
}

What codec_misfit(const MediaSection& offered, const MediaSection& answered) {
  const auto of_offer = main_codecs(offered);
  if (of_offer.empty() || offered.data_channel || answered.data_channel) return std::nullopt;
  const auto of_answer = main_codecs(answered);
  for (const Codec* one : of_answer) {
    if (std::any_of(of_offer.begin(), of_offer.end(),
                    [one](const Codec* other) { return same_codec(*one, *other); }))
      return std::nullopt;
  }
  return "has no codec of the offer: offered " + listed(of_offer) + ", answered " + listed(of_answer) +
         ": let both sides keep a codec that every browser has (opus, VP8, H264)";
}

class Misfits {
 public:
  void add(FindingCode code, const std::string& where, const What& what) {
    if (!what) return;
    const auto same = [code](const Misfit& known) { return known.code == code; };
    if (std::none_of(all_.begin(), all_.end(), same)) all_.push_back({code, where + *what});
  }
  std::vector<Misfit> take() { return std::move(all_); }

 private:
  std::vector<Misfit> all_;
};

}  // namespace

std::vector<Misfit> misfits(const SessionDescription& offer, const SessionDescription& answer) {
  if (offer.media.empty() && !offer.faults.empty()) return {};
  Misfits found;
  if (!offer.media.empty() && answer.media.empty() && !answer.faults.empty()) {
    const SdpFault& fault = answer.faults.front();
    constexpr std::size_t shown_bytes = 120;
    return {{FindingCode::answer_mismatch, "its SDP cannot be read, line " + std::to_string(fault.line) +
                                               " " + quotable(fault.what, shown_bytes)}};
  }
  if (const What what = sections_misfit(offer, answer)) {
    found.add(FindingCode::answer_mismatch, "it ", what);
    return found.take();
  }
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    const MediaSection& offered = offer.media[i];
    const MediaSection& answered = answer.media[i];
    if (offered.rejected() || answered.rejected()) continue;
    const std::string where = "in " + section_name(offer, i) + " it ";
    found.add(FindingCode::answer_mismatch, where, direction_misfit(offered, answered));
    found.add(FindingCode::answer_mismatch, where, setup_misfit(offered, answered));
    found.add(FindingCode::setup_clash, where, setup_clash(offered, answered));
    found.add(FindingCode::no_common_codec, where, codec_misfit(offered, answered));
    if (!shares_transport(answer, answered))
      found.add(FindingCode::answer_mismatch, where, transport_misfit(offered, answered));
  }
  found.add(FindingCode::answer_mismatch, "it ", bundle_misfit(offer, answer));
  return found.take();
}

}  // namespace p2psig
