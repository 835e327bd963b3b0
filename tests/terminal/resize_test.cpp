#include <csignal>
#include <string>
#include <utility>

#include "tests/catch.hpp"
#include "tests/terminal/support/terminal.hpp"

using namespace p2psig::test;

namespace {

const std::string kLine = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";

}  // namespace

TEST_CASE("after a resize the line is whole, and messages above it are too", "[terminal]") {
  const auto reflow = GENERATE(ScreenModel::Reflow::no, ScreenModel::Reflow::yes);
  const std::size_t before = GENERATE(40U, 80U, 120U);
  const std::size_t after = GENERATE(30U, 60U, 200U);
  const bool at_start = GENERATE(false, true);
  CAPTURE(before, after, at_start, reflow == ScreenModel::Reflow::yes);

  Terminal terminal({.rows = 24, .columns = before});
  terminal.message();
  terminal.type(kLine + (at_start ? "\001" : ""));
  const std::size_t cursor = at_start ? 10 : 10 + kLine.size();
  terminal.sees_broken_line("lobby(3)> " + kLine, cursor);
  terminal.resize(24, after, reflow);
  terminal.sees_broken_line("lobby(3)> " + kLine, cursor);
  terminal.message();
  terminal.sees_broken_line("lobby(3)> " + kLine, cursor);
  CHECK(terminal.screen().all_text().find("a message arrives 1\n") != std::string::npos);
  CHECK(terminal.screen().all_text().find("a message arrives 2\n") != std::string::npos);
  terminal.type("\r");
  terminal.sees_line("lobby(3)>", 10);
}

TEST_CASE("a line of one row stays where it is when the screen gets wider or narrower", "[terminal]") {
  Terminal terminal;
  terminal.type_and_see("short");
  for (const std::size_t columns : {60U, 30U, 100U, 50U}) {
    terminal.resize(24, columns, ScreenModel::Reflow::yes);
    terminal.message();
    terminal.sees_line("lobby(3)> short", 15);
  }
  CHECK(terminal.screen().text().find("a message arrives 1\na message arrives 2\na message arrives 3\n"
                                      "a message arrives 4\nlobby(3)> short\n") == 0);
}

TEST_CASE("on a tiny screen the line is still edited, and whole again on a larger one", "[terminal]") {
  Terminal terminal;
  terminal.type(kLine);
  terminal.sees_broken_line("lobby(3)> " + kLine, 10 + kLine.size());
  for (const auto& [rows, columns] : {std::pair{1U, 1U}, {1U, 5U}, {2U, 2U}, {3U, 7U}, {24U, 1U}}) {
    terminal.resize(rows, columns);
    terminal.type("!\b");
    terminal.signal(SIGUSR1);
  }
  terminal.resize(24, 80);
  terminal.sees_broken_line("lobby(3)> " + kLine, 10 + kLine.size());
}
