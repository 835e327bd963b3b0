#include "core/client/room_view.hpp"

#include <string>
#include <vector>

#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"
#include "tests/unit/client/lobby.hpp"

using namespace p2psig;
using namespace p2psig::server_message;
using namespace p2psig::test;

namespace {

using Names = std::vector<std::string>;

std::string found(const RoomView& view, std::string_view name) {
  const auto peer = view.find(name);
  return peer ? *peer : peer.error().what;
}

std::string id_number(std::size_t number) { return "peer-" + std::to_string(number); }

Names many(std::size_t count, std::size_t first = 0) {
  Names ids;
  for (std::size_t i = 0; i < count; ++i) ids.push_back(id_number(first + i));
  return ids;
}

SeenMessage message(std::uint64_t number, const std::string& text, const std::string& from = kAnn,
                    std::optional<std::string> to = kMe) {
  return {number, SeenMessage::Way::in, from, std::move(to), "offer", text, "12:00:00.000"};
}

}  // namespace

TEST_CASE("the list and what comes after it add up to who is there", "[room_view]") {
  RoomView view = lobby();
  CHECK(view.id() == kMe);
  CHECK(view.room() == "lobby");
  CHECK_FALSE(view.observes());
  CHECK(view.peers() == Names{kAnn, kBob});
  CHECK(view.present() == 3);
  view.apply(PeerJoined{kCyd});
  view.apply(PeerLeft{kAnn});
  CHECK(view.peers() == Names{kBob, kCyd});
  CHECK(view.is_present(kCyd));
  CHECK_FALSE(view.is_present(kAnn));
  CHECK(view.present() == 3);
  view.apply(RoomLeft{"lobby"});
  CHECK(view.room().empty());
  CHECK(view.peers().empty());
}

TEST_CASE("an observer is not in the room", "[room_view]") {
  RoomView view;
  view.apply(Id{kMe});
  view.apply(RoomObserved{"lobby"});
  view.apply(RoomPeers{{kAnn, kBob}});
  CHECK(view.observes());
  CHECK(view.present() == 2);
  view.apply(RoomJoined{"lobby"});
  CHECK_FALSE(view.observes());
  CHECK(view.peers().empty());
}

TEST_CASE("joining one's own room again changes nothing until the new list comes", "[room_view]") {
  RoomView view = lobby();
  view.apply(RoomJoined{"lobby"});
  CHECK(view.peers() == Names{kAnn, kBob});
  view.apply(RoomPeers{{kBob}});
  CHECK(view.peers() == Names{kBob});
}

TEST_CASE("nobody is there twice, and nobody is there who is this client", "[room_view]") {
  RoomView view = lobby({kAnn, kAnn, kMe, kBob});
  CHECK(view.peers() == Names{kAnn, kBob});
  view.apply(PeerJoined{kAnn});
  view.apply(PeerJoined{kMe});
  CHECK(view.peers() == Names{kAnn, kBob});
  view.apply(PeerLeft{"nobody"});
  view.apply(PeerLeft{kAnn});
  view.apply(PeerLeft{kAnn});
  CHECK(view.peers() == Names{kBob});
}

TEST_CASE("an alias is given by arrival, stays with its id, and is given once", "[room_view]") {
  RoomView view = lobby();
  CHECK(view.alias(kAnn) == "@1");
  CHECK(view.alias(kBob) == "@2");
  view.apply(PeerLeft{kAnn});
  view.apply(PeerJoined{kCyd});
  CHECK(view.alias(kCyd) == "@3");
  CHECK(view.alias(kAnn) == "@1");
  view.apply(PeerJoined{kAnn});
  CHECK(view.alias(kAnn) == "@1");
  CHECK(view.peers() == Names{kBob, kCyd, kAnn});
}

TEST_CASE("aliases outlive the connection, and this client's new id takes none", "[room_view]") {
  RoomView view = lobby();
  view.disconnected();
  CHECK(view.id().empty());
  CHECK(view.room().empty());
  CHECK(view.peers().empty());
  CHECK(view.alias(kAnn) == "@1");
  CHECK(view.alias(kMe) == "me");
  view.apply(Id{"new"});
  view.apply(RoomJoined{"lobby"});
  view.apply(RoomPeers{{kBob, kMe, kCyd}});  // the server has not noticed yet that the old one is gone
  CHECK(view.alias("new") == "me");
  CHECK(view.alias(kBob) == "@2");
  CHECK(view.alias(kMe) == "@3");
  CHECK(view.alias(kCyd) == "@4");
}

