#include "core/client/server_message.hpp"

#include <string>
#include <string_view>
#include <variant>

#include "core/protocol/limits.hpp"
#include "core/protocol/utf8.hpp"
#include "tests/catch.hpp"

using namespace p2psig;
using namespace p2psig::server_message;
using namespace std::string_view_literals;

namespace {

template <class Message>
Message read_as(std::string_view text) {
  CAPTURE(std::string(text));
  const auto message = read(text);
  REQUIRE(message);
  REQUIRE(std::holds_alternative<Message>(*message));
  return std::get<Message>(*message);
}

std::string why_not(std::string_view text) {
  CAPTURE(std::string(text));
  const auto message = read(text);
  REQUIRE_FALSE(message);
  return message.error();
}

/// An object of so many levels.
std::string nested_value(std::size_t levels, const std::string& inside = "") {
  return R"({"type":"x")" + inside + R"(,"a":)" + std::string(levels - 1, '[') +
         std::string(levels - 1, ']') + "}";
}

std::string observed(const std::string& message, const std::string& rest = "") {
  return R"({"type":"observed","to":"B","message":)" + message + rest + "}";
}

}  // namespace

TEST_CASE("every message of the protocol is told apart", "[server_message]") {
  CHECK(read_as<Id>(R"({"type":"id","id":"A"})").id == "A");
  CHECK(read_as<RoomJoined>(R"({"type":"room-joined","room":"lobby"})").room == "lobby");
  CHECK(read_as<RoomObserved>(R"({"type":"room-observed","room":"lobby"})").room == "lobby");
  CHECK(read_as<RoomLeft>(R"({"type":"room-left","room":"lobby"})").room == "lobby");
  CHECK(read_as<RoomPeers>(R"({"type":"room-peers","peers":["A","B"]})").peers ==
        std::vector<std::string>{"A", "B"});
  CHECK(read_as<RoomPeers>(R"({"type":"room-peers","peers":[]})").peers.empty());
  CHECK(read_as<PeerJoined>(R"({"type":"peer-joined","peerId":"A"})").peer == "A");
  CHECK(read_as<PeerLeft>(R"({"type":"peer-left","peerId":"A"})").peer == "A");
  CHECK(read_as<ObservedMissed>(R"({"type":"observed-missed","count":12})").count == 12);
}

TEST_CASE("an error has its code, and its sentence and its recipient where it has them", "[server_message]") {
  const auto bare = read_as<Error>(R"({"type":"error","message":"not-in-room"})");
  CHECK(bare.code == "not-in-room");
  CHECK(bare.detail.empty());
  CHECK_FALSE(bare.to);
  const auto full = read_as<Error>(R"({"type":"error","message":"room-full","detail":"It is.","to":""})");
  CHECK(full.detail == "It is.");
  CHECK(full.to == "");
}

TEST_CASE("an error repeats whatever recipient was written, which is no fault of the server's",
          "[server_message]") {
  CHECK(read_as<Error>(R"({"type":"error","message":"c","to":"a\u0000b"})").to == "a\0b"sv);
  CHECK(read_as<Error>(R"({"type":"error","message":"c","to":"\ud800"})").to == "\uFFFD");
}

TEST_CASE("what peers sent has its type, its sender and its recipient", "[server_message]") {
  const auto directed = read_as<Relayed>(R"({"type":"offer","to":"B","offer":{},"from":"A"})");
  CHECK(directed.type == "offer");
  CHECK(directed.from == "A");
  CHECK(directed.to == "B");
  const auto broadcast = read_as<Relayed>(R"({"to":null,"type":"chat","from":"A"})");
  CHECK(broadcast.type == "chat");
  CHECK_FALSE(broadcast.to);
  CHECK(read_as<Relayed>(R"({"type":"chat"})").from.empty());
  CHECK(read_as<Relayed>(R"({"type":"chat","from":7})").from.empty());
}

