#include "core/protocol/status_reader.hpp"

#include <string>
#include <vector>

#include "core/protocol/limits.hpp"
#include "core/protocol/status_report.hpp"
#include "tests/catch.hpp"

using namespace p2psig;
using Names = std::vector<std::string>;

namespace {

std::string status_fault(std::string_view text) {
  const auto read = read_status(text);
  return read ? "none" : read.error().what;
}

PeerId numbered_id(std::size_t number) {
  const std::string digits = std::to_string(number);
  return PeerId::from_text(std::string(PeerId::kTextBytes - digits.size(), '0') + digits).value();
}

/// `count` clients in rooms of `room_peers` each.
std::string document(std::size_t count, std::size_t room_peers) {
  StatusWriter writer(count);
  for (std::size_t i = 0; i < count; ++i) writer.client(numbered_id(i));
  for (std::size_t i = 0; i < count; ++i) {
    if (i % room_peers == 0) writer.room("room-" + std::to_string(i));
    writer.peer(numbered_id(i));
  }
  return writer.finish();
}

/// A document of `count` clients whose ids are empty.
std::string tiny_names(std::size_t count) {
  std::string text = R"({"totalClients":)" + std::to_string(count) + R"(,"rooms":{},"clients":[)";
  for (std::size_t i = 0; i < count; ++i) text += i == 0 ? R"("")" : R"(,"")";
  return text + "]}";
}

}  // namespace

TEST_CASE("what the server writes about itself is read back", "[status]") {
  const Names names{"lobby", "7", "vidéo \"x\\y\"", "\xF0\x9F\x98\x80", "tab\there"};
  StatusWriter writer(3);
  for (std::size_t i = 0; i < 3; ++i) writer.client(numbered_id(i));
  for (std::size_t i = 0; i < names.size(); ++i) {
    writer.room(names[i]);
    for (std::size_t peer = 0; peer < i; ++peer) writer.peer(numbered_id(peer));
  }
  const auto report = read_status(writer.finish());
  REQUIRE(report);
  CHECK(report->clients == Names{std::string(numbered_id(0).text()), std::string(numbered_id(1).text()),
                                 std::string(numbered_id(2).text())});
  REQUIRE(report->rooms.size() == names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    CHECK(report->rooms[i].name == names[i]);
    CHECK(report->rooms[i].peers.size() == i);
  }
  CHECK(report->rooms[2].peers[1] == numbered_id(1).text());
}

TEST_CASE("a server without clients has a document too", "[status]") {
  const auto report = read_status(StatusWriter(0).finish());
  REQUIRE(report);
  CHECK(report->clients.empty());
  CHECK(report->rooms.empty());
}

TEST_CASE("other writers' documents are read: blanks, another order, unknown members, any room's name",
          "[status]") {
  const auto report = read_status(
      " {\n  \"rooms\": { \"\" : [ \"a\" , \"b\" ], \"\\u0000\\n\": [ ], \"__proto__\":[\"a\"] },\n"
      "  \"uptime\": {\"rooms\": [1, {}]},\r\n\t\"clients\" : [\"a\",\"b\"], \"totalClients\": 2.0 }\n");
  REQUIRE(report);
  CHECK(report->clients == Names{"a", "b"});
  REQUIRE(report->rooms.size() == 3);
  CHECK(report->rooms[0].name.empty());
  CHECK(report->rooms[0].peers == Names{"a", "b"});
  CHECK(report->rooms[1].name == std::string("\0\n", 2));
  CHECK(report->rooms[1].peers.empty());
  CHECK(report->rooms[2].name == "__proto__");
}

TEST_CASE("half a surrogate pair becomes a character, and keeps rooms apart that it kept apart", "[status]") {
  const auto report = read_status(R"({"totalClients":1,"clients":["\udc00"],)"
                                  R"("rooms":{"\ud800":[],"\ud801":[],"\ud83d\ude00":[],"\ufffd":[]}})");
  REQUIRE(report);
  CHECK(report->clients == Names{"\xEF\xBF\xBD"});
  REQUIRE(report->rooms.size() == 4);
  CHECK(report->rooms[0].name == "\xEF\xBF\xBD");
  CHECK(report->rooms[1].name == "\xEF\xBF\xBD");
  CHECK(report->rooms[2].name == "\xF0\x9F\x98\x80");
}

