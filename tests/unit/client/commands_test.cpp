#include "core/client/commands.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/client/signal.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"

using namespace p2psig;
using Verb = Command::Verb;

namespace {

RoomView small_lobby() {
  RoomView view;
  view.apply(server_message::Id{"9c01e7aa"});
  view.apply(server_message::RoomJoined{"lobby"});
  view.apply(server_message::RoomPeers{{"3f2a91c0", "8b17d2ee"}});
  return view;
}

Command parsed(std::string_view line) {
  CAPTURE(std::string(line));
  const auto command = parse_command(line, small_lobby());
  if (!command) FAIL(command.error().what);
  return *command;
}

std::string complaint(std::string_view line) {
  CAPTURE(std::string(line));
  const auto command = parse_command(line, small_lobby());
  REQUIRE_FALSE(command);
  return command.error().what;
}

std::string composed(std::string_view line, std::string_view content) {
  CAPTURE(std::string(content));
  const auto message = compose(parsed(line), content);
  return message ? *message : message.error().what;
}

std::string nested(std::size_t levels) {
  return R"({"a":)" + std::string(levels - 1, '[') + std::string(levels - 1, ']') + "}";
}

}  // namespace

TEST_CASE("a blank line is nothing", "[commands]") {
  CHECK(parsed("").verb == Verb::nothing);
  CHECK(parsed(" \t\r\n ").verb == Verb::nothing);
}

TEST_CASE("a line that begins with a brace is a message, as it is", "[commands]") {
  CHECK(parsed(R"({"type":"x"})").verb == Verb::send);
  CHECK(parsed("  {\"type\":\n\"x\"} ").text == "  {\"type\":\n\"x\"} ");
  CHECK(parsed("{not JSON").text == "{not JSON");
}

TEST_CASE("other text is no command, and says what is", "[commands]") {
  CHECK(complaint("hello") == "commands begin with /, messages with { (/help lists the commands)");
  CHECK(complaint("[1]") == complaint("hello"));
  CHECK(complaint("v=0\r\no=-") == complaint("hello"));
}

TEST_CASE("each command has its word", "[commands]") {
  CHECK(parsed("/peers").verb == Verb::peers);
  CHECK(parsed("/leave").verb == Verb::leave);
  CHECK(parsed("/ping").verb == Verb::ping);
  CHECK(parsed("/status").verb == Verb::status);
  CHECK(parsed("/reconnect").verb == Verb::reconnect);
  CHECK(parsed("/help").verb == Verb::help);
  CHECK(parsed(" /quit ").verb == Verb::quit);
  CHECK(complaint("/quit now") == "/quit takes nothing");
  CHECK(complaint("/leave lobby") == "/leave takes nothing");
}

TEST_CASE("a room's name is all that follows, blanks within it too", "[commands]") {
  CHECK(parsed("/join lobby").text == "lobby");
  CHECK(parsed("/join\tmy own room ").text == "my own room");
  CHECK(parsed("/join off").text == "off");
  CHECK(complaint("/join") == "/join takes ROOM");
}

TEST_CASE("a message to a peer takes its name and JSON or a file", "[commands]") {
  const Command offer = parsed("/offer @1 {\"type\":\"offer\", \"sdp\":\"\"}");
  CHECK(offer.verb == Verb::offer);
  CHECK(offer.peer == "3f2a91c0");
  CHECK(offer.text == "{\"type\":\"offer\", \"sdp\":\"\"}");
  CHECK(offer.file.empty());
  const Command answer = parsed("/answer 8b @my answer.sdp");
  CHECK(answer.verb == Verb::answer);
  CHECK(answer.peer == "8b17d2ee");
  CHECK(answer.file == "my answer.sdp");
  CHECK(answer.text.empty());
  CHECK(parsed("/ice me null").peer == "9c01e7aa");
  CHECK(parsed("/send @hello.json").file == "hello.json");
  CHECK(parsed("/send {\"type\":\"x\"}").text == "{\"type\":\"x\"}");
}

TEST_CASE("a message to nobody, or of nothing, says what is missing", "[commands]") {
  CHECK(complaint("/offer") == "/offer takes PEER JSON|@FILE: no peer is named (/peers lists them)");
  CHECK(complaint("/offer @9 {}") == "/offer takes PEER JSON|@FILE: there is no peer @9 (/peers lists them)");
  CHECK(complaint("/answer @1") == "/answer takes PEER JSON|@FILE");
  CHECK(complaint("/ice @1 @") == "/ice takes PEER JSON|@FILE: there is no name behind the @");
  CHECK(complaint("/send") == "/send takes JSON|@FILE");
}

