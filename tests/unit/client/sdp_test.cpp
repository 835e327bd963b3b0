#include "core/client/sdp.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"

using namespace p2psig;

namespace {

using Strings = std::vector<std::string>;

const std::string kSession = "v=0\no=- 1 2 IN IP4 127.0.0.1\ns=-\nt=0 0\n";
const std::string kAudio = "m=audio 9 UDP/TLS/RTP/SAVPF 0\n";
const std::string kVideo = "m=video 9 UDP/TLS/RTP/SAVPF 96\na=rtpmap:96 VP8/90000\n";

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

/// Faults as lines: "7: m= has no port".
Strings faults_of(const std::string& text) {
  Strings faults;
  for (const SdpFault& fault : parse_sdp(text).faults)
    faults.push_back(std::to_string(fault.line) + ": " + fault.what);
  return faults;
}

/// Of an audio section that begins on line 5.
Strings faults_in_section(const std::string& lines) { return faults_of(kSession + kAudio + lines); }

MediaSection section_with(const std::string& lines) {
  return parse_sdp(kSession + kAudio + lines).media.at(0);
}

}  // namespace

TEST_CASE("a description is read section by section", "[sdp]") {
  const SessionDescription description = parse_sdp(
      kSession +
      "a=group:BUNDLE 0 1\r\na=ice-options:trickle\r\n"
      "m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0\r\na=mid:0\r\na=ice-ufrag:nSdu\r\n"
      "a=ice-pwd:CiUzFU2bZH9Eu8xUPyZZDI5n\r\na=setup:actpass\r\na=sendonly\r\n"
      "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\n"
      "m=application 9 UDP/DTLS/SCTP "
      "webrtc-datachannel\r\na=mid:1\r\na=ice-ufrag:nSdu\r\na=sctp-port:5000\r\n");
  CHECK(description.faults.empty());
  CHECK(description.trickle);
  CHECK(description.bundle == Strings{"0", "1"});
  CHECK(description.ufrags() == Strings{"nSdu"});
  REQUIRE(description.media.size() == 2);
  const MediaSection& audio = description.media[0];
  CHECK(audio.kind == "audio");
  CHECK(audio.mid == "0");
  CHECK(audio.port == 9);
  CHECK(audio.protocol == "UDP/TLS/RTP/SAVPF");
  CHECK(audio.direction == Direction::sendonly);
  CHECK(audio.setup == Setup::actpass);
  CHECK(audio.pwd == "CiUzFU2bZH9Eu8xUPyZZDI5n");
  REQUIRE(audio.codecs.size() == 3);
  CHECK(audio.codecs[0] == Codec{111, "opus", 48000, 2, "minptime=10;useinbandfec=1"});
  CHECK(audio.codecs[2] == Codec{0, "PCMU", 8000, 1, ""});
  CHECK(audio.codec_names() == std::vector<std::string_view>{"opus", "PCMU"});
  CHECK(description.media[1].data_channel);
  CHECK_FALSE(description.media[1].rejected());
}

TEST_CASE("lines end with CR LF or LF, and the last one as it likes", "[sdp]") {
  const SessionDescription description = parse_sdp(kSession + kAudio + "a=mid:0");
  CHECK(description.faults.empty());
  CHECK(description.media.at(0).mid == "0");
  CHECK(parse_sdp(kSession + kAudio + "a=mid:0\n\r\n\r\n") == description);
  std::string windows;
  for (const char c : kSession + kAudio + "a=mid:0\n")
    windows += c == '\n' ? std::string("\r\n") : std::string{c};
  CHECK(parse_sdp(windows) == description);
}

TEST_CASE("a section takes over what the session level says and it does not", "[sdp]") {
  const SessionDescription description = parse_sdp(
      kSession +
      "a=ice-ufrag:sess\na=ice-pwd:CiUzFU2bZH9Eu8xUPyZZDI5n\na=setup:passive\na=recvonly\n"
      "a=fingerprint:sha-256 AB:CD\na=end-of-candidates\n" +
      kAudio + kVideo +
      "a=ice-ufrag:sect\na=setup:active\na=inactive\na=fingerprint:sha-1 12:34\na=fingerprint:sha-256 "
      "56:78\n" +
      kAudio);
  CHECK(description.faults.empty());
  REQUIRE(description.media.size() == 3);
  for (const std::size_t i : {0U, 2U}) {
    CHECK(description.media[i].ufrag == "sess");
    CHECK(description.media[i].setup == Setup::passive);
    CHECK(description.media[i].direction == Direction::recvonly);
    CHECK(description.media[i].fingerprint == "sha-256 AB:CD");
    CHECK(description.media[i].end_of_candidates);
  }
  CHECK(description.media[1].ufrag == "sect");
  CHECK(description.media[1].pwd == "CiUzFU2bZH9Eu8xUPyZZDI5n");
  CHECK(description.media[1].setup == Setup::active);
  CHECK(description.media[1].direction == Direction::inactive);
  CHECK(description.media[1].fingerprint == "sha-1 12:34");
  CHECK(description.ufrags() == Strings{"sess", "sect"});
}

