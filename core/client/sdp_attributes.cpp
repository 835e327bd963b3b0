#include <algorithm>
#include <array>
#include <limits>

#include "core/client/fields.hpp"
#include "core/client/sdp_reader.hpp"
#include "core/protocol/limits.hpp"

/// The attributes that SdpReader reads.
namespace p2psig {
namespace {

constexpr std::size_t kUfragBytesMin = 4;  // RFC 8839, 5.4
constexpr std::size_t kPwdBytesMin = 22;

constexpr std::array kDirections{Direction::sendrecv, Direction::sendonly, Direction::recvonly,
                                 Direction::inactive};
constexpr std::array kSetups{Setup::active, Setup::passive, Setup::actpass, Setup::holdconn};

template <class Values>
const auto* named(const Values& values, std::string_view name) {
  const auto* found =
      std::find_if(values.begin(), values.end(), [name](auto value) { return name_of(value) == name; });
  return found == values.end() ? nullptr : found;
}

/// A hash function and pairs of hex digits with colons between; RFC 8122, 5.
bool is_fingerprint(std::string_view text) {
  if (take_field(text).empty() || text.size() % 3 != 2) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    constexpr std::string_view hex = "0123456789ABCDEFabcdef";
    if (i % 3 == 2 ? text[i] != ':' : hex.find(text[i]) == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

void SdpReader::read_attribute(std::string_view text) {
  struct Attribute {
    std::string_view name;
    void (SdpReader::*read)(std::string_view value);
    bool of_sections_only;
  };
  static constexpr std::array attributes{
      Attribute{"rtpmap", &SdpReader::read_rtpmap, true},
      Attribute{"fmtp", &SdpReader::read_fmtp, true},
      Attribute{"candidate", &SdpReader::read_candidate, true},
      Attribute{"end-of-candidates", &SdpReader::read_end_of_candidates, false},
      Attribute{"mid", &SdpReader::read_mid, true},
      Attribute{"group", &SdpReader::read_group, false},
      Attribute{"bundle-only", &SdpReader::read_bundle_only, true},
      Attribute{"setup", &SdpReader::read_setup, false},
      Attribute{"fingerprint", &SdpReader::read_fingerprint, false},
      Attribute{"ice-ufrag", &SdpReader::read_ice_ufrag, false},
      Attribute{"ice-pwd", &SdpReader::read_ice_pwd, false},
      Attribute{"ice-options", &SdpReader::read_ice_options, false},
      Attribute{"ice-lite", &SdpReader::read_ice_lite, false},
      Attribute{"rid", &SdpReader::read_rid, true},
      Attribute{"simulcast", &SdpReader::read_simulcast, true},
      Attribute{"sctp-port", &SdpReader::read_sctp_port, true},
  };
  const std::string_view name = take_until(text, ':');
  if (name.empty()) return fault("a= has no name");
  if (const Direction* direction = named(kDirections, name)) {
    current().direction = *direction;
    return;
  }
  const auto* attribute = std::find_if(attributes.begin(), attributes.end(),
                                       [name](const Attribute& known) { return known.name == name; });
  if (attribute == attributes.end()) return;
  if (attribute->of_sections_only && media().empty())
    return fault("a=" + std::string(name) + " comes before the first m= line");
  (this->*attribute->read)(text);
}

void SdpReader::read_mid(std::string_view value) {
  if (value.empty() || value.size() > limits::kSdpTokenBytes)
    return fault("a=mid is not 1 to " + std::to_string(limits::kSdpTokenBytes) + " bytes long");
  if (!mids_.insert(value).second) fault("a=mid is another section's as well: " + in_quotes(value));
  media().back().mid = value;
}

void SdpReader::read_group(std::string_view value) {
  if (take_field(value) != "BUNDLE" || group_line_ != 0) return;
  group_line_ = line_;
  for (std::string_view mid = take_field(value); !mid.empty(); mid = take_field(value)) {
    if (description_.bundle.size() == limits::kSdpSections) return fault("a=group names too many mids");
    description_.bundle.emplace_back(mid);
  }
}

void SdpReader::read_rtpmap(std::string_view value) {
  const std::string_view payload_type = take_field(value);
  if (!number_in<unsigned>(payload_type, kPayloadTypes - 1))
    return fault("payload type of a=rtpmap is not from 0 to 127: " + in_quotes(payload_type));
  std::string_view encoding = take_field(value);
  const std::string_view name = take_until(encoding, '/');
  if (name.empty()) return fault("a=rtpmap has no codec");
  Codec* codec = codec_of(payload_type);
  if (codec == nullptr) return;  // left by who took it out of the m= line: harmless
  codec->name = name;

  constexpr unsigned max = std::numeric_limits<unsigned>::max();
  const std::string_view rate = take_until(encoding, '/');
  const auto clock_rate = number_in<unsigned>(rate, max);
  if (!clock_rate) return fault("clock rate of a=rtpmap is not a number: " + in_quotes(rate));
  codec->clock_rate = *clock_rate;
  // Of audio it is the channels; other media have other parameters there.
  codec->channels = number_in<unsigned>(encoding, max).value_or(1);
}

void SdpReader::read_fmtp(std::string_view value) {
  const std::string_view payload_type = take_field(value);
  if (Codec* codec = codec_of(payload_type)) {
    if (!codec->parameters.empty()) codec->parameters += ';';
    codec->parameters += value;
  }
}

void SdpReader::read_ice_ufrag(std::string_view value) {
  read_ice_text("a=ice-ufrag", value, kUfragBytesMin, current().ufrag);
}

void SdpReader::read_ice_pwd(std::string_view value) {
  read_ice_text("a=ice-pwd", value, kPwdBytesMin, current().pwd);
}

void SdpReader::read_ice_text(std::string_view what, std::string_view value, std::size_t bytes_min,
                              std::string& text) {
  if (value.size() < bytes_min || value.size() > limits::kSdpTokenBytes || !is_ice_text(value))
    fault(std::string(what) + " is not " + std::to_string(bytes_min) + " to " +
          std::to_string(limits::kSdpTokenBytes) + " letters, digits, + or /");
  text = cut(value, limits::kSdpTokenBytes);
}

void SdpReader::read_ice_options(std::string_view value) {
  for (std::string_view options = take_field(value); !options.empty(); options = take_field(value)) {
    // RFC 8839, 5.6 separates options by blanks, libdatachannel by commas.
    while (!options.empty()) {
      if (take_until(options, ',') == "trickle") description_.trickle = true;
    }
  }
}

void SdpReader::read_ice_lite(std::string_view /*value*/) { description_.ice_lite = true; }

void SdpReader::read_fingerprint(std::string_view value) {
  if (value.size() > limits::kSdpTokenBytes || !is_fingerprint(value))
    return fault("a=fingerprint is not a hash function and its bytes in hex");
  // A section's own replace the session's; several of one section are of several hash functions.
  if (!has_fingerprint_) current().fingerprint = value;
  has_fingerprint_ = true;
}

void SdpReader::read_setup(std::string_view value) {
  const Setup* setup = named(kSetups, value);
  if (setup == nullptr)
    return fault("a=setup is not active, passive, actpass or holdconn: " + in_quotes(value));
  current().setup = *setup;
}

void SdpReader::read_bundle_only(std::string_view /*value*/) { media().back().bundle_only = true; }

void SdpReader::read_rid(std::string_view value) {
  const std::string_view rid = take_field(value);
  const std::string_view direction = take_field(value);
  if (rid.empty()) return fault("a=rid has no name");
  if (direction != "send" && direction != "recv")
    return fault("a=rid is neither send nor recv: " + in_quotes(rid));
  rids_.insert(rid);
}

void SdpReader::read_simulcast(std::string_view value) {
  simulcast_line_ = line_;
  MediaSection& section = media().back();
  section.send_rids.clear();
  section.receive_rids.clear();
  std::string_view direction = take_field(value);
  if (direction.empty()) fault("a=simulcast has no layers");
  for (; !direction.empty(); direction = take_field(value)) {
    const std::string_view layers = take_field(value);
    if (direction != "send" && direction != "recv")
      return fault("a=simulcast is neither send nor recv: " + in_quotes(direction));
    if (layers.empty()) return fault("a=simulcast has no layers");
    read_layers(layers, direction == "send" ? section.send_rids : section.receive_rids);
  }
}

void SdpReader::read_layers(std::string_view list, std::vector<std::string>& layers) {
  while (!list.empty()) {
    const std::string_view layer = take_until(list, ';');
    if (layer.empty() || layer.size() > limits::kSdpTokenBytes) {
      fault("a=simulcast has a layer that is not 1 to " + std::to_string(limits::kSdpTokenBytes) +
            " bytes long");
    } else if (layers.size() == limits::kSdpLayers) {
      return fault("a=simulcast is over the limit of " + std::to_string(limits::kSdpLayers) + " layers");
    } else {
      layers.emplace_back(layer);
    }
  }
}

void SdpReader::read_candidate(std::string_view value) {
  if (candidates_ == limits::kSdpCandidates)
    return fault("is over the limit of " + std::to_string(limits::kSdpCandidates) + " candidates");
  auto candidate = parse_candidate(std::string("candidate:").append(value));
  if (!candidate) return fault("a=candidate: " + candidate.error());
  ++candidates_;
  media().back().candidates.push_back(std::move(*candidate));
}

void SdpReader::read_end_of_candidates(std::string_view /*value*/) { current().end_of_candidates = true; }

void SdpReader::read_sctp_port(std::string_view value) {
  if (!number_in<std::uint16_t>(value, std::numeric_limits<std::uint16_t>::max()))
    fault("a=sctp-port is not from 0 to 65535: " + in_quotes(value));
}

}  // namespace p2psig
