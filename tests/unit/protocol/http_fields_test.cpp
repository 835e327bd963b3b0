#include "core/protocol/http_fields.hpp"

#include "tests/catch.hpp"

using namespace p2psig;

TEST_CASE("lines of one name are counted and joined", "[http_fields]") {
  const HttpFields fields("A: 1\r\na:\t2 \r\nB: 3\r\nA:4\r\nEmpty:\r\n");
  CHECK(fields.count("a") == 3);
  CHECK(fields.value("a") == "1");
  CHECK(fields.list("a") == "1,2,4");
  CHECK(fields.value("empty") == "");
  CHECK_FALSE(fields.value("nobody"));
  CHECK(fields.list("nobody").empty());
  CHECK(HttpFields().count("a") == 0);
}

TEST_CASE("lists of tokens are read as RFC 9110 says", "[http_fields]") {
  CHECK(names_token("keep-alive, Upgrade", "upgrade"));
  CHECK(names_token("\tUPGRADE ,", "upgrade"));
  CHECK_FALSE(names_token("upgraded, x-upgrade", "upgrade"));
  CHECK_FALSE(names_token("", "upgrade"));
  CHECK(first_token("a") == "a");
  CHECK(first_token("13, b") == "13");
  CHECK(first_token(" , v1.json ,b") == "v1.json");
  CHECK_FALSE(first_token(""));
  CHECK_FALSE(first_token("a b"));
  CHECK_FALSE(first_token("a, b\"c"));
}
