#include "core/client/status_table.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "core/text.hpp"
#include "tests/catch.hpp"
#include "tests/unit/client/lobby.hpp"

using namespace p2psig;
using namespace p2psig::test;
using Lines = std::vector<std::string>;
using Names = std::vector<std::string>;

namespace {

const std::string kUrl = "http://127.0.0.1:3000";
const std::string kDan = "0e5d7733-0000-4000-8000-000000000004";
const std::string kEve = "99999999-0000-4000-8000-000000000005";

StatusReport report() {
  return {{kAnn, kBob, kDan, kEve, kCyd}, {{"lobby", {kAnn, kBob, kCyd}}, {"vidéo", {kDan}}}};
}

StatusReport report_of(const Names& rooms) {
  StatusReport made;
  for (const std::string& name : rooms) made.rooms.push_back({name, {}});
  return made;
}

StatusLayout on_terminal(std::size_t columns) {
  return {.url = kUrl, .room = {}, .order = RoomOrder::server, .columns = columns, .colour = false};
}

StatusLayout for_scripts() {
  return {.url = kUrl, .room = {}, .order = RoomOrder::server, .columns = {}, .colour = false};
}

Lines lines_of(const StatusReport& report, const StatusLayout& layout, const std::string& remark = {}) {
  const StatusTable table(report, layout, remark);
  Lines lines(table.lines());
  for (std::size_t i = 0; i < lines.size(); ++i) table.append_line(lines[i], i);
  return lines;
}

Names names_in(const Lines& lines) {
  Names names;
  for (std::size_t i = StatusTable::kAboveRooms; i < lines.size(); ++i)
    names.push_back(lines[i].substr(0, lines[i].find(' ')));
  return names;
}

std::size_t count_of(std::string_view text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string_view::npos; at += what.size()) ++count;
  return count;
}

}  // namespace

TEST_CASE("the table says who is where, with short ids on a terminal", "[status_table]") {
  CHECK(lines_of(report(), on_terminal(80), "3 ms") ==
        Lines{"http://127.0.0.1:3000   5 clients (1 in no room)   2 rooms   3 ms",  //
              "ROOM      PEERS  IDS",                                               //
              "lobby         3  3f2a91c0 8b17d2ee c4409a1f",                        //
              "vidéo         1  0e5d7733"});
}

