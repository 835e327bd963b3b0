// The screen model refuses every sequence that the line editor has no use for.
#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/terminal/join/person.hpp"

using namespace p2psig::test;

namespace {

// Sets a title, clears the screen, turns the text around, and C1's own introducer.
const std::string kHostile = R"(\u001b]0;owned\u0007\u001b[2J\u202e\u009b31m\u007f)";

}  // namespace

TEST_CASE("no text of others reaches the terminal as a sequence", "[join]") {
  Person person;
  RawClient ann = person.comes();
  ann.send_text(R"({"type":")" + kHostile + R"(","to":")" + person.own_id() + "\"}");
  ann.send_text(R"({"type":"offer","offer":{"type":"offer","sdp":"v=0\r\ns=)" + kHostile +
                R"(\r\nm=audio 9 )" + kHostile + R"( 111\r\na=ice-ufrag:)" + kHostile + R"(\r\n"}})");
  ann.send_text(R"({"type":"ice-candidate","candidate":{"candidate":"candidate:)" + kHostile +
                R"( 1 udp 1 )" + kHostile + R"( 9 typ )" + kHostile + R"("}})");
  person.terminal.sees("#8 ");
  person.terminal.sees("\\u001b]0;owned\\u0007");
  for (const char* number : {"6", "7", "8"}) person.enters(std::string("/show ") + number);
  person.enters("/raw on");
  person.enters("/pair @1 @1");
  ann.send_text(R"({"type":")" + kHostile + "\"}");
  person.terminal.sees("#9 ");
  RawClient bob(person.server.port());
  bob.connect();
  bob.join(
      "\xE2\x80\xAE"
      "gnitirw");
  person.enters("/status");
  person.terminal.sees("3 clients");
  person.terminal.type("/join \t\t");
  person.terminal.type("\025");
  person.enters(
      "/join "
      "\xE2\x80\xAE"
      "x");
  person.terminal.sees("\\u202ex(1)>");
  CHECK(person.quits() == 0);
}

TEST_CASE("without colours and in a poor terminal it works as well", "[join]") {
  const std::string variable = GENERATE("NO_COLOR=1", "TERM=dumb", "LC_ALL=C", "LC_ALL=en_XX.nothing");
  CAPTURE(variable);
  const ServerProcess server;
  Session session = join_session(server.url(), {"lab"});
  session.environment = {variable};
  session.edits_lines = false;
  Terminal terminal(session);
  terminal.sees("nobody else is here");
  RawClient ann(server.port());
  ann.connect();
  ann.join("lab");
  ann.send_text(R"({"type":"vidéo"})");
  terminal.sees("vidéo");
  if (variable[0] != 'L') CHECK(terminal.output().find("\033[3") == std::string::npos);
  terminal.type(R"({"type":"é"})"
                "\r");
  CHECK(ann.read_text().find(R"("type":"é")") != std::string::npos);
  terminal.type("/quit\r");
  CHECK(terminal.wait() == 0);
}

TEST_CASE("with --json a terminal gets JSON lines", "[join]") {
  const ServerProcess server;
  Session session = join_session(server.url(), {"lab", "--json"});
  session.edits_lines = false;
  Terminal terminal(session);
  terminal.sees(R"("event":"open")");
  terminal.sees(R"("msg":{"type":"room-peers","peers":[]})");
  terminal.type("\004");
  CHECK(terminal.wait() == 0);
}

TEST_CASE("history is kept in the state folder, for its owner only, and can be turned off", "[join]") {
  const Folder folder;
  const std::string name = folder.path("p2psig/history");
  const ServerProcess server;
  Session session = join_session(server.url(), {"lab"});
  session.environment = {"XDG_STATE_HOME=" + folder.path(), "P2PSIG_HISTFILE"};
  {
    Terminal terminal(session);
    terminal.sees("lab(1)>");
    terminal.type("/peers\r");
    terminal.type("/quit\r");
    CHECK(terminal.wait() == 0);
  }
  CHECK((std::filesystem::status(name).permissions() & std::filesystem::perms(0777)) ==
        std::filesystem::perms(0600));
  {
    Terminal terminal(session);
    terminal.sees("lab(1)>");
    terminal.type("\033[A\033[A");
    terminal.sees_line("lab(1)> /peers", 14);
    terminal.type("\025/quit\r");
    CHECK(terminal.wait() == 0);
  }
}

TEST_CASE("a history that cannot be written is said, and the exit code is what it was", "[join]") {
  const ServerProcess server;
  Session session = join_session(server.url(), {"lab"});
  session.environment = {"P2PSIG_HISTFILE=/dev/full"};
  Terminal terminal(session);
  terminal.sees("lab(1)>");
  terminal.type("/quit\r");
  CHECK(terminal.wait() == 0);
  CHECK(terminal.output().find("/dev/full") != std::string::npos);
}
