#include "core/client/sdp_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "core/client/fields.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

constexpr std::uint16_t kDiscardPort = 9;

std::size_t count_fields(std::string_view text) {
  std::size_t count = 0;
  while (!take_field(text).empty()) ++count;
  return count;
}

bool ends_ignoring_case(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() &&
         equal_ignoring_case(text.substr(text.size() - suffix.size()), suffix);
}

}  // namespace

SdpReader::SdpReader(std::string_view text) : rest_(text) {
  while (rest_.ends_with('\n') || rest_.ends_with('\r')) rest_.remove_suffix(1);
}

SessionDescription SdpReader::read() {
  if (rest_.empty()) fault_at(1, "nothing is in it");
  while (!rest_.empty()) {
    std::string_view line = take_until(rest_, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    ++line_;
    if (line_ > limits::kSdpLines) {
      fault("is over the limit of " + std::to_string(limits::kSdpLines) + " lines: the rest is not read");
      break;
    }
    if (!read_line(line)) break;
  }
  end_description();
  return std::move(description_);
}

bool SdpReader::read_line(std::string_view line) {
  const bool is_typed = line.size() >= 2 && line[1] == '=';
  if (line_ == 1 && line != "v=0") {
    const bool escaped_twice = line.find("\\r\\n") != std::string_view::npos;
    fault(escaped_twice ? "has \\r\\n written out where it should end: it was escaped twice"
                        : "is not v=0, with which a description begins");
  } else if (!is_typed) {
    fault(line.empty() ? "is empty" : "is not a letter, = and a value: " + in_quotes(line));
  }
  if (!is_typed) return true;
  const std::string_view value = line.substr(2);
  switch (line[0]) {
    case 'm':
      return read_media_line(value);
    case 'a':
      read_attribute(value);
      break;
    case 'v':
      if (line_ != 1) fault("v= is only the first line");
      break;
    default:
      read_session_line(line[0], value);
  }
  return true;
}

/// The lines that say little about a connection; RFC 8866, 5.
void SdpReader::read_session_line(char type, std::string_view value) {
  constexpr std::string_view known = "osiuepcbtrzk";
  constexpr std::string_view of_the_session_only = "osueptrz";
  if (known.find(type) == std::string_view::npos) return fault(in_quotes({&type, 1}) + " is no type of line");
  if (!media().empty() && of_the_session_only.find(type) != std::string_view::npos)
    return fault(std::string{type} + "= does not belong into an m= section");
  switch (type) {
    case 'o':
      has_origin_ = true;
      if (count_fields(value) != 6) fault("o= has not six fields");
      break;
    case 's':
      has_name_ = true;
      break;
    case 't':
      has_time_ = true;
      if (count_fields(value) != 2) fault("t= has not two fields");
      break;
    case 'c':
      if (count_fields(value) != 3) fault("c= has not three fields");
      break;
    default:
      break;
  }
}

bool SdpReader::read_media_line(std::string_view value) {
  if (media().size() == limits::kSdpSections) {
    fault("is over the limit of " + std::to_string(limits::kSdpSections) +
          " m= sections: the rest is not read");
    return false;
  }
  if (media().empty()) {
    end_session_level();
  } else {
    end_section();
  }
  media_line_ = line_;
  has_fingerprint_ = false;
  media().push_back(session_);
  MediaSection& section = media().back();

  section.kind = take_field(value);
  std::string_view port_and_count = take_field(value);
  const std::string_view port = take_until(port_and_count, '/');
  section.protocol = take_field(value);
  const auto number = number_in<std::uint16_t>(port, std::numeric_limits<std::uint16_t>::max());
  section.port = number.value_or(kDiscardPort);
  if (section.kind.empty()) {
    fault("m= has no media type");
  } else if (port.empty()) {
    fault("m= has no port");
  } else {
    if (!number) fault("port of m= is not from 0 to 65535: " + in_quotes(port));
    read_formats(value);
  }
  return true;
}

void SdpReader::read_formats(std::string_view formats) {
  MediaSection& section = media().back();
  section.data_channel = ends_ignoring_case(section.protocol, "SCTP");
  std::string_view format = take_field(formats);
  if (section.protocol.empty()) {
    fault("m= has no protocol");
  } else if (format.empty()) {
    fault("m= has no formats");
  }
  const bool is_rtp = section.protocol.find("RTP/") != std::string::npos;
  for (; is_rtp && !format.empty(); format = take_field(formats)) add_codec(format);
}

void SdpReader::add_codec(std::string_view payload_type) {
  const auto number = number_in<unsigned>(payload_type, kPayloadTypes - 1);
  if (!number) return fault("payload type is not from 0 to 127: " + in_quotes(payload_type));
  if (codec_places_[*number] != 0) return fault("lists payload type " + std::to_string(*number) + " twice");
  if (codecs_ == limits::kSdpCodecs)
    return fault("is over the limit of " + std::to_string(limits::kSdpCodecs) + " payload types");
  ++codecs_;
  Codec codec;
  codec.payload_type = *number;
  if (const StaticPayloadType* known = static_payload_type(*number)) {
    codec.name = known->name;
    codec.clock_rate = known->clock_rate;
    codec.channels = known->channels;
  }
  std::vector<Codec>& codecs = media().back().codecs;
  codecs.push_back(std::move(codec));
  codec_places_[*number] = static_cast<std::uint8_t>(codecs.size());
}

Codec* SdpReader::codec_of(std::string_view payload_type) {
  const auto number = number_in<unsigned>(payload_type, kPayloadTypes - 1);
  if (!number || codec_places_[*number] == 0) return nullptr;
  return &media().back().codecs[codec_places_[*number] - 1U];
}

void SdpReader::end_session_level() {
  std::string missing;
  if (!has_origin_) missing += " o=";
  if (!has_name_) missing += " s=";
  if (!has_time_) missing += " t=";
  if (!missing.empty()) fault("has no" + missing + " before it");
}

/// RFC 8853, 5.2: each is declared by an a=rid, before or behind.
void SdpReader::check_layers(const std::vector<std::string>& layers) {
  for (std::string_view layer : layers) {
    while (!layer.empty()) {
      std::string_view rid = take_until(layer, ',');
      if (rid.starts_with('~')) rid.remove_prefix(1);
      if (!rids_.contains(rid))
        return fault_at(simulcast_line_, "a=simulcast names a layer without a=rid: " + in_quotes(rid));
    }
  }
}

void SdpReader::end_section() {
  const MediaSection& section = media().back();
  for (const Codec& codec : section.codecs) {
    if (codec.name.empty())
      fault_at(media_line_, "payload type " + std::to_string(codec.payload_type) + " has no a=rtpmap");
  }
  check_layers(section.send_rids);
  check_layers(section.receive_rids);
  codec_places_.fill(0);
  rids_.clear();
}

void SdpReader::end_description() {
  if (!media().empty()) {
    end_section();
  } else if (line_ > 1) {
    end_session_level();
  }
  for (const std::string& mid : description_.bundle) {
    if (!mids_.contains(mid))
      fault_at(group_line_, "a=group names a mid that no section has: " + in_quotes(mid));
  }
  std::stable_sort(description_.faults.begin(), description_.faults.end(),
                   [](const SdpFault& one, const SdpFault& other) { return one.line < other.line; });
}

void SdpReader::fault_at(std::size_t line, std::string what) {
  if (description_.faults.size() < limits::kSdpFaults) {
    description_.faults.push_back({line, std::move(what)});
  } else {
    ++description_.more_faults;
  }
}

}  // namespace p2psig