TEST_CASE("names are read by their meaning, whatever they are written like", "[server_message]") {
  CHECK(read_as<Id>(R"({"t\u0079pe":"\u0069d","\u0069d":"\u0041"})").id == "A");
  CHECK(read_as<Relayed>(R"({"type":"\u00e9\n","from":"A"})").type == "é\n");
  CHECK(read_as<PeerLeft>(R"( { "type" : "peer-left" , "peerId" : "A" } )").peer == "A");
}

TEST_CASE("of a member given twice the last one counts, as in a browser", "[server_message]") {
  CHECK(read_as<PeerLeft>(R"({"type":"id","type":"peer-left","peerId":"A","peerId":"B"})").peer == "B");
}

TEST_CASE("half a surrogate pair becomes a character that can be written", "[server_message]") {
  const auto odd = read_as<Relayed>(R"({"type":"a\ud800b\udc00","from":"\udfff","to":"\ud83d\ude00\ud83d"})");
  CHECK(odd.type == "a\uFFFDb\uFFFD");
  CHECK(odd.from == "\uFFFD");
  CHECK(odd.to == "😀\uFFFD");
  CHECK(read_as<Relayed>(R"({"type":"\ud7ff\ue000"})").type == "\uD7FF\uE000");
}

TEST_CASE("a message that lacks what its type needs is named", "[server_message]") {
  CHECK(why_not(R"({"type":"id"})") == R"(id without a string "id")");
  CHECK(why_not(R"({"type":"id","id":7})") == R"(id without a string "id")");
  CHECK(why_not(R"({"type":"room-joined","room":null})") == R"(room-joined without a string "room")");
  CHECK(why_not(R"({"type":"room-peers","peers":["A",1]})") ==
        R"(room-peers without a list of strings "peers")");
  CHECK(why_not(R"({"type":"room-peers","peers":{"A":"B"}})") ==
        R"(room-peers without a list of strings "peers")");
  CHECK(why_not(R"({"type":"peer-joined","id":"A"})") == R"(peer-joined without a string "peerId")");
  CHECK(why_not(R"({"type":"error"})") == R"(error without a string "message")");
  CHECK(why_not("{}") == R"(a message without a "type")");
  CHECK(why_not(R"({"type":null})") == R"(a message without a "type")");
  for (const char* count : {"-1", "1.5", "\"1\"", "1e300", "null", "9007199254740993000"})
    CHECK(why_not(std::string(R"({"type":"observed-missed","count":)") + count + "}") ==
          R"(observed-missed without a whole number "count")");
  CHECK(read_as<ObservedMissed>(R"({"type":"observed-missed","count":9007199254740992})").count ==
        9'007'199'254'740'992);
}

TEST_CASE("what is no JSON object says why, and where", "[server_message]") {
  CHECK(why_not("") == "a message that is not a JSON object");
  CHECK(why_not("hello") == "a message that is not a JSON object");
  CHECK(why_not(R"([{"type":"id"}])") == "a message that is not a JSON object");
  CHECK(why_not(R"({"type":"id",})") == "a message that is not valid JSON at byte 13");
  CHECK(why_not("{\"type\":\"\xFF\"}") == "a message that is not valid UTF-8");
  CHECK(why_not("{\"type\":\"x\"}\0"sv) == "a message that is not valid JSON at byte 12");
}

TEST_CASE("an id is as long as the limit, and no longer", "[server_message]") {
  const std::string longest(limits::kIdBytes, 'x');
  const auto in = [](const std::string& before, const std::string& id, const std::string& after = "}") {
    return before + '"' + id + '"' + after;
  };
  CHECK(read_as<Id>(in(R"({"type":"id","id":)", longest)).id == longest);
  CHECK(read_as<PeerJoined>(in(R"({"type":"peer-joined","peerId":)", longest)).peer == longest);
  CHECK(read_as<PeerLeft>(in(R"({"type":"peer-left","peerId":)", longest)).peer == longest);
  CHECK(read_as<Relayed>(in(R"({"type":"x","from":)", longest)).from == longest);
  CHECK(read_as<RoomPeers>(in(R"({"type":"room-peers","peers":[)", longest, "]}")).peers[0] == longest);
  CHECK(read_as<Observed>(observed(in(R"({"type":"x","from":)", longest))).message.from == longest);

  const std::string longer = longest + 'x';
  CHECK(why_not(in(R"({"type":"id","id":)", longer)) == "id with an id longer than 256 bytes");
  CHECK(why_not(in(R"({"type":"peer-joined","peerId":)", longer)) ==
        "peer-joined with an id longer than 256 bytes");
  CHECK(why_not(in(R"({"type":"peer-left","peerId":)", longer)) ==
        "peer-left with an id longer than 256 bytes");
  CHECK(why_not(in(R"({"type":"room-peers","peers":["A",)", longer, "]}")) ==
        "room-peers with an id longer than 256 bytes");
  CHECK(why_not(in(R"({"type":"x","from":)", longer)) == "a message from an id longer than 256 bytes");
  CHECK(why_not(observed(in(R"({"type":"x","from":)", longer))) ==
        "a message from an id longer than 256 bytes");
  // Whom a peer writes to is the peer's affair.
  CHECK(read_as<Relayed>(in(R"({"type":"x","to":)", longer)).to == longer);
}

TEST_CASE("of a recipient that is no id, its beginning is kept", "[server_message]") {
  const auto to = [](const std::string& id) { return R"({"type":"x","message":"y","to":")" + id + "\"}"; };
  const std::string no_id(limits::kIdBytes + 4, 'x');
  CHECK(read_as<Relayed>(to(no_id)).to == no_id);
  CHECK(read_as<Relayed>(to(no_id + "x")).to == no_id);
  CHECK(read_as<Relayed>(to(no_id.substr(1) + "é")).to == no_id.substr(1));
  const std::string huge = R"(,"to":")" + std::string(100'000, 'x') + "\"}";
  CHECK(read_as<Error>(R"({"type":"error","message":"c")" + huge).to == no_id);
  CHECK(read_as<Observed>(R"({"type":"observed","message":{"type":"x"})" + huge).message.to == no_id);
}

