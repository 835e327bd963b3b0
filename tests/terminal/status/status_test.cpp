#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.hpp"
#include "tests/terminal/status/status_server.hpp"
#include "tests/terminal/support/terminal.hpp"

using namespace p2psig::test;

namespace {

const std::string kLobby =
    R"({"totalClients":3,"clients":["3f2a91c0-0000-4000-8000-000000000001","8b17d2ee-0000-4000-8000-000000000002","x"],)"
    R"("rooms":{"lobby":["3f2a91c0-0000-4000-8000-000000000001","8b17d2ee-0000-4000-8000-000000000002"]}})";
const std::string kEmpty = R"({"totalClients":0,"clients":[],"rooms":{}})";

/// So many rooms, r0 and on, without anybody in them.
std::string rooms(std::size_t count) {
  std::string text = R"({"totalClients":0,"clients":[],"rooms":{)";
  for (std::size_t i = 0; i < count; ++i) text += (i == 0 ? "\"r" : ",\"r") + std::to_string(i) + "\":[]";
  return text + "}}";
}

Session session(const StatusServer& server, std::vector<std::string> options, std::size_t rows = 24,
                std::size_t columns = 80) {
  Session made{.rows = rows, .columns = columns, .program = {P2PSIG_BINARY, "status", "--url", server.url()}};
  made.program.insert(made.program.end(), options.begin(), options.end());
  made.edits_lines = false;
  return made;
}

std::size_t count_of(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++count;
  return count;
}

void sees_row(Terminal& terminal, std::size_t number, const std::string& text) {
  terminal.until("row " + std::to_string(number) + ": " + text,
                 [&] { return number < terminal.screen().rows() && terminal.screen().row(number) == text; });
}

void sees_start(Terminal& terminal, std::size_t number, const std::string& text) {
  terminal.until("row " + std::to_string(number) + ": " + text + "...",
                 [&] { return terminal.screen().row(number).starts_with(text); });
}

constexpr const char* kHeadings = "ROOM      PEERS  IDS";

}  // namespace

TEST_CASE("on a terminal the table has short ids, the time it took, and faint headings", "[status]") {
  const StatusServer server(kLobby);
  Terminal terminal(session(server, {}));
  CHECK(terminal.wait() == 0);
  CHECK_THAT(terminal.screen().row(0),
             Catch::Matches("http://127.0.0.1:[0-9]+   3 clients \\(1 in no room\\)   "
                            "1 room   [0-9]+ ms"));
  CHECK(terminal.screen().row(1) == kHeadings);
  CHECK(terminal.screen().row(2) == "lobby         2  3f2a91c0 8b17d2ee");
  CHECK(terminal.screen().row(3).empty());
  CHECK(count_of(terminal.output(), "\x1b[2m") == 1);
}

TEST_CASE("colour can be turned off in all ways", "[status]") {
  const StatusServer server(kLobby);
  Session how = session(server, {});
  SECTION("--color") { how.program.insert(how.program.end(), {"--color", "never"}); }
  SECTION("NO_COLOR") { how.environment = {"NO_COLOR=1"}; }
  SECTION("TERM") { how.environment = {"TERM=dumb"}; }
  Terminal terminal(how);
  CHECK(terminal.wait() == 0);
  CHECK(terminal.output().find('\x1b') == std::string::npos);
}

TEST_CASE("lines are cut to the terminal, and JSON is not", "[status]") {
  const StatusServer server(kLobby);
  Terminal table(session(server, {}, 24, 30));
  CHECK(table.wait() == 0);
  CHECK(table.screen().row(0).starts_with("http://127.0.0.1:"));
  CHECK(table.screen().row(0).ends_with("…"));
  CHECK(table.screen().row(1) == kHeadings);
  CHECK(table.screen().row(2) == "lobby         2  3f2a91c0 …");
  CHECK(table.screen().row(3).empty());
  Terminal json(session(server, {"--json"}, 24, 30));
  CHECK(json.wait() == 0);
  CHECK(json.output() == kLobby + "\r\n");
}

