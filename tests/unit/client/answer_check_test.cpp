#include "core/client/answer_check.hpp"

#include "tests/catch.hpp"
#include "tests/support/negotiation_story.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

std::vector<Misfit> compare(const Sdp& offer, const Sdp& answer) {
  return misfits(parse_sdp(offer.text()), parse_sdp(answer.text()));
}

Codes codes_of(const Sdp& offer, const Sdp& answer) {
  Codes codes;
  for (const Misfit& misfit : compare(offer, answer)) codes.emplace_back(name_of(misfit.code));
  return codes;
}

const Codes kMismatch{"answer-mismatch"};

Sdp::Section section(const std::string& kind, const std::string& direction = "sendrecv") {
  Sdp::Section section;
  section.kind = kind;
  section.direction = direction;
  if (kind == "video") section.codecs = {"VP8/90000"};
  return section;
}

Sdp with(Sdp sdp, std::vector<Sdp::Section> sections) {
  sdp.sections = std::move(sections);
  return sdp;
}

Sdp with_codecs(Sdp sdp, std::vector<std::string> codecs) {
  sdp.sections[0].codecs = std::move(codecs);
  return sdp;
}

Sdp with_setup(Sdp sdp, const std::string& setup) {
  sdp.setup = setup;
  return sdp;
}

}  // namespace

TEST_CASE("an answer that mirrors its offer fits", "[answer_check]") {
  const std::vector sections{section("audio"), section("video"), data_channel()};
  CHECK(codes_of(with({}, sections), with(answer_sdp(), sections)) == kSilence);
  CHECK(codes_of(with({}, {}), with(answer_sdp(), {})) == kSilence);
}

TEST_CASE("an answer has as many sections as its offer, of the same kinds in the same order",
          "[answer_check]") {
  const Sdp offer = with({}, {section("audio"), section("video")});
  CHECK(codes_of(offer, with(answer_sdp(), {section("audio")})) == kMismatch);
  CHECK(codes_of(offer, with(answer_sdp(), {section("audio"), section("video"), data_channel()})) ==
        kMismatch);
  CHECK(codes_of(offer, with(answer_sdp(), {section("video"), section("audio")})) == kMismatch);
  CHECK(codes_of({}, with(answer_sdp(), {})) == kMismatch);
  CHECK(codes_of(with({}, {}), answer_sdp()) == kMismatch);
  CHECK(compare(offer, with(answer_sdp(), {section("audio")}))[0].what ==
        "it has 1 m= section where the offer has 2: make it with createAnswer, after that offer was set");
}

TEST_CASE("an answer has the offer's mids, or none", "[answer_check]") {
  Sdp answer = answer_sdp();
  answer.bundled = false;
  answer.sections[0].mid = "audio";
  CHECK(codes_of({}, answer) == kMismatch);
  answer.sections[0].mid = "";
  CHECK(codes_of({}, answer) == kSilence);
}

TEST_CASE("what the offer stopped stays so, what the answer refuses need not fit", "[answer_check]") {
  Sdp stopped;
  stopped.sections = {section("audio"), section("video")};
  stopped.sections[1].port = "0";
  Sdp answer = with(answer_sdp(), stopped.sections);
  CHECK(codes_of(stopped, answer) == kSilence);
  answer.sections[1].port = "9";
  CHECK(codes_of(stopped, answer) == kMismatch);

  const Sdp offer = with({}, {section("audio"), section("video")});
  answer.sections[1] = {"video", "sendonly", {}, "0", std::nullopt, ""};
  CHECK(codes_of(offer, answer) == kSilence);
}

TEST_CASE("a section that is only offered in the bundle is not stopped", "[answer_check]") {
  Sdp offer = with({}, {section("audio"), section("video")});
  offer.more = "a=group:BUNDLE 0 1\r\n";
  offer.bundled = false;
  offer.sections[1].port = "0";
  offer.sections[1].more = "a=bundle-only\r\n";
  CHECK(codes_of(offer, with(answer_sdp(), {section("audio"), section("video")})) == kSilence);
}

TEST_CASE("an answer's direction is the other end of the offer's", "[answer_check]") {
  struct Case {
    const char* offered;
    std::vector<std::string> good;
    std::vector<std::string> bad;
  };
  for (const Case& each : {Case{"sendrecv", {"sendrecv", "sendonly", "recvonly", "inactive"}, {}},
                           Case{"sendonly", {"recvonly", "inactive"}, {"sendrecv", "sendonly"}},
                           Case{"recvonly", {"sendonly", "inactive"}, {"sendrecv", "recvonly"}},
                           Case{"inactive", {"inactive"}, {"sendrecv", "sendonly", "recvonly"}}}) {
    const Sdp offer = with({}, {section("audio", each.offered)});
    for (const auto& direction : each.good) {
      CAPTURE(each.offered, direction);
      CHECK(codes_of(offer, with(answer_sdp(), {section("audio", direction)})) == kSilence);
    }
    for (const auto& direction : each.bad) {
      CAPTURE(each.offered, direction);
      CHECK(codes_of(offer, with(answer_sdp(), {section("audio", direction)})) == kMismatch);
    }
  }
}

TEST_CASE("a data channel has no direction", "[answer_check]") {
  Sdp offer = with({}, {data_channel()});
  offer.sections[0].direction = "sendonly";
  CHECK(codes_of(offer, with(answer_sdp(), {data_channel()})) == kSilence);
}

