#include <algorithm>
#include <random>
#include <set>

#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"
#include "tests/support/negotiation_story.hpp"

/// What the memory of negotiations is bounded by, and that nothing sent at random does harm.
using namespace p2psig;
using namespace p2psig::test;

namespace {

/// Counts what is found, and does not read JSON.
struct Counter {
  Negotiations negotiations{[this](const Finding& finding) { found.push_back(finding); }};
  std::vector<Finding> found;
  std::uint64_t number = 0;

  void send(Milliseconds now, const std::string& from, const std::string& to, const Signal& signal) {
    negotiations.message(now, ++number, from, {to}, signal);
  }
};

std::string peer(std::size_t number) { return "peer" + std::to_string(number); }

}  // namespace

TEST_CASE("as many pairs as the limit says are followed", "[negotiation][limits]") {
  const Signal offer = read_signal(R"({"type":"offer","sdp":"v=0"})");
  const Signal answer = read_signal(R"({"type":"answer","sdp":"v=0"})");
  const std::size_t more = GENERATE(0U, 1U);
  Counter counter;
  for (std::size_t i = 0; i < limits::kNegotiationPairs + more; ++i) counter.send(0s, "ann", peer(i), offer);
  counter.negotiations.tick(5s);
  CHECK(counter.found.size() == limits::kNegotiationPairs);
  CHECK(counter.found.front().to == peer(more));
  // Who was forgotten is not said to answer without an offer.
  counter.found.clear();
  counter.send(6s, peer(0), "ann", answer);
  CHECK(counter.found.empty());
}

TEST_CASE("the pair that has been silent for longest is forgotten first", "[negotiation][limits]") {
  const Signal offer = read_signal(R"({"type":"offer","sdp":"v=0"})");
  Counter counter;
  for (std::size_t i = 0; i < limits::kNegotiationPairs; ++i) counter.send(0s, "ann", peer(i), offer);
  counter.send(1s, "ann", peer(0), offer);
  counter.send(1s, "ann", "bob", offer);
  counter.negotiations.tick(20s);
  std::set<std::string> unanswered;
  for (const Finding& finding : counter.found) unanswered.insert(finding.to);
  CHECK(unanswered.size() == limits::kNegotiationPairs);
  CHECK(unanswered.contains(peer(0)));
  CHECK_FALSE(unanswered.contains(peer(1)));
  CHECK(unanswered.contains("bob"));
}

TEST_CASE("what descriptions hold is bounded in all", "[negotiation][limits]") {
  Sdp large;
  large.sections.assign(200, Sdp::Section{});
  for (auto& section : large.sections) section.codecs.assign(20, "opus/48000/2");
  const Signal offer = read_signal(R"({"type":"offer","sdp":)" + json_string(large.text()) + "}");
  Counter counter;
  constexpr std::size_t pairs = 1'000;
  for (std::size_t i = 0; i < pairs; ++i) counter.send(0s, peer(i), "bob", offer);
  counter.negotiations.tick(5s);
  // A description of 200 sections of 20 codecs takes more than 200 kB, and less than 1 MB.
  CHECK(counter.found.size() > 32);
  CHECK(counter.found.size() < 160);
  CHECK(counter.found.back().from == peer(pairs - 1));
}

TEST_CASE("candidates are held against as many fragments as the limit says, and against no more",
          "[negotiation][limits]") {
  const std::size_t count =
      GENERATE(limits::kKnownUfrags - 1, limits::kKnownUfrags, limits::kKnownUfrags + 1);
  Sdp many;
  many.ufrag.clear();
  many.bundled = false;
  const auto ufrag = [](std::size_t number) { return "ufr" + std::to_string(number); };
  for (std::size_t i = 1; i < count; ++i) many.sections.emplace_back();
  for (std::size_t i = 0; i < count; ++i) many.sections[i].more = "a=ice-ufrag:" + ufrag(i) + "\r\n";
  Story s;
  s.at(0s)
      .offer("ann", "bob", many)
      .candidate("ann", "bob", ufrag(0))
      .candidate("ann", "bob", ufrag(count - 1));
  CHECK(s.found() == kSilence);
  CHECK(s.candidate("ann", "bob", "none").found() ==
        (count > limits::kKnownUfrags ? kSilence : Codes{"stale-ufrag"}));
}

