#include <algorithm>
#include <string>

#include "tests/catch.hpp"
#include "tests/terminal/support/terminal.hpp"

using namespace p2psig::test;

namespace {

const std::string kPrompt = "lobby(3)> ";
const std::string kLeft = "\033[D";

/// Letters that tell where they stand.
std::string words(std::size_t length) {
  std::string text;
  for (std::size_t i = 1; text.size() < length; ++i) text += "word" + std::to_string(i) + (i % 7 == 0 ? " " : ".");
  text.resize(length);
  return text;
}

std::string times(const std::string& key, std::size_t count) {
  std::string keys;
  while (count-- > 0) keys += key;
  return keys;
}

}  // namespace

TEST_CASE("a line being typed survives what arrives, wherever the cursor is", "[terminal]") {
  const std::size_t columns = GENERATE(20U, 80U, 200U);
  // Short; ending in the last column; the cursor at the beginning of a row of its own; several rows.
  const std::size_t length = GENERATE(5U, 9U, 10U, 69U, 70U, 71U, 190U, 250U);
  if (length > columns * 12) return;
  const std::string place = GENERATE("start", "middle", "end");
  CAPTURE(columns, length, place);

  Terminal terminal({.rows = 24, .columns = columns});
  std::string line = words(length);
  std::size_t cursor = length;
  terminal.sees_line("lobby(3)>", 10);
  terminal.type(line);
  if (place == "start") {
    terminal.type("\001");
    cursor = 0;
  } else if (place == "middle") {
    terminal.type(times(kLeft, length / 2));
    cursor = length - length / 2;
  }
  terminal.sees_broken_line(kPrompt + line, kPrompt.size() + cursor);
  terminal.message();
  terminal.sees_broken_line(kPrompt + line, kPrompt.size() + cursor);
  terminal.message();
  terminal.sees_broken_line(kPrompt + line, kPrompt.size() + cursor);

  terminal.type("X");
  line.insert(cursor++, "X");
  terminal.sees_broken_line(kPrompt + line, kPrompt.size() + cursor);
  terminal.type("\b");
  line.erase(--cursor, 1);
  terminal.sees_broken_line(kPrompt + line, kPrompt.size() + cursor);
  terminal.type("\r");
  terminal.sees_line("lobby(3)>", 10);
  const std::string all = terminal.screen().all_text();
  std::string joined = all;
  std::erase(joined, '\n');
  CHECK(joined.find("entered <" + line + ">") != std::string::npos);
  CHECK(all.find("a message arrives 1\na message arrives 2\n" + kPrompt) != std::string::npos);
}

TEST_CASE("a line longer than the screen is shown around the cursor", "[terminal]") {
  Terminal terminal({.rows = 8, .columns = 20});
  terminal.type(words(300));
  terminal.until("the end", [&terminal] {
    const std::size_t row = terminal.screen().cursor_row();
    return terminal.screen().row(row + 1) == "[rows 12-16 of 16]" && terminal.screen().cursor_column() == 10;
  });
  terminal.message();
  terminal.type("\001");
  terminal.until("the beginning", [&terminal] {
    const std::size_t row = terminal.screen().cursor_row();
    return terminal.screen().row(row) == "lobby(3)> word1.word" && terminal.screen().cursor_column() == 10 &&
           terminal.screen().row(row + 5) == "[rows 1-5 of 16]";
  });
  terminal.message();
  terminal.type("\r");
  terminal.sees("entered <word1.");
  terminal.sees_line("lobby(3)>", 10);
}

TEST_CASE("wide and combining characters stay whole", "[terminal]") {
  Terminal terminal({.rows = 24, .columns = 20});
  terminal.type("日本語日本語e\u0301!");  // the last one does not fit into the first row any more
  terminal.sees_line("語e\u0301!", 4);
  terminal.message();
  terminal.sees_line("語e\u0301!", 4);
  CHECK(terminal.screen().row(terminal.screen().cursor_row() - 1) == "lobby(3)> 日本語日本");
  terminal.type("\b\b\b");  // the cursor begins a row
  terminal.sees_line("", 0);
  terminal.type("\r");
  terminal.sees("entered <日本語日本>");
}

TEST_CASE("half a character waits for its other half, and what arrives meanwhile does not harm it", "[terminal]") {
  Terminal terminal;
  terminal.type_and_see("caf");
  terminal.type("\xC3");
  terminal.message();
  terminal.sees_line("lobby(3)> caf", 13);
  terminal.type("\xA9\r");
  terminal.sees("entered <café>");
}

