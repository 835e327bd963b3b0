#include "core/client/status_json.hpp"

#include <string>

#include "core/protocol/status_reader.hpp"
#include "tests/catch.hpp"

using namespace p2psig;

namespace {

constexpr const char* kUtc = "2026-11-23T12:01:07.410Z";

/// What another server may write: blanks, its own order, members that are unknown, escapes and numbers that
/// could be written in other ways.
const std::string kDocument =
    "{ \"uptime\" : 1.50e+3 ,\n\t\"rooms\":{\"10\":[ \"\\u0061\" , \"b\"],\r\n"
    "\"l\\u006fbby\\\" x\":[],\"\":[\"a\"]}, \"x\" : { \"room s\": [ null , true, \" { \\\" } \" ] } ,"
    "\"clients\":[\"\\u0061\",\"b\"],\"totalClients\":2.0 }\n";
const std::string kCompact =
    "{\"uptime\":1.50e+3,\"rooms\":{\"10\":[\"\\u0061\",\"b\"],"
    "\"l\\u006fbby\\\" x\":[],\"\":[\"a\"]},\"x\":{\"room s\":[null,true,\" { \\\" } \"]},"
    "\"clients\":[\"\\u0061\",\"b\"],\"totalClients\":2.0}";

}  // namespace

TEST_CASE("the document is the server's, on one line", "[status_json]") {
  REQUIRE(read_status(kDocument));
  CHECK(status_json::whole(kDocument, {}) == kCompact + "\n");
  CHECK(status_json::whole(kCompact, {}) == kCompact + "\n");
}

TEST_CASE("with a time that comes first", "[status_json]") {
  CHECK(status_json::whole(kDocument, kUtc) ==
        "{\"ts\":\"2026-11-23T12:01:07.410Z\"," + kCompact.substr(1) + "\n");
  CHECK(status_json::of_room(kDocument, "10", kUtc) ==
        R"({"ts":"2026-11-23T12:01:07.410Z","room":"10","count":2,"peers":["\u0061","b"]})"
        "\n");
}

TEST_CASE("a room is found by what its name means, and its peers stay as they are written", "[status_json]") {
  CHECK(status_json::of_room(kDocument, "10", {}) == R"({"room":"10","count":2,"peers":["\u0061","b"]})"
                                                     "\n");
  CHECK(status_json::of_room(kDocument, "lobby\" x", {}) ==
        "{\"room\":\"lobby\\\" x\",\"count\":0,\"peers\":[]}\n");
  CHECK(status_json::of_room(kDocument, "", {}) == "{\"room\":\"\",\"count\":1,\"peers\":[\"a\"]}\n");
}

TEST_CASE("a room that is not there has no peers, whatever else has its name", "[status_json]") {
  for (const char* name : {"lobby", "x", "room s", "uptime", "rooms", "1"})
    CHECK(status_json::of_room(kDocument, name, {}) ==
          "{\"room\":\"" + std::string(name) + "\",\"count\":0,\"peers\":[]}\n");
  CHECK(status_json::of_room(kDocument, "\n\x01 \"é", {}) ==
        "{\"room\":\"\\n\\u0001 \\\"é\",\"count\":0,\"peers\":[]}\n");
}
