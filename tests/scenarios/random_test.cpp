#include <algorithm>
#include <map>
#include <random>

#include "tests/catch.hpp"
#include "tests/support/script.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

/// The rules once more, as simple as can be: who is where, and what everybody has to have been told. Script
/// checks what clients make of what they are told; this checks that it is the truth.
struct Truth {
  std::vector<std::pair<std::string, Names>> rooms;  // by creation; members by joining

  std::pair<std::string, Names>* room_of(const std::string& who) {
    for (auto& room : rooms)
      if (std::find(room.second.begin(), room.second.end(), who) != room.second.end()) return &room;
    return nullptr;
  }
  void leave(const std::string& who) {
    auto* const room = room_of(who);
    if (room == nullptr) return;
    std::erase(room->second, who);
    std::erase_if(rooms, [](const auto& each) { return each.second.empty(); });
  }
  void join(const std::string& who, const std::string& name) {
    if (const auto* const room = room_of(who); room != nullptr && room->first == name) return;
    leave(who);
    const auto found =
        std::find_if(rooms.begin(), rooms.end(), [&](const auto& each) { return each.first == name; });
    if (found != rooms.end())
      found->second.push_back(who);
    else
      rooms.push_back({name, {who}});
  }
};

class RandomConversation {
 public:
  RandomConversation(unsigned seed, const ServerLimits& limits) : script_(limits), random_(seed) {}

  void step() {
    const unsigned what = pick(100);
    if (present_.empty() || (what < 6 && present_.size() < 12)) return connect();
    const std::string who = present_[pick(present_.size())];
    if (what < 9) return disconnect(who);
    if (what < 28) return join(who);
    if (what < 34) return leave(who);
    if (what < 38) return observe(who);
    if (what < 60) return send(who, "");
    if (what < 85) return send(who, pick(5) == 0 ? "nobody" : names_[pick(names_.size())]);
    if (what < 90) return speak_nonsense(who);
    if (what < 93) return pause(who);
    if (what < 97) return resume(who);
    script_.passes(Milliseconds(pick(400)));
    forget_the_cut_off();
  }

  void check() {
    forget_the_cut_off();
    std::string status = R"({"totalClients":)" + std::to_string(present_.size()) + R"(,"clients":[)";
    for (const auto& who : present_) status += "\"" + script_[who]->id() + "\",";
    if (status.back() == ',') status.pop_back();
    status += R"(],"rooms":{)";
    for (const auto& [name, members] : truth_.rooms) {
      status += "\"" + name + "\":[";
      for (const auto& who : members) status += "\"" + script_[who]->id() + "\",";
      status.back() = ']';
      status += ',';
    }
    if (status.back() == ',') status.pop_back();
    REQUIRE(script_.status() == status + "}}");
    for (const auto& who : present_) check_inbox(who);
  }

  void settle() {
    for (const auto& who : Names(present_)) resume(who);
  }

 private:
  unsigned pick(std::size_t below) { return static_cast<unsigned>(random_() % below); }

  void connect() {
    const std::string name = "c" + std::to_string(names_.size()) + "_";
    names_.push_back(name);
    present_.push_back(name);
    script_.connect(name).forgets();
  }

  void disconnect(const std::string& who) {
    if (pick(2) == 0)
      script_[who].hangs_up();
    else
      script_[who].vanishes();
    gone(who);
  }

  void gone(const std::string& who) {
    truth_.leave(who);
    std::erase(present_, who);
    expected_.erase(who);
  }

  void join(const std::string& who) {
    const std::string room = "r" + std::to_string(pick(4));
    truth_.join(who, room);
    script_[who].joins(room);
  }

  void leave(const std::string& who) {
    truth_.leave(who);
    script_[who].leaves();
  }

  void observe(const std::string& who) {
    truth_.leave(who);
    script_[who].observes("r" + std::to_string(pick(4)));
  }

  void send(const std::string& who, const std::string& to) {
    const std::string body =
        R"("n":)" + std::to_string(++sent_) + R"(,"pad":")" + std::string(pick(300), 'x') + "\"";
    const std::string from = ",\"from\":\"" + script_[who]->id() + "\"}";
    const auto* const room = truth_.room_of(who);
    std::string message = R"({"type":"m",)" + body;
    if (to.empty()) {
      if (room != nullptr)
        for (const auto& other : room->second)
          if (other != who) expected_[other].push_back(message + from);
    } else {
      message += R"(,"to":")" + script_.with_ids("@" + to) + "\"";
      if (room != nullptr && std::find(room->second.begin(), room->second.end(), to) != room->second.end())
        expected_[to].push_back(message + from);
    }
    script_[who].says(message + "}");
  }

  void speak_nonsense(const std::string& who) {
    constexpr std::array nonsense{"{",
                                  "[]",
                                  R"({"type":7})",
                                  R"({"type":"error"})",
                                  R"({"type":"x","to":1})",
                                  R"({"type":"join-room","room":""})"};
    script_[who].says(nonsense[pick(nonsense.size())]);
  }

  void pause(const std::string& who) { script_[who].stops_reading(); }
  void resume(const std::string& who) { script_[who].reads_again(); }

  void forget_the_cut_off() {
    for (const auto& who : Names(present_))
      if (script_[who]->link.ended()) gone(who);
  }

  /// Each message is delivered once, to those in the room at that time, in order.
  void check_inbox(const std::string& who) {
    auto& inbox = script_[who]->inbox;
    std::erase_if(inbox, [](const std::string& message) { return !message.starts_with(R"({"type":"m")"); });
    auto& expected = expected_[who];
    REQUIRE(inbox.size() <= expected.size());
    REQUIRE(std::equal(inbox.begin(), inbox.end(), expected.begin()));
    if (!script_[who]->link.slow) REQUIRE(inbox.size() == expected.size());
    expected.erase(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(inbox.size()));
    inbox.clear();
  }

  Script script_;
  std::mt19937 random_;
  Truth truth_;
  Names names_;
  Names present_;
  std::map<std::string, std::vector<std::string>> expected_;
  unsigned sent_ = 0;
};

}  // namespace

TEST_CASE("thousands of random steps keep everybody's view true", "[random]") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 20261124U);
  const bool tight = GENERATE(false, true);
  CAPTURE(seed, tight);
  ServerLimits limits;
  limits.messages = limits.deliveries = {0, 0};
  limits.observers_allowed = true;
  if (tight) {  // who does not read is cut off, for its own outbox or for that of all
    limits.outbox_bytes_max = 4'000;
    limits.outbox_total_bytes_max = 9'000;
  }
  RandomConversation conversation(seed, limits);
  for (int i = 0; i < 3'000; ++i) {
    CAPTURE(i);
    conversation.step();
    conversation.check();
  }
  conversation.settle();
  conversation.check();
}