TEST_CASE("hostile names do not reach a terminal", "[status]") {
  const StatusServer server(
      "{\"totalClients\":1,\"clients\":[\"\\u001b[2J\"],\"rooms\":{\"\\u001b]0;x\\u0007\\u009b\u202E日本\":["
      "\"\\u001b[2J\","
      "\"\\u009b\u009b\"]}}");
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{}, {"--watch=60"}, {"--room", "\x1b[2J\u202E"}}) {
    Terminal terminal(session(server, options));  // it throws on what it should not get
    terminal.sees("\\u001b");
    if (options == std::vector<std::string>{"--watch=60"}) terminal.type("\003");
    CHECK(terminal.wait() == 0);
  }
}

TEST_CASE("--watch draws in the same place, and leaves nothing of the picture before", "[status][watch]") {
  StatusServer server(rooms(5));
  Terminal terminal(session(server, {"--watch=0.1"}));
  sees_start(terminal, 6, "r4");
  server.set(kLobby);
  sees_row(terminal, 2, "lobby         2  3f2a91c0 8b17d2ee");
  for (std::size_t row = 3; row < 24; ++row) CHECK(terminal.screen().row(row).empty());
  server.set(kEmpty);
  sees_row(terminal, 1, "");
  CHECK(terminal.screen().row(0).find("0 clients   0 rooms") != std::string::npos);
  CHECK(terminal.screen().row(2).empty());
  CHECK(count_of(terminal.output(), "\x1b[2J") == 0);  // nothing is ever blank in between
  CHECK(count_of(terminal.output(), "\x1b[H") - 1 == count_of(terminal.output(), "\x1b[J"));
}

TEST_CASE("the screen of before --watch can be scrolled back to, and the last picture stays",
          "[status][watch]") {
  const StatusServer server(kLobby);
  Session how = session(server, {});
  how.program = {"/bin/sh", "-c", "echo what was before; exec \"$0\" status --watch --url \"$1\"",
                 P2PSIG_BINARY, server.url()};
  Terminal terminal(how);
  sees_row(terminal, 2, "lobby         2  3f2a91c0 8b17d2ee");
  terminal.type("\003");
  CHECK(terminal.wait() == 0);
  CHECK(terminal.screen().all_text().starts_with("what was before\n"));
  CHECK(terminal.screen().row(0).starts_with("http://127.0.0.1:"));
  CHECK(terminal.screen().row(2) == "lobby         2  3f2a91c0 8b17d2ee");
  CHECK(terminal.screen().row(3).empty());  // the ^C too
  CHECK(terminal.screen().cursor_row() == 3);
  CHECK(terminal.screen().cursor_column() == 0);
}

TEST_CASE("--watch leaves the terminal as it was, and its exit code says how it ended", "[status][watch]") {
  const StatusServer server(kLobby);
  for (const bool json : {false, true}) {
    const std::vector<std::string> options =
        json ? std::vector<std::string>{"--watch", "--json"} : std::vector<std::string>{"--watch"};
    for (const auto& [signal, code] : {std::pair{0, 0}, {SIGTERM, 128 + SIGTERM}, {SIGHUP, 128 + SIGHUP}}) {
      Terminal terminal(session(server, options));
      terminal.sees("lobby");
      if (signal == 0)
        terminal.type("\003");
      else
        terminal.signal(signal);
      CHECK(terminal.wait() == code);
      CHECK(same(terminal.modes(), terminal.modes_before()));
      CHECK(terminal.output().find("\x1b[?") == std::string::npos);  // no mode was set
    }
  }
}

TEST_CASE("Ctrl-C while waiting is a signal from outside", "[status]") {
  const StatusServer server("");
  Terminal terminal(session(server, {"--min-clients", "9", "--wait"}));
  terminal.sees("trying again");
  terminal.type("\003");
  CHECK(terminal.wait() == 128 + SIGINT);
}

