#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/client/payload_types.hpp"
#include "core/client/sdp.hpp"

namespace p2psig {

/// One reading of one description, line by line; parse_sdp() is what others call. O(n) in its bytes.
class SdpReader {
 public:
  /// `text` outlives the reader.
  explicit SdpReader(std::string_view text);
  [[nodiscard]] SessionDescription read();

 private:
  /// Returns false if nothing more is to be read.
  bool read_line(std::string_view line);
  void read_session_line(char type, std::string_view value);
  bool read_media_line(std::string_view value);
  void read_formats(std::string_view formats);
  void add_codec(std::string_view payload_type);

  void read_attribute(std::string_view text);
  void read_mid(std::string_view value);
  void read_group(std::string_view value);
  void read_rtpmap(std::string_view value);
  void read_fmtp(std::string_view value);
  void read_ice_ufrag(std::string_view value);
  void read_ice_pwd(std::string_view value);
  void read_ice_text(std::string_view what, std::string_view value, std::size_t bytes_min, std::string& text);
  void read_ice_options(std::string_view value);
  void read_ice_lite(std::string_view value);
  void read_fingerprint(std::string_view value);
  void read_setup(std::string_view value);
  void read_bundle_only(std::string_view value);
  void read_rid(std::string_view value);
  void read_simulcast(std::string_view value);
  void read_layers(std::string_view list, std::vector<std::string>& layers);
  void read_candidate(std::string_view value);
  void read_end_of_candidates(std::string_view value);
  void read_sctp_port(std::string_view value);

  void end_session_level();
  void check_layers(const std::vector<std::string>& layers);
  void end_section();
  void end_description();
  [[nodiscard]] MediaSection& current() noexcept { return media().empty() ? session_ : media().back(); }
  [[nodiscard]] std::vector<MediaSection>& media() noexcept { return description_.media; }
  [[nodiscard]] Codec* codec_of(std::string_view payload_type);
  void fault(std::string what) { fault_at(line_, std::move(what)); }
  void fault_at(std::size_t line, std::string what);

  std::string_view rest_;
  std::size_t line_ = 0;  // its number
  SessionDescription description_;
  MediaSection session_;  // what each section begins with

  // Of the session level.
  bool has_origin_ = false;
  bool has_name_ = false;
  bool has_time_ = false;
  std::size_t group_line_ = 0;
  std::set<std::string_view> mids_;

  // Of the section that is being read.
  std::size_t media_line_ = 0;
  bool has_fingerprint_ = false;  // of its own
  std::size_t simulcast_line_ = 0;
  std::array<std::uint8_t, kPayloadTypes> codec_places_{};  // in its codecs, from 1; 0: not listed
  std::set<std::string_view> rids_;

  // In all sections.
  std::size_t codecs_ = 0;
  std::size_t candidates_ = 0;
};

}  // namespace p2psig
