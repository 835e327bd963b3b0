// How it ends, and what the terminal is like then.
#include "tests/catch.hpp"
#include "tests/terminal/join/person.hpp"

using namespace p2psig::test;

namespace {

void is_as_before(const Terminal& terminal) {
  CHECK(same(terminal.modes(), terminal.modes_before()));
  CHECK_FALSE(terminal.screen().paste_mode());
}

}  // namespace

TEST_CASE("leaving it is a success, and leaves the terminal as it was", "[join]") {
  const std::string keys = GENERATE("/quit\r", "\003", "\004");
  Person person;
  person.terminal.type(keys);
  CHECK(person.terminal.wait() == 0);
  is_as_before(person.terminal);
}

TEST_CASE("Ctrl-C clears a line first", "[join]") {
  Person person;
  person.terminal.type_and_see("half a line");
  person.terminal.type("\003");
  person.sees_prompt("lab(1)> ");
  person.terminal.type("\003");
  CHECK(person.terminal.wait() == 0);
  is_as_before(person.terminal);
}

TEST_CASE("with --no-stdin nobody types: there is no prompt, and it ends as a script does", "[join]") {
  const ServerProcess server;
  const auto session = [&server](std::vector<std::string> more) {
    more.insert(more.begin(), {"lab", "--no-stdin"});
    Session made = join_session(server.url(), more);
    made.edits_lines = false;
    return made;
  };
  for (const auto& [more, code] : std::vector<std::pair<std::vector<std::string>, int>>{
           {{"--linger", "0.2"}, 0}, {{"--wait-peers", "1", "--timeout", "0.4"}, 4}}) {
    Terminal terminal(session(more));
    terminal.sees("joined lab");
    CHECK(terminal.wait() == code);
    CHECK(terminal.output().find("lab(1)>") == std::string::npos);
    is_as_before(terminal);
  }
  Terminal terminal(session({"--linger", "-1"}));
  terminal.sees("joined lab");
  terminal.type("/quit\r");
  terminal.type("\003");  // the line before has not ended it
  CHECK(terminal.wait() == 0);
  is_as_before(terminal);
}

TEST_CASE("a signal ends it, with the terminal as it was, and the server is told", "[join]") {
  const int number = GENERATE(SIGTERM, SIGINT, SIGHUP);
  CAPTURE(number);
  Person person;
  RawClient ann = person.comes();
  person.terminal.type_and_see("half a line");
  person.terminal.signal(number);
  CHECK(person.terminal.wait() == 128 + number);
  is_as_before(person.terminal);
  CHECK(ann.read_text().starts_with(R"({"type":"peer-left")"));
}

TEST_CASE("a server that dies is said, and comes back with a new id", "[join]") {
  Person person;
  const std::string port = std::to_string(person.server.port());
  const std::string first = person.own_id();
  person.terminal.type_and_see("half a line");
  person.server.signal(SIGKILL);
  person.terminal.sees("was lost; connecting again in");
  person.terminal.sees_line("lab(offline)> half a line", 25);
  person.server.wait();
  const ServerProcess again({"--port", port});
  person.terminal.sees_line("lab(1)> half a line", 19);
  CHECK(person.own_id() != first);
  person.terminal.type("\025");
  CHECK(person.quits() == 0);
  is_as_before(person.terminal);
}

TEST_CASE("a server that is being stopped says so", "[join]") {
  Person person;
  person.server.signal(SIGTERM);
  person.terminal.sees("1001 server-shutdown");
  person.terminal.sees_line("lab(offline)>", 14);
  person.terminal.type("\004");
  CHECK(person.terminal.wait() == 0);
  is_as_before(person.terminal);
}
