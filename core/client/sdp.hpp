#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/candidate.hpp"

/// What a session description (RFC 8866; RFC 8829) says, as far as somebody who debugs a connection needs it.
/// It is hostile text: any bytes may come. All strings here are as received: whoever shows them makes them
/// printable. Any thread.
namespace p2psig {

enum class Direction : std::uint8_t { sendrecv, sendonly, recvonly, inactive };
/// RFC 4145, 4 and RFC 8842.
enum class Setup : std::uint8_t { absent, active, passive, actpass, holdconn };

/// As the attribute says it; of an absent setup: nothing.
[[nodiscard]] std::string_view name_of(Direction direction) noexcept;
[[nodiscard]] std::string_view name_of(Setup setup) noexcept;

struct Codec {
  unsigned payload_type = 0;
  std::string name;  ///< as written: opus, VP8, H264, rtx; empty if nothing says it
  unsigned clock_rate = 0;
  unsigned channels = 1;
  std::string parameters;  ///< of its fmtp lines, `;` between two lines

  friend bool operator==(const Codec&, const Codec&) = default;
};

/// One `m=` section, with what it takes over from the session level.
struct MediaSection {
  std::string kind;  ///< audio, video, application
  std::string mid;
  std::string protocol;       ///< UDP/TLS/RTP/SAVPF
  std::vector<Codec> codecs;  ///< in the order of the m= line: of preference
  std::string ufrag;
  std::string pwd;
  std::string fingerprint;                ///< the first: "sha-256 C5:B7:..."
  std::vector<std::string> send_rids;     ///< simulcast (RFC 8853): the layers it sends, as written:
  std::vector<std::string> receive_rids;  ///< `h`, alternatives `h,i`, paused `~h`
  std::vector<Candidate> candidates;
  std::uint16_t port = 0;  ///< 9 (discard) where it cannot be read
  Direction direction = Direction::sendrecv;
  Setup setup = Setup::absent;
  bool bundle_only = false;
  bool data_channel = false;  ///< SCTP (RFC 8841)
  bool end_of_candidates = false;

  /// Port 0 without bundle-only (RFC 8829, 5.3.1 and RFC 9143): refused, or stopped.
  [[nodiscard]] bool rejected() const noexcept { return port == 0 && !bundle_only; }
  /// Names of the codecs that peers choose between, in order of preference, each once: no retransmission,
  /// redundancy, error correction, comfort noise or tones. They live as long as the section.
  [[nodiscard]] std::vector<std::string_view> codec_names() const;

  friend bool operator==(const MediaSection&, const MediaSection&) = default;
};

/// A line that is not what RFC 8866 or the RFC of its attribute says.
struct SdpFault {
  std::size_t line = 0;  ///< counted from 1
  std::string what;      ///< a phrase: "m= has no port"

  friend bool operator==(const SdpFault&, const SdpFault&) = default;
};

struct SessionDescription {
  std::vector<MediaSection> media;
  std::vector<std::string> bundle;  ///< mids of the first BUNDLE group
  bool trickle = false;             ///< a=ice-options:trickle
  bool ice_lite = false;
  std::vector<SdpFault> faults;  ///< what could not be read, by line; the rest was
  std::size_t more_faults = 0;   ///< that were not kept

  /// The fragments that candidates of this description carry, each once.
  [[nodiscard]] std::vector<std::string> ufrags() const;

  friend bool operator==(const SessionDescription&, const SessionDescription&) = default;
};

/// Reads what can be read of it; the rest becomes faults. Lines end with CR LF or LF. O(n); what it keeps is
/// bounded by limits::kSdp...
[[nodiscard]] SessionDescription parse_sdp(std::string_view text);

/// One line for people: "audio sendrecv opus PCMU · video sendrecv VP8 H264 · ufrag 7Kx2 · actpass". What is
/// so in every browser's description, like bundling and trickling, is said only where it is not so ("no
/// trickle"); a fault comes first ("line 7: m= has no port"). At most limits::kWordsBytes; UTF-8 if the
/// description is.
[[nodiscard]] std::string in_words(const SessionDescription& description);
/// One section of it: "video sendrecv VP8 H264 simulcast h m l", "video rejected", "data channel".
[[nodiscard]] std::string in_words(const MediaSection& section);

/// What a second description of the same peer changes, a phrase each: "ICE restart", "adds video sendrecv
/// VP8", "stops video 1", "audio 0: sendrecv -> recvonly", "video 1 prefers H264 to VP8". Sections are the
/// same ones by their place (RFC 8829, 5.2.2). Empty: nothing that matters. At most limits::kChanges, of
/// which the last then is "and 37 more".
[[nodiscard]] std::vector<std::string> changes(const SessionDescription& before,
                                               const SessionDescription& after);

}  // namespace p2psig