TEST_CASE("a broadcast of a thousand sections to a thousand peers is read once", "[negotiation][limits]") {
  Sdp many;
  many.ufrag.clear();
  many.bundled = false;
  many.sections.assign(900, Sdp::Section{});
  for (std::size_t i = 0; i < many.sections.size(); ++i)
    many.sections[i].more =
        "a=ice-ufrag:ufr" + std::to_string(i) + "\r\na=" + candidate_line("host") + "\r\n";
  const Signal offer = read_signal(R"({"type":"offer","sdp":)" + json_string(many.text()) + "}");
  Counter counter;
  Peers all;
  for (std::size_t i = 0; i < 999; ++i) all.push_back(peer(i));
  for (int i = 0; i < 20; ++i) counter.negotiations.message(0s, ++counter.number, "ann", all, offer);
  counter.negotiations.tick(5s);
  CHECK(counter.found.size() == 1);
}

TEST_CASE("a large broadcast is held once, however many it went to", "[negotiation][limits]") {
  Sdp large;
  large.sections.assign(200, Sdp::Section{});
  for (auto& section : large.sections) section.codecs.assign(20, "opus/48000/2");
  const Signal offer = read_signal(R"({"type":"offer","sdp":)" + json_string(large.text()) + "}");
  Counter counter;
  counter.send(0s, "cat", "dan", offer);
  Peers all;
  for (std::size_t i = 0; i < 900; ++i) all.push_back(peer(i));
  counter.negotiations.message(0s, ++counter.number, "ann", all, offer);
  counter.negotiations.tick(5s);
  CHECK(counter.found.size() == 2);
}

TEST_CASE("a broadcast to more than can be followed does no harm", "[negotiation][limits]") {
  Counter counter;
  Peers all;
  for (std::size_t i = 0; i < limits::kNegotiationPairs + 10; ++i) all.push_back(peer(i));
  for (const auto* const text :
       {R"({"type":"candidate","candidate":"candidate:1 1 udp 1 10.0.0.1 1 typ host"})",
        R"({"type":"offer","sdp":"v=0"})", R"({"type":"answer","sdp":"v=0"})",
        R"({"type":"candidate","candidate":"candidate:1 1 udp 1 10.0.0.1 1 typ host"})",
        R"({"type":"candidate","candidate":null})", R"({"type":"rollback"})", R"({"type":"bye"})"})
    counter.negotiations.message(0s, ++counter.number, "ann", all, read_signal(text));
  counter.negotiations.tick(60s);
  counter.negotiations.left(61s, "ann");
  CHECK(counter.found.size() == 1);  // the first candidate
  CHECK_FALSE(counter.negotiations.next_tick());
}

namespace {

/// All kinds of messages between a few peers, in any order.
class RandomPeers {
 public:
  explicit RandomPeers(unsigned seed) : random_(seed) {
    for (const auto* const setup : {"actpass", "active", "passive"}) {
      for (const auto* const ufrag : {"ufr1", "ufr2", "ufr3"}) {
        Sdp sdp;
        sdp.setup = setup;
        sdp.ufrag = ufrag;
        sdp.sections[0].direction = pick(2) == 0 ? "sendonly" : "sendrecv";
        if (pick(2) == 0) sdp.sections.push_back(data_channel());
        for (const auto* const type : {"offer", "answer", "pranswer"})
          texts_.push_back(std::string(R"({"type":")") + type + R"(","sdp":)" + json_string(sdp.text()) +
                           "}");
        texts_.push_back(R"({"type":"candidate","candidate":{"candidate":")" + candidate_line("host") +
                         R"(","usernameFragment":")" + ufrag + "\"}}");
      }
    }
    for (const auto* const text :
         {R"({"type":"offer"})", R"({"type":"answer"})", R"({"type":"candidate"})", R"({"type":"rollback"})",
          R"({"type":"bye"})", R"({"type":"candidate","candidate":null})", "{}", "nonsense"})
      texts_.emplace_back(text);
    for (const auto& text : texts_) signals_.push_back(read_signal(text));
  }

