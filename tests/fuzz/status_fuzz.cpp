/// The document of /status: any bytes become a report or a fault that can be shown, and a report is what an
/// independent parser reads too.
#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "core/protocol/status_reader.hpp"
#include "core/protocol/utf8.hpp"
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
  if (fuzz::without_surrogates(text) != text) return 0;  // the other parser knows pairs only
  const Ordered document = Ordered::parse(text, nullptr, false);
  if (document.is_discarded()) {
    FUZZ_CHECK(fuzz::independent_view(text).undecided);
    return 0;
  }
  compare(*read, document);
  return 0;
}
