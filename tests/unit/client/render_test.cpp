#include "core/client/render.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "core/text.hpp"
#include "tests/catch.hpp"
#include "tests/unit/client/lobby.hpp"

using namespace p2psig;
using namespace p2psig::server_message;
using namespace p2psig::test;

namespace {

using MaybeChanges = std::optional<std::vector<std::string>>;

constexpr std::string_view kShownTime = "12:01:07.412";
const std::string kHostile = "\x1b[2J\u202E\r\n\u0085\x7F\xC2";
const std::string kHarmless = "\\u001b[2J\\u202e\\u000d\\u000a\\u0085\\u007f\uFFFD";

SeenMessage seen(const std::string& text, const std::string& type = "chat",
                 SeenMessage::Way way = SeenMessage::Way::in, const std::string& from = kAnn,
                 std::optional<std::string> to = kMe) {
  return {7, way, from, std::move(to), type, text, std::string(kShownTime)};
}

std::string shown(Render& render, const SeenMessage& message, const MaybeChanges& changed = std::nullopt,
                  bool undeliverable = false) {
  return render.message(message, read_signal(message.text), changed, undeliverable);
}

std::string words(const SeenMessage& message, const MaybeChanges& changed = std::nullopt) {
  return in_words(message, read_signal(message.text), changed);
}

std::string exes(std::size_t columns) { return std::string().append(columns, 'x'); }

const std::string kOffer =
    R"({"type":"offer","to":"B","offer":{"type":"offer","sdp":"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n)"
    R"(a=ice-options:trickle\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=ice-ufrag:7Kx2\r\n)"
    R"(a=ice-pwd:0123456789012345678901\r\na=fingerprint:sha-256 12:DF\r\na=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\n"}})";
const std::string kCandidate =
    R"({"type":"ice-candidate","candidate":{"candidate":"candidate:1 1 udp 2122260223 192.168.1.7 51234 typ host","sdpMid":"0"}})";

}  // namespace

TEST_CASE("who is here and who comes and goes is told by alias and short id", "[render]") {
  RoomView view = lobby();
  Render render(view, false);
  CHECK(render.connected("ws://127.0.0.1:3000", 4) == "connected ws://127.0.0.1:3000 as 9c01e7aa (4 ms)");
  CHECK(render.entered(kShownTime) == "12:01:07.412 ** joined lobby: @1 3f2a91c0  @2 8b17d2ee");
  view.apply(PeerJoined{kCyd});
  CHECK(render.peer_joined(kShownTime, kCyd) == "12:01:07.412 ++ @3 c4409a1f joined (4 here)");
  view.apply(PeerLeft{kAnn});
  CHECK(render.peer_left(kShownTime, kAnn) == "12:01:07.412 -- @1 left (3 here)");
  CHECK(render.left_room(kShownTime, "lobby") == "12:01:07.412 ** left lobby");
  CHECK(render.note(kShownTime, "not connected") == "12:01:07.412 ** not connected");
}

TEST_CASE("an empty room and a crowded one each fit a line", "[render]") {
  RoomView view = lobby({});
  CHECK(Render(view, false).entered(kShownTime) == "12:01:07.412 ** joined lobby: nobody else is here");
  RoomView observed;
  observed.apply(RoomObserved{"lobby"});
  observed.apply(RoomPeers{{kAnn}});
  CHECK(Render(observed, false).entered(kShownTime) == "12:01:07.412 ** observing lobby: @1 3f2a91c0");
  std::vector<std::string> many(22);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = "peer-" + std::to_string(i);
  RoomView crowd = lobby(many);
  const std::string line = Render(crowd, false).entered(kShownTime);
  CHECK(line.ends_with("  @20 peer-19  and 2 more (/peers)"));
}