  void step() {
    now_ += Milliseconds(pick(20) == 0 ? pick(7'000) : pick(200));
    const std::string from = peer(pick(5));
    const std::string to = peer(pick(5));
    const Signal& signal = signals_[pick(signals_.size())];
    switch (pick(30)) {
      case 0:
        return negotiations_.left(now_, from);
      case 1:
        return negotiations_.joined(now_, from);
      case 2:
        return negotiations_.undeliverable(now_, ++number_, from, to, signal.kind);
      case 3:
        return negotiations_.tick(now_);
      case 4:
        return negotiations_.message(now_, ++number_, from, {peer(0), peer(1), peer(2), peer(3)}, signal);
      default:
        negotiations_.message(now_, ++number_, from, {to}, signal);
        break;
    }
  }

  void check() {
    negotiations_.tick(now_);
    if (const auto next = negotiations_.next_tick()) REQUIRE(*next > now_);
  }

  [[nodiscard]] std::size_t found() const { return found_; }

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }

  void find(const Finding& finding) {
    ++found_;
    REQUIRE((finding.from != finding.to || finding.code == FindingCode::undeliverable));
    REQUIRE_FALSE(finding.detail.empty());
    REQUIRE_FALSE(finding.messages.empty());
    REQUIRE(std::is_sorted(finding.messages.begin(), finding.messages.end()));
    for (const auto message : finding.messages) REQUIRE((message > 0 && message <= number_));
  }

  std::mt19937 random_;
  std::vector<std::string> texts_;
  std::vector<Signal> signals_;
  std::size_t found_ = 0;
  std::uint64_t number_ = 0;
  Milliseconds now_{0};
  Negotiations negotiations_{[this](const Finding& finding) { find(finding); }};
};

}  // namespace

TEST_CASE("thousands of random messages are borne, and no timer is left behind", "[negotiation][random]") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 20261124U);
  CAPTURE(seed);
  RandomPeers peers(seed);
  for (int i = 0; i < 20'000; ++i) {
    peers.step();
    peers.check();
  }
  CHECK(peers.found() > 100);
}

TEST_CASE("in one negotiation no code is found twice, whatever else is sent", "[negotiation][random]") {
  const unsigned seed = GENERATE(5U, 6U, 7U, 8U);
  std::mt19937 random(seed);
  Codes found;
  Negotiations negotiations([&found](const Finding& finding) { found.emplace_back(name_of(finding.code)); });
  Milliseconds now{0};
  std::uint64_t number = 0;
  const std::vector<std::string> texts{R"({"type":"answer","sdp":)" + json_string(answer_sdp().text()) + "}",
                                       R"({"type":"candidate","candidate":{"candidate":")" +
                                           candidate_line("host") + R"(","usernameFragment":"annU"}})",
                                       R"({"type":"candidate","candidate":{"candidate":")" +
                                           candidate_line("host") + R"(","usernameFragment":"none"}})",
                                       R"({"type":"candidate","candidate":null})", R"({"type":"rollback"})"};
  negotiations.message(now, ++number, "ann", {"bob"},
                       read_signal(R"({"type":"offer","sdp":)" + json_string(Sdp().text()) + "}"));
  for (int i = 0; i < 3'000; ++i) {
    now += Milliseconds(random() % 3'000);
    const bool forth = random() % 2 == 0;
    negotiations.message(now, ++number, forth ? "ann" : "bob", {forth ? "bob" : "ann"},
                         read_signal(texts[random() % texts.size()]));
  }
  const std::set<std::string> codes(found.begin(), found.end());
  CHECK(codes.size() == found.size());
  CHECK_FALSE(found.empty());
}