TEST_CASE("for scripts ids are whole, and nothing is cut", "[status_table]") {
  CHECK(lines_of(report(), for_scripts()) ==
        Lines{"http://127.0.0.1:3000   5 clients (1 in no room)   2 rooms",  //
              "ROOM      PEERS  IDS",                                        //
              "lobby         3  " + kAnn + " " + kBob + " " + kCyd,          //
              "vidéo         1  " + kDan});
  const std::string name(1'000, 'x');
  const Lines lines = lines_of({{}, {{name, Names(500, kAnn)}}}, for_scripts());
  CHECK(lines.at(2).size() == name.size() + 2 + 5 + 2 + 500 * kAnn.size() + 499);
}

TEST_CASE("a server without rooms has a line about itself, and no headings", "[status_table]") {
  CHECK(lines_of({}, for_scripts()) == Lines{"http://127.0.0.1:3000   0 clients   0 rooms"});
  CHECK(lines_of({{kAnn}, {}}, for_scripts()) ==
        Lines{"http://127.0.0.1:3000   1 client (1 in no room)   0 rooms"});
}

TEST_CASE("a line on a terminal ends with whole ids, and an ellipsis for those that do not fit",
          "[status_table]") {
  const auto lobby = [](std::size_t columns) { return lines_of(report(), on_terminal(columns)).at(2); };
  CHECK(lobby(43) == "lobby         3  3f2a91c0 8b17d2ee c4409a1f");
  CHECK(lobby(42) == "lobby         3  3f2a91c0 8b17d2ee …");
  CHECK(lobby(36) == "lobby         3  3f2a91c0 8b17d2ee …");
  CHECK(lobby(35) == "lobby         3  3f2a91c0 …");
  CHECK(lobby(20) == "lobby         3  …");
  CHECK(lobby(10) == "lobby    …");
}

TEST_CASE("no line is wider than the terminal, whatever it is and whatever is in it", "[status_table]") {
  StatusReport wide = report();
  wide.clients[0] = wide.rooms[0].peers[0] = "日本語日本語";
  wide.rooms.push_back({"日本語の部屋の長い名前がここにあります", Names(100, "\u202E\u202E\u202E\u202E")});
  wide.rooms.push_back({"e\u0301e\u0301e\u0301", Names(1'000, "")});
  wide.rooms.push_back({"", {""}});
  for (std::size_t columns = 1; columns < 120; ++columns) {
    CAPTURE(columns);
    for (const std::string& line : lines_of(wide, on_terminal(columns), "1000 ms"))
      CHECK(display_width(line) <= columns);
  }
}

TEST_CASE("columns are aligned by display width, not by bytes", "[status_table]") {
  const StatusReport wide{{}, {{"日本語日本語", {}}, {"e\u0301\u0301", {}}, {"plain", Names(12'345, "a")}}};
  for (const StatusLayout& layout : {for_scripts(), on_terminal(60)}) {
    const Lines lines = lines_of(wide, layout);
    CHECK(lines[1] == "ROOM          PEERS  IDS");
    CHECK(lines[2] == "日本語日本語      0");
    CHECK(lines[3] == "e\u0301\u0301                 0");
    CHECK(lines[4].starts_with("plain         12345  a a a"));
  }
  CHECK(lines_of({{}, {{"many", Names(1'234'567, "")}}}, on_terminal(20)).at(1) == "ROOM        PEERS  …");
}

TEST_CASE("hostile names and ids are shown escaped", "[status_table]") {
  const StatusReport hostile{{}, {{"\x1b[2J\n\u202Eroom", {"\x1b]0;x\a", "\u009b1m"}}}};
  for (const StatusLayout& layout : {for_scripts(), on_terminal(200)}) {
    const Lines lines = lines_of(hostile, layout);
    CHECK(lines[2].starts_with("\\u001b[2J\\u000a\\u202eroom      2  \\u001b]0;"));
    for (const std::string& line : lines) CHECK(printable(line) == line);
  }
  StatusLayout layout = for_scripts();
  layout.url = "http://host\x1b[2J";
  layout.room = "\x1b[31m";
  CHECK(lines_of({}, layout) ==
        Lines{"http://host\\u001b[2J   0 clients   0 rooms", "ROOM        PEERS  IDS", "\\u001b[31m      0"});
}

TEST_CASE("one long name does not make all other lines long", "[status_table]") {
  const Lines lines = lines_of(report_of({std::string(100'000, 'x'), "lobby"}), for_scripts());
  CHECK(lines[2].size() == 100'000 + 2 + 5);
  CHECK(lines[3].size() == 64 + 2 + 5);
  CHECK(lines[1].size() == 64 + 2 + 5 + 2 + 3);
}

TEST_CASE("a long name leaves half of a terminal to the rest", "[status_table]") {
  const Lines lines = lines_of({{}, {{std::string(128, 'x'), {kAnn}}}}, on_terminal(60));
  CHECK(lines[2] == std::string(29, 'x') + "…" + "      1  3f2a91c0");
}

TEST_CASE("rooms are in the server's order, or by name, or by their peers", "[status_table]") {
  const StatusReport some{{}, {{"b", {kAnn}}, {"é", {}}, {"a", {kAnn, kBob}}, {"C", {kAnn}}, {"10", {}}}};
  StatusLayout layout = for_scripts();
  CHECK(names_in(lines_of(some, layout)) == Names{"b", "é", "a", "C", "10"});
  layout.order = RoomOrder::name;
  CHECK(names_in(lines_of(some, layout)) == Names{"10", "C", "a", "b", "é"});
  layout.order = RoomOrder::peers;
  CHECK(names_in(lines_of(some, layout)) == Names{"a", "b", "C", "é", "10"});
}

TEST_CASE("of one room there is one line, also if it is not there", "[status_table]") {
  StatusLayout layout = for_scripts();
  layout.room = "vidéo";
  CHECK(lines_of(report(), layout) == Lines{"http://127.0.0.1:3000   5 clients (1 in no room)   2 rooms",  //
                                            "ROOM      PEERS  IDS",                                        //
                                            "vidéo         1  " + kDan});
  layout.room = "vid";
  CHECK(lines_of(report(), layout).at(2) == "vid           0");
  CHECK(lines_of({}, layout).at(2) == "vid           0");
}

TEST_CASE("with colour only the headings are painted", "[status_table]") {
  StatusLayout layout = on_terminal(20);
  layout.colour = true;
  const Lines lines = lines_of(report(), layout);
  CHECK(lines[1] == "\x1b[2mROOM      PEERS  IDS\x1b[0m");
  for (const std::size_t other : {0U, 2U, 3U}) CHECK(lines[other].find('\x1b') == std::string::npos);
}

TEST_CASE("clients in no room are those that no room lists, however rooms are given", "[status_table]") {
  CHECK(clients_without_room({}) == 0);
  CHECK(clients_without_room({{"a", "b", "c"}, {{"x", {"b"}}}}) == 2);
  CHECK(clients_without_room({{"a", "b"}, {{"x", {"b", "b", "z"}}, {"y", {"b"}}}}) == 1);
  CHECK(clients_without_room({{"a"}, {{"x", {"a", "b", "c"}}}}) == 0);
}

TEST_CASE(
    "a picture goes from the corner, erases what was right of it and below, in no more rows than there are",
    "[status_table]") {
  const StatusReport some = report_of({"a", "b", "c", "d"});
  const StatusLayout layout = on_terminal(79);
  const StatusTable table(some, layout, "1 ms");
  const std::string first = "\x1b[Hhttp://127.0.0.1:3000   0 clients   4 rooms   1 ms\x1b[K\r\n";
  const std::string headings = "ROOM      PEERS  IDS\x1b[K\r\n";
  const auto room = [](const std::string& name) { return name + "             0\x1b[K\r\n"; };
  CHECK(picture_of(table, 7) == first + headings + room("a") + room("b") + room("c") + room("d") + "\x1b[J");
  CHECK(picture_of(table, 6) ==
        first + headings + room("a") + room("b") + "… and 2 more rooms\x1b[K\r\n\x1b[J");
  CHECK(picture_of(table, 5) == first + headings + room("a") + "… and 3 more rooms\x1b[K\r\n\x1b[J");
  CHECK(picture_of(table, 4) == first + headings + "… and 4 more rooms\x1b[K\r\n\x1b[J");
  CHECK(picture_of(table, 3) == first + "… and 4 more rooms\x1b[K\r\n\x1b[J");
  CHECK(picture_of(table, 2) == first + "\x1b[J");
  CHECK(count_of(picture_of(table, 1), "\n") == 0);
}

TEST_CASE("the screen before is moved out of sight", "[status_table]") {
  CHECK(cleared_screen(3) == "\n\n\n\x1b[H");
}
