#include "core/protocol/json.hpp"

#include "tests/catch.hpp"

using namespace p2psig;
using namespace std::string_literals;

TEST_CASE("an object's strings are read by their exact names", "[json]") {
  const auto json =
      Json::parse(R"({"type":"x","Type":"y","n":1,"peers":["a","b"],"mixed":["a",1],"e":"\u00e9"})");
  REQUIRE(json);
  CHECK(json->string("type") == "x");
  CHECK(json->string("Type") == "y");
  CHECK_FALSE(json->string("TYPE"));
  CHECK_FALSE(json->string("n"));
  CHECK_FALSE(json->string("nobody"));
  CHECK(json->string("e") == "é");
  CHECK(json->strings("peers") == std::vector<std::string>{"a", "b"});
  CHECK_FALSE(json->strings("mixed"));
  CHECK_FALSE(json->strings("type"));
}

TEST_CASE("cJSON's traps are closed", "[json]") {
  CHECK_FALSE(Json::parse(R"({"a":1} garbage)"));
  CHECK_FALSE(Json::parse(R"({"a":1,"a":2})"));
  CHECK_FALSE(Json::parse(R"({"x":[{"a":1,"a":2}]})"));
  CHECK_FALSE(Json::parse(R"({"a":"cut\u0000short"})"));
  CHECK(Json::parse(R"({"a":"\\u0000"})")->string("a") == "\\u0000");
  CHECK_FALSE(Json::parse(R"({"a":01})"));
  CHECK_FALSE(Json::parse("{\"a\":\"\n\"}"));
  CHECK_FALSE(Json::parse("{\"a\":1}\0"s));
  CHECK_FALSE(Json::parse(R"({"a":"\ud800"})"));
  CHECK_FALSE(Json::parse("[]"));
}

TEST_CASE("what is nested is read like the object itself", "[json]") {
  const auto json = Json::parse(R"({"a":{"b":"x","c":null,"B":1},"d":[1],"e":{}})");
  REQUIRE(json);
  const JsonValue value = json->value();
  CHECK(value.is_object());
  CHECK_FALSE(value.string());
  CHECK_FALSE(value.member("A"));
  const auto a = value.member("a");
  REQUIRE(a);
  CHECK(a->member("b")->string() == "x");
  CHECK(a->member("c")->is_null());
  CHECK_FALSE(a->member("b")->member("x"));
  const auto members = a->members();
  REQUIRE(members.size() == 3);
  CHECK(members[2].first == "B");
  CHECK(value.member("d")->members().empty());
  CHECK(value.member("e")->members().empty());
}

TEST_CASE("an object of strings is written in its order", "[json]") {
  CHECK(Json::object({{"b", "1\""}, {"a", "é\n"}}).text() == R"({"b":"1\"","a":"é\n"})");
}

TEST_CASE("a number is read as one, and nothing else is", "[json]") {
  const auto json = Json::parse(R"({"n":12,"f":-1.5e1,"s":"12","z":null,"t":true,"a":[1],"big":1e999})");
  REQUIRE(json);
  CHECK(json->number("n") == 12);
  CHECK(json->number("f") == -15);
  for (const char* other : {"s", "z", "t", "a", "N", "nobody"}) CHECK_FALSE(json->number(other));
  CHECK(json->number("big") > 1e300);
}
