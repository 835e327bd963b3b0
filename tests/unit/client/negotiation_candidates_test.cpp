#include "core/client/candidate_tally.hpp"
#include "tests/catch.hpp"
#include "tests/support/negotiation_story.hpp"

/// What is said of the candidates of a pair that has agreed.
using namespace p2psig;
using namespace p2psig::test;
using Numbers = std::vector<std::uint64_t>;

namespace {

const std::string kSrflx = candidate_line("srflx", "203.0.113.9");
const std::string kHost = candidate_line("host", "192.168.1.7");
const std::string kMdns = candidate_line("host", "1c7b9f00-0000-4000-8000-000000000000.local");

}  // namespace

TEST_CASE("only host candidates are a hint once they have ended", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").candidate("ann", "bob", "annU", kHost).candidate("ann", "bob", "annU", kHost);
  s.answer("bob", "ann").candidate("bob", "ann", "bobU", kSrflx);
  CHECK(s.found() == kSilence);
  CHECK(s.ends("ann", "bob").found() == Codes{"only-host-candidates"});
  CHECK(s.last().from == "ann");
  CHECK(s.last().to == "bob");
  CHECK(s.last().messages == Numbers{2});
  CHECK(s.ends("ann", "bob").at(60s).found() == kSilence);
}

TEST_CASE("candidates that ended before the answer are judged with it", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").candidate("ann", "bob", "annU", kHost).ends("ann", "bob");
  CHECK(s.found() == kSilence);
  CHECK(s.answer("bob", "ann").found() == Codes{"only-host-candidates"});
}

