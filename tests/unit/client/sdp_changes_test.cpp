#include <string>
#include <vector>

#include "core/client/sdp.hpp"
#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"

using namespace p2psig;

namespace {

using Changes = std::vector<std::string>;

MediaSection section(const std::string& kind, const std::string& mid,
                     const std::vector<std::string>& codecs) {
  MediaSection section;
  section.kind = kind;
  section.mid = mid;
  section.port = 9;
  section.ufrag = "8hhY";
  section.pwd = "asd88fgpdd777uzjYhagZg";
  section.fingerprint = "sha-256 12:DF";
  section.setup = Setup::actpass;
  for (const std::string& name : codecs) section.codecs.push_back({0, name, 0, 1, {}});
  return section;
}

/// Two descriptions that are the same so far.
struct Pair {
  SessionDescription before;
  SessionDescription after;

  explicit Pair(std::vector<MediaSection> media) {
    before.media = std::move(media);
    after = before;
  }
  [[nodiscard]] Changes changes() const { return p2psig::changes(before, after); }
};

Pair unchanged() {
  return Pair({section("audio", "0", {"opus", "PCMU"}), section("video", "1", {"VP8", "rtx", "H264"})});
}

}  // namespace

TEST_CASE("the same description again changes nothing", "[sdp][changes]") {
  CHECK(unchanged().changes().empty());
}

TEST_CASE("an ICE restart is told once, and where it is half done", "[sdp][changes]") {
  Pair pair = unchanged();
  for (MediaSection& section : pair.after.media) section.ufrag = "Yh8h";
  CHECK(pair.changes() == Changes{"ICE restart, but keeps the ice-pwd"});
  for (MediaSection& section : pair.after.media) section.pwd = "gZgahYjzu777ddpgf88dsa";
  CHECK(pair.changes() == Changes{"ICE restart"});
  for (MediaSection& section : pair.after.media) section.ufrag = "8hhY";
  CHECK(pair.changes() == Changes{"ICE restart, but keeps the ufrag"});
  pair.after.media[0] = pair.before.media[0];
  CHECK(pair.changes() == Changes{"ICE restart of video 1, but keeps the ufrag"});
}

TEST_CASE("credentials that only one description has are no restart", "[sdp][changes]") {
  Pair pair = unchanged();
  for (MediaSection& section : pair.after.media) section.ufrag.clear();
  CHECK(pair.changes().empty());
}

TEST_CASE("a new fingerprint is told once", "[sdp][changes]") {
  Pair pair = unchanged();
  for (MediaSection& section : pair.after.media) section.fingerprint = "sha-256 AB:CD";
  CHECK(pair.changes() == Changes{"new DTLS fingerprint"});
}

TEST_CASE("a DTLS role that is swapped is told, one that is left open or settled is not", "[sdp][changes]") {
  Pair pair = unchanged();
  for (MediaSection& section : pair.after.media) section.setup = Setup::passive;
  CHECK(pair.changes().empty());
  for (MediaSection& section : pair.before.media) section.setup = Setup::active;
  CHECK(pair.changes() == Changes{"setup: active -> passive"});
}

TEST_CASE("sections that are bundled or no longer are told, those that are new say it themselves",
          "[sdp][changes]") {
  Pair pair = unchanged();
  pair.before.bundle = {"0", "1"};
  CHECK(pair.changes() == Changes{"no longer bundles audio 0, video 1"});
  pair.after.bundle = {"1"};
  CHECK(pair.changes() == Changes{"no longer bundles audio 0"});
  std::swap(pair.before, pair.after);
  CHECK(pair.changes() == Changes{"bundles audio 0"});
  pair.before = pair.after;
  pair.after.media.push_back(section("video", "2", {"VP8"}));
  pair.after.bundle.emplace_back("2");
  CHECK(pair.changes() == Changes{"adds video sendrecv VP8"});
}

TEST_CASE("trickling and ICE-lite that begin or end are told", "[sdp][changes]") {
  Pair pair = unchanged();
  pair.after.trickle = pair.after.ice_lite = true;
  CHECK(pair.changes() == Changes{"trickles", "is ICE-lite"});
  std::swap(pair.before, pair.after);
  CHECK(pair.changes() == Changes{"no longer trickles", "is no longer ICE-lite"});
}

