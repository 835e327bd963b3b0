#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/catch.hpp"
#include "tests/terminal/support/terminal.hpp"

using namespace p2psig::test;

namespace {

const std::string kUp = "\033[A";

void enter(Terminal& terminal, const std::string& line) {
  terminal.type(line + "\r");
  terminal.sees("entered <" + line + ">");
}

void quit(Terminal& terminal) {
  terminal.type("\004");
  REQUIRE(terminal.wait() == 0);
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

}  // namespace

TEST_CASE("lines are remembered from one run to the next", "[terminal]") {
  const Folder folder;
  const Session session{.environment = {"P2PSIG_HISTFILE", "XDG_STATE_HOME=" + folder.path("state")}};
  {
    Terminal terminal(session);
    enter(terminal, "first");
    enter(terminal, "second");
    enter(terminal, "second");
    terminal.type("   \r");
    terminal.paste("{\r \"a\": \"\\n\"}");
    terminal.type("\r");
    terminal.sees("entered <{/ \"a\"");
    quit(terminal);
  }
  CHECK(text_of(folder.path("state/p2psig/history")) == "first\nsecond\n{\\n \"a\": \"\\\\n\"}\n");
  CHECK(mode_of(folder.path("state/p2psig/history")) == 0600);
  CHECK(mode_of(folder.path("state/p2psig")) == 0700);
  Terminal terminal(session);
  terminal.sees_line("lobby(3)>", 10);
  terminal.type(kUp);
  terminal.sees_line(" \"a\": \"\\n\"}", 11);
  terminal.type(kUp);
  terminal.sees_line("lobby(3)> second", 16);
  terminal.type(kUp);
  terminal.sees_line("lobby(3)> first", 15);
  terminal.message();
  terminal.sees_line("lobby(3)> first", 15);
  terminal.type("\r");
  terminal.sees("entered <first>");
}

TEST_CASE("a line just entered is the first that comes back", "[terminal]") {
  Terminal terminal;
  enter(terminal, "one");
  enter(terminal, "two");
  terminal.type(kUp);
  terminal.sees_line("lobby(3)> two", 13);
  terminal.type(kUp);
  terminal.sees_line("lobby(3)> one", 13);
  terminal.type("\003");
  terminal.sees_line("lobby(3)>", 10);
  terminal.type(kUp);
  terminal.sees_line("lobby(3)> two", 13);
}

TEST_CASE("two at once lose nothing of each other", "[terminal]") {
  const Folder folder;
  const Session session{.environment = {"P2PSIG_HISTFILE=" + folder.path("lines")}};
  {
    Terminal one(session);
    Terminal two(session);
    enter(one, "of the first");
    enter(two, "of the second");
    enter(one, "again");
    quit(two);
    quit(one);
  }
  CHECK(text_of(folder.path("lines")) == "of the first\nof the second\nagain\n");
}

TEST_CASE("an empty P2PSIG_HISTFILE remembers nothing", "[terminal]") {
  const Folder folder;
  Terminal terminal(
      {.environment = {"P2PSIG_HISTFILE=", "HOME=" + folder.path(), "XDG_STATE_HOME=" + folder.path()}});
  enter(terminal, "forgotten");
  quit(terminal);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a history that cannot be written is said once", "[terminal]") {
  const std::string path = GENERATE("/dev/full/history", "/proc/history", "/");
  Terminal terminal({.environment = {"P2PSIG_HISTFILE=" + path}});
  terminal.type("one\r");
  terminal.sees("p2psig: cannot remember lines in " + path + ": ");
  enter(terminal, "two");
  terminal.type(kUp + kUp);
  terminal.sees_line("lobby(3)> one", 13);
  const std::string all = terminal.screen().all_text();
  CHECK(all.find("cannot remember") == all.rfind("cannot remember"));
  terminal.type("\003");
  terminal.sees_line("lobby(3)>", 10);
  quit(terminal);
}

TEST_CASE("/dev/null remembers nothing, without a word", "[terminal]") {
  Terminal terminal({.environment = {"P2PSIG_HISTFILE=/dev/null"}});
  enter(terminal, "one");
  enter(terminal, "two");
  CHECK(terminal.screen().all_text().find("cannot") == std::string::npos);
}

TEST_CASE("the file keeps the newest thousand", "[terminal]") {
  const Folder folder;
  {
    std::ofstream file(folder.path("lines"));
    for (int i = 1; i <= 1500; ++i) file << "old " << i << "\n";
  }
  Terminal terminal({.environment = {"P2PSIG_HISTFILE=" + folder.path("lines")}});
  enter(terminal, "new");
  quit(terminal);
  const std::string text = text_of(folder.path("lines"));
  CHECK(text.starts_with("old 502\n"));
  CHECK(text.ends_with("old 1500\nnew\n"));
  CHECK(mode_of(folder.path("lines")) == 0600);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}
