#include "tests/catch.hpp"
#include "tests/support/script.hpp"

using namespace p2psig;
using namespace p2psig::test;

TEST_CASE("everybody is told of everybody", "[rooms]") {
  Script s;
  s.connect("ann").is_told(R"({"type":"id","id":"@ann"})").joins("lab");
  s["ann"].is_told(R"({"type":"room-joined","room":"lab"})").is_told(R"({"type":"room-peers","peers":[]})");
  s.connect("bob").forgets().joins("lab");
  s["bob"]
      .is_told(R"({"type":"room-joined","room":"lab"})")
      .is_told(R"({"type":"room-peers","peers":["@ann"]})");
  s["ann"].is_told(R"({"type":"peer-joined","peerId":"@bob"})");
  s.connect("cat").forgets().joins("lab");
  s["cat"]
      .is_told(R"({"type":"room-joined","room":"lab"})")
      .is_told(R"({"type":"room-peers","peers":["@ann","@bob"]})");
  CHECK(s.members("lab") == Names{"ann", "bob", "cat"});
  s["ann"].forgets().leaves().is_told(R"({"type":"room-left","room":"lab"})").is_told_nothing();
  s["bob"]
      .is_told(R"({"type":"peer-joined","peerId":"@cat"})")
      .is_told(R"({"type":"peer-left","peerId":"@ann"})");
}

TEST_CASE("joining another room leaves the first", "[rooms]") {
  Script s;
  s.connect("ann").joins("one").forgets();
  s.connect("bob").joins("one").forgets();
  s["ann"].forgets();
  s["bob"].joins("two");
  s["bob"]
      .is_told(R"({"type":"room-left","room":"one"})")
      .is_told(R"({"type":"room-joined","room":"two"})")
      .is_told(R"({"type":"room-peers","peers":[]})");
  s["ann"].is_told(R"({"type":"peer-left","peerId":"@bob"})").is_told_nothing();
  CHECK(s.members("one") == Names{"ann"});
  CHECK(s.members("two") == Names{"bob"});
}

TEST_CASE("joining one's own room again repeats it to oneself alone, and keeps one's place", "[rooms]") {
  Script s;
  s.connect("ann").joins("lab");
  s.connect("bob").joins("lab").forgets();
  s["ann"].forgets().joins("lab");
  s["ann"]
      .is_told(R"({"type":"room-joined","room":"lab"})")
      .is_told(R"({"type":"room-peers","peers":["@bob"]})");
  s["bob"].is_told_nothing();
  CHECK(s.members("lab") == Names{"ann", "bob"});
}

TEST_CASE("a join that is refused leaves the sender where it was", "[rooms]") {
  Script s;
  s.connect("ann").joins("lab").forgets();
  for (const auto* const room : {"\"\"", "null", "7", "\"a\\nb\""})
    s["ann"]
        .says(std::string(R"({"type":"join-room","room":)") + room + "}")
        .is_told_error("invalid-room-name");
  s["ann"].says(R"({"type":"join-room"})").is_told_error("invalid-room-name").is_told_nothing();
  CHECK(s.members("lab") == Names{"ann"});
}

TEST_CASE("leaving outside any room does nothing", "[rooms]") {
  Script s;
  s.connect("ann").forgets().leaves().is_told_nothing();
}

TEST_CASE("the same name in other spellings is the same room", "[rooms]") {
  Script s;
  s.connect("ann").joins("caf\\u00e9");
  s.connect("bob").joins("café");
  CHECK(s.members("café") == Names{"ann", "bob"});
  CHECK(s.status().find(R"("café":[)") != std::string::npos);
}

TEST_CASE("the status lists clients by arrival and rooms by creation, as names are written in JSON",
          "[rooms]") {
  Script s;
  CHECK(s.status() == R"({"totalClients":0,"clients":[],"rooms":{}})");
  s.connect("bob");
  s.connect("ann").joins("z\\\"");
  s["bob"].joins("10");
  CHECK(s.status() ==
        s.with_ids(R"({"totalClients":2,"clients":["@bob","@ann"],"rooms":{"z\"":["@ann"],"10":["@bob"]}})"));
  s["ann"].leaves();
  CHECK(s.status() == s.with_ids(R"({"totalClients":2,"clients":["@bob","@ann"],"rooms":{"10":["@bob"]}})"));
  s["bob"].vanishes();
  CHECK(s.status() == s.with_ids(R"({"totalClients":1,"clients":["@ann"],"rooms":{}})"));
}
