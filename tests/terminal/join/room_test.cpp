// What a person sees of a room.
#include "tests/catch.hpp"
#include "tests/terminal/join/person.hpp"

using namespace p2psig::test;

namespace {

const std::string kOffer =
    R"({"type":"offer","offer":{"type":"offer","sdp":"v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n)"
    R"(m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=sendrecv\r\na=ice-ufrag:7Kx2\r\na=ice-pwd:0123456789012345678901\r\n)"
    R"(a=fingerprint:sha-256 00\r\na=setup:actpass\r\na=rtpmap:111 opus/48000/2\r\n"}})";
const std::string kCandidate =
    R"({"type":"ice-candidate","candidate":{"candidate":"candidate:1 1 udp 2122260223 192.168.1.7 51234 typ host","sdpMid":"0"}})";

}  // namespace

TEST_CASE("who is there and who comes and goes is told, and the prompt counts", "[join]") {
  Person person;
  person.terminal.sees("connected " + person.server.url() + " as ");
  person.terminal.sees("** joined lab");
  person.sees_prompt("lab(1)> ");
  RawClient ann = person.comes();
  person.terminal.sees("++ @1 " + ann.id().substr(0, 8) + " joined (2 here)");
  person.sees_prompt("lab(2)> ");
  {
    const RawClient bob = person.comes();
    person.terminal.sees("++ @2 " + bob.id().substr(0, 8) + " joined (3 here)");
  }
  person.terminal.sees("-- @2 left (2 here)");
  person.sees_prompt("lab(2)> ");
  const RawClient cleo = person.comes();
  person.terminal.sees("++ @3 " + cleo.id().substr(0, 8) + " joined (3 here)");  // no alias twice
  CHECK(person.quits() == 0);
}

TEST_CASE("those who are there already are named on joining", "[join]") {
  const ServerProcess server;
  RawClient ann(server.port());
  ann.connect();
  ann.join("lab");
  Terminal terminal(join_session(server.url(), {"lab"}));
  terminal.sees("** joined lab: @1 " + ann.id().substr(0, 8));
  terminal.sees_line("lab(2)>", 8);
}

TEST_CASE("offers and candidates are told in words, and an offer that nobody answers", "[join]") {
  Person person;
  RawClient ann = person.comes();
  ann.send_text(kOffer);
  person.terminal.sees("<< @1 offer");
  person.terminal.sees("audio sendrecv opus");
  person.terminal.sees("ufrag 7Kx2");
  person.terminal.sees("actpass");
  ann.send_text(kCandidate);
  person.terminal.sees("host udp 192.168.1.7:51234");
  person.terminal.sees("(offer-unanswered)");
  person.sees_prompt("lab(2)> ");
}

TEST_CASE("without a room one is in none, and can join one", "[join]") {
  const ServerProcess server;
  Terminal terminal(join_session(server.url(), {}));
  terminal.sees_line("(no room)>", 11);
  terminal.type("/join lab\r");
  terminal.sees_line("lab(1)>", 8);
  terminal.type("/leave\r");
  terminal.sees_line("(no room)>", 11);
  terminal.type("/quit\r");
  CHECK(terminal.wait() == 0);
}

TEST_CASE("an observer sees who says what to whom, and can say nothing", "[join]") {
  const ServerProcess server({"--allow-observers"});
  Terminal terminal(join_session(server.url(), {"lab", "--observe"}));
  terminal.sees("lab(0)>");
  RawClient ann(server.port());
  ann.connect();
  ann.join("lab");
  RawClient bob(server.port());
  bob.connect();
  bob.join("lab");
  terminal.sees_line("lab(2)>", 8);
  ann.send_text(R"({"to":")" + bob.id() + R"(","type":"hello"})");
  terminal.sees("@1 -> @2 hello");
  bob.send_text(R"({"type":"hello-all"})");
  terminal.sees("@2 -> all hello-all");
  terminal.type("/pair @1 @2\r");
  terminal.until("the exchange of the pair", [&] {
    const std::string all = terminal.screen().all_text();
    return all.find("@1 -> @2 hello", all.find("/pair")) != std::string::npos;
  });
  terminal.type(R"({"type":"x"})"
                "\r");
  terminal.sees("an observer cannot send anything");
  terminal.type("/quit\r");
  CHECK(terminal.wait() == 0);
}

TEST_CASE("a server that lets nobody observe ends it", "[join]") {
  const ServerProcess server;
  Session session = join_session(server.url(), {"lab", "--observe"});
  session.edits_lines = false;  // it may be over before anybody looks
  Terminal terminal(session);
  CHECK(terminal.wait() == 5);
  CHECK(terminal.output().find("observers-not-allowed") != std::string::npos);
}
