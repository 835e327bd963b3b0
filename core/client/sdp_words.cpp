#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

#include "core/client/fields.hpp"
#include "core/client/phrases.hpp"
#include "core/client/sdp.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

constexpr std::size_t kSections = 6;
constexpr std::size_t kCodecs = 8;
constexpr std::size_t kValuesShown = 4;
constexpr std::string_view kSeparator = " · ";

using Sections = std::vector<const MediaSection*>;

/// What of each section `get` says, each once, in their order, without what is empty.
template <class Get>
Phrases distinct(const Sections& sections, Get get) {
  Phrases values;
  std::set<std::string_view> seen;
  for (const MediaSection* section : sections) {
    const std::string_view value = get(*section);
    if (!value.empty() && seen.insert(value).second) values.push_back(shown(value));
  }
  return values;
}

void add_bundle(const SessionDescription& description, const Sections& live, Phrases& phrases) {
  if (live.size() < 2) return;
  if (description.bundle.empty()) {
    phrases.emplace_back("no bundle");
    return;
  }
  const std::set<std::string_view> bundled(description.bundle.begin(), description.bundle.end());
  Phrases outside;
  for (const MediaSection* section : live) {
    if (!bundled.contains(section->mid))
      outside.push_back(section->mid.empty() ? shown(section->kind) : shown(section->mid));
  }
  if (!outside.empty()) phrases.push_back("not bundled: " + some_of(outside, kValuesShown));
}

void add_transport(const SessionDescription& description, const Sections& live, Phrases& phrases) {
  add_bundle(description, live, phrases);
  const auto ufrags =
      distinct(live, [](const MediaSection& section) -> std::string_view { return section.ufrag; });
  phrases.push_back(ufrags.empty()
                        ? "no ufrag"
                        : (ufrags.size() == 1 ? "ufrag " : "ufrags ") + some_of(ufrags, kValuesShown));
  const auto setups = distinct(live, [](const MediaSection& section) { return name_of(section.setup); });
  phrases.push_back(setups.empty() ? "no setup" : some_of(setups, kValuesShown));
  if (std::any_of(live.begin(), live.end(), [](const MediaSection* section) { return section->pwd.empty(); }))
    phrases.emplace_back("no ice-pwd");
  if (std::any_of(live.begin(), live.end(),
                  [](const MediaSection* section) { return section->fingerprint.empty(); }))
    phrases.emplace_back("no fingerprint");
}

void add_candidates(const SessionDescription& description, const Sections& live, Phrases& phrases) {
  std::size_t count = 0;
  bool ended = false;
  for (const MediaSection* section : live) {
    count += section->candidates.size();
    ended = ended || section->end_of_candidates;
  }
  if (description.ice_lite) phrases.emplace_back("ice-lite");
  if (!description.trickle) phrases.emplace_back("no trickle");
  if (count > 0) phrases.push_back(counted(count, "candidate"));
  if (count == 0 && (ended || !description.trickle)) phrases.emplace_back("no candidates");
  if (ended) phrases.emplace_back("end of candidates");
}

void add_faults(const SessionDescription& description, Phrases& phrases) {
  if (description.faults.empty()) return;
  const SdpFault& first = description.faults.front();
  const std::size_t others = description.faults.size() - 1 + description.more_faults;
  phrases.push_back("line " + std::to_string(first.line) + ": " + first.what +
                    (others > 0 ? " (and " + counted(others, "more fault") + ')' : ""));
}

}  // namespace

std::string in_words(const MediaSection& section) {
  std::string words = section.data_channel   ? "data channel"
                      : section.kind.empty() ? "media"
                                             : shown(section.kind);
  if (section.rejected()) return words + " rejected";
  if (section.data_channel) return words;
  words += ' ' + std::string(name_of(section.direction));
  Phrases codecs;
  for (const std::string_view name : section.codec_names()) codecs.push_back(shown(name));
  if (!codecs.empty()) words += ' ' + some_of(codecs, kCodecs);
  if (!section.send_rids.empty()) words += " simulcast " + layers_in_words(section.send_rids);
  if (!section.receive_rids.empty()) words += " receives simulcast " + layers_in_words(section.receive_rids);
  return shortened(words, limits::kWordsBytes);
}

std::string in_words(const SessionDescription& description) {
  Phrases phrases;
  add_faults(description, phrases);
  Phrases sections;
  Sections live;
  for (const MediaSection& section : description.media) {
    sections.push_back(in_words(section));
    if (!section.rejected()) live.push_back(&section);
  }
  if (sections.empty()) phrases.emplace_back("no media");
  for (std::string& section : folded(sections, kSections)) phrases.push_back(std::move(section));
  if (!live.empty()) {
    add_transport(description, live, phrases);
    add_candidates(description, live, phrases);
  }
  return shortened(joined(phrases, kSeparator), limits::kWordsBytes);
}

}  // namespace p2psig