TEST_CASE("a search goes on while messages arrive", "[terminal]") {
  Terminal terminal;
  terminal.type("say an earlier line\r");
  terminal.sees("\nan earlier line");
  terminal.type("\022earl");
  terminal.sees_line("(reverse-i-search)`earl': say an earlier line", 33);
  terminal.message();
  terminal.sees_line("(reverse-i-search)`earl': say an earlier line", 33);
  terminal.type("ier");
  terminal.sees_line("(reverse-i-search)`earlier': say an earlier line", 36);
  SECTION("and its result can be entered") {
    terminal.type("\r");
    terminal.sees("lobby(3)> say an earlier line\nan earlier line\nlobby(3)>");
  }
  SECTION("Escape ends it") {
    terminal.type("\033");
    terminal.sees_line("lobby(3)> say an earlier line", 17);
  }
  SECTION("Ctrl-C clears the line") {
    terminal.type("\003");
    terminal.sees_line("lobby(3)>", 10);
    terminal.type("x\r");
    terminal.sees("entered <x>");
  }
  SECTION("a paste ends it and goes into the line") {
    terminal.paste("X");
    terminal.sees_line("lobby(3)> say an Xearlier line", 18);
  }
}

TEST_CASE("what a key has begun goes on after a message", "[terminal]") {
  Terminal terminal;
  terminal.type_and_see("one two");
  SECTION("Escape, for Alt") {
    terminal.type("\033");
    terminal.message();
    terminal.type("b");  // back a word
    terminal.sees_line("lobby(3)> one two", 14);
  }
  SECTION("a number") {
    terminal.type("\0333");
    terminal.sees_line("(arg: 3) one two", 16);
    terminal.message();
    terminal.sees_line("(arg: 3) one two", 16);
    terminal.type("x");
    terminal.sees_line("lobby(3)> one twoxxx", 20);
  }
  SECTION("a key taken literally") {
    terminal.type("\026");
    terminal.message();
    terminal.type("\007");
    terminal.sees_line("lobby(3)> one two\\u0007", 23);
  }
  SECTION("an arrow key that comes byte by byte") {
    terminal.type("\033[");
    terminal.type("1;5");
    terminal.message();
    terminal.type("D");
    terminal.sees_line("lobby(3)> one two", 14);
  }
}

TEST_CASE("a burst arrives in order, and keys typed meanwhile are shown before its end", "[terminal]") {
  Terminal terminal({.rows = 24, .columns = 120});
  std::size_t next = 1;
  terminal.type("burst 2000 2000\r");
  terminal.sees("line 1 ..");
  terminal.type("typed");
  terminal.until("the last line",
                 [&terminal] { return terminal.screen().text().find("line 2000 .") != std::string::npos; });
  CHECK(terminal.output().find("> typed") < terminal.output().find("line 2000 "));
  terminal.sees_line("lobby(3)> typed", 15);
  const std::string all = terminal.screen().all_text();
  for (std::size_t at = all.find("\nline "); at != std::string::npos; at = all.find("\nline ", at + 1), ++next)
    if (all.compare(at, 7 + std::to_string(next).size(), "\nline " + std::to_string(next) + " ") != 0) break;
  CHECK(next == 2001);
  CHECK(static_cast<std::size_t>(std::count(all.begin(), all.end(), '>')) == 2);  // no prompt was left behind
  terminal.type("\r");
  terminal.sees("entered <typed>");
}

TEST_CASE("messages in many turns of the loop leave no trace of the line between them", "[terminal]") {
  Terminal terminal({.rows = 24, .columns = 40});
  terminal.type("stream 300 70\r");
  for (const char c : words(60)) terminal.type({&c, 1});
  terminal.until("the last line",
                 [&terminal] { return terminal.screen().text().find("line 300 .") != std::string::npos; });
  terminal.sees_broken_line(kPrompt + words(60), 70);
  const std::string all = terminal.screen().all_text();
  CHECK(std::count(all.begin(), all.end(), '>') == 2);
  for (std::size_t i = 1; i <= 300; ++i)
    CHECK(all.find("line " + std::to_string(i) + " ..") != std::string::npos);
}

TEST_CASE("Ctrl-L clears the screen and keeps the line", "[terminal]") {
  Terminal terminal;
  terminal.message();
  terminal.type("kept\014");
  terminal.until("a clear screen", [&terminal] {
    return terminal.screen().row(0) == "lobby(3)> kept" && terminal.screen().cursor_row() == 0;
  });
  terminal.type("s");
  terminal.sees_line("lobby(3)> kepts", 15);
}

TEST_CASE("a new prompt is shown at once, and cannot drive the terminal", "[terminal]") {
  Terminal terminal;
  terminal.type("prompt \001\033[1;32m\002room\001\033[0m\002(1)> \r");
  terminal.sees_line("lobby(3)>", 10);  // typed control characters do nothing
  SECTION("colours are let through") {
    Terminal coloured({.environment = {"PROMPT=\001\033[1;32m\002room\001\033[0m\002(1)> "}});
    coloured.sees_line("room(1)>", 9);
  }
  SECTION("nothing else is") {
    Terminal hostile({.environment = {"PROMPT=\033]0;title\a\001\033[2J\002\001\033[31m> "}});
    hostile.sees_line(R"(\u001b]0;title\u0007\u0001\u001b[2J\u0002\u0001\u001b[31m>)", 59);
  }
}