TEST_CASE("media that come, go and come again are told", "[sdp][changes]") {
  Pair pair = unchanged();
  pair.before.media.pop_back();
  CHECK(pair.changes() == Changes{"adds video sendrecv VP8 H264"});

  pair = unchanged();
  pair.after.media[1].port = 0;
  CHECK(pair.changes() == Changes{"stops video 1"});
  std::swap(pair.before, pair.after);
  CHECK(pair.changes() == Changes{"restarts video sendrecv VP8 H264"});

  pair = unchanged();
  pair.after.media.pop_back();
  CHECK(pair.changes() == Changes{"leaves out video 1"});

  pair = unchanged();
  pair.after.media[1] = section("video", "2", {"AV1"});
  CHECK(pair.changes() == Changes{"stops video 1", "adds video sendrecv AV1"});
  pair.before.media[1].port = 0;
  CHECK(pair.changes() == Changes{"adds video sendrecv AV1"});
}

TEST_CASE("a section whose port is 0 for bundling has not been stopped", "[sdp][changes]") {
  Pair pair = unchanged();
  pair.after.media[1].port = 0;
  pair.after.media[1].bundle_only = true;
  CHECK(pair.changes().empty());
}

TEST_CASE("codecs that come, go and change places are told, those that nobody chooses are not",
          "[sdp][changes]") {
  Pair pair = unchanged();
  auto& codecs = pair.after.media[1].codecs;
  std::swap(codecs[0], codecs[2]);
  CHECK(pair.changes() == Changes{"video 1 prefers H264 to VP8"});
  codecs.erase(codecs.begin());
  CHECK(pair.changes() == Changes{"video 1 drops H264"});
  codecs.erase(codecs.begin());
  codecs.push_back({0, "AV1", 0, 1, {}});
  CHECK(pair.changes() == Changes{"video 1 drops H264", "video 1 adds AV1"});
  pair = unchanged();
  pair.after.media[1].codecs.erase(pair.after.media[1].codecs.begin() + 1);
  CHECK(pair.changes().empty());
  pair.after.media[1].codecs[0].name = "vp8";
  CHECK(pair.changes().empty());
}

TEST_CASE("simulcast that begins, changes and ends is told", "[sdp][changes]") {
  Pair pair = unchanged();
  pair.after.media[1].send_rids = {"h", "l"};
  CHECK(pair.changes() == Changes{"video 1: simulcast h l"});
  pair.before.media[1].send_rids = {"h", "~l"};
  CHECK(pair.changes() == Changes{"video 1: simulcast h l"});
  pair.after.media[1].send_rids.clear();
  pair.after.media[1].receive_rids = {"x"};
  CHECK(pair.changes() == Changes{"video 1: simulcast no more", "video 1: receives simulcast x"});
}

TEST_CASE("a section is named by its mid, or else by its place", "[sdp][changes]") {
  const auto stopped = [](const MediaSection& section) {
    Pair pair({section});
    pair.after.media[0].port = 0;
    return pair.changes().at(0);
  };
  CHECK(stopped(section("audio", "7", {})) == "stops audio 7");
  CHECK(stopped(section("audio", "", {})) == "stops audio 0");
  CHECK(stopped(section("audio", "audio", {})) == "stops audio");
  CHECK(stopped(section("audio", "audio0", {})) == "stops audio0");
  MediaSection data = section("application", "7", {});
  data.data_channel = true;
  CHECK(stopped(data) == "stops data channel");
}

TEST_CASE("of many changes the first are told, and how many more there are", "[sdp][changes]") {
  const auto stopped = [](std::size_t sections) {
    std::vector<MediaSection> media;
    for (std::size_t i = 0; i < sections; ++i) media.push_back(section("video", std::to_string(i), {"VP8"}));
    Pair pair(media);
    for (MediaSection& section : pair.after.media) section.port = 0;
    return pair.changes();
  };
  constexpr std::size_t max = limits::kChanges;
  CHECK(stopped(max - 1).size() == max - 1);
  CHECK(stopped(max - 1).back() == "stops video " + std::to_string(max - 2));
  CHECK(stopped(max).size() == max);
  CHECK(stopped(max).back() == "and 1 more");
  CHECK(stopped(max + 1).size() == max);
  CHECK(stopped(max + 1).back() == "and 2 more");
}

TEST_CASE("changes that are the same in many sections are told once", "[sdp][changes]") {
  Pair pair({});
  pair.after.media.assign(49, section("video", "", {"VP8"}));
  CHECK(pair.changes() == Changes{"adds video sendrecv VP8 (49 times)"});
}
