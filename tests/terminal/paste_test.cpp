#include <string>

#include "tests/catch.hpp"
#include "tests/terminal/support/terminal.hpp"

using namespace p2psig::test;

TEST_CASE("a pasted text of many lines is one message, entered by nothing but Enter", "[terminal]") {
  Terminal terminal;
  terminal.paste("{\r\n  \"type\": \"offer\",\r\n\t\"sdp\": \"v=0\"\r\n}\r\n");
  terminal.until("the text", [&terminal] {
    const auto& screen = terminal.screen();
    return screen.row(0) == "lobby(3)> {" && screen.row(1) == "  \"type\": \"offer\"," &&
           screen.row(2) == "        \"sdp\": \"v=0\"" && screen.row(3) == "}" && screen.cursor_row() == 3 &&
           screen.cursor_column() == 1;
  });
  terminal.message();
  terminal.sees_line("}", 1);
  CHECK(terminal.screen().row(1) == "lobby(3)> {");
  terminal.type("\r");
  terminal.sees("entered <{/  \"type\": \"offer\",/  \"sdp\": \"v=0\"/}>");
}

TEST_CASE("a paste does not enter itself, whatever it ends with", "[terminal]") {
  Terminal terminal;
  const std::string end = GENERATE("\r", "\n", "\r\n", "\r\r\r");
  terminal.paste("say pasted" + end);
  terminal.sees_line("lobby(3)> say pasted", 20);
  terminal.message();
  terminal.sees_line("lobby(3)> say pasted", 20);
  terminal.type("!\r");
  terminal.sees("\npasted!\n");
}

TEST_CASE("a paste that comes in pieces is one", "[terminal]") {
  Terminal terminal;
  terminal.sees_line("lobby(3)>", 10);
  for (const char* piece : {"\033[", "20", "0", "~one\r", "tw\xC3"}) {
    terminal.type(piece);
    terminal.message();
    terminal.sees_line("lobby(3)>", 10);
  }
  terminal.type("\xB6\r\033[2");
  terminal.message();
  terminal.type("01~");
  terminal.sees_line("twö", 3);
}

TEST_CASE("what a paste contains cannot drive the terminal or the editor", "[terminal]") {
  Terminal terminal({.columns = 100});
  terminal.paste("a\033]0;x\a\033[2Jb\x01\x03\x04\x1A\x7F\xFF\u202E\u009B");
  terminal.sees_line(
      "lobby(3)> a\\u001b]0;x\\u0007\\u001b[2Jb\\u0001\\u0003\\u0004\\u001a\\u007f\uFFFD\\u202e\\u009b", 80);
}

TEST_CASE("a pasted text larger than the screen leaves room for what arrives", "[terminal]") {
  Terminal terminal;
  std::string text;
  for (int i = 1; i <= 300; ++i) text += "row " + std::to_string(i) + "\r";
  terminal.paste(text);
  terminal.until("the end of the text", [&terminal] {
    const auto& screen = terminal.screen();
    return screen.row(screen.cursor_row()) == "row 300" && screen.cursor_column() == 7 &&
           screen.row(screen.cursor_row() + 1) == "[rows 284-300 of 300]";
  });
  terminal.message();
  terminal.message();
  CHECK(terminal.screen().text().find("a message arrives 1\na message arrives 2\nrow 284\n") != std::string::npos);
  terminal.type("\r");
  terminal.sees("entered <row 1/row 2/");
  terminal.sees_line("lobby(3)>", 10);
}

TEST_CASE("a pasted text over the limit is left out, and that is said", "[terminal]") {
  Terminal terminal;
  terminal.paste(std::string(1024 * 1024 + 1, 'x'));
  terminal.sees("p2psig: a pasted text of more than 1048576 bytes was left out");
  terminal.type("still here\r");
  terminal.sees("entered <still here>");
}

TEST_CASE("undo takes a paste back whole", "[terminal]") {
  Terminal terminal;
  terminal.type_and_see("say");
  terminal.type(" ");
  terminal.paste("one\rtwo");
  terminal.sees_line("two", 3);
  terminal.type("\037");
  terminal.sees_line("lobby(3)> say", 14);
}

TEST_CASE("Ctrl-C gets out of a paste that never ends", "[terminal]") {
  Terminal terminal;
  terminal.type_and_see("x");
  terminal.type("\033[200~lost");
  terminal.message();
  terminal.type("\003");
  terminal.sees_line("lobby(3)>", 10);
  terminal.type("found\r");
  terminal.sees("entered <found>");
}
