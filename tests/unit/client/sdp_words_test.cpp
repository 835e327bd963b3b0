#include <string>

#include "core/client/sdp.hpp"
#include "core/protocol/limits.hpp"
#include "core/protocol/utf8.hpp"
#include "tests/catch.hpp"

using namespace p2psig;

namespace {

MediaSection media(const std::string& kind, const std::string& mid) {
  MediaSection section;
  section.kind = kind;
  section.mid = mid;
  section.port = 9;
  section.codecs.push_back({96, "VP8", 90000, 1, {}});
  section.ufrag = "8hhY";
  section.pwd = "asd88fgpdd777uzjYhagZg";
  section.fingerprint = "sha-256 12:DF";
  section.setup = Setup::actpass;
  return section;
}

SessionDescription described() {
  SessionDescription description;
  description.media = {media("video", "0"), media("video", "1")};
  description.bundle = {"0", "1"};
  description.trickle = true;
  return description;
}

}  // namespace

TEST_CASE("sections that are the same are told once", "[sdp][words]") {
  CHECK(in_words(described()) == "video sendrecv VP8 (2 times) · ufrag 8hhY · actpass");
}

TEST_CASE("what is unusual about a description is told", "[sdp][words]") {
  const auto with = [](auto change) {
    SessionDescription description = described();
    change(description);
    return in_words(description);
  };
  const std::string sections = "video sendrecv VP8 (2 times) · ";
  CHECK(with([](auto& d) { d.bundle.clear(); }) == sections + "no bundle · ufrag 8hhY · actpass");
  CHECK(with([](auto& d) { d.bundle.pop_back(); }) == sections + "not bundled: 1 · ufrag 8hhY · actpass");
  CHECK(with([](auto& d) { d.media[1].ufrag = "Yh8h"; }) == sections + "ufrags 8hhY Yh8h · actpass");
  CHECK(with([](auto& d) { d.media[1].setup = Setup::active; }) == sections + "ufrag 8hhY · actpass active");
  CHECK(with([](auto& d) { d.media[1].pwd.clear(); }) == sections + "ufrag 8hhY · actpass · no ice-pwd");
  CHECK(with([](auto& d) { d.media[1].fingerprint.clear(); }) ==
        sections + "ufrag 8hhY · actpass · no fingerprint");
  CHECK(with([](auto& d) { d.trickle = false; }) ==
        sections + "ufrag 8hhY · actpass · no trickle · no candidates");
  CHECK(with([](auto& d) { d.media[0].candidates.resize(1); }) ==
        sections + "ufrag 8hhY · actpass · 1 candidate");
  CHECK(with([](auto& d) { d.media[0].end_of_candidates = true; }) ==
        sections + "ufrag 8hhY · actpass · no candidates · end of candidates");
  CHECK(with([](auto& d) { d.ice_lite = true; }) == sections + "ufrag 8hhY · actpass · ice-lite");
  CHECK(with([](auto& d) { d.media[1].port = 0; }) ==
        "video sendrecv VP8 · video rejected · ufrag 8hhY · actpass");
  CHECK(with([](auto& d) { d.media.clear(); }) == "no media");
  CHECK(with([](auto& d) {
          d.faults = {{3, "is empty"}};
        }) == "line 3: is empty · " + sections + "ufrag 8hhY · actpass");
  CHECK(with([](auto& d) {
          d.faults = {{3, "is empty"}, {4, "is empty"}};
          d.more_faults = 7;
        }) == "line 3: is empty (and 8 more faults) · " + sections + "ufrag 8hhY · actpass");
}

TEST_CASE("of many codecs, sections and layers the first are told", "[sdp][words]") {
  MediaSection video = media("video", "0");
  video.codecs.clear();
  for (int i = 0; i < 45; ++i) video.codecs.push_back({0, "c" + std::to_string(i), 0, 1, {}});
  CHECK(in_words(video) == "video sendrecv c0 c1 c2 c3 c4 c5 c6 c7 and 37 more");
  video = media("video", "0");
  for (int i = 0; i < 10; ++i) video.send_rids.push_back(std::to_string(i));
  CHECK(in_words(video) == "video sendrecv VP8 simulcast 0 1 2 3 4 5 6 7 and 2 more");

  SessionDescription description = described();
  description.media.clear();
  for (int i = 0; i < 9; ++i) description.media.push_back(media("k" + std::to_string(i), "0"));
  CHECK(in_words(description) ==
        "k0 sendrecv VP8 · k1 sendrecv VP8 · k2 sendrecv VP8 · k3 sendrecv VP8 · k4 sendrecv VP8 · "
        "k5 sendrecv VP8 · and 3 more · ufrag 8hhY · actpass");
}

TEST_CASE("words stay short and UTF-8, whatever the names are", "[sdp][words]") {
  std::string name;
  while (name.size() < 500) name += "é";
  CHECK(in_words(media(name, "0")).size() < 64);
  MediaSection video = media(name, "0");
  for (int i = 0; i < 10; ++i) video.codecs.push_back({0, std::to_string(i) + name, 0, 1, {}});
  for (int i = 0; i < 10; ++i) {
    std::string layer;
    for (int j = 0; j < 10; ++j) layer += std::to_string(j) + name + ',';
    video.send_rids.push_back(layer);
  }
  CHECK(in_words(video).size() <= limits::kWordsBytes);
  CHECK(is_utf8(in_words(video)));
  SessionDescription description = described();
  description.media.assign(3, video);
  description.faults = {{1, name}};
  CHECK(in_words(description).size() <= limits::kWordsBytes);
  CHECK(is_utf8(in_words(description)));
}

TEST_CASE("a candidate that is all long names stays short", "[candidate][words]") {
  Candidate candidate;
  candidate.type = candidate.transport = candidate.address = candidate.related_address =
      std::string(5000, 'x');
  CHECK(in_words(candidate).size() < 300);
  candidate.address += ".local";
  CHECK(in_words(candidate).find("xxxx….local:0 (mDNS)") != std::string::npos);
}