TEST_CASE("without their end, candidates are judged after five seconds without a signal of the pair",
          "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").candidate("ann", "bob", "annU", kHost).answer("bob", "ann");
  s.at(3s).candidate("bob", "ann", "bobU", kSrflx);
  s.at(6s).says("bob", {"ann"}, R"({"type":"chat"})");
  CHECK(s.next_tick() == 8s);
  CHECK(s.at(7'999ms).found() == kSilence);
  CHECK(s.at(8s).found() == Codes{"only-host-candidates"});
  CHECK_FALSE(s.next_tick());
}

TEST_CASE("only mDNS candidates are a hint of their own", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").answer("bob", "ann").candidate("bob", "ann", "bobU", kSrflx);
  s.candidate("ann", "bob", "annU", kMdns);
  SECTION("alone") { CHECK(s.ends("ann", "bob").found() == Codes{"only-mdns-candidates"}); }
  SECTION("with another of a host") {
    CHECK(s.candidate("ann", "bob", "annU", kHost).ends("ann", "bob").found() ==
          Codes{"only-host-candidates"});
  }
  SECTION("with one from a STUN server") {
    CHECK(s.candidate("ann", "bob", "annU", kSrflx).ends("ann", "bob").at(60s).found() == kSilence);
  }
  SECTION("with one from a TURN server") {
    CHECK(s.candidate("ann", "bob", "annU", candidate_line("relay", "198.51.100.4")).at(60s).found() ==
          kSilence);
  }
}

TEST_CASE("no candidates at all are a hint", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").answer("bob", "ann").candidate("ann", "bob", "annU", kSrflx);
  SECTION("after their end") { CHECK(s.ends("bob", "ann").found() == Codes{"no-candidates"}); }
  SECTION("after five seconds") {
    CHECK(s.at(4'999ms).found() == kSilence);
    CHECK(s.at(5s).found() == Codes{"no-candidates"});
  }
  CHECK(s.last().from == "bob");
  CHECK(s.last().messages == Numbers{2});
}

TEST_CASE("both sides may lack something, each hint is given once", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").answer("bob", "ann").candidate("ann", "bob", "annU", kHost);
  CHECK(s.at(5s).found() == Codes{"only-host-candidates", "no-candidates"});
  s.at(10s).offer("bob", "cat").answer("cat", "bob");
  CHECK(s.at(60s).found() == Codes{"no-candidates"});
}

TEST_CASE("an offer that is not answered says nothing of candidates", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").ends("ann", "bob");
  CHECK(s.at(60s).found() == Codes{"offer-unanswered"});
}

TEST_CASE("candidates within the descriptions count", "[negotiation]") {
  Sdp offer;
  offer.sections[0].more = "a=" + kSrflx + "\r\n";
  Sdp answer = answer_sdp();
  answer.sections[0].more = "a=" + kHost + "\r\n";
  Story s;
  SECTION("after five seconds") {
    s.at(0s).offer("ann", "bob", offer).answer("bob", "ann", answer);
    CHECK(s.at(4'999ms).found() == kSilence);
    CHECK(s.at(5s).found() == Codes{"only-host-candidates"});
  }
  SECTION("at once, if the description says that they have ended") {
    answer.sections[0].more += "a=end-of-candidates\r\n";
    s.at(0s).offer("ann", "bob", offer).answer("bob", "ann", answer);
    CHECK(s.found() == Codes{"only-host-candidates"});
  }
  CHECK(s.last().from == "bob");
  CHECK(s.last().messages == Numbers{2});
}

TEST_CASE("where there is nothing to connect, no candidates are missed", "[negotiation]") {
  Sdp nothing;
  nothing.sections.clear();
  Sdp refused = answer_sdp();
  refused.sections[0].port = "0";
  Story s;
  s.at(0s).offer("ann", "bob", nothing).answer("bob", "ann", nothing);
  s.offer("ann", "cat").answer("cat", "ann", refused);
  s.says("ann", {"dan"}, R"({"type":"offer"})").says("dan", {"ann"}, R"({"type":"answer"})");
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("who is reached from everywhere needs no candidates of the other", "[negotiation]") {
  Sdp server;
  server.sections[0].more = "a=candidate:1 1 udp 1 203.0.113.5 40000 typ host\r\n";
  SECTION("an ICE lite server") { server.more = "a=ice-lite\r\n"; }
  SECTION("a server with a public address") {}
  Story s;
  s.at(0s).offer("sfu", "bob", server).answer("bob", "sfu").candidate("bob", "sfu", "bobU", kMdns);
  s.ends("bob", "sfu");
  server.setup = "passive";
  s.offer("cat", "sfu", with_ufrag({}, "catU")).answer("sfu", "cat", server);
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("private, shared and reserved addresses are not public", "[negotiation]") {
  const auto verdict = [](const std::string& address) {
    Candidate candidate;
    candidate.type = "host";
    candidate.address = address;
    CandidateTally tally;
    tally.add(1, candidate);
    return tally.verdict();
  };
  for (const auto* const address :
       {"10.0.0.1",    "10.255.255.255", "100.64.0.1",      "100.127.255.255", "127.0.0.1",
        "169.254.1.1", "172.16.0.1",     "172.31.255.255",  "192.0.2.2",       "192.168.255.255",
        "198.18.0.1",  "224.0.0.1",      "255.255.255.255", "0.0.0.0",         "fd00::2",
        "2001:db8::1", "1.2.3",          "1.2.3.256",       "1.2.3.4.5",       "example"}) {
    CAPTURE(address);
    CHECK(verdict(address) == FindingCode::only_host_candidates);
  }
  for (const auto* const address :
       {"9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.0",
        "192.167.1.1", "203.0.113.5", "223.255.255.255"}) {
    CAPTURE(address);
    CHECK_FALSE(verdict(address));
  }
}

TEST_CASE("after an ICE restart the candidates are others, otherwise they remain", "[negotiation]") {
  Story s;
  s.at(0s).agree().at(10s);
  s.offer("ann", "bob").answer("bob", "ann").ends("ann", "bob");
  CHECK(s.at(20s).found() == kSilence);
  s.offer("ann", "bob", with_ufrag({}, "annR")).candidate("ann", "bob", "annR", kSrflx);
  s.answer("bob", "ann", with_ufrag(answer_sdp(), "bobR")).candidate("bob", "ann", "bobR", kMdns);
  CHECK(s.at(30s).found() == Codes{"only-mdns-candidates"});
  CHECK(s.last().from == "bob");
}

TEST_CASE("what was said of candidates is not repeated by a renegotiation without an ICE restart",
          "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").answer("bob", "ann").candidate("ann", "bob", "annU", kHost);
  s.candidate("bob", "ann", "bobU", kSrflx);
  CHECK(s.at(5s).found() == Codes{"only-host-candidates"});
  s.offer("ann", "bob").answer("bob", "ann");
  CHECK(s.at(20s).found() == kSilence);
}

TEST_CASE("the end of an earlier ICE generation is not that of the new one", "[negotiation]") {
  Story s;
  s.at(0s).agree().offer("ann", "bob", with_ufrag({}, "annR"));
  s.answer("bob", "ann", with_ufrag(answer_sdp(), "bobR")).candidate("bob", "ann", "bobR", kSrflx);
  s.says("ann", {"bob"}, R"({"type":"candidate","candidate":{"candidate":"","usernameFragment":"annU"}})");
  s.candidate("ann", "bob", "annR", kSrflx);
  CHECK(s.at(60s).found() == kSilence);
}
