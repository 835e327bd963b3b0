/// The document of /status: any bytes become a report or a fault that can be shown; a report is what an
/// independent parser reads too, and what is written of it can be read again and does no harm to a terminal.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/client/status_json.hpp"
#include "core/client/status_table.hpp"
#include "core/protocol/envelope.hpp"
#include "core/protocol/status_reader.hpp"
#include "core/protocol/utf8.hpp"
#include "core/text.hpp"
#include "tests/fuzz/check.hpp"
#include "tests/fuzz/independent_json.hpp"

using namespace p2psig;

namespace {

using Ordered = nlohmann::ordered_json;

void compare(const std::vector<std::string>& ids, const Ordered& array) {
  FUZZ_CHECK(array.is_array() && ids.size() == array.size());
  for (std::size_t i = 0; i < ids.size(); ++i) FUZZ_CHECK(array[i] == ids[i]);
}

void compare(const StatusReport& report, const Ordered& document) {
  FUZZ_CHECK(document.at("totalClients") == report.clients.size());
  compare(report.clients, document.at("clients"));
  const Ordered& rooms = document.at("rooms");
  FUZZ_CHECK(rooms.is_object() && rooms.size() == report.rooms.size());
  std::size_t at = 0;
  for (const auto& [name, peers] : rooms.items()) {
    FUZZ_CHECK(report.rooms[at].name == name);
    compare(report.rooms[at++].peers, peers);
  }
}

void check_text(const StatusReport& report) {
  for (const std::string& id : report.clients) FUZZ_CHECK(is_utf8(id));
  for (const StatusReport::Room& room : report.rooms) {
    FUZZ_CHECK(is_utf8(room.name));
    for (const std::string& id : room.peers) FUZZ_CHECK(is_utf8(id));
  }
}

bool same(const StatusReport& one, const StatusReport& other) {
  return one.clients == other.clients &&
         std::equal(one.rooms.begin(), one.rooms.end(), other.rooms.begin(), other.rooms.end(),
                    [](const auto& a, const auto& b) { return a.name == b.name && a.peers == b.peers; });
}

void check_json(std::string_view text, const StatusReport& report) {
  const std::string whole = status_json::whole(std::string(text), {});
  FUZZ_CHECK(std::count(whole.begin(), whole.end(), '\n') == 1 && whole.back() == '\n');
  FUZZ_CHECK(status_json::whole(whole, {}) == whole);
  const auto again = read_status(whole);
  FUZZ_CHECK(again && same(*again, report));
  for (const StatusReport::Room& room : report.rooms) {
    const std::string line = status_json::of_room(text, room.name, "2026-11-23T12:01:07.410Z");
    FUZZ_CHECK(scan_envelope(line) &&
               line == status_json::of_room(whole, room.name, "2026-11-23T12:01:07.410Z"));
    if (&room - report.rooms.data() == 8) break;
  }
}

void check_table(const StatusReport& report) {
  for (const std::optional<std::size_t> columns : {std::optional<std::size_t>(), {1}, {25}, {80}}) {
    const StatusLayout layout{"http://host", {}, RoomOrder::peers, columns, false};
    const StatusTable table(report, layout, "1 ms");
    for (std::size_t i = 0; i < table.lines(); ++i) {
      std::string line;
      table.append_line(line, i);
      FUZZ_CHECK(is_utf8(line) && printable(line) == line);
      FUZZ_CHECK(!columns || display_width(line) <= *columns);
    }
    const std::string picture = picture_of(table, 5);
    FUZZ_CHECK(std::count(picture.begin(), picture.end(), '\n') <= 4);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = read_status(text);
  if (!read) {
    const std::string& what = read.error().what;
    FUZZ_CHECK(!what.empty() && what.size() < 1024 && is_utf8(what));
    FUZZ_CHECK(std::none_of(what.begin(), what.end(), [](unsigned char c) { return c < ' '; }));
    return 0;
  }
  check_text(*read);
  check_json(text, *read);
  check_table(*read);
  if (fuzz::without_surrogates(text) != text) return 0;  // the other parser knows pairs only
  const Ordered document = Ordered::parse(text, nullptr, false);
  if (document.is_discarded()) {
    FUZZ_CHECK(fuzz::independent_view(text).undecided);
    return 0;
  }
  compare(*read, document);
  return 0;
}
