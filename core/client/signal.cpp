#include "core/client/signal.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/client/fields.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/json.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/wire_names.hpp"

namespace p2psig {
namespace {

using Kind = Signal::Kind;

/// How dialects call them: as a type, or as the key of what is nested.
Kind kind_called(std::string_view word) {
  struct Word {
    std::string_view text;
    Kind kind;
  };
  static constexpr std::array words{
      Word{"offer", Kind::offer},
      Word{"answer", Kind::answer},
      Word{"pranswer", Kind::pranswer},
      Word{"rollback", Kind::rollback},
      Word{"candidate", Kind::candidate},
      Word{"ice-candidate", Kind::candidate},
      Word{"ice_candidate", Kind::candidate},
      Word{"icecandidate", Kind::candidate},
      Word{"ice", Kind::candidate},
      Word{"bye", Kind::bye},
      Word{"hangup", Kind::bye},
      Word{"hang-up", Kind::bye},
      Word{"leave", Kind::bye},
      Word{"reject", Kind::bye},
      Word{"decline", Kind::bye},
      Word{"busy", Kind::bye},
      Word{"cancel", Kind::bye},
  };
  const auto* found = std::find_if(words.begin(), words.end(), [word](const Word& known) {
    return equal_ignoring_case(known.text, word);
  });
  return found == words.end() ? Kind::other : found->kind;
}

bool is_description(Kind kind) {
  return kind == Kind::offer || kind == Kind::answer || kind == Kind::pranswer;
}

bool is_candidate_line(std::string_view text) {
  return text.starts_with("candidate:") || text.starts_with("a=candidate:");
}

std::string_view text_member(const JsonValue& object, std::string_view key) {
  const auto member = object.member(key);
  return member ? member->string().value_or(std::string_view{}) : std::string_view{};
}

Signal described(Kind kind, std::string_view sdp) {
  Signal signal;
  signal.kind = kind;
  if (sdp.empty())
    signal.fault = "its SDP is empty";
  else
    signal.description = parse_sdp(sdp);
  return signal;
}

Signal rollback() {
  Signal signal;
  signal.kind = Kind::rollback;
  return signal;
}

/// `object` is what stands around the candidate: an RTCIceCandidateInit.
Signal candidate_in(const JsonValue& object, std::string_view line) {
  Signal signal;
  signal.kind = line.empty() ? Kind::end_of_candidates : Kind::candidate;
  signal.mid = text_member(object, "sdpMid");
  signal.ufrag = text_member(object, "usernameFragment");
  if (line.empty()) return signal;
  auto candidate = parse_candidate(line);
  if (!candidate) {
    signal.fault = candidate.error();
    return signal;
  }
  if (signal.ufrag.empty()) signal.ufrag = candidate->ufrag;
  signal.candidate = std::move(*candidate);
  return signal;
}

std::optional<Signal> find_in(const JsonValue& object, Kind kind, std::size_t level);

std::optional<Signal> find_in_text(std::string_view text, Kind kind, std::size_t level) {
  if (level > limits::kSignalLevels) return std::nullopt;
  const auto json = Json::parse(text);
  return json ? find_in(json->value(), kind, level) : std::nullopt;
}

std::optional<Signal> find_candidate(const JsonValue& object, const JsonValue& candidate, Kind kind) {
  const auto text = candidate.string();
  // An application that writes JSON.stringify(event.candidate) writes "null" at the end.
  if (candidate.is_null() || text == "" || text == "null") return candidate_in(object, {});
  if (!text || text->starts_with('{')) return std::nullopt;
  if (kind != Kind::candidate && !is_candidate_line(*text)) return std::nullopt;
  return candidate_in(object, *text);
}

std::optional<Signal> find_in_member(const JsonValue& object, const JsonValue& member, Kind kind,
                                     std::size_t level) {
  if (member.is_object()) return find_in(member, kind, level + 1);
  const auto text = member.string();
  if (!text) return std::nullopt;
  if (text->starts_with('{')) return find_in_text(*text, kind, level + 1);
  if (is_description(kind) && text->starts_with("v=")) return described(kind, *text);
  if (kind == Kind::candidate && is_candidate_line(*text)) return candidate_in(object, *text);
  return std::nullopt;
}

/// `kind` is what stands around the object, which holds until its own type says otherwise.
std::optional<Signal> find_in(const JsonValue& object, Kind kind, std::size_t level) {
  if (level > limits::kSignalLevels) return std::nullopt;
  if (const Kind own = kind_called(text_member(object, key::kType)); own != Kind::other) kind = own;
  if (kind == Kind::rollback) return rollback();
  const auto sdp = object.member("sdp");
  if (sdp && sdp->string() && is_description(kind)) return described(kind, *sdp->string());
  if (const auto candidate = object.member("candidate")) {
    if (auto found = find_candidate(object, *candidate, kind)) return found;
  }
  for (const auto& [key, member] : object.members()) {
    const Kind called = kind_called(key);
    auto found = find_in_member(object, member, called == Kind::other ? kind : called, level);
    if (found) return found;
  }
  // RTCIceCandidateInit's `candidate` is empty unless it is given.
  if (kind == Kind::candidate && (object.member("sdpMid") || object.member("sdpMLineIndex")))
    return candidate_in(object, {});
  return std::nullopt;
}

Signal unreadable(std::string_view message) {
  Signal signal;
  if (scan_envelope(message))
    signal.fault = "has a key twice, a \\u0000 or half a surrogate pair";
  else
    signal.fault = scan_envelope(message, kAnyNesting) ? "is nested too deeply" : "is no JSON object";
  return signal;
}

}  // namespace

Signal read_signal(std::string_view message) {
  const auto json = Json::parse(message);
  if (!json) return unreadable(message);
  if (auto found = find_in(json->value(), Kind::other, 1)) return std::move(*found);
  Signal signal;
  signal.kind = kind_called(text_member(json->value(), key::kType));
  if (is_description(signal.kind)) signal.fault = "no SDP is in it";
  if (signal.kind == Kind::candidate) signal.fault = "no candidate is in it";
  return signal;
}

}  // namespace p2psig