TEST_CASE("what was said under an earlier id stays this client's", "[room_view]") {
  RoomView view = lobby();
  view.remember(message(1, "{}", kMe, kAnn));
  view.remember(message(2, "{}", kAnn, kMe));
  view.remember(message(3, "{}", kAnn, std::nullopt));
  view.disconnected();
  CHECK(view.alias(view.seen(1)->from) == "me");
  view.apply(Id{"new"});
  CHECK(view.seen(1)->from == "new");
  CHECK(view.seen(1)->to == kAnn);
  CHECK(view.seen(2)->to == "new");
  CHECK_FALSE(view.seen(3)->to);
}

TEST_CASE("whoever never was in the room has no alias, and cannot pass for one", "[room_view]") {
  RoomView view = lobby();
  CHECK(view.alias("@1") == "\"@1\"");
  CHECK(view.alias("me") == "\"me\"");
  CHECK(view.alias("") == "\"\"");
  CHECK(view.alias("a\"b\x1b[31m") == "\"a\\\"b\\u001b[31m\"");
  CHECK(view.alias(std::string(100'000, 'x')) == "\"" + std::string(37, 'x') + "…\"");
  view.apply(PeerJoined{kCyd});
  CHECK(view.alias(kCyd) == "@3");
  CHECK(RoomView().alias("") == "\"\"");
}

TEST_CASE("a sender that was not announced gets an alias when it is heard", "[room_view]") {
  RoomView view = lobby();
  view.apply(Relayed{"chat", kCyd, std::nullopt});
  CHECK(view.alias(kCyd) == "@3");
  CHECK_FALSE(view.is_present(kCyd));
  view.apply(Relayed{"chat", "", std::nullopt});
  view.apply(Relayed{"chat", kMe, kMe});
  view.apply(Observed{{"chat", "odd", "made up"}, true, "{}"});
  CHECK(view.alias("odd") == "@4");
  CHECK(view.alias("made up") == "\"made up\"");
}

TEST_CASE("a short id is as long as it takes to tell it from the others", "[room_view]") {
  RoomView view = lobby({"aaaaaaaa-1111", "bbbbbbbb-2222"});
  CHECK(view.short_id("aaaaaaaa-1111") == "aaaaaaaa");
  view.apply(PeerJoined{"aaaaaaaa-1122"});
  CHECK(view.short_id("aaaaaaaa-1111") == "aaaaaaaa-111");
  CHECK(view.short_id("aaaaaaaa-1122") == "aaaaaaaa-112");
  CHECK(view.short_id("bbbbbbbb-2222") == "bbbbbbbb");
  view.apply(PeerLeft{"aaaaaaaa-1122"});
  CHECK(view.short_id("aaaaaaaa-1111") == "aaaaaaaa");
  CHECK(view.short_id("abc") == "abc");
  CHECK(view.short_id("").empty());
  view.apply(PeerJoined{kMe.substr(0, 10) + "x"});
  CHECK(view.short_id(kMe) == kMe.substr(0, 11));
  CHECK(view.short_id(kMe.substr(0, 10) + "x") == kMe.substr(0, 10) + "x");
}

TEST_CASE("a short id has whole characters, and ends somewhere", "[room_view]") {
  const std::string same(100, 'x');
  RoomView view = lobby({same + "1", same + "2", "ééééééé"});
  CHECK(view.short_id(same + "1") == same.substr(0, limits::kShownIdBytes));
  CHECK(view.short_id("ééééééé") == "éééé");
  CHECK(view.short_id("aéééé") == "aééé");
}

TEST_CASE("a peer is found by its alias, its id, or the beginning of it", "[room_view]") {
  const RoomView view = lobby();
  CHECK(found(view, "@1") == kAnn);
  CHECK(found(view, "@2") == kBob);
  CHECK(found(view, kBob) == kBob);
  CHECK(found(view, "3f") == kAnn);
  CHECK(found(view, "me") == kMe);
  CHECK(found(view, kMe) == kMe);
  CHECK(found(view, "9c01e7aa") == kMe);
}

TEST_CASE("a name that stands for nobody says so", "[room_view]") {
  const RoomView view = lobby({"abc-1", "abc-2", "abc"});
  for (const char* name : {"@0", "@4", "@", "@x", "@-1", "@1x", "@ 1", "@18446744073709551616"})
    CHECK(found(view, name) == "there is no peer " + std::string(name) + " (/peers lists them)");
  CHECK(found(view, "zzz") == "there is no peer zzz in the room (/peers lists them)");
  CHECK(found(view, "") == "no peer is named (/peers lists them)");
  CHECK(found(view, "ab") == "3 peers begin with ab: give more of the id");
  CHECK(found(view, "abc-") == "2 peers begin with abc-: give more of the id");
  CHECK(found(view, "abc") == "abc");
  CHECK(found(RoomView(), "me") == "there is no peer me in the room (/peers lists them)");
}

TEST_CASE("those that left are found where nobody here is meant", "[room_view]") {
  RoomView view = lobby({"abc-1", "abc-2"});
  view.apply(PeerLeft{"abc-1"});
  CHECK(found(view, "@1") == "abc-1");
  CHECK(found(view, "abc-1") == "abc-1");
  CHECK(found(view, "abc") == "abc-2");
  view.apply(PeerLeft{"abc-2"});
  CHECK(found(view, "abc") == "2 peers begin with abc: give more of the id");
  CHECK(found(view, "abc-2") == "abc-2");
}

TEST_CASE("peers are kept apart up to the limit", "[room_view]") {
  constexpr std::size_t max = limits::kNamedPeers;
  CHECK(lobby(many(max - 1)).peers().size() == max - 1);
  CHECK(lobby(many(max + 1)).peers() == many(max));
  RoomView view = lobby(many(max));
  CHECK(view.peers().size() == max);
  view.apply(PeerJoined{"one more"});
  CHECK(view.peers().size() == max);
  CHECK_FALSE(view.is_present("one more"));
  CHECK(view.alias("one more") == "\"one more\"");
  view.apply(PeerLeft{id_number(5)});
  view.apply(PeerJoined{"one more"});
  CHECK(view.peers().back() == "one more");
  CHECK(view.alias("one more") == "@" + std::to_string(max + 1));
}

TEST_CASE("of twice as many names, those of the longest gone are forgotten and never given again",
          "[room_view]") {
  constexpr std::size_t max = limits::kNamedPeers;
  RoomView view = lobby({kAnn});  // @1, who stays
  const auto come_and_go = [&](std::size_t first, std::size_t count) {
    for (const std::string& id : many(count, first)) {
      view.apply(PeerJoined{id});
      view.apply(PeerLeft{id});
    }
  };
  come_and_go(0, 2 * max - 1);
  CHECK(view.alias(id_number(0)) == "@2");
  come_and_go(2 * max - 1, 1);
  CHECK(view.alias(kAnn) == "@1");
  CHECK(view.alias(id_number(0)) == "\"peer-0\"");
  CHECK(view.alias(id_number(max)) == "\"peer-" + std::to_string(max) + "\"");
  CHECK(view.alias(id_number(max + 1)) == "@" + std::to_string(max + 3));
  view.apply(PeerJoined{id_number(0)});
  CHECK(view.alias(id_number(0)) == "@" + std::to_string(2 * max + 2));
}

TEST_CASE("frames are numbered from 1, over connections too", "[room_view]") {
  RoomView view;
  CHECK(view.next_number() == 1);
  CHECK(view.next_number() == 2);
  view.disconnected();
  CHECK(view.next_number() == 3);
}

TEST_CASE("the last messages can be shown again, so many of them", "[room_view]") {
  RoomView view;
  CHECK(view.seen(1) == nullptr);
  for (std::uint64_t number = 1; number <= limits::kSeenMessages; ++number)
    view.remember(message(number, "{}"));
  CHECK(view.history().size() == limits::kSeenMessages);
  REQUIRE(view.seen(1) != nullptr);
  CHECK(view.seen(1)->text == "{}");
  view.remember(message(limits::kSeenMessages + 1, "{}"));
  CHECK(view.history().size() == limits::kSeenMessages);
  CHECK(view.seen(1) == nullptr);
  CHECK(view.seen(2) != nullptr);
}

TEST_CASE("the last messages can be shown again, so much of them", "[room_view]") {
  const std::size_t overhead = sizeof(SeenMessage) + kAnn.size() + kMe.size() + 5;
  const std::string half(limits::kSeenBytes / 2 - overhead, 'x');
  RoomView view;
  view.remember(message(1, half));
  view.remember(message(2, half));
  CHECK(view.history().size() == 2);
  view.remember(message(3, ""));
  CHECK(view.history().size() == 2);
  CHECK(view.seen(1) == nullptr);
  view.remember(message(4, std::string(limits::kSeenBytes, 'x')));
  CHECK(view.history().empty());
  view.remember(message(5, half));
  CHECK(view.seen(5) != nullptr);
}

TEST_CASE("an id that grows with a new connection counts towards the limit", "[room_view]") {
  const std::size_t overhead = sizeof(SeenMessage) + kAnn.size() + 2 + 5;
  RoomView view;
  view.apply(Id{"me"});
  view.remember(message(1, std::string(limits::kSeenBytes - 2 * overhead, 'x'), kAnn, "me"));
  view.apply(Id{kMe});
  view.remember(message(2, "", kAnn, "me"));
  CHECK(view.seen(1) == nullptr);
  CHECK(view.seen(2) != nullptr);
}
