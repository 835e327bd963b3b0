#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "core/client/fields.hpp"
#include "core/client/phrases.hpp"
#include "core/client/sdp.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

constexpr std::size_t kNamesShown = 8;

/// A section that both descriptions have, and neither rejects.
struct Continued {
  const MediaSection* before;
  const MediaSection* after;
  std::string name;  ///< "video 1"
};

using Names = std::vector<std::string_view>;

std::string label_of(const MediaSection& section, std::size_t place) {
  if (section.data_channel) return "data channel";
  const std::string kind = section.kind.empty() ? "media" : shown(section.kind);
  if (section.mid.empty()) return kind + ' ' + std::to_string(place);
  return section.mid.starts_with(kind) ? shown(section.mid) : kind + ' ' + shown(section.mid);
}

/// A place whose section was rejected may be used again for another one (RFC 8829, 5.2.2).
bool is_same(const MediaSection& before, const MediaSection& after) {
  return before.kind == after.kind && (before.mid == after.mid || before.mid.empty() || after.mid.empty());
}

std::string in_words(const Names& names) {
  Phrases phrases;
  for (const std::string_view name : names) phrases.push_back(shown(name));
  return some_of(phrases, kNamesShown);
}

bool contains(const Names& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view other) { return equal_ignoring_case(name, other); });
}

/// Of `names` those that `others` has (`wanted`), or has not.
Names those_in(const Names& names, const Names& others, bool wanted) {
  Names found;
  std::copy_if(names.begin(), names.end(), std::back_inserter(found),
               [&others, wanted](std::string_view name) { return contains(others, name) == wanted; });
  return found;
}

void compare_codecs(const Continued& section, Phrases& phrases) {
  const Names before = section.before->codec_names();
  const Names after = section.after->codec_names();
  const Names dropped = those_in(before, after, false);
  const Names added = those_in(after, before, false);
  if (!dropped.empty()) phrases.push_back(section.name + " drops " + in_words(dropped));
  if (!added.empty()) phrases.push_back(section.name + " adds " + in_words(added));
  const Names kept_before = those_in(before, after, true);
  const Names kept_after = those_in(after, before, true);
  const auto [was, is] = std::mismatch(kept_before.begin(), kept_before.end(), kept_after.begin(),
                                       kept_after.end(), equal_ignoring_case);
  if (was != kept_before.end())
    phrases.push_back(section.name + " prefers " + shown(*is) + " to " + shown(*was));
}

void compare_layers(const std::string& what, const std::vector<std::string>& before,
                    const std::vector<std::string>& after, Phrases& phrases) {
  if (before != after) phrases.push_back(what + ' ' + (after.empty() ? "no more" : layers_in_words(after)));
}

void compare_section(const Continued& section, Phrases& phrases) {
  const auto& [before, after, name] = section;
  if (before->direction != after->direction && !after->data_channel)
    phrases.push_back(name + ": " + std::string(name_of(before->direction)) + " -> " +
                      std::string(name_of(after->direction)));
  compare_codecs(section, phrases);
  compare_layers(name + ": simulcast", before->send_rids, after->send_rids, phrases);
  compare_layers(name + ": receives simulcast", before->receive_rids, after->receive_rids, phrases);
}

void compare_ice(const std::vector<Continued>& sections, Phrases& phrases) {
  Phrases restarted;
  bool keeps_ufrag = false;
  bool keeps_pwd = false;
  for (const auto& [before, after, name] : sections) {
    if (before->ufrag.empty() || after->ufrag.empty()) continue;
    const bool new_ufrag = before->ufrag != after->ufrag;
    const bool new_pwd = before->pwd != after->pwd;
    if (new_ufrag || new_pwd) restarted.push_back(name);
    keeps_ufrag = keeps_ufrag || (new_pwd && !new_ufrag);
    keeps_pwd = keeps_pwd || (new_ufrag && !new_pwd);
  }
  if (restarted.empty()) return;
  std::string phrase = "ICE restart";
  if (restarted.size() < sections.size()) phrase += " of " + joined(folded(restarted, kNamesShown), ", ");
  // RFC 8839, 4.4.1.1.1: both change.
  if (keeps_ufrag) phrase += ", but keeps the ufrag";
  if (keeps_pwd) phrase += ", but keeps the ice-pwd";
  phrases.push_back(std::move(phrase));
}

