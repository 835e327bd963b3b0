// A line that is being typed, and a room that goes on.
#include "tests/catch.hpp"
#include "tests/terminal/join/person.hpp"

using namespace p2psig::test;

namespace {

std::string message(int number, std::size_t bytes = 0) {
  return R"({"type":"note","n":)" + std::to_string(number) + R"(,"pad":")" + std::string(bytes, 'p') + "\"}";
}

}  // namespace

TEST_CASE("what arrives leaves a line that is being typed alone", "[join]") {
  const std::size_t columns = GENERATE(20U, 80U, 200U);
  const int back = GENERATE(0, 20, 90);
  CAPTURE(columns, back);
  Person person({}, columns);
  RawClient ann = person.comes();
  const std::string line =
      R"({"type":"chat","text":"a line that is longer than one row of eighty columns is, yes"})";
  person.terminal.type(line);
  for (int i = 0; i < back; ++i) person.terminal.type("\033[D");
  const std::size_t cursor =
      8 + line.size() - std::min<std::size_t>(static_cast<std::size_t>(back), line.size());
  person.terminal.sees_broken_line("lab(2)> " + line, cursor);
  for (int i = 1; i <= 3; ++i) {
    ann.send_text(message(i));
    person.terminal.sees("#" + std::to_string(5 + i) + " ");
    person.terminal.sees_broken_line("lab(2)> " + line, cursor);
  }
  person.terminal.type("\r");
  CHECK(ann.read_text() ==
        R"({"type":"chat","text":"a line that is longer than one row of eighty columns is, yes","from":")" +
            person.own_id() + "\"}");
}

TEST_CASE("a burst of two thousand messages leaves it alone too", "[join]") {
  constexpr int messages = 2'000;
  Person person({"--rate-messages", "0", "--rate-bytes", "0", "--max-outbox-bytes", "16M"}, {}, 200);
  RawClient ann = person.comes();
  person.terminal.type_and_see("/sho");
  for (int i = 0; i < messages; ++i) ann.send_text(message(i, 2'000));
  person.terminal.type("w 2005\033[D");
  person.terminal.sees("#" + std::to_string(5 + messages) + " ");
  person.terminal.sees_line("lab(2)> /show 2005", 17);
  person.terminal.type("\r");
  person.terminal.sees("\"n\":1999");
  const std::string all = person.terminal.screen().all_text();
  for (int i = 0; i < messages; ++i)
    REQUIRE(all.find(" #" + std::to_string(6 + i) + " ") != std::string::npos);
}

TEST_CASE("a new size of the terminal begins the line anew", "[join]") {
  Person person({}, 80);
  RawClient ann = person.comes();
  person.terminal.type_and_see("/filter offer,answer");
  person.terminal.resize(24, 40);
  ann.send_text(message(1));
  person.terminal.sees("note");
  person.terminal.sees_line("lab(2)> /filter offer,answer", 28);
  person.terminal.type("\r");
  person.terminal.sees("only these types");
}

TEST_CASE("a pasted message of many lines is one, and is sent when Return says so", "[join]") {
  Person person;
  RawClient ann = person.comes();
  person.terminal.paste("{\n  \"type\": \"chat\",\n  \"text\": \"x\"\n}\n");
  ann.send_text(message(1));
  person.terminal.sees("note");
  person.terminal.type("\r");
  const std::string got = ann.read_text();
  CHECK(got.find(R"("type": "chat")") != std::string::npos);
  CHECK(got.find(R"("text": "x")") != std::string::npos);
}

TEST_CASE("Tab completes commands, peers that are there, rooms and files", "[join]") {
  Person person;
  RawClient ann = person.comes();
  person.terminal.type_and_see("/off");
  person.terminal.type("\t");
  person.terminal.sees_line("lab(2)> /offer", 15);
  person.terminal.type("@\t");
  person.terminal.sees_line("lab(2)> /offer @1", 18);
  person.terminal.type("\025");
  person.terminal.type("/join l\t");
  person.terminal.sees_line("lab(2)> /join lab", 18);
}
