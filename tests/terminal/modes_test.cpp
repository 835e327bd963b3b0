#include <fstream>
#include <string>

#include "tests/catch.hpp"
#include "tests/terminal/support/terminal.hpp"

using namespace p2psig::test;

TEST_CASE("vi mode works, and Escape alone takes effect", "[terminal]") {
  const Folder folder;
  std::ofstream(folder.path("inputrc")) << "set editing-mode vi\nset show-mode-in-prompt on\n"
                                           "set vi-ins-mode-string \"\\1\\e[6 q\\2[i]\"\n"
                                           "set vi-cmd-mode-string \"[c]\"\n";
  std::ofstream(folder.path("plain")) << "set editing-mode vi\n";
  SECTION("moving and changing") {
    Terminal terminal({.environment = {"INPUTRC=" + folder.path("plain")}});
    terminal.type_and_see("one two three");
    terminal.type("\033");
    terminal.sees_line("lobby(3)> one two three", 22);
    terminal.message();
    terminal.type("b");
    terminal.sees_line("lobby(3)> one two three", 18);
    terminal.type("d");
    terminal.message();
    terminal.type("w");
    terminal.sees_line("lobby(3)> one two", 17);
    terminal.type("0rOA!\r");
    terminal.sees("entered <One two !>");
  }
  SECTION("arrow keys, in one piece and in several") {
    Terminal terminal({.environment = {"INPUTRC=" + folder.path("plain")}});
    terminal.type_and_see("abc");
    terminal.type("\033[D");
    terminal.sees_line("lobby(3)> abc", 12);
    terminal.type("X");
    terminal.sees_line("lobby(3)> abXc", 13);
  }
  SECTION("a paste in command mode is text, not commands") {
    Terminal terminal({.environment = {"INPUTRC=" + folder.path("plain")}});
    terminal.type_and_see("x");
    terminal.type("\033");
    terminal.sees_line("lobby(3)> x", 10);
    terminal.paste("dd0C");
    terminal.sees_line("lobby(3)> dd0Cx", 14);
  }
}

TEST_CASE("the mode is shown if ~/.inputrc wants that", "[terminal]") {
  const Folder folder;
  std::ofstream(folder.path("inputrc")) << "set editing-mode vi\nset show-mode-in-prompt on\n"
                                           "set vi-ins-mode-string [i]\nset vi-cmd-mode-string [c]\n";
  Terminal terminal({.environment = {"INPUTRC=" + folder.path("inputrc")}});
  terminal.sees_line("[i]lobby(3)>", 13);
  terminal.type("ab\033");
  terminal.sees_line("[c]lobby(3)> ab", 14);
}

TEST_CASE("keys are bound for p2psig alone if ~/.inputrc says so", "[terminal]") {
  const Folder folder;
  std::ofstream(folder.path("inputrc")) << "$if p2psig\n\"\\C-t\": \"say bound\\n\"\n$endif\n"
                                           "set blink-matching-paren on\n";
  Terminal terminal({.environment = {"INPUTRC=" + folder.path("inputrc")}});
  terminal.type("\024");
  terminal.sees("lobby(3)> say bound\nbound\n");
}

TEST_CASE("without a UTF-8 locale, text is UTF-8 all the same", "[terminal]") {
  const std::string locale = GENERATE("C", "POSIX", "de_XX.ISO-8859-1", "");
  Terminal terminal({.environment = {"LC_ALL=" + locale}});
  terminal.type_and_see("é日本");
  terminal.message();
  terminal.sees_line("lobby(3)> é日本", 15);
  terminal.type("\033[D\b\r");
  terminal.sees("entered <é本>");
}

TEST_CASE("what is not UTF-8 is replaced", "[terminal]") {
  Terminal terminal;
  terminal.type("a\xE9z\xFF!");
  terminal.sees_line("lobby(3)> a\uFFFDz\uFFFD!", 15);
}

TEST_CASE("on a terminal that cannot move its cursor, lines are typed plainly", "[terminal]") {
  Terminal terminal({.environment = {"TERM=dumb"}, .edits_lines = false});
  const termios before = terminal.modes_before();
  terminal.type("hello\n");
  terminal.sees("entered <hello>");
  CHECK(same(terminal.modes(), before));
  terminal.message();
  SECTION("Ctrl-D ends") { terminal.type("\004"); }
  SECTION("Ctrl-C ends") { terminal.type("\003"); }
  CHECK(terminal.wait() == 0);
  CHECK(same(terminal.modes(), before));
}