TEST_CASE("a message is shown by its number", "[commands]") {
  CHECK(parsed("/show 12").number == 12);
  CHECK(parsed("/show #12").number == 12);
  CHECK(parsed("/show 18446744073709551615").number == 18'446'744'073'709'551'615U);
  for (const char* line : {"/show", "/show #", "/show x", "/show 1x", "/show -1", "/show +1", "/show 1 2",
                           "/show 1.5", "/show ##1", "/show 18446744073709551616"})
    CHECK(complaint(line) == "/show takes N, the number of a message");
}

TEST_CASE("a filter is types, however they are separated", "[commands]") {
  using Types = std::vector<std::string>;
  CHECK(parsed("/filter offer").types == Types{"offer"});
  CHECK(parsed("/filter offer,answer").types == Types{"offer", "answer"});
  CHECK(parsed("/filter  ,offer, answer\tbye,,").types == Types{"offer", "answer", "bye"});
  CHECK(parsed("/filter off").types.empty());
  CHECK(parsed("/filter off,offer").types == Types{"off", "offer"});
  CHECK(complaint("/filter") == "/filter takes TYPES|off, as in /filter offer,answer");
  CHECK(complaint("/filter ,, ,") == complaint("/filter"));
}

TEST_CASE("a filter knows a candidate by both its names", "[commands]") {
  using Types = std::vector<std::string>;
  CHECK(parsed("/filter candidate").types == Types{"candidate", "ice-candidate"});
  CHECK(parsed("/filter ice-candidate,bye").types == Types{"ice-candidate", "bye", "candidate"});
  CHECK(parsed("/filter candidate,ice-candidate").types == Types{"candidate", "ice-candidate"});
}

TEST_CASE("raw is on or off", "[commands]") {
  CHECK(parsed("/raw on").on);
  CHECK_FALSE(parsed("/raw off").on);
  for (const char* line : {"/raw", "/raw yes", "/raw on off", "/raw ON"})
    CHECK(complaint(line) == "/raw takes on|off");
}

TEST_CASE("a pair is two peers", "[commands]") {
  const Command pair = parsed("/pair @2 me");
  CHECK(pair.peer == "8b17d2ee");
  CHECK(pair.other == "9c01e7aa");
  CHECK(complaint("/pair @1") == "/pair takes PEER PEER: no peer is named (/peers lists them)");
  CHECK(complaint("/pair x @1") ==
        "/pair takes PEER PEER: there is no peer x in the room (/peers lists them)");
  CHECK(complaint("/pair @1 @2 @1") == "/pair takes no more than PEER PEER");
}

TEST_CASE("a record goes to a file until it is off", "[commands]") {
  CHECK(parsed("/record my log.jsonl").text == "my log.jsonl");
  CHECK(parsed("/record off").text.empty());
  CHECK(parsed("/record ./off").text == "./off");
  CHECK(complaint("/record") == "/record takes FILE|off");
}

TEST_CASE("a word that is no command suggests those that are like it", "[commands]") {
  CHECK(complaint("/statsu") == "there is no command /statsu (did you mean /status?)");
  CHECK(complaint("/q") == "there is no command /q (did you mean /quit?)");
  CHECK(complaint("/quitt") == "there is no command /quitt (did you mean /quit?)");
  CHECK(complaint("/rec x") == "there is no command /rec (did you mean /record or /reconnect?)");
  CHECK(complaint("/s") == "there is no command /s (did you mean /send, /show or /status?)");
  CHECK(complaint("/") == "there is no command / (/help lists them)");
  CHECK(complaint("/xyz") == "there is no command /xyz (/help lists them)");
  CHECK(complaint("/" + std::string(100'000, 'x')).ends_with("x (/help lists them)"));
}

TEST_CASE("a JSON object is sent as it is, under the message's type", "[commands]") {
  CHECK(composed("/offer @1 x", R"( {"type":"offer", "sdp":"v=0\r\n"} )") ==
        R"({"type":"offer","to":"3f2a91c0","offer":{"type":"offer", "sdp":"v=0\r\n"}})");
  CHECK(composed("/answer @1 x", "{}") == R"({"type":"answer","to":"3f2a91c0","answer":{}})");
  CHECK(composed("/ice @1 x", R"({"candidate":""})") ==
        R"({"type":"ice-candidate","to":"3f2a91c0","candidate":{"candidate":""}})");
  CHECK(composed("/ice @1 x", "null") == R"({"type":"ice-candidate","to":"3f2a91c0","candidate":null})");
}

TEST_CASE("SDP text is wrapped, with the line ends that SDP has", "[commands]") {
  const std::string wrapped =
      R"({"type":"offer","to":"3f2a91c0","offer":{"type":"offer","sdp":"v=0\r\no=- \"é\"\r\ns=-\r\n"}})";
  CHECK(composed("/offer @1 x", "v=0\no=- \"é\"\ns=-\n") == wrapped);
  CHECK(composed("/offer @1 x", "v=0\r\no=- \"é\"\r\ns=-\r\n") == wrapped);
  CHECK(composed("/offer @1 x", "\n v=0\ro=- \"é\"\r\n\ns=-") == wrapped);
  CHECK(composed("/answer @1 x", "v=0") ==
        R"({"type":"answer","to":"3f2a91c0","answer":{"type":"answer","sdp":"v=0\r\n"}})");
  const Signal signal = read_signal(composed("/offer @1 x", "v=0\nm=audio 9 UDP/TLS/RTP/SAVPF 0\n"));
  REQUIRE(signal.description);
  CHECK(signal.description->media.size() == 1);
}

