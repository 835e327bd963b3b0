#include <algorithm>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/support/negotiation_story.hpp"

/// Good negotiations, of which nothing is to be said.
using namespace p2psig;
using namespace p2psig::test;

namespace {

const std::string kSrflxLine = "a=" + candidate_line("srflx", "203.0.113.9") + "\r\n";

std::vector<std::string> real_messages() {
  std::ifstream file(P2PSIG_TEST_DATA "/chromium-156.jsonl");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

Sdp sending(const std::string& direction) {
  Sdp sdp;
  sdp.sections[0].direction = direction;
  return sdp;
}

}  // namespace

TEST_CASE("candidates within the descriptions need no others", "[negotiation]") {
  Sdp offer;
  offer.sections[0].more = kSrflxLine;
  Sdp answer = answer_sdp();
  answer.sections[0].more = kSrflxLine;
  Story s;
  s.at(0s).offer("ann", "bob", offer).at(200ms).answer("bob", "ann", answer);
  CHECK(s.at(60s).leaves("ann").found() == kSilence);
}

TEST_CASE("candidates trickle for as long as they like", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob");
  for (int i = 0; i < 20; ++i) s.at(i * 200ms).candidate("ann", "bob", "annU");
  s.answer("bob", "ann");
  for (int i = 0; i < 20; ++i) s.at(4s + i * 4s).candidate("bob", "ann", "bobU");
  s.ends("bob", "ann").ends("ann", "bob");
  CHECK(s.at(120s).leaves("bob").leaves("ann").found() == kSilence);
}

TEST_CASE("perfect negotiation resolves glare", "[negotiation]") {
  Story s;
  // bob is polite. Both offer at the same time, and their first candidates follow.
  s.at(0s).offer("bob", "ann", with_ufrag({}, "bob1")).offer("ann", "bob");
  s.candidate("bob", "ann", "bob1").candidate("ann", "bob", "annU");
  s.at(300ms).answer("bob", "ann", with_ufrag(answer_sdp(), "bob2")).candidate("bob", "ann", "bob2");
  s.candidate("bob", "ann", "bob1");  // was on its way
  // What bob wanted is still to be negotiated.
  s.at(400ms).offer("bob", "ann", with_ufrag({}, "bob2"));
  s.at(600ms).answer("ann", "bob", with_ufrag(answer_sdp(), "annU"));
  s.ends("ann", "bob").ends("bob", "ann");
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("perfect negotiation resolves glare of a renegotiation", "[negotiation]") {
  Story s;
  s.at(0s).agree().at(10s);
  s.offer("ann", "bob").offer("bob", "ann", with_ufrag({}, "bobU"));
  s.at(11s).answer("bob", "ann").at(12s).offer("bob", "ann", with_ufrag({}, "bobU"));
  s.answer("ann", "bob", with_ufrag(answer_sdp(), "annU"));
  CHECK(s.at(60s).leaves("bob").found() == kSilence);
}

TEST_CASE("glare that ends within two seconds is none, whichever order it comes in", "[negotiation]") {
  const bool polite_first = GENERATE(false, true);
  Story s;
  s.at(0s);
  if (polite_first)
    s.offer("bob", "ann", with_ufrag({}, "bobU")).offer("ann", "bob");
  else
    s.offer("ann", "bob").offer("bob", "ann", with_ufrag({}, "bobU"));
  s.candidate("ann", "bob", "annU").at(1'999ms).answer("bob", "ann").candidate("bob", "ann", "bobU");
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("a rollback that is told makes room for the other's offer", "[negotiation]") {
  Story s;
  s.at(0s).offer("bob", "ann", with_ufrag({}, "bob1")).offer("ann", "bob");
  s.says("bob", {"ann"}, R"({"type":"description","description":{"type":"rollback","sdp":""}})");
  s.answer("bob", "ann").candidate("bob", "ann", "bobU").candidate("ann", "bob", "annU");
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("an ICE restart brings new fragments and candidates on both sides", "[negotiation]") {
  Story s;
  s.at(0s).agree().ends("ann", "bob").ends("bob", "ann").at(60s);
  s.offer("bob", "ann", with_ufrag({}, "bobR")).candidate("bob", "ann", "bobR");
  s.candidate("ann", "bob", "annU");  // of the old one, before the answer
  s.answer("ann", "bob", with_ufrag(answer_sdp(), "annR")).candidate("ann", "bob", "annR");
  CHECK(s.at(120s).found() == kSilence);
}

TEST_CASE("a new connection is no ICE restart, and older candidates may be of the other one",
          "[negotiation]") {
  Sdp second = with_ufrag({}, "ann2");
  second.fingerprint = "sha-256 AA:AA";
  Story s;
  s.at(0s).agree().at(60s).offer("ann", "bob", second).answer("bob", "ann").candidate("ann", "bob", "ann2");
  CHECK(s.candidate("ann", "bob", "annU").at(120s).found() == kSilence);
}

TEST_CASE("an ICE restart that the answer does not take part in is a mismatch", "[negotiation]") {
  Story s;
  s.at(0s).agree().at(60s).offer("ann", "bob", with_ufrag({}, "annR")).answer("bob", "ann");
  CHECK(s.found() == Codes{"answer-mismatch"});
  CHECK(s.last().detail.find("restarts ICE") != std::string::npos);
}

TEST_CASE("renegotiations follow each other, from either side", "[negotiation]") {
  Story s;
  s.at(0s).agree();
  for (int i = 1; i < 10; ++i) {
    s.at(i * 10s).offer("bob", "ann", with_ufrag({}, "bobU"));
    s.answer("ann", "bob", with_ufrag(answer_sdp(), "annU"));
    s.offer("ann", "bob").answer("bob", "ann");
  }
  CHECK(s.at(300s).found() == kSilence);
}

TEST_CASE("simple-peer is understood, bare and nested", "[negotiation]") {
  const bool nested = GENERATE(false, true);
  const auto in = [nested](const std::string& signal) {
    return nested ? R"({"type":"signal","to":"x","signal":)" + signal + "}" : signal;
  };
  const auto description = [](const std::string& type, const Sdp& sdp) {
    return R"({"type":")" + type + R"(","sdp":)" + json_string(sdp.text()) + "}";
  };
  const std::string candidate = R"({"type":"candidate","candidate":{"candidate":)" +
                                json_string(candidate_line("srflx", "203.0.113.9")) +
                                R"(,"sdpMLineIndex":0,"sdpMid":"0"}})";
  Story s;
  s.at(0s).says("ann", {"bob"}, in(description("offer", {}))).says("ann", {"bob"}, in(candidate));
  s.at(1s).says("bob", {"ann"}, in(description("answer", answer_sdp()))).says("bob", {"ann"}, in(candidate));
  s.at(5s).says("bob", {"ann"}, R"({"type":"signal","signal":{"renegotiate":true}})");
  s.says("ann", {"bob"}, in(description("offer", {})));
  s.says("bob", {"ann"}, in(description("answer", answer_sdp())));
  s.says("bob", {"ann"},
         R"({"type":"signal","signal":{"type":"transceiverRequest","transceiverRequest":{}}})");
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("an SFU offers with all candidates inside, and the clients trickle or do not", "[negotiation]") {
  Sdp offer = sending("sendonly");
  offer.sections[0].more =
      "a=candidate:1 1 udp 2130706431 203.0.113.5 40000 typ host\r\na=end-of-candidates\r\n";
  SECTION("ICE lite") { offer.more = "a=ice-lite\r\n"; }
  SECTION("full ICE on a public address") {}
  Sdp answer = answer_sdp();
  answer.sections[0].direction = "recvonly";
  Story s;
  s.at(0s).offer("sfu", "ann", offer).answer("ann", "sfu", answer);
  s.offer("sfu", "bob", offer).answer("bob", "sfu", answer);
  s.candidate("bob", "sfu", "bobU", candidate_line("host", "192.168.1.7")).ends("bob", "sfu");
  // More to receive: the SFU's fragments stay, and another section comes.
  offer.sections.push_back(offer.sections[0]);
  answer.sections.push_back(answer.sections[0]);
  s.at(10s).offer("sfu", "bob", offer).answer("bob", "sfu", answer);
  CHECK(s.at(60s).leaves("sfu").found() == kSilence);
}

TEST_CASE("a client offers to an SFU that is passive", "[negotiation]") {
  Sdp answer = answer_sdp();
  answer.setup = "passive";
  answer.more = "a=ice-lite\r\n";
  answer.sections[0].direction = "recvonly";
  answer.sections[0].more = "a=candidate:1 1 udp 2130706431 10.0.0.5 40000 typ host\r\n";
  Story s;
  s.at(0s).offer("ann", "sfu", sending("sendonly")).answer("sfu", "ann", answer);
  s.at(10s).offer("ann", "sfu", with_ufrag(sending("sendonly"), "annR")).answer("sfu", "ann", answer);
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("two connections between the same two, one offered from each side, are told apart by fingerprint",
          "[negotiation]") {
  const auto certified = [](Sdp sdp, const std::string& ufrag, const std::string& fingerprint) {
    sdp.ufrag = ufrag;
    sdp.fingerprint = "sha-256 " + fingerprint;
    return sdp;
  };
  Story s;
  s.at(0s).offer("ann", "sfu", certified({}, "annP", "AA:AA")).candidate("ann", "sfu", "annP");
  s.offer("sfu", "ann", certified({}, "sfuS", "BB:BB")).candidate("sfu", "ann", "sfuS");
  s.at(1s).answer("sfu", "ann", certified(answer_sdp(), "sfuP", "CC:CC")).candidate("sfu", "ann", "sfuP");
  s.at(2s).answer("ann", "sfu", certified(answer_sdp(), "annS", "DD:DD")).candidate("ann", "sfu", "annS");
  for (const auto* const ufrag : {"annP", "annS"}) s.candidate("ann", "sfu", ufrag);
  for (const auto* const ufrag : {"sfuP", "sfuS"}) s.candidate("sfu", "ann", ufrag);
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("in a mesh of broadcasts each newcomer is offered to and answers", "[negotiation]") {
  Story s;
  s.at(0s).joins("ann").joins("bob").offers_all("ann", {"bob"}).answer("bob", "ann");
  s.candidate_to({"bob"}, "ann", "annU").candidate_to({"ann"}, "bob", "bobU");
  s.at(10s)
      .joins("cat")
      .offer("ann", "cat", with_ufrag({}, "annC"))
      .offer("bob", "cat", with_ufrag({}, "bobC"));
  s.answer("cat", "ann", with_ufrag(answer_sdp(), "catA"))
      .answer("cat", "bob", with_ufrag(answer_sdp(), "catB"));
  for (const auto* const ufrag : {"annU", "annC"}) s.candidate_to({"bob", "cat"}, "ann", ufrag);
  for (const auto* const ufrag : {"bobU", "bobC"}) s.candidate_to({"ann", "cat"}, "bob", ufrag);
  for (const auto* const ufrag : {"catA", "catB"}) s.candidate_to({"ann", "bob"}, "cat", ufrag);
  CHECK(s.at(60s).leaves("ann").found() == kSilence);
}

TEST_CASE("what Chromium says has no fault, and its candidates are a hint on one machine", "[negotiation]") {
  const auto messages = real_messages();
  REQUIRE(messages.size() == 42);
  // Whose message it is, in each of the four conversations.
  const std::string_view senders =
      "aaaaaaabbbab"
      "abaabbab"
      "aaaaaaabbbab"
      "aaabbbabbb";
  REQUIRE(senders.size() == messages.size());
  const auto peer = [](char sender) { return std::string(sender == 'a' ? "ann" : "bob"); };
  Story s;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    s.at(i * 10ms);
    if (i == 12 || i == 20) s.leaves("ann").leaves("bob").joins("ann").joins("bob");  // another page
    s.says(peer(senders[i]), {peer(senders[i] == 'a' ? 'b' : 'a')}, messages[i]);
  }
  CHECK(s.at(60s).found() == Codes{"only-host-candidates", "only-mdns-candidates", "only-host-candidates",
                                   "only-host-candidates"});
}
