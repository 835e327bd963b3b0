#include "core/client/negotiation.hpp"

#include <algorithm>

#include "tests/catch.hpp"
#include "tests/support/negotiation_story.hpp"

using namespace p2psig;
using namespace p2psig::test;
using Numbers = std::vector<std::uint64_t>;

TEST_CASE("an offer that nobody answers for five seconds is said once", "[negotiation]") {
  Story s;
  s.at(1s).offer("ann", "bob");
  CHECK(s.next_tick() == 6s);
  CHECK(s.at(5'999ms).found() == kSilence);
  CHECK(s.at(6s).found() == Codes{"offer-unanswered"});
  CHECK(s.last().from == "ann");
  CHECK(s.last().to == "bob");
  CHECK(s.last().messages == Numbers{1});
  CHECK(s.last().detail == R"(offer #1 of {from} is unanswered for 5 s: does {to} handle "offer"?)");
  CHECK_FALSE(s.next_tick());
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("an offer is answered in time up to the fifth second", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").at(4'999ms).answer("bob", "ann");
  s.candidate("ann", "bob", "annU").candidate("bob", "ann", "bobU");
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("time that passed without a tick is made up for by the next message", "[negotiation]") {
  Codes found;
  Negotiations negotiations([&found](const Finding& finding) { found.emplace_back(name_of(finding.code)); });
  negotiations.message(0s, 1, "ann", {"bob"}, read_signal(R"({"type":"offer","sdp":"v=0"})"));
  negotiations.message(6s, 2, "bob", {"ann"}, read_signal(R"({"type":"answer","sdp":"v=0"})"));
  CHECK(found == Codes{"offer-unanswered"});
}

TEST_CASE("a late answer ends the negotiation like any other", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").at(7s).answer("bob", "ann");
  s.candidate("ann", "bob", "annU").candidate("bob", "ann", "bobU").leaves("bob");
  CHECK(s.at(60s).found() == Codes{"offer-unanswered"});
}

TEST_CASE("a new offer of the same peer replaces its first, and has its own five seconds", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").at(4s).offer("ann", "bob");
  CHECK(s.at(8'999ms).found() == kSilence);
  CHECK(s.at(9s).found() == Codes{"offer-unanswered"});
  CHECK(s.last().messages == Numbers{2});
}

TEST_CASE("offers again and again do not hide that nobody answers", "[negotiation]") {
  Story s;
  for (int i = 0; i < 10; ++i) {
    s.at(i * 2s);
    CHECK(s.found() == (i == 5 ? Codes{"offer-unanswered"} : kSilence));
    s.offer("ann", "bob");
  }
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("an answer to the last of several offers answers them all, and one each is too many",
          "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").offer("ann", "bob", with_ufrag({}, "new1")).answer("bob", "ann");
  CHECK(s.candidate("ann", "bob", "new1").candidate("bob", "ann", "bobU").found() == kSilence);
  CHECK(s.answer("bob", "ann").found() == Codes{"answer-without-offer"});
}

TEST_CASE("candidates of an offer that was replaced are on their way still", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").offer("ann", "bob", with_ufrag({}, "new1")).candidate("ann", "bob", "annU");
  CHECK(s.answer("bob", "ann").candidate("ann", "bob", "annU").found() == kSilence);
}

TEST_CASE("an answer without an offer is said once", "[negotiation]") {
  Story s;
  s.at(0s).answer("bob", "ann");
  CHECK(s.found() == Codes{"answer-without-offer"});
  CHECK(s.last().from == "bob");
  CHECK(s.last().to == "ann");
  CHECK(s.last().messages == Numbers{1});
  CHECK(s.answer("bob", "ann").pranswer("bob", "ann").found() == kSilence);
}

TEST_CASE("a second answer to the same offer, and one to one's own, are answers without an offer",
          "[negotiation]") {
  const bool own = GENERATE(false, true);
  Story s;
  s.at(0s).offer("ann", "bob");
  if (own)
    s.answer("ann", "bob");
  else
    s.answer("bob", "ann").answer("bob", "ann");
  CHECK(s.found() == Codes{"answer-without-offer"});
}

TEST_CASE("a new negotiation begins with an offer in the stable state, and may fail the same way again",
          "[negotiation]") {
  Story s;
  s.at(0s).agree().answer("bob", "ann");
  CHECK(s.found() == Codes{"answer-without-offer"});
  CHECK(s.offer("ann", "bob").answer("bob", "ann").answer("bob", "ann").found() ==
        Codes{"answer-without-offer"});
  CHECK(s.offer("bob", "ann", with_ufrag({}, "bobU")).at(5s).found() == Codes{"offer-unanswered"});
}

TEST_CASE("a provisional answer stops the clock, and leaves the offer open for the final one",
          "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").at(1s).pranswer("bob", "ann").candidate("bob", "ann", "bobU");
  CHECK(s.at(30s).found() == kSilence);
  s.pranswer("bob", "ann").answer("bob", "ann").candidate("ann", "bob", "annU");
  CHECK(s.at(60s).found() == kSilence);
  CHECK(s.answer("bob", "ann").found() == Codes{"answer-without-offer"});
}

TEST_CASE("offers that cross and both stand two seconds later are glare", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").at(100ms).offer("bob", "ann", with_ufrag({}, "bobU"));
  CHECK(s.next_tick() == 2'100ms);
  CHECK(s.at(2'099ms).found() == kSilence);
  CHECK(s.at(2'100ms).found() == Codes{"glare"});
  CHECK(s.last().from == "ann");
  CHECK(s.last().to == "bob");
  CHECK(s.last().messages == Numbers{1, 2});
  // That they are unanswered follows from it.
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("glare that one takes back leaves the other's offer, with its clock", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").at(1s).offer("bob", "ann");
  s.at(2s).says("bob", {"ann"}, R"({"type":"rollback"})");
  CHECK(s.at(4'999ms).found() == kSilence);
  CHECK(s.at(5s).found() == Codes{"offer-unanswered"});
  CHECK(s.last().from == "ann");
}

TEST_CASE("who answers the other's offer takes its own back: an answer to that is one without an offer",
          "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").offer("bob", "ann", with_ufrag({}, "bobU"));
  s.at(1s).answer("bob", "ann").answer("ann", "bob", with_ufrag(answer_sdp(), "annU"));
  CHECK(s.found() == Codes{"answer-without-offer"});
  CHECK(
      s.last().detail ==
      "answer #4 of {from} answers nothing, {to} took its offer #2 back when it answered #1: send one answer "
      "for each offer, and none before it");
}

TEST_CASE("an offer taken back waits for nothing", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").says("ann", {"bob"}, R"({"type":"rollback","sdp":""})");
  CHECK_FALSE(s.next_tick());
  CHECK(s.at(10s).leaves("bob").found() == kSilence);
}

TEST_CASE("a candidate before its description is said once", "[negotiation]") {
  Story s;
  SECTION("of who offers") {
    s.at(0s).candidate("ann", "bob", "annU").candidate("ann", "bob", "annU").offer("ann", "bob");
    CHECK(s.found() == Codes{"candidate-before-description"});
    CHECK(s.last().from == "ann");
    CHECK(s.last().messages == Numbers{1});
  }
  SECTION("of who answers") {
    s.at(0s).offer("ann", "bob").candidate("bob", "ann", "bobU").candidate("bob", "ann", "bobU");
    s.answer("bob", "ann");
    CHECK(s.found() == Codes{"candidate-before-description"});
    CHECK(s.last().from == "bob");
    CHECK(s.last().messages == Numbers{2});
  }
  SECTION("of who answers an ICE restart, with the fragment that the answer will have") {
    s.at(0s).agree().offer("ann", "bob", with_ufrag({}, "annR")).candidate("bob", "ann", "bobR");
    CHECK(s.found() == Codes{"candidate-before-description"});
  }
}

TEST_CASE("a candidate that cannot be read belongs to a description all the same", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").answer("bob", "ann").candidate("bob", "ann", "bobU", "candidate:nonsense");
  s.candidate("ann", "bob", "annU");
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("after an ICE restart, candidates with the old fragment are stale", "[negotiation]") {
  Story s;
  s.at(0s).agree().offer("ann", "bob", with_ufrag({}, "annR"));
  CHECK(s.candidate("ann", "bob", "annU").candidate("bob", "ann", "bobU").found() ==
        kSilence);  // until the answer
  s.answer("bob", "ann", with_ufrag(answer_sdp(), "bobR"));
  CHECK(s.candidate("ann", "bob", "annR").candidate("bob", "ann", "bobR").found() == kSilence);
  CHECK(s.candidate("bob", "ann", "bobU").found() == Codes{"stale-ufrag"});
  CHECK(s.last().from == "bob");
  CHECK(s.last().messages == Numbers{s.number()});
  CHECK(s.last().detail.find("ufrag bobU") != std::string::npos);
  CHECK(s.candidate("ann", "bob", "annU").candidate("bob", "ann", "bobU").found() == kSilence);
}

TEST_CASE("a fragment may be of any section, or missing, and is not missed in a description without any",
          "[negotiation]") {
  Story s;
  Sdp two;
  two.ufrag.clear();
  two.bundled = false;
  two.sections = {Sdp::Section{}, Sdp::Section{}};
  two.sections[0].more = "a=ice-ufrag:one1\r\n";
  two.sections[1].more = "a=ice-ufrag:two2\r\n";
  s.at(0s).offer("ann", "bob", two).candidate("ann", "bob", "one1").candidate("ann", "bob", "two2");
  s.candidate("ann", "bob", "");
  s.describes("offer", "cat", {"bob"}, "v=0\r\n").candidate("cat", "bob", "any1");
  CHECK(s.found() == kSilence);
  CHECK(s.candidate("ann", "bob", "none").found() == Codes{"stale-ufrag"});
}

TEST_CASE("the fragment in a candidate's own line counts as well", "[negotiation]") {
  Story s;
  s.at(0s).agree();
  const std::string line = candidate_line("srflx") + " ufrag ";
  CHECK(s.says("ann", {"bob"}, R"({"type":"candidate","candidate":")" + line + "annU\"}").found() ==
        kSilence);
  CHECK(s.says("ann", {"bob"}, R"({"type":"candidate","candidate":")" + line + "annX\"}").found() ==
        Codes{"stale-ufrag"});
}

TEST_CASE("a peer that leaves while an offer stands leaves in the middle", "[negotiation]") {
  const std::string who = GENERATE("ann", "bob");
  Story s;
  s.at(0s).offer("ann", "bob").at(1s).leaves(who);
  CHECK(s.found() == Codes{"left-mid-negotiation"});
  CHECK(s.last().from == who);
  CHECK(s.last().to == (who == "ann" ? "bob" : "ann"));
  CHECK(s.last().messages == Numbers{1});
  CHECK_FALSE(s.next_tick());
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("offers of both that a leaving peer interrupts are one finding", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").offer("bob", "ann").leaves("bob");
  CHECK(s.found() == Codes{"left-mid-negotiation"});
  CHECK(s.last().messages == Numbers{1, 2});
}

TEST_CASE("to leave after the answer, or after a bye, is no fault", "[negotiation]") {
  const std::string bye = GENERATE("bye", "hangup", "reject");
  Story s;
  s.at(0s).agree().leaves("bob");
  s.offer("ann", "cat").says("cat", {"ann"}, R"({"type":")" + bye + "\"}").leaves("cat");
  s.offer("ann", "dan").says("ann", {"dan"}, R"({"type":")" + bye + "\"}");
  // What was on its way.
  s.candidate("ann", "dan", "annU").answer("dan", "ann").candidate("dan", "ann", "danU").leaves("ann");
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("after a bye, an offer begins anew", "[negotiation]") {
  Story s;
  s.at(0s).agree().says("ann", {"bob"}, R"({"type":"bye"})").offer("bob", "ann");
  CHECK(s.at(5s).found() == Codes{"offer-unanswered"});
  CHECK(s.candidate("ann", "bob", "annU").found() == Codes{"candidate-before-description"});
}

TEST_CASE("nothing of a pair outlives one of the two", "[negotiation]") {
  Story s;
  s.at(0s).agree().leaves("bob").joins("bob");
  CHECK(s.candidate("ann", "bob", "annU").found() == Codes{"candidate-before-description"});
  CHECK(s.answer("bob", "ann").found() == Codes{"answer-without-offer"});
}

TEST_CASE("a message to nobody is undeliverable, once a pair", "[negotiation]") {
  Story s;
  s.at(0s).undeliverable("ann", "bob").undeliverable("ann", "bob");
  CHECK(s.found() == Codes{"undeliverable"});
  CHECK(s.last().messages == Numbers{1});
  CHECK(s.last().from == "ann");
  CHECK(s.last().to == "bob");
  CHECK(s.last().detail ==
        "message #1 of {from} did not reach {to}, who never was in this room: take ids from room-peers and "
        "peer-joined");
  CHECK(s.undeliverable("cat", "bob").found() == Codes{"undeliverable"});
}

TEST_CASE("an undeliverable message says how long ago its target left", "[negotiation]") {
  Story s;
  s.at(10s).joins("bob").leaves("bob").at(13'999ms).undeliverable("ann", "bob");
  CHECK(s.found() == Codes{"undeliverable"});
  CHECK(s.last().detail ==
        "message #1 of {from} did not reach {to}, who left 3 s ago: stop sending to a peer on peer-left");
  s.at(14s).leaves("cat").undeliverable("ann", "cat");
  CHECK(s.found() == Codes{"undeliverable"});
  CHECK(s.last().detail.find("left just now") != std::string::npos);
}

TEST_CASE("what is sent to who is gone is only undeliverable", "[negotiation]") {
  const bool left = GENERATE(false, true);
  Story s;
  s.at(0s);
  if (left)
    s.leaves("bob");
  else
    s.offer("ann", "bob").undeliverable("ann", "bob");
  s.candidate("ann", "bob", "annU").answer("ann", "bob");
  s.undeliverable("ann", "bob").undeliverable("ann", "bob");
  CHECK(s.at(60s).found() == Codes{"undeliverable"});
}

TEST_CASE("an undeliverable message is said again after another offer, and when the target had come",
          "[negotiation]") {
  Story s;
  s.at(0s).undeliverable("ann", "bob");
  CHECK(s.found() == Codes{"undeliverable"});
  SECTION("an offer that was sent") { s.offer("ann", "bob").undeliverable("ann", "bob"); }
  SECTION("an offer that an observer saw refused") { s.undeliverable("ann", "bob", Signal::Kind::offer); }
  SECTION("the target came and went") { s.joins("bob").leaves("bob").undeliverable("ann", "bob"); }
  SECTION("the target was heard") {
    s.says("bob", {"ann"}, R"({"type":"hello"})").leaves("bob").undeliverable("ann", "bob");
  }
  CHECK(s.found() == Codes{"undeliverable"});
}

TEST_CASE("what a peer sends to itself, or to nobody, or that is not of WebRTC, does not count",
          "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "ann").answer("ann", "ann").candidate("ann", "ann", "annU");
  s.offers_all("ann", {}).says("ann", {}, R"({"type":"answer","sdp":"v=0"})");
  s.says("ann", {"bob"}, R"({"type":"chat","text":"offer"})").says("bob", {"ann"}, "nonsense");
  CHECK(s.at(60s).found() == kSilence);
  CHECK_FALSE(s.next_tick());
}

TEST_CASE("a broadcast offer is unanswered if nobody answers, and said once", "[negotiation]") {
  Story s;
  s.at(0s).offers_all("ann", {"bob", "cat", "dan"});
  CHECK(s.at(4'999ms).found() == kSilence);
  CHECK(s.at(5s).found() == Codes{"offer-unanswered"});
  CHECK(s.last().from == "ann");
  CHECK(s.last().detail == R"(offer #1 of {from} is unanswered for 5 s: does anybody handle "offer"?)");
  s.offers_all("ann", {"bob", "cat", "dan"});
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("a broadcast offer that somebody answers is answered", "[negotiation]") {
  Story s;
  s.at(0s).offers_all("ann", {"bob", "cat"}).at(1s).answer("cat", "ann");
  s.candidate_to({"bob", "cat"}, "ann", "annU").candidate("cat", "ann", "bobU");
  s.leaves("bob").leaves("ann");
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("of a broadcast, what is good for one of them is no fault with the others", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").says("bob", {"cat", "ann"}, [] {
    return R"({"type":"answer","sdp":)" + json_string(answer_sdp().text()) + "}";
  }());
  s.offer("ann", "cat", with_ufrag({}, "ann2")).answer("cat", "ann", with_ufrag(answer_sdp(), "catU"));
  s.candidate_to({"cat", "bob", "dan"}, "ann", "annU").candidate_to({"cat", "bob", "dan"}, "ann", "ann2");
  s.candidate_to({"dan", "cat", "ann"}, "bob", "bobU").candidate("cat", "ann", "catU");
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("of a broadcast, what is good for none of them is said once", "[negotiation]") {
  Story s;
  s.at(0s).candidate_to({"bob", "cat"}, "ann", "annU").candidate_to({"bob", "cat"}, "ann", "annU");
  CHECK(s.found() == Codes{"candidate-before-description"});
  s.says("ann", {"bob", "cat"}, R"({"type":"answer","sdp":"v=0"})");
  s.says("ann", {"bob", "cat"}, R"({"type":"answer","sdp":"v=0"})");
  CHECK(s.found() == Codes{"answer-without-offer"});
  s.offer("ann", "cat").candidate_to({"bob", "cat"}, "ann", "none");
  CHECK(s.found() == Codes{"stale-ufrag"});
  CHECK(s.last().to == "cat");
}

TEST_CASE("a broadcast offer that its sender takes back, or ends with a bye, waits for nobody",
          "[negotiation]") {
  const std::string end = GENERATE("rollback", "bye");
  Story s;
  s.at(0s).offers_all("ann", {"bob", "cat"}).says("ann", {"bob"}, R"({"type":")" + end + "\"}");
  CHECK(s.at(60s).leaves("cat").leaves("bob").found() == kSilence);
}

TEST_CASE("a bye of one of them leaves a broadcast offer to the others", "[negotiation]") {
  Story s;
  s.at(0s).offers_all("ann", {"bob", "cat"}).says("bob", {"ann"}, R"({"type":"bye"})");
  CHECK(s.at(60s).found() == Codes{"offer-unanswered"});
  CHECK(s.last().to == "cat");
}

TEST_CASE("a broadcast offer is left in the middle when its sender leaves, or the last who got it",
          "[negotiation]") {
  Story s;
  s.at(0s).offers_all("ann", {"bob", "cat"});
  SECTION("its sender") {
    CHECK(s.leaves("ann").found() == Codes{"left-mid-negotiation"});
    CHECK(s.last().from == "ann");
  }
  SECTION("the last") {
    CHECK(s.leaves("cat").found() == kSilence);
    CHECK(s.leaves("bob").found() == Codes{"left-mid-negotiation"});
    CHECK(s.last().from == "bob");
  }
  CHECK(s.at(60s).found() == kSilence);
}

TEST_CASE("a broadcast in a room of two is a direct message", "[negotiation]") {
  Story s;
  s.at(0s).offers_all("ann", {"bob"});
  CHECK(s.at(5s).found() == Codes{"offer-unanswered"});
  CHECK(s.last().detail.find("does {to} handle") != std::string::npos);
}

TEST_CASE("pairs do not disturb each other", "[negotiation]") {
  Story s;
  s.at(0s).offer("ann", "bob").offer("ann", "cat").answer("bob", "ann").offer("cat", "dan");
  s.candidate("ann", "bob", "annU").candidate("bob", "ann", "bobU");
  CHECK(s.at(10s).found() == Codes{"offer-unanswered", "offer-unanswered"});
}

TEST_CASE("of peers that were there before, a finding says that it may have missed the beginning",
          "[negotiation]") {
  const std::string caveat = "before this join looked";
  Story s;
  s.were_there({"ann", "bob"}).answer("bob", "ann");
  CHECK(s.found() == Codes{"answer-without-offer"});
  CHECK_THAT(s.last().detail, Catch::Contains(caveat));
  s.joins("cleo").candidate("ann", "cleo", "annU");
  CHECK(s.found() == Codes{"candidate-before-description"});
  CHECK_THAT(s.last().detail, !Catch::Contains(caveat));
}

TEST_CASE("after messages that were not seen nothing is held against anybody that they could explain",
          "[negotiation]") {
  Story s;
  s.joins("ann").joins("bob").joins("cleo").at(0s).offer("ann", "cleo").misses();
  s.answer("bob", "ann").candidate("ann", "bob", "annU").candidate("bob", "ann", "bobU").at(60s);
  CHECK(s.found() == kSilence);
  s.offer("ann", "bob").at(65s);
  CHECK(s.found() == Codes{"offer-unanswered"});
}

TEST_CASE("what is forgotten is not found any more", "[negotiation]") {
  Story s;
  s.joins("ann").joins("bob").offer("ann", "bob").forgets().at(60s);
  CHECK(s.found() == kSilence);
  CHECK_FALSE(s.next_tick());
}
