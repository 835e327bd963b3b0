#include "core/client/sdp.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/client/fields.hpp"
#include "core/client/sdp_reader.hpp"

namespace p2psig {
namespace {

/// What goes along with a codec, and is none to choose.
bool is_auxiliary(std::string_view name) {
  constexpr std::array<std::string_view, 6> names{"rtx", "red", "ulpfec", "telephone-event", "CN", "tone"};
  return equal_ignoring_case(name.substr(0, 7), "flexfec") ||
         std::any_of(names.begin(), names.end(),
                     [name](std::string_view known) { return equal_ignoring_case(name, known); });
}

}  // namespace

std::string_view name_of(Direction direction) noexcept {
  switch (direction) {
    case Direction::sendrecv:
      return "sendrecv";
    case Direction::sendonly:
      return "sendonly";
    case Direction::recvonly:
      return "recvonly";
    case Direction::inactive:
      break;
  }
  return "inactive";
}

std::string_view name_of(Setup setup) noexcept {
  switch (setup) {
    case Setup::active:
      return "active";
    case Setup::passive:
      return "passive";
    case Setup::actpass:
      return "actpass";
    case Setup::holdconn:
      return "holdconn";
    case Setup::absent:
      break;
  }
  return {};
}

std::vector<std::string_view> MediaSection::codec_names() const {
  std::vector<std::string_view> names;
  for (const Codec& codec : codecs) {
    const bool known = std::any_of(names.begin(), names.end(), [&codec](std::string_view name) {
      return equal_ignoring_case(name, codec.name);
    });
    if (!known && !codec.name.empty() && !is_auxiliary(codec.name)) names.push_back(codec.name);
  }
  return names;
}

std::vector<std::string> SessionDescription::ufrags() const {
  std::vector<std::string> ufrags;
  std::set<std::string_view> seen;
  for (const MediaSection& section : media) {
    if (!section.ufrag.empty() && seen.insert(section.ufrag).second) ufrags.push_back(section.ufrag);
  }
  return ufrags;
}

SessionDescription parse_sdp(std::string_view text) { return SdpReader(text).read(); }

}  // namespace p2psig
