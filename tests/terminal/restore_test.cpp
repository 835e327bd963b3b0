#include <csignal>
#include <string>

#include "tests/catch.hpp"
#include "tests/terminal/support/terminal.hpp"

using namespace p2psig::test;

namespace {

void check_restored(const Terminal& terminal, const termios& before) {
  CHECK(same(terminal.modes(), before));
  CHECK_FALSE(terminal.screen().paste_mode());
  CHECK(terminal.screen().cursor_column() == 0);
}

}  // namespace

TEST_CASE("the terminal is as it was after every end", "[terminal]") {
  Terminal terminal;
  const termios before = terminal.modes_before();
  REQUIRE_FALSE(same(terminal.modes(), before));
  int code = 0;
  SECTION("quit") {
    terminal.type("quit\r");
    CHECK(terminal.wait() == code);
    CHECK(terminal.screen().text().starts_with("lobby(3)> quit\nended\n\n"));
  }
  SECTION("Ctrl-D") {
    terminal.type("\004");
    CHECK(terminal.wait() == code);
    CHECK(terminal.screen().text().starts_with("ended\n\n"));
  }
  SECTION("Ctrl-C on an empty line, not on another") {
    terminal.type_and_see("typed");
    terminal.type("\003");
    terminal.sees_line("lobby(3)>", 10);
    terminal.type("\003");
    CHECK(terminal.wait() == code);
  }
  SECTION("SIGTERM, with a line half typed") {
    terminal.type_and_see("half a line");
    terminal.type("\001");
    terminal.sees_line("lobby(3)> half a line", 10);
    terminal.signal(SIGTERM);
    CHECK(terminal.wait() == code);
    CHECK(terminal.screen().text().starts_with("lobby(3)> half a line\nended\n\n"));
  }
  SECTION("SIGHUP") {
    terminal.signal(SIGHUP);
    CHECK(terminal.wait() == code);
  }
  SECTION("Ctrl-\\") {
    terminal.type("\034");
    CHECK(terminal.wait() == 128 + SIGQUIT);
  }
  SECTION("lines that were still waiting") {
    terminal.type("burst 500 100\rquit\r");
    CHECK(terminal.wait() == code);
    CHECK(terminal.screen().all_text().find("line 500 ") != std::string::npos);
  }
  check_restored(terminal, before);
}

TEST_CASE("a terminal that goes away ends it", "[terminal]") {
  Terminal terminal;
  terminal.sees_line("lobby(3)>", 10);
  terminal.close();
  CHECK(terminal.wait() == 0);
}

TEST_CASE("Ctrl-D deletes in a line, and does not end it", "[terminal]") {
  Terminal terminal;
  terminal.type_and_see("abc");
  terminal.type("\001\004");
  terminal.sees_line("lobby(3)> bc", 10);
}