TEST_CASE("messages are told from whom or to whom they are", "[render]") {
  RoomView view = lobby();
  Render render(view, false);
  using Way = SeenMessage::Way;
  CHECK(shown(render, seen(R"({"a":1})")) == "12:01:07.412 << @1 chat       #7  7 B  {\"a\":1}");
  CHECK(shown(render, seen(R"({"a":1})", "chat", Way::in, kAnn, std::nullopt)) ==
        "12:01:07.412 << @1 chat       #7  7 B  {\"a\":1}");
  CHECK(shown(render, seen(R"({"a":1})", "chat", Way::out, kMe, kBob)) ==
        "12:01:07.412 >> @2 chat       #7  7 B  {\"a\":1}");
  CHECK(shown(render, seen(R"({"a":1})", "chat", Way::out, kMe, std::nullopt)) ==
        "12:01:07.412 >> all chat       #7  7 B  {\"a\":1}");
  CHECK(shown(render, seen(R"({"a":1})", "chat", Way::between_others, kAnn, kBob)) ==
        "12:01:07.412 << @1 -> @2 chat       #7  7 B  {\"a\":1}");
  CHECK(shown(render, seen(R"({"a":1})", "chat", Way::between_others, kAnn, "nobody"), std::nullopt, true) ==
        "12:01:07.412 << @1 -> \"nobody\" chat       #7  7 B  {\"a\":1}  reached nobody");
  CHECK(shown(render, seen(R"({"a":1})", "chat", Way::in, "")) ==
        "12:01:07.412 << ? chat       #7  7 B  {\"a\":1}");
}

TEST_CASE("descriptions and candidates are told in words", "[render]") {
  RoomView view = lobby();
  Render render(view, false);
  const std::string size = std::to_string(kOffer.size()) + " B";
  CHECK(shown(render, seen(kOffer, "offer")) ==
        "12:01:07.412 << @1 offer      #7  " + size + "  audio sendrecv opus · ufrag 7Kx2 · actpass");
  CHECK(shown(render, seen(kCandidate, "ice-candidate")) ==
        "12:01:07.412 << @1 candidate  #7  host udp 192.168.1.7:51234");
  CHECK(words(seen(R"({"type":"ice-candidate","candidate":null})")) == "end of candidates");
  CHECK(words(seen(R"({"type":"offer","offer":{}})")) == "27 B  no SDP is in it");
  CHECK(words(seen(kOffer), MaybeChanges(std::vector<std::string>{}))
            .starts_with(size + "  nothing changed · audio"));
  CHECK(words(seen(kOffer), MaybeChanges({"audio is off", "video is new"}))
            .starts_with(size + "  changed: audio is off, video is new · audio"));
}

TEST_CASE("a fault of a description is told once", "[render]") {
  const std::string text =
      words(seen(R"({"type":"offer","offer":{"type":"offer","sdp":"v=0\r\nwhat\r\n"}})"));
  CAPTURE(text);
  const auto first = text.find("line 2");
  REQUIRE(first != std::string::npos);
  CHECK(text.find("line 2", first + 1) == std::string::npos);
}