/// Each once, as bundled sections share one DTLS connection.
void compare_dtls(const std::vector<Continued>& sections, Phrases& phrases) {
  const auto new_fingerprint = [](const Continued& section) {
    return !section.before->fingerprint.empty() && !section.after->fingerprint.empty() &&
           section.before->fingerprint != section.after->fingerprint;
  };
  if (std::any_of(sections.begin(), sections.end(), new_fingerprint))
    phrases.emplace_back("new DTLS fingerprint");
  // A later offer says actpass, whoever is what (RFC 8842, 5.5): the role stays.
  const auto is_role = [](Setup setup) { return setup != Setup::absent && setup != Setup::actpass; };
  const auto new_role = [is_role](const Continued& section) {
    return is_role(section.before->setup) && is_role(section.after->setup) &&
           section.before->setup != section.after->setup;
  };
  const auto found = std::find_if(sections.begin(), sections.end(), new_role);
  if (found != sections.end())
    phrases.push_back("setup: " + std::string(name_of(found->before->setup)) + " -> " +
                      std::string(name_of(found->after->setup)));
}

/// Of the sections that both have: media that come bring their mids along.
void compare_bundle(const SessionDescription& before, const SessionDescription& after,
                    const std::vector<Continued>& sections, Phrases& phrases) {
  const auto is_in = [](const SessionDescription& description, const std::string& mid) {
    return std::find(description.bundle.begin(), description.bundle.end(), mid) != description.bundle.end();
  };
  Phrases enter;
  Phrases leave;
  for (const Continued& section : sections) {
    const bool was = is_in(before, section.before->mid);
    const bool is = is_in(after, section.after->mid);
    if (was != is) (is ? enter : leave).push_back(section.name);
  }
  if (!enter.empty()) phrases.push_back("bundles " + joined(folded(enter, kNamesShown), ", "));
  if (!leave.empty()) phrases.push_back("no longer bundles " + joined(folded(leave, kNamesShown), ", "));
}

void compare_abilities(const SessionDescription& before, const SessionDescription& after, Phrases& phrases) {
  if (before.trickle != after.trickle)
    phrases.emplace_back(after.trickle ? "trickles" : "no longer trickles");
  if (before.ice_lite != after.ice_lite)
    phrases.emplace_back(after.ice_lite ? "is ICE-lite" : "is no longer ICE-lite");
}

}  // namespace

std::vector<std::string> changes(const SessionDescription& before, const SessionDescription& after) {
  std::vector<Continued> continued;
  Phrases media;
  for (std::size_t i = 0; i < std::max(before.media.size(), after.media.size()); ++i) {
    const MediaSection* was = i < before.media.size() ? &before.media[i] : nullptr;
    const MediaSection* is = i < after.media.size() ? &after.media[i] : nullptr;
    const bool was_live = was != nullptr && !was->rejected();
    const bool is_live = is != nullptr && !is->rejected();
    if (was_live && is_live && is_same(*was, *is)) {
      continued.push_back({was, is, label_of(*is, i)});
      compare_section(continued.back(), media);
      continue;
    }
    if (was_live) media.push_back((is == nullptr ? "leaves out " : "stops ") + label_of(*was, i));
    if (is_live) {
      const bool restarts = was != nullptr && is_same(*was, *is);
      media.push_back(shortened((restarts ? "restarts " : "adds ") + in_words(*is), limits::kWordsBytes));
    }
  }
  Phrases phrases;
  compare_ice(continued, phrases);
  compare_dtls(continued, phrases);
  compare_bundle(before, after, continued, phrases);
  if (!continued.empty()) compare_abilities(before, after, phrases);
  phrases.insert(phrases.end(), media.begin(), media.end());
  return folded(phrases, limits::kChanges - 1);
}

}  // namespace p2psig