TEST_CASE("a picture fits the height of the terminal, and says what it leaves out", "[status][watch]") {
  const StatusServer server(rooms(100));
  Terminal terminal(session(server, {"--watch=60"}, 10));
  sees_row(terminal, 8, "… and 94 more rooms");
  CHECK(terminal.screen().row(0).starts_with("http://127.0.0.1:"));
  CHECK(terminal.screen().row(7).starts_with("r5 "));
  CHECK(terminal.screen().cursor_row() == 9);
}

TEST_CASE("after a resize there is a new picture at once", "[status][watch]") {
  const StatusServer server(rooms(100));
  Terminal terminal(session(server, {"--watch=60"}, 10, 80));
  sees_row(terminal, 8, "… and 94 more rooms");
  terminal.resize(20, 100);
  sees_row(terminal, 18, "… and 84 more rooms");
  CHECK(terminal.screen().row(0).find("100 rooms   ") != std::string::npos);
  terminal.resize(6, 20);
  sees_row(terminal, 4, "… and 98 more rooms");
  CHECK(terminal.screen().row(0) == server.url().substr(0, 18) + "…");
  CHECK(terminal.screen().row(1) == "ROOM      PEERS  I…");
  for (const auto& [rows, columns] : {std::pair{1U, 1U}, {1U, 5U}, {2U, 2U}, {3U, 7U}, {24U, 1U}})
    terminal.resize(rows, columns);
  terminal.resize(24, 80);
  sees_row(terminal, 22, "… and 80 more rooms");
  terminal.type("\003");
  CHECK(terminal.wait() == 0);
}

TEST_CASE("after the program was stopped there is a new picture too", "[status][watch]") {
  const StatusServer server(kLobby);
  Terminal terminal(session(server, {"--watch=60"}));
  sees_row(terminal, 2, "lobby         2  3f2a91c0 8b17d2ee");
  const std::size_t before = count_of(terminal.output(), "lobby");
  terminal.signal(SIGSTOP);
  terminal.signal(SIGCONT);
  terminal.until("another picture", [&] { return count_of(terminal.output(), "lobby") > before; });
  sees_row(terminal, 2, "lobby         2  3f2a91c0 8b17d2ee");
}

TEST_CASE("a server that goes away is said below the picture, which stays", "[status][watch]") {
  StatusServer server(kLobby);
  const std::size_t rows = GENERATE(24U, 8U);
  Terminal terminal(session(server, {"--watch=0.1"}, rows, 100));
  sees_row(terminal, 2, "lobby         2  3f2a91c0 8b17d2ee");
  server.set("");
  terminal.sees("it closed the connection without a reply");
  CHECK_THAT(
      terminal.screen().row(0),
      Catch::Matches("http://127.0.0.1:[0-9]+   3 clients \\(1 in no room\\)   1 room   no answer since "
                     "[0-9][0-9]:[0-9][0-9]:[0-9][0-9]"));
  CHECK(terminal.screen().row(2) == "lobby         2  3f2a91c0 8b17d2ee");
  CHECK(terminal.screen().row(3).starts_with("p2psig: cannot connect to "));
  server.set(rooms(rows));
  terminal.sees("answers again");
  sees_start(terminal, rows - 3, "r");
  terminal.until("the time", [&] { return terminal.screen().row(0).ends_with(" ms"); });
}

TEST_CASE("a terminal that is stopped holds nothing up", "[status][watch]") {
  const StatusServer server(rooms(300));
  Terminal terminal(session(server, {"--watch=0.1"}, 200));
  sees_start(terminal, 190, "r");
  terminal.type("\023");
  terminal.signal(SIGTERM);
  CHECK(terminal.wait() == 128 + SIGTERM);
}

TEST_CASE("a dumb terminal gets one table after the other", "[status][watch]") {
  const StatusServer server(kLobby);
  Session how = session(server, {"--watch=0.1"});
  how.environment = {"TERM=dumb"};
  Terminal terminal(how);
  terminal.until("two tables", [&] { return count_of(terminal.output(), "lobby") > 1; });
  CHECK(terminal.output().find('\x1b') == std::string::npos);
  CHECK(terminal.screen().row(3).empty());
  CHECK(terminal.screen().row(4).starts_with("http://"));
}