TEST_CASE("Ctrl-Z gives the terminal back, and fg takes it again", "[terminal]") {
  Terminal shell({.program = {"/bin/sh", "-i"}, .environment = {"PS1=$ ", "ENV="}, .edits_lines = false});
  shell.sees_line("$", 2);
  const termios before = shell.modes();
  shell.type(std::string(EDITOR_PROGRAM) + "\r");
  shell.sees_line("lobby(3)>", 10);
  shell.type_and_see("half a line");
  shell.type("\032");
  shell.sees("Stopped");
  shell.sees_line("$", 2);
  CHECK(same(shell.modes(), before));
  CHECK_FALSE(shell.screen().paste_mode());
  shell.type("fg\r");
  shell.sees_line("lobby(3)> half a line", 21);
  CHECK(shell.screen().paste_mode());
  shell.type("!\r");
  shell.sees("entered <half a line!>");

  SECTION("in the background it leaves the terminal alone") {
    shell.type("\032");
    shell.sees("Stopped");
    shell.sees_line("$", 2);
    shell.type("bg\rkill -USR1 %1\r");
    shell.sees("a message arrives 1");
    CHECK(same(shell.modes(), before));
    shell.type("fg\r");
    shell.sees_line("lobby(3)>", 10);
    shell.type("here again\r");
    shell.sees("entered <here again>");
    shell.type("\004");
    shell.sees_line("$", 2);
    CHECK(same(shell.modes(), before));
  }
  SECTION("SIGTERM ends it while it is stopped") {
    shell.type("\032");
    shell.sees_line("$", 2);
    shell.type("kill %1; kill -CONT %1\r");
    shell.sees("ended");
    CHECK(same(shell.modes(), before));
  }
  SECTION("a stop by a signal from outside") {
    shell.type("signal 20\r");  // SIGTSTP
    shell.sees_line("$", 2);
    CHECK(same(shell.modes(), before));
    shell.type("fg\r");
    shell.sees_line("lobby(3)>", 10);
    shell.type("here\r");
    shell.sees("entered <here>");
  }
  SECTION("a stop that it could not see coming") {
    shell.type_and_see("again");
    shell.type("\r");
    shell.sees("entered <again>");
    shell.type("signal 19\r");  // SIGSTOP
    shell.sees_line("$", 2);
    shell.type("fg\n");  // this shell has left the modes as they were
    shell.sees_line("lobby(3)>", 10);
    CHECK_FALSE(same(shell.modes(), before));
    shell.type("here\r");
    shell.sees("entered <here>");
  }
}

TEST_CASE("what was typed behind the line that ends it is not entered", "[terminal]") {
  Terminal terminal;
  terminal.type("say 1\rsay 2\rquit\rsay 3\r");
  CHECK(terminal.wait() == 0);
  std::string text = terminal.screen().text();
  text.erase(text.find_last_not_of('\n') + 1);
  CHECK(text == "lobby(3)> say 1\n1\nlobby(3)> say 2\n2\nlobby(3)> quit\nended");
}

TEST_CASE("where there is no shell to stop it, Ctrl-Z does no harm", "[terminal]") {
  Terminal terminal;
  terminal.type_and_see("typed");
  terminal.type("\032");
  terminal.type("!\r");
  terminal.sees("entered <typed!>");
}

TEST_CASE("started in the background, it waits for the terminal", "[terminal]") {
  Terminal shell({.program = {"/bin/sh", "-i"}, .environment = {"PS1=$ ", "ENV="}, .edits_lines = false});
  shell.sees_line("$", 2);
  const termios before = shell.modes();
  shell.type("GREETING=started " + std::string(EDITOR_PROGRAM) + " &\r");
  shell.sees("started\n");
  CHECK(same(shell.modes(), before));
  shell.type("fg\r");
  shell.sees_line("lobby(3)>", 10);
  shell.type("hello\r");
  shell.sees("entered <hello>");
}

TEST_CASE("a terminal that does not take its output holds nothing up", "[terminal]") {
  Terminal terminal;
  terminal.sees_line("lobby(3)>", 10);
  SECTION("because nobody reads: what does not fit is left out, and how much is said") {
    terminal.type("burst 9000 1000\r");
    terminal.sees("line 1 .");
    terminal.until("that lines were left out", [&terminal] {
      const std::string text = terminal.screen().text();
      return text.find(" lines left out: the terminal did not take them]\nlobby(3)>\n") != std::string::npos;
    });
  }
  SECTION("because Ctrl-S has stopped it: any key starts it again") {
    terminal.type("\023");
    terminal.signal(SIGUSR1);
    terminal.type("x");
    terminal.sees("a message arrives 1\nlobby(3)> x");
  }
  SECTION("at the end either") {
    terminal.type("burst 2000 1000\r");
    terminal.signal(SIGTERM);
    REQUIRE(becomes_ready(terminal.master(), POLLIN));
    CHECK(terminal.wait() == 0);
  }
}
