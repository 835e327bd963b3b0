#include <filesystem>
#include <fstream>
#include <string>

#include "tests/catch.hpp"
#include "tests/terminal/support/terminal.hpp"

using namespace p2psig::test;

namespace {

Terminal& typing(Terminal& terminal, const std::string& keys) {
  terminal.sees_line("lobby(3)>", 10);
  terminal.type(keys);
  return terminal;
}

}  // namespace

TEST_CASE("Tab completes the only candidate, and as much as several have in common", "[terminal]") {
  Terminal terminal({.environment = {"WORDS=/offer|/answer|/ice|/peers|/ping"}});
  SECTION("one") { typing(terminal, "/of\t").sees_line("lobby(3)> /offer", 17); }
  SECTION("in the middle of a line") {
    typing(terminal, "x /of y\033[D\033[D\t").sees_line("lobby(3)> x /offer y", 18);
  }
  SECTION("several") {
    typing(terminal, "/p").sees_line("lobby(3)> /p", 12);
    terminal.type("\t\t");
    terminal.sees("/peers  /ping\nlobby(3)> /p\n");
  }
  SECTION("none") { typing(terminal, "/x\t\t").sees_line("lobby(3)> /x", 12); }
}

TEST_CASE("candidates are listed in the order they are given, above the line", "[terminal]") {
  Terminal terminal({.environment = {"WORDS=p3|p12|p1|p2"}});
  typing(terminal, "/offer p\t\t");
  terminal.sees("p3   p12  p1   p2\nlobby(3)> /offer p\n");
  terminal.message();
  terminal.sees_line("lobby(3)> /offer p", 18);
}

TEST_CASE("a word with blanks is completed as one", "[terminal]") {
  Terminal terminal({.environment = {"ROOMS=my room|my house|other"}});
  SECTION("to what is common") {
    typing(terminal, "/join m\t").sees_line("lobby(3)> /join my", 19);
    terminal.type("\t\t");
    terminal.sees("my room   my house\n");
    terminal.type("h\t");
    terminal.sees_line("lobby(3)> /join my house", 25);
  }
  SECTION("wholly") { typing(terminal, "/join o\t").sees_line("lobby(3)> /join other", 22); }
}

TEST_CASE("candidates that are not known yet come once they are, to a line that is as it was", "[terminal]") {
  Terminal terminal({.environment = {"WORDS=lobby|lab|other"}});
  SECTION("the only one") {
    typing(terminal, "/later o\t").sees_line("lobby(3)> /later o", 18);
    terminal.message();
    terminal.sees_line("lobby(3)> /later other", 23);
    terminal.message();
    terminal.sees_line("lobby(3)> /later other", 23);
  }
  SECTION("with the cursor inside the line") {
    typing(terminal, "/later o x\033[D\033[D\t").sees_line("lobby(3)> /later o x", 18);
    terminal.message();
    terminal.sees_line("lobby(3)> /later other x", 22);
  }
  SECTION("of nothing") {
    typing(terminal, "/later \t").sees_line("lobby(3)> /later", 17);
    terminal.message();
    terminal.sees_line("lobby(3)> /later", 17);
    terminal.type("o\t");
    terminal.message();
    terminal.sees_line("lobby(3)> /later other", 23);
  }
  SECTION("but not where something was typed since") {
    typing(terminal, "/later o\t").sees_line("lobby(3)> /later o", 18);
    terminal.type("h");
    terminal.sees_line("lobby(3)> /later oh", 19);
    terminal.message();
    terminal.sees_line("lobby(3)> /later oh", 19);
  }
  SECTION("nor where only the cursor moved, or the line was entered") {
    typing(terminal, "/later o\t").sees_line("lobby(3)> /later o", 18);
    terminal.type("\033[D");
    terminal.sees_line("lobby(3)> /later o", 17);
    terminal.message();
    terminal.sees_line("lobby(3)> /later o", 17);
    terminal.type("\r");
    terminal.sees("entered </later o>");
    terminal.message();
    terminal.sees_line("lobby(3)>", 10);
  }
}

TEST_CASE("candidates with control characters are neither shown nor inserted", "[terminal]") {
  Terminal terminal({.environment = {"WORDS=ab\033]0;x\a|ab\nquit|ab\u202E|abc|ab\xFF|abd"}});
  typing(terminal, "a").sees_line("lobby(3)> a", 11);
  terminal.type("\t\t\t");
  terminal.sees("abc  abd\nlobby(3)> ab\n");
}

TEST_CASE("a common beginning does not end within a character", "[terminal]") {
  Terminal terminal({.environment = {"WORDS=xé|xè"}});
  typing(terminal, "x\t").sees_line("lobby(3)> x", 11);
  terminal.type("\t");
  terminal.sees("xé  xè\n");
}

TEST_CASE("many candidates are cut short, without a question", "[terminal]") {
  std::string all = "WORDS=";
  for (int i = 1000; i < 2000; ++i) all += "room" + std::to_string(i) + "|";
  Terminal terminal({.environment = {all}});
  typing(terminal, "ro\t").sees_line("lobby(3)> room1", 15);
  terminal.type("\t\t");
  terminal.sees("... and 900 more\nlobby(3)> room1\n");
  CHECK(terminal.screen().all_text().find("room1099") != std::string::npos);
  CHECK(terminal.screen().all_text().find("room1100") == std::string::npos);
  terminal.type("0\r");
  terminal.sees("entered <room10>");
}

TEST_CASE("behind @, names of files are completed", "[terminal]") {
  const Folder folder;
  std::ofstream(folder.path("offer one.sdp")) << "v=0";
  std::ofstream(folder.path("answer.sdp")) << "v=0";
  std::filesystem::create_directory(folder.path("deeper"));
  std::ofstream(folder.path("deeper/ice.json")) << "{}";
  Terminal terminal({.columns = 200});
  SECTION("with blanks in them") {
    typing(terminal, "/send @" + folder.path("off\t"))
        .sees_line("lobby(3)> /send @" + folder.path("offer one.sdp"),
                   18 + folder.path("offer one.sdp").size());
  }
  SECTION("into folders") {
    typing(terminal, "/send @" + folder.path("dee\t\t"))
        .sees_line("lobby(3)> /send @" + folder.path("deeper/ice.json"),
                   18 + folder.path("deeper/ice.json").size());
  }
  SECTION("listed without their folder") {
    typing(terminal, "/send @" + folder.path())
        .sees_line("lobby(3)> /send @" + folder.path(), 17 + folder.path().size());
    terminal.type("\t\t");
    terminal.sees("answer.sdp     deeper         offer one.sdp\n");
  }
}