TEST_CASE("a text that is no JSON object is told from one of another shape", "[status]") {
  CHECK(status_fault("") == "it is not a JSON object");
  CHECK(status_fault("<html>") == "it is not a JSON object");
  CHECK(status_fault("[]") == "it is not a JSON object");
  CHECK(status_fault("\xEF\xBB\xBF{}") == "it is not a JSON object");
  CHECK(status_fault(R"({"totalClients":01})") == "it is not JSON, from byte 17 on");
  CHECK(status_fault(R"({"totalClients":0,"clients":[],"rooms":{})") == "it is not JSON, from byte 41 on");
  CHECK(status_fault("{\"clients\":[\"\xFF\"]}") == "it is not UTF-8");
  CHECK(status_fault(R"({"x":)" + std::string(100, '[') + std::string(100, ']') + "}") ==
        "it is nested deeper than 64 levels");
}

TEST_CASE("what is of another shape is said with its place", "[status]") {
  CHECK(status_fault("{}") == "totalClients is missing");
  CHECK(status_fault(R"({"totalClients":0,"rooms":{}})") == "clients is missing");
  CHECK(status_fault(R"({"totalClients":0,"clients":[]})") == "rooms is missing");
  CHECK(status_fault(R"({"totalClients":"0"})") == "totalClients is not a number");
  CHECK(status_fault(R"({"totalClients":null})") == "totalClients is not a number");
  CHECK(status_fault(R"({"totalClients":1e999})") == "totalClients is not a number");
  CHECK(status_fault(R"({"clients":{}})") == "clients is not an array");
  CHECK(status_fault(R"({"clients":"abc"})") == "clients is not an array");
  CHECK(status_fault(R"({"clients":["a",["b"]]})") == "clients[1] is not a string");
  CHECK(status_fault(R"({"rooms":[]})") == "rooms is not an object");
  CHECK(status_fault(R"({"rooms":{"lobby":{}}})") == R"(rooms["lobby"] is not an array)");
  CHECK(status_fault(R"({"rooms":{"a":["x"],"lobby":["1","2","3",null]}})") ==
        R"(rooms["lobby"][3] is not a string)");
  CHECK(status_fault(R"({"rooms":{"a\"\u000ab":1}})") == R"(rooms["a\"\nb"] is not an array)");
  CHECK(status_fault(R"({"rooms":{"\ud800":1}})") == "rooms[\"\xEF\xBF\xBD\"] is not an array");
}

TEST_CASE("what is there twice is a fault, however it is written", "[status]") {
  CHECK(status_fault(R"({"rooms":{},"r\u006foms":{}})") == "rooms is there twice");
  CHECK(status_fault(R"({"rooms":{"a":[],"b":[],"\u0061":[]}})") == R"(rooms["a"] is there twice)");
  CHECK(status_fault(R"({"rooms":{"":[],"":[]}})") == R"(rooms[""] is there twice)");
}

TEST_CASE("a total that is not the number of clients is a fault", "[status]") {
  CHECK(status_fault(R"({"totalClients":1,"clients":["a"],"rooms":{}})") == "none");
  for (const char* total : {"0", "2", "-1", "1.5", "1e300"})
    CHECK(status_fault(R"({"totalClients":)" + std::string(total) + R"(,"clients":["a"],"rooms":{}})") ==
          "totalClients is not 1, which is how many are in clients");
}

TEST_CASE("a room's name is cut short in a fault, between characters", "[status]") {
  const std::string name(limits::kRoomNameBytes, 'x');
  CHECK(status_fault(R"({"rooms":{")" + name + R"(":1}})") ==
        "rooms[\"" + name.substr(0, 64) + "…\"] is not an array");
  CHECK(status_fault(R"({"rooms":{"x)" + std::string(63, 'x') + R"(é":1}})") ==
        "rooms[\"" + name.substr(0, 64) + "…\"] is not an array");
  CHECK(status_fault(R"({"rooms":{")" + std::string(63, 'x') + R"(é":1}})") ==
        "rooms[\"" + name.substr(0, 63) + "…\"] is not an array");
}

TEST_CASE("large documents of whole ids are within the limit, their rooms not compared pair by pair",
          "[status]") {
  CHECK(read_status(document(10'000, 50)));
  CHECK(read_status(document(200'000, 1)));
}

TEST_CASE("a document of nothing but tiny names is refused once it would take too much memory", "[status]") {
  // Three bytes are an empty id, which counts as 80.
  const auto fits = [](std::size_t count) {
    return count * 80 <= limits::kStatusFreeBytes + limits::kStatusGrowth * tiny_names(count).size();
  };
  std::size_t last = 0;
  for (std::size_t step = 65'536; step != 0; step /= 2)
    if (fits(last + step)) last += step;
  CHECK(status_fault(tiny_names(last - 1)) == "none");
  CHECK(status_fault(tiny_names(last)) == "none");
  CHECK(status_fault(tiny_names(last + 1)) == "it has too many tiny names in it");
}
