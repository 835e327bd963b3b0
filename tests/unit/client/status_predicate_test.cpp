#include "core/client/status_predicate.hpp"

#include <string>

#include "tests/catch.hpp"

using namespace p2psig;

namespace {

const StatusReport kReport{{"a", "b", "c"}, {{"lobby", {"a", "b"}}, {"empty", {}}}};

StatusPredicate about(const std::string& room) {
  StatusPredicate predicate;
  predicate.room = room;
  return predicate;
}

}  // namespace

TEST_CASE("nothing asked is true of everything", "[status_predicate]") {
  CHECK_FALSE(StatusPredicate().asks());
  CHECK(StatusPredicate().holds({}));
  CHECK_FALSE(about("lobby").asks());
  CHECK(about("no such room").holds(kReport));
}

TEST_CASE("limits of peers are about the room, and include themselves", "[status_predicate]") {
  for (const auto& [room, peers] : {std::pair{"lobby", 2U}, {"empty", 0U}, {"no such room", 0U}})
    for (unsigned limit = 0; limit < 4; ++limit) {
      CAPTURE(room, limit);
      StatusPredicate predicate = about(room);
      predicate.peers_min = limit;
      CHECK(predicate.asks_about_peers());
      CHECK(predicate.holds(kReport) == (peers >= limit));
      predicate.peers_min.reset();
      predicate.peers_max = limit;
      CHECK(predicate.asks_about_peers());
      CHECK(predicate.holds(kReport) == (peers <= limit));
      predicate.peers_min = limit;
      CHECK(predicate.holds(kReport) == (peers == limit));
    }
}

TEST_CASE("a peer is in the room with its whole id only", "[status_predicate]") {
  const StatusReport report{{"abc", "abd"}, {{"lobby", {"abc"}}, {"other", {"abd"}}}};
  StatusPredicate predicate = about("lobby");
  for (const auto& [id, there] :
       {std::pair{"abc", true}, {"ab", false}, {"ABC", false}, {"abd", false}, {"", false}}) {
    predicate.peer = id;
    CHECK(predicate.asks_about_peers());
    CHECK(predicate.holds(report) == there);
  }
  predicate.room = "no such room";
  predicate.peer = "abc";
  CHECK_FALSE(predicate.holds(report));
}

TEST_CASE("limits of clients are about the whole server", "[status_predicate]") {
  for (unsigned limit = 0; limit < 5; ++limit) {
    StatusPredicate predicate;
    predicate.clients_min = limit;
    CHECK(predicate.asks_about_clients());
    CHECK(predicate.holds(kReport) == (3 >= limit));
    predicate.clients_min.reset();
    predicate.clients_max = limit;
    CHECK(predicate.holds(kReport) == (3 <= limit));
  }
}

TEST_CASE("everything that is asked has to hold", "[status_predicate]") {
  StatusPredicate predicate = about("lobby");
  predicate.peers_min = 2;
  predicate.peers_max = 2;
  predicate.peer = "a";
  CHECK(predicate.holds(kReport));
  predicate.peer = "c";
  CHECK_FALSE(predicate.holds(kReport));
  predicate.peer = "a";
  predicate.peers_max = 1;
  CHECK_FALSE(predicate.holds(kReport));
}

TEST_CASE("how it is instead is said in words that are safe to print", "[status_predicate]") {
  StatusPredicate predicate;
  predicate.clients_min = 5;
  CHECK(predicate.state(kReport) == "there are 3 clients");
  predicate = about("lobby");
  predicate.peers_min = 3;
  CHECK(predicate.state(kReport) == "lobby has 2 peers");
  predicate.peer = "c";
  CHECK(predicate.state(kReport) == "lobby has 2 peers, without c");
  predicate.peer = "a";
  CHECK(predicate.state(kReport) == "lobby has 2 peers");
  predicate.room = "\x1b[2J";
  CHECK(predicate.state(kReport) == "\\u001b[2J has 0 peers, without a");
}