TEST_CASE("a section without a direction sends and receives", "[sdp]") {
  CHECK(section_with("").direction == Direction::sendrecv);
}

TEST_CASE("trickle is found among other options, and in a section", "[sdp]") {
  CHECK(parse_sdp(kSession + "a=ice-options:ice2 trickle\n").trickle);
  CHECK(parse_sdp(kSession + "a=ice-options:ice2,trickle\n").trickle);
  CHECK(parse_sdp(kSession + kAudio + "a=ice-options:trickle\n").trickle);
  CHECK_FALSE(parse_sdp(kSession + "a=ice-options:trickles\n").trickle);
}

TEST_CASE("port 0 rejects a section, unless it is only to be bundled", "[sdp]") {
  const SessionDescription description = parse_sdp(
      kSession + "m=audio 0 RTP/AVP 0\nm=audio 0 RTP/AVP 0\na=bundle-only\nm=audio 9/2 RTP/AVP 0\n");
  CHECK(description.faults.empty());
  CHECK(description.media.at(0).rejected());
  CHECK_FALSE(description.media.at(1).rejected());
  CHECK_FALSE(description.media.at(2).rejected());
}

TEST_CASE("both forms of a data channel are known", "[sdp]") {
  CHECK(parse_sdp(kSession + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\n").media.at(0).data_channel);
  CHECK(parse_sdp(kSession + "m=application 9 DTLS/SCTP 5000\n").media.at(0).data_channel);
  CHECK_FALSE(parse_sdp(kSession + "m=application 9 TCP/BFCP *\n").media.at(0).data_channel);
}

TEST_CASE("simulcast layers are kept as written", "[sdp]") {
  const MediaSection section = section_with(
      "a=simulcast:send h,i;~l recv x\na=rid:h send\na=rid:i send\na=rid:l send\na=rid:x recv\n");
  CHECK(section.send_rids == Strings{"h,i", "~l"});
  CHECK(section.receive_rids == Strings{"x"});
  CHECK(faults_in_section("a=rid:h send\na=simulcast:send h;l\n") ==
        Strings{"7: a=simulcast names a layer without a=rid: \"l\""});
}

TEST_CASE("codecs are named once, without those that nobody chooses between", "[sdp]") {
  MediaSection section;
  for (const char* name : {"red", "VP8", "rtx", "H264", "vp8", "ulpfec", "flexfec-03", "", "CN",
                           "telephone-event", "h264", "AV1"})
    section.codecs.push_back({0, name, 0, 1, {}});
  CHECK(section.codec_names() == std::vector<std::string_view>{"VP8", "H264", "AV1"});
}

TEST_CASE("a fault names its line, and the rest is read", "[sdp]") {
  CHECK(faults_of("") == Strings{"1: nothing is in it"});
  CHECK(faults_of("\r\n\n") == Strings{"1: nothing is in it"});
  CHECK(faults_of("hello") == Strings{"1: is not v=0, with which a description begins"});
  CHECK(faults_of("v=0").empty());
  CHECK(faults_of("v=0\ns=-\n" + kAudio) == Strings{"3: has no o= t= before it"});
  CHECK(faults_of(kSession + "m=\n") == Strings{"5: m= has no media type"});
  CHECK(faults_of(kSession + "m=audio\n") == Strings{"5: m= has no port"});
  CHECK(faults_of(kSession + "m=audio 9\n") == Strings{"5: m= has no protocol"});
  CHECK(faults_of(kSession + "m=audio 9 RTP/AVP\n") == Strings{"5: m= has no formats"});
  CHECK(faults_of(kSession + "m=audio 65536 RTP/AVP 0\n") ==
        Strings{"5: port of m= is not from 0 to 65535: \"65536\""});
  CHECK(parse_sdp(kSession + "m=audio 65536 RTP/AVP 0\n").media.at(0).codec_names().size() == 1);
  CHECK(faults_of(kSession + "m=audio 9 RTP/AVP 128\n") ==
        Strings{"5: payload type is not from 0 to 127: \"128\""});
  CHECK(faults_of(kSession + "m=audio 9 RTP/AVP 127\n") == Strings{"5: payload type 127 has no a=rtpmap"});
  CHECK(faults_of(kSession + "a=mid:0\n" + kAudio) == Strings{"5: a=mid comes before the first m= line"});
  CHECK(faults_of(kSession + "a=group:BUNDLE 0\n" + kAudio) ==
        Strings{"5: a=group names a mid that no section has: \"0\""});
  CHECK(faults_in_section("a=mid:0\n" + kAudio + "a=mid:0\n") ==
        Strings{"8: a=mid is another section's as well: \"0\""});
  CHECK(faults_in_section("a=\n") == Strings{"6: a= has no name"});
  CHECK(faults_in_section("s=-\n") == Strings{"6: s= does not belong into an m= section"});
  CHECK(faults_in_section("\na=mid:0\n") == Strings{"6: is empty"});
  CHECK(faults_in_section("a=rtpmap:x opus/48000\n") ==
        Strings{"6: payload type of a=rtpmap is not from 0 to 127: \"x\""});
  CHECK(faults_in_section("a=rtpmap:0\n") == Strings{"6: a=rtpmap has no codec"});
  CHECK(faults_in_section("a=sctp-port:65536\n") ==
        Strings{"6: a=sctp-port is not from 0 to 65535: \"65536\""});
  CHECK(faults_in_section("a=candidate\n") == Strings{"6: a=candidate: foundation is missing"});
}

TEST_CASE("an rtpmap of a payload type that the m= line does not list is no fault", "[sdp]") {
  CHECK(faults_in_section("a=rtpmap:96 VP8/90000\na=fmtp:96 x=1\n").empty());
}

TEST_CASE("all bytes are taken", "[sdp]") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  const SessionDescription description =
      parse_sdp(kSession + "m=" + bytes + " 9 RTP/AVP 0\na=mid:" + bytes + "\n");
  CHECK_FALSE(description.faults.empty());
  CHECK(in_words(description).size() <= limits::kWordsBytes);
}

TEST_CASE("lines over the limit are not read", "[sdp][limits]") {
  const auto text = [](std::size_t lines) {
    return kSession + kAudio + repeated("a=x\n", lines - 6) + "a=mid:0\n";
  };
  CHECK(parse_sdp(text(limits::kSdpLines - 1)).media.at(0).mid == "0");
  CHECK(parse_sdp(text(limits::kSdpLines)).media.at(0).mid == "0");
  CHECK(parse_sdp(text(limits::kSdpLines + 1)).media.at(0).mid.empty());
  CHECK(faults_of(text(limits::kSdpLines)).empty());
  CHECK(faults_of(text(limits::kSdpLines + 1)) ==
        Strings{"20001: is over the limit of 20000 lines: the rest is not read"});
}

TEST_CASE("sections over the limit are not read", "[sdp][limits]") {
  const auto sections = [](std::size_t count) { return parse_sdp(kSession + repeated(kAudio, count)); };
  CHECK(sections(limits::kSdpSections - 1).media.size() == limits::kSdpSections - 1);
  CHECK(sections(limits::kSdpSections).media.size() == limits::kSdpSections);
  CHECK(sections(limits::kSdpSections).faults.empty());
  CHECK(sections(limits::kSdpSections + 1).media.size() == limits::kSdpSections);
  CHECK(sections(limits::kSdpSections + 2).faults.size() == 1);
}

TEST_CASE("codecs over the limit, of all sections together, are not kept", "[sdp][limits]") {
  const auto codecs = [](std::size_t count) {
    std::size_t kept = 0;
    const std::size_t rest = count % 10;
    const SessionDescription description =
        parse_sdp(kSession + repeated("m=audio 9 RTP/AVP 0 3 4 5 6 7 8 9 10 11\n", count / 10) +
                  "m=audio 9 RTP/AVP" + std::string(" 0 3 4 5 6 7 8 9 10 11").substr(0, 2 * rest) + "\n");
    for (const MediaSection& section : description.media) kept += section.codecs.size();
    return kept;
  };
  CHECK(codecs(limits::kSdpCodecs - 1) == limits::kSdpCodecs - 1);
  CHECK(codecs(limits::kSdpCodecs) == limits::kSdpCodecs);
  CHECK(codecs(limits::kSdpCodecs + 1) == limits::kSdpCodecs);
}

TEST_CASE("candidates over the limit are not kept", "[sdp][limits]") {
  const auto candidates = [](std::size_t count) {
    return section_with(repeated("a=candidate:1 1 udp 1 192.0.2.1 5 typ host\n", count)).candidates.size();
  };
  CHECK(candidates(limits::kSdpCandidates - 1) == limits::kSdpCandidates - 1);
  CHECK(candidates(limits::kSdpCandidates) == limits::kSdpCandidates);
  CHECK(candidates(limits::kSdpCandidates + 1) == limits::kSdpCandidates);
}

TEST_CASE("simulcast layers over the limit are not kept", "[sdp][limits]") {
  const auto layers = [](std::size_t count) {
    return section_with("a=rid:h send\na=simulcast:send h" + repeated(";h", count - 1) + "\n")
        .send_rids.size();
  };
  CHECK(layers(limits::kSdpLayers - 1) == limits::kSdpLayers - 1);
  CHECK(layers(limits::kSdpLayers) == limits::kSdpLayers);
  CHECK(layers(limits::kSdpLayers + 1) == limits::kSdpLayers);
}

TEST_CASE("mids of a bundle over the limit are not kept", "[sdp][limits]") {
  const auto mids = [](std::size_t count) {
    return parse_sdp(kSession + "a=group:BUNDLE" + repeated(" 0", count) + "\n").bundle.size();
  };
  CHECK(mids(limits::kSdpSections - 1) == limits::kSdpSections - 1);
  CHECK(mids(limits::kSdpSections) == limits::kSdpSections);
  CHECK(mids(limits::kSdpSections + 1) == limits::kSdpSections);
}

TEST_CASE("faults over the limit are counted", "[sdp][limits]") {
  const auto faulty = [](std::size_t count) { return parse_sdp(kSession + kAudio + repeated("?\n", count)); };
  CHECK(faulty(limits::kSdpFaults - 1).faults.size() == limits::kSdpFaults - 1);
  CHECK(faulty(limits::kSdpFaults).faults.size() == limits::kSdpFaults);
  CHECK(faulty(limits::kSdpFaults).more_faults == 0);
  CHECK(faulty(limits::kSdpFaults + 1).faults.size() == limits::kSdpFaults);
  CHECK(faulty(limits::kSdpFaults + 1).more_faults == 1);
}

TEST_CASE("the name of a simulcast layer is short", "[sdp][limits]") {
  const auto layers = [](std::size_t size) {
    return section_with("a=simulcast:recv " + std::string(size, 'h') + "\n").receive_rids.size();
  };
  CHECK(layers(limits::kSdpTokenBytes - 1) == 1);
  CHECK(layers(limits::kSdpTokenBytes) == 1);
  CHECK(layers(limits::kSdpTokenBytes + 1) == 0);
}

TEST_CASE("what is copied into each section is short", "[sdp][limits]") {
  constexpr std::size_t max = limits::kSdpTokenBytes;
  for (const std::size_t size : {max - 1, max, max + 1}) {
    const std::string token(size, 'a');
    CHECK(section_with("a=ice-ufrag:" + token + "\n").ufrag.size() == std::min(size, max));
    CHECK(section_with("a=ice-pwd:" + token + "\n").pwd.size() == std::min(size, max));
    CHECK(section_with("a=mid:" + token + "\n").mid.size() == (size <= max ? size : 0));
    CHECK(faults_in_section("a=ice-ufrag:" + token + "\n").size() == (size <= max ? 0 : 1));
    const std::string fingerprint = std::string(size - 240, 'x') + ' ' + repeated("AB:", 79) + "AB";
    CHECK(section_with("a=fingerprint:" + fingerprint + "\n").fingerprint.size() == (size <= max ? size : 0));
  }
  CHECK(faults_in_section("a=ice-ufrag:abc\n").size() == 1);
  CHECK(faults_in_section("a=ice-ufrag:abcd\n").empty());
  CHECK(faults_in_section("a=ice-pwd:" + std::string(21, 'a') + "\n").size() == 1);
  CHECK(faults_in_section("a=ice-pwd:" + std::string(22, 'a') + "\n").empty());
}

TEST_CASE("a ufrag that is cut off stays UTF-8", "[sdp][limits]") {
  const MediaSection section = section_with("a=ice-ufrag:a" + repeated("é", 200) + "\n");
  CHECK(section.ufrag.size() == limits::kSdpTokenBytes - 1);
}
