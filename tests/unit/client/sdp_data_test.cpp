#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "core/client/sdp.hpp"
#include "tests/catch.hpp"

using namespace p2psig;

namespace {

const std::filesystem::path kData = std::filesystem::path(P2PSIG_TEST_DATA) / "sdp";

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  INFO(path);
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string words_of_description(const std::string& text) {
  const SessionDescription description = parse_sdp(text);
  std::string words = in_words(description) + '\n';
  for (const SdpFault& fault : description.faults)
    words += "line " + std::to_string(fault.line) + ": " + fault.what + '\n';
  return words;
}

std::string words_of_candidates(const std::string& text) {
  std::string words;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto candidate = parse_candidate(line);
    words += (candidate ? in_words(*candidate) : "wrong: " + candidate.error()) + '\n';
  }
  return words;
}

SessionDescription recorded(const std::string& name) { return parse_sdp(contents(kData / (name + ".sdp"))); }

}  // namespace

TEST_CASE("each recorded description and candidate is told in the words beside it", "[sdp][data]") {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kData)) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() != ".sdp" && path.extension() != ".txt") continue;
    ++files;
    INFO(path.filename());
    const std::string text = contents(path);
    const std::string expected = contents(std::filesystem::path(path).replace_extension(".words"));
    CHECK((path.extension() == ".sdp" ? words_of_description(text) : words_of_candidates(text)) == expected);
  }
  CHECK(files > 30);
}

TEST_CASE("what a browser changes from offer to offer is told step by step", "[sdp][data]") {
  using Changes = std::vector<std::string>;
  const auto changed = [](const std::string& before, const std::string& after) {
    return changes(recorded("chromium-156-" + before), recorded("chromium-156-" + after));
  };
  CHECK(changed("max-bundle-offer", "codec-order-offer") == Changes{"video 1 prefers AV1 to VP8"});
  CHECK(changed("codec-order-offer", "direction-offer") == Changes{"video 1: sendrecv -> sendonly"});
  CHECK(changed("direction-offer", "stopped-offer") == Changes{"stops video 1"});
  CHECK(changed("stopped-offer", "recycled-offer") == Changes{"adds video sendrecv VP8 H264 AV1 VP9"});
  CHECK(changed("recycled-offer", "ice-restart-offer") == Changes{"ICE restart"});
  CHECK(changed("ice-restart-offer", "candidates-inside").empty());
  CHECK(changed("nothing", "simulcast") ==
        Changes{"adds video sendonly VP8 H264 AV1 VP9 simulcast h m l (paused)"});
}