TEST_CASE("other messages show their beginning, on one line", "[render]") {
  CHECK(words(seen("{\n\t\"a\": 1\r\n}")) == "12 B  {  \"a\": 1  }");
  CHECK(words(seen("{\"a\":\"" + exes(1'000) + "\"}")) == "1008 B  {\"a\":\"" + exes(93) + "…");
  std::string combining = "{\"a\":\"";
  for (int i = 0; i < 10'000; ++i) combining += "\u0301";
  const std::string zalgo = words(seen(combining + "\"}"));
  CHECK(zalgo.size() < 1'000);
  CHECK(zalgo.ends_with("…"));
}

TEST_CASE("raw messages are whole and on one line", "[render]") {
  RoomView view = lobby();
  Render render(view, false);
  render.raw = true;
  CHECK(shown(render, seen(kCandidate, "ice-candidate")) ==
        "12:01:07.412 << @1 candidate  #7  " + std::to_string(kCandidate.size()) + " B  " + kCandidate);
  CHECK(shown(render, seen("{\"a\":\n\"\\u001b\u009b\"}")) ==
        "12:01:07.412 << @1 chat       #7  17 B  {\"a\": \"\\u001b\\u009b\"}");
}

TEST_CASE("what strangers write drives no terminal and forges no line", "[render]") {
  RoomView view = lobby({kHostile});
  view.apply(RoomJoined{kHostile});
  view.apply(RoomPeers{{kHostile, kBob}});
  Render render(view, false);
  std::string all =
      render.connected(kHostile, 1) + render.entered(kShownTime) + render.left_room(kShownTime, kHostile) +
      render.peer_joined(kShownTime, kHostile) + render.peer_left(kShownTime, "x" + kHostile) +
      render.error(kShownTime, {kHostile, kHostile, kHostile}) + render.note(kShownTime, kHostile) +
      prompt(view, kHostile, true) + prompt(view, kHostile, false) +
      shown(render, seen("{\"a\":\"" + kHostile + "\"}", kHostile, SeenMessage::Way::in, "y" + kHostile,
                         "z" + kHostile));
  render.raw = true;
  all += shown(render, seen(kHostile, kHostile, SeenMessage::Way::between_others, kHostile, kHostile));
  for (const char c : all) REQUIRE((static_cast<unsigned char>(c) >= 0x20 && c != '\x7F'));
  CHECK(all.find("\u202E") == std::string::npos);
  CHECK(all.find("\u0085") == std::string::npos);
  CHECK(render.error(kShownTime, {kHostile, {}, {}}) == "12:01:07.412 !! error " + kHarmless);
  CHECK(prompt(view, "", true) == kHarmless + "(3)> ");
  for (const std::string& text : {render.whole(seen(kHostile, kHostile, SeenMessage::Way::in, kHostile)),
                                  render.peers(), render.pair(kHostile, kBob)}) {
    CHECK(text.find('\x1b') == std::string::npos);
    CHECK(text.find('\r') == std::string::npos);
    CHECK(text.find("\u202E") == std::string::npos);
  }
}

TEST_CASE("names of any size take little of a line", "[render]") {
  const std::string huge(1'000'000, 'x');
  std::string zalgo = "x";
  for (int i = 0; i < 100'000; ++i) zalgo += "\u0301";
  RoomView view = lobby();
  Render render(view, false);
  for (const std::string& name : {huge, zalgo, std::string(1'000'000, '\x1b')}) {
    view.apply(RoomJoined{name});
    CHECK(prompt(view, "", true).size() < 400);
    CHECK(prompt(view, "", true).find("…(") != std::string::npos);
    CHECK(render.entered(kShownTime).size() < 400);
    CHECK(render.error(kShownTime, {name, name, name}).size() < 2'000);
    CHECK(shown(render, seen("{}", name, SeenMessage::Way::between_others, kAnn, name)).size() < 800);
    CHECK(render.whole(seen("{}", name)).size() < 400);
  }
}

TEST_CASE("an error says which recipient it is about", "[render]") {
  RoomView view = lobby();
  Render render(view, false);
  CHECK(render.error(kShownTime, {"not-in-room", "Join first.", {}}) ==
        "12:01:07.412 !! error not-in-room: Join first.");
  CHECK(render.error(kShownTime, {"target-unavailable-or-different-room", "", kBob}) ==
        "12:01:07.412 !! error target-unavailable-or-different-room (to @2)");
  CHECK(render.error(kShownTime, {"x", "", "bob"}) == "12:01:07.412 !! error x (to \"bob\")");
  CHECK(render.error(kShownTime, {"x", "", ""}) == "12:01:07.412 !! error x (to nobody)");
}

TEST_CASE("missed messages are counted", "[render]") {
  RoomView view;
  const Render render(view, false);
  CHECK(render.missed(kShownTime, 1).starts_with("12:01:07.412 !! 1 message was missed"));
  CHECK(render.missed(kShownTime, 2).starts_with("12:01:07.412 !! 2 messages were missed"));
}

TEST_CASE("a finding names its peers, and cannot be made to name others", "[render]") {
  RoomView view = lobby();
  Render render(view, false);
  const Finding finding{
      FindingCode::offer_unanswered, kAnn, kMe, {7}, "offer #7 of {from} to {to} {x} waits"};
  CHECK(render.sentence(finding) == "offer #7 of @1 to this side {x} waits");
  CHECK(render.finding(kShownTime, finding) ==
        "12:01:07.412 !! offer #7 of @1 to this side {x} waits (offer-unanswered)");
  CHECK(render.sentence({FindingCode::glare, "{to}", "", {}, "{from} and {to}"}) == "\"{to}\" and ?");
}

TEST_CASE("the peers of a room are listed with their whole ids", "[render]") {
  RoomView view = lobby();
  CHECK(Render(view, false).peers() == "lobby: 3 here\n  me " + kMe + "\n  @1 " + kAnn + "\n  @2 " + kBob);
  RoomView outside;
  CHECK(Render(outside, false).peers() == "in no room (/join ROOM)");
}

TEST_CASE("a message is shown whole, its SDP line by line", "[render]") {
  RoomView view = lobby();
  Render render(view, false);
  CHECK(render.whole(seen(R"({"sdp":"v=0\r\no=-\ns=a\\nb\"\r"})", "offer")) ==
        "#7 offer from @1 to me, 33 B, 12:01:07.412\n{\"sdp\":\"v=0\n    o=-\n    s=a\\\\nb\\\"\\r\"}");
  CHECK(render.whole(seen("{\r\n\t\"a\": 1\n}", "x", SeenMessage::Way::in, "", std::nullopt)) ==
        "#7 x to all, 12 B, 12:01:07.412\n{\n \"a\": 1\n}");
  CHECK(render.whole(seen("{\"a\":\"\u009b\\")).ends_with("\n{\"a\":\"\\u009b\\"));
}

TEST_CASE("what two said to each other is told, whoever wrote to whom or to all", "[render]") {
  RoomView view = lobby({kAnn, kBob, kCyd});
  Render render(view, false);
  using Way = SeenMessage::Way;
  std::uint64_t number = 0;
  const auto say = [&](Way way, const std::string& from, std::optional<std::string> to) {
    SeenMessage message = seen("{}", "chat", way, from, std::move(to));
    message.number = ++number;
    view.remember(message);
  };
  say(Way::out, kMe, kAnn);
  say(Way::in, kAnn, kMe);
  say(Way::in, kAnn, std::nullopt);
  say(Way::in, kBob, kMe);
  say(Way::between_others, kAnn, kBob);
  CHECK(render.pair(kMe, kAnn) ==
        "12:01:07.412 << me -> @1 chat       #1  2 B  {}\n"
        "12:01:07.412 << @1 -> me chat       #2  2 B  {}\n"
        "12:01:07.412 << @1 -> all chat       #3  2 B  {}");
  CHECK(render.pair(kAnn, kMe) == render.pair(kMe, kAnn));
  CHECK(render.pair(kBob, kCyd) == "no messages between @2 and @3 were seen");
  view.disconnected();
  view.apply(Id{"new"});
  CHECK(render.pair("new", kAnn).find("#2") != std::string::npos);
}

TEST_CASE("colour is on or off, and the words are the same", "[render]") {
  RoomView view = lobby();
  Render plain(view, false);
  Render coloured(view, true);
  const auto without_colour = [](std::string text) {
    for (std::size_t at = 0; (at = text.find("\x1b[", at)) != std::string::npos;)
      text.erase(at, text.find('m', at) - at + 1);
    return text;
  };
  const Finding finding{FindingCode::glare, kAnn, kBob, {1}, "{from} and {to}"};
  const std::vector<std::pair<std::string, std::string>> lines{
      {plain.entered(kShownTime), coloured.entered(kShownTime)},
      {plain.peer_joined(kShownTime, kAnn), coloured.peer_joined(kShownTime, kAnn)},
      {plain.error(kShownTime, {"x", "y", "z"}), coloured.error(kShownTime, {"x", "y", "z"})},
      {plain.finding(kShownTime, finding), coloured.finding(kShownTime, finding)},
      {shown(plain, seen(kOffer)), shown(coloured, seen(kOffer))}};
  for (const auto& [bare, painted] : lines) {
    CHECK(bare.find('\x1b') == std::string::npos);
    CHECK(painted.find("\x1b[") != std::string::npos);
    CHECK(painted.find("\x1b[0m") != std::string::npos);
    CHECK(without_colour(painted) == bare);
  }
}

TEST_CASE("a peer has the same colour wherever it is named, and after a reconnect", "[render]") {
  RoomView view = lobby();
  Render render(view, true);
  const auto colour_before_alias = [](const std::string& line) {
    const auto at = line.find("@1");
    return line.substr(line.rfind('\x1b', at), at - line.rfind('\x1b', at));
  };
  const std::string colour = colour_before_alias(render.peer_joined(kShownTime, kAnn));
  CHECK(colour_before_alias(shown(render, seen("{}"))) == colour);
  view.disconnected();
  view.apply(Id{"new"});
  view.apply(RoomJoined{"lobby"});
  view.apply(RoomPeers{{kBob, kAnn}});
  CHECK(colour_before_alias(render.entered(kShownTime)) == colour);
}

TEST_CASE("the prompt says where one is", "[render]") {
  RoomView view;
  CHECK(prompt(view, "", false) == "(offline)> ");
  CHECK(prompt(view, "lobby", false) == "lobby(offline)> ");
  CHECK(prompt(view, "", true) == "(no room)> ");
  CHECK(prompt(view, "lobby", true) == "(no room)> ");
  view = lobby();
  CHECK(prompt(view, "lobby", true) == "lobby(3)> ");
  view.disconnected();
  CHECK(prompt(view, "lobby", false) == "lobby(offline)> ");
}
