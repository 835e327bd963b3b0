#include "core/client/finding.hpp"

#include <map>

#include "tests/catch.hpp"

using namespace p2psig;

TEST_CASE("each finding has a name, by which it is found again, and a level", "[finding]") {
  const std::map<std::string_view, std::string_view> levels{
      {"offer-unanswered", "warning"},
      {"answer-without-offer", "error"},
      {"glare", "warning"},
      {"candidate-before-description", "warning"},
      {"stale-ufrag", "warning"},
      {"answer-mismatch", "error"},
      {"no-common-codec", "error"},
      {"setup-clash", "error"},
      {"left-mid-negotiation", "warning"},
      {"undeliverable", "warning"},
      {"only-host-candidates", "hint"},
      {"only-mdns-candidates", "hint"},
      {"no-candidates", "hint"},
  };
  REQUIRE(levels.size() == kFindingCodes);
  for (std::size_t i = 0; i < kFindingCodes; ++i) {
    const auto code = static_cast<FindingCode>(i);
    CAPTURE(name_of(code));
    CHECK(finding_code_of(name_of(code)) == code);
    CHECK(name_of(level_of(code)) == levels.at(name_of(code)));
  }
  CHECK(name_of(FindingCode::no_candidates) == "no-candidates");
  CHECK(name_of(FindingCode::undeliverable) == "undeliverable");
  CHECK_FALSE(finding_code_of("any"));
  CHECK_FALSE(finding_code_of(""));
}

TEST_CASE("what a peer wrote is quoted short, printable and without braces", "[finding]") {
  CHECK(quotable("7Kx2") == "7Kx2");
  CHECK(quotable("{from}\x1b[2J\xc3\xa9") == "?from??[2J??");
  CHECK(quotable(std::string(32, 'x')) == std::string(32, 'x'));
  CHECK(quotable(std::string(33, 'x')) == std::string(32, 'x') + "...");
}