TEST_CASE("an answer says how to connect as the offer does", "[answer_check]") {
  Sdp answer = answer_sdp();
  SECTION("ufrag") { answer.ufrag.clear(); }
  SECTION("password") { answer.pwd.clear(); }
  SECTION("fingerprint") { answer.fingerprint.clear(); }
  CHECK(codes_of({}, answer) == kMismatch);
  // Neither says it: an example, shortened.
  Sdp bare;
  bare.ufrag.clear();
  bare.pwd.clear();
  bare.fingerprint.clear();
  CHECK(codes_of(bare, answer) == kSilence);
}

TEST_CASE("in a bundle only the first section need say how to connect", "[answer_check]") {
  Sdp offer = with({}, {section("audio"), section("video")});
  Sdp answer = with(answer_sdp(), {section("audio"), section("video")});
  answer.ufrag.clear();
  answer.sections[0].more = "a=ice-ufrag:bobU\r\n";
  CHECK(codes_of(offer, answer) == kSilence);
  answer.bundled = false;
  CHECK(codes_of(offer, answer) == kMismatch);
}

TEST_CASE("who begins DTLS is chosen by the answer", "[answer_check]") {
  const Codes clash{"setup-clash"};
  CHECK(codes_of({}, with_setup(answer_sdp(), "active")) == kSilence);
  CHECK(codes_of({}, with_setup(answer_sdp(), "passive")) == kSilence);
  CHECK(codes_of({}, with_setup(answer_sdp(), "actpass")) == kMismatch);
  CHECK(codes_of({}, with_setup(answer_sdp(), "")) == kSilence);
  CHECK(codes_of(with_setup({}, ""), with_setup(answer_sdp(), "actpass")) == kSilence);
  CHECK(codes_of(with_setup({}, "active"), with_setup(answer_sdp(), "active")) == clash);
  CHECK(codes_of(with_setup({}, "passive"), with_setup(answer_sdp(), "passive")) == clash);
  CHECK(codes_of(with_setup({}, "active"), with_setup(answer_sdp(), "passive")) == kSilence);
  CHECK(codes_of(with_setup({}, "passive"), with_setup(answer_sdp(), "active")) == kSilence);
}

TEST_CASE("an answer bundles nothing that the offer does not", "[answer_check]") {
  Sdp offer;
  offer.bundled = false;
  CHECK(codes_of(offer, answer_sdp()) == kMismatch);
  Sdp answer = answer_sdp();
  answer.bundled = false;
  CHECK(codes_of({}, answer) == kSilence);
}

TEST_CASE("a section that both want has a codec in common, by name and clock rate", "[answer_check]") {
  const Codes none{"no-common-codec"};
  const Sdp offer = with_codecs({}, {"opus/48000/2", "PCMU/8000"});
  CHECK(codes_of(offer, with_codecs(answer_sdp(), {"pcmu/8000"})) == kSilence);
  CHECK(codes_of(offer, with_codecs(answer_sdp(), {"OPUS/48000"})) == kSilence);
  CHECK(codes_of(offer, with_codecs(answer_sdp(), {"PCMU/16000", "G722/8000"})) == none);
  CHECK(codes_of(offer, with_codecs(answer_sdp(), {"G722/8000"})) == none);
  CHECK(compare(offer, with_codecs(answer_sdp(), {"G722/8000"}))[0].what ==
        "in m= section 0 (audio) it has no codec of the offer: offered opus/48000 PCMU/8000, answered "
        "G722/8000: let both sides keep a codec that every browser has (opus, VP8, H264)");
}

TEST_CASE("codecs that go along with others are none in common", "[answer_check]") {
  for (const std::string codec :
       {"rtx/90000", "red/48000", "ulpfec/90000", "flexfec-03/90000", "CN/8000", "telephone-event/8000"}) {
    CAPTURE(codec);
    CHECK(codes_of(with_codecs({}, {"VP8/90000", codec}), with_codecs(answer_sdp(), {"H264/90000", codec})) ==
          Codes{"no-common-codec"});
    // An example, shortened: nothing to compare with.
    CHECK(codes_of(with_codecs({}, {codec}), with_codecs(answer_sdp(), {"H264/90000"})) == kSilence);
  }
}

TEST_CASE("codecs without a name are compared by payload type", "[answer_check]") {
  const auto of = [](const std::string& types) {
    return parse_sdp("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF " + types +
                     "\r\n");
  };
  CHECK(misfits(of("111 96"), of("96")).empty());
  CHECK(misfits(of("0 8"), of("8")).empty());
  CHECK(misfits(of("0 8"), of("9")).size() == 1);
  CHECK(misfits(of("111"), of("96")).size() == 1);
}

TEST_CASE("of several faults one of each code is said", "[answer_check]") {
  Sdp offer = with(with_setup({}, "active"), {section("audio", "sendonly"), section("audio", "sendonly")});
  Sdp answer = with(answer_sdp(), {section("audio"), section("audio")});
  for (auto& each : answer.sections) each.codecs = {"G722/8000"};
  CHECK(codes_of(offer, answer) == Codes{"answer-mismatch", "setup-clash", "no-common-codec"});
}

TEST_CASE("nothing is held against an offer that cannot be read", "[answer_check]") {
  CHECK(misfits(parse_sdp("nonsense"), parse_sdp(answer_sdp().text())).empty());
  CHECK(misfits(parse_sdp(""), parse_sdp(answer_sdp().text())).empty());
}

TEST_CASE("an answer that cannot be read says why", "[answer_check]") {
  const auto found = misfits(parse_sdp(Sdp().text()), parse_sdp("v=0\\r\\no=- 1 {to}"));
  REQUIRE(found.size() == 1);
  CHECK(found[0].code == FindingCode::answer_mismatch);
  CHECK(found[0].what.starts_with("its SDP cannot be read, line 1 has \\r\\n written out"));
}