TEST_CASE("what an observer is shown has the message's bytes as they were delivered", "[server_message]") {
  const std::string inner = R"({"type" : "offer","offer":{"a":1.50},"from":"A"})";
  const std::string text = observed(inner);
  const auto seen = read_as<Observed>(text);
  CHECK(seen.text == inner);
  CHECK(seen.text.data() > text.data());
  CHECK(seen.text.data() < text.data() + text.size());
  CHECK(seen.message.type == "offer");
  CHECK(seen.message.from == "A");
  CHECK(seen.message.to == "B");
  CHECK_FALSE(seen.undeliverable);
  CHECK(read_as<Observed>(observed(inner, R"(,"undeliverable":true)")).undeliverable);
  CHECK_FALSE(read_as<Observed>(observed(inner, R"(,"undeliverable":false)")).undeliverable);
  CHECK_FALSE(
      read_as<Observed>(R"({"type":"observed","to":null,"message":{"type":"chat","to":"X"}})").message.to);
}

TEST_CASE("an observed message is one, or the server is wrong", "[server_message]") {
  for (const char* inner : {"7", "[]", R"("{}")", "null", "{}", R"({"type":7})"})
    CHECK(why_not(observed(inner)) == R"(observed without a message "message")");
  CHECK(why_not(R"({"type":"observed","to":null})") == R"(observed without a message "message")");
}

TEST_CASE("a message may be nested as deeply as a peer likes", "[server_message]") {
  for (const std::size_t levels :
       {std::size_t{2}, limits::kNestingLevels, limits::kNestingLevels + 2, std::size_t{100'000}}) {
    CHECK(read_as<Relayed>(nested_value(levels)).type == "x");
    CHECK(read_as<Observed>(observed(nested_value(levels))).text == nested_value(levels));
  }
}