TEST_CASE("a candidate's line is wrapped", "[commands]") {
  const std::string line = "candidate:1 1 udp 1 192.168.1.7 51234 typ host";
  const std::string wrapped = R"({"type":"ice-candidate","to":"3f2a91c0","candidate":{"candidate":")" + line +
                              R"(","sdpMLineIndex":0}})";
  CHECK(composed("/ice @1 x", line) == wrapped);
  CHECK(composed("/ice @1 x", "a=" + line + "\r\n") == wrapped);
  CHECK(read_signal(wrapped).candidate);
  CHECK(composed("/ice @1 x", line + "\n" + line) ==
        "these are several lines: candidates are sent one by one");
}

TEST_CASE("what is nothing of this is not sent", "[commands]") {
  CHECK(composed("/offer @1 x", " \n") == "there is nothing to send");
  for (const char* content : {"hello", "[1]", "null", "\"v=0\"", "m=audio", "candidate:1"})
    CHECK(composed("/offer @1 x", content) == "this is neither a JSON object nor SDP, which begins with v=");
  for (const char* content : {"hello", "v=0", "nullx", "a=mid:0"})
    CHECK(composed("/ice @1 x", content) ==
          "this is neither a JSON object nor a candidate, which begins with candidate:");
  CHECK(composed("/offer @1 x", R"({"a":01})") == "this is not valid JSON, from byte 6 on");
  CHECK(composed("/offer @1 x", "{\"a\":\"\xFF\"}") == "this is not valid UTF-8");
  CHECK(composed("/offer @1 x", "v=0\ns=\xFF") == "this is not valid UTF-8");
  CHECK(composed("/ice @1 x", "candidate:\xFF") == "this is not valid UTF-8");
}

TEST_CASE("a file's content adds no members of its own", "[commands]") {
  CHECK(composed("/offer @1 x", R"({},"to":"8b17d2ee","x":{})") == "this is not valid JSON, from byte 2 on");
  CHECK(composed("/offer @1 x", "{}}") == "this is not valid JSON, from byte 2 on");
}

TEST_CASE("a message has no more levels than the protocol lets through", "[commands]") {
  CHECK(scan_envelope(composed("/offer @1 x", nested(limits::kNestingLevels - 1))));
  CHECK(composed("/offer @1 x", nested(limits::kNestingLevels)) == "this is nested too deeply for a message");
  CHECK(composed("/offer @1 x", nested(limits::kNestingLevels + 1)) ==
        "this is nested too deeply for a message");
}

TEST_CASE("a recipient of any name is written as JSON", "[commands]") {
  Command command;
  command.verb = Verb::offer;
  command.peer = "a\"b\\c\n";
  CHECK(*compose(command, "{}") == R"({"type":"offer","to":"a\"b\\c\n","offer":{}})");
}

TEST_CASE("help lists every command, and completion knows what each takes", "[commands]") {
  const std::string help = help_text();
  const auto words = command_words();
  CHECK(words.size() == 17);
  for (const std::string& word : words) CHECK(help.find("  " + word) != std::string::npos);
  CHECK(help.find("/offer PEER JSON|@FILE") != std::string::npos);
  CHECK(help.find(" \n") == std::string::npos);
  for (const char* word : {"/offer", "/answer", "/ice"}) {
    CHECK(takes_peer(word, 0));
    CHECK_FALSE(takes_peer(word, 1));
  }
  CHECK(takes_peer("/pair", 1));
  CHECK_FALSE(takes_peer("/pair", 2));
  CHECK_FALSE(takes_peer("/send", 0));
  CHECK_FALSE(takes_peer("/nothing", 0));
  CHECK(takes_room("/join", 0));
  CHECK_FALSE(takes_room("/join", 1));
  CHECK(takes_file("/record", 0));
  CHECK_FALSE(takes_file("/offer", 0));
}
