#include "cmd/terminal/editor/key_stream.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"

using namespace p2psig;
using namespace std::string_view_literals;

namespace {

using Kind = KeyStream::Kind;

/// Events as words: a key's bytes, and what is none in brackets.
std::vector<std::string> events(KeyStream& stream) {
  std::vector<std::string> all;
  while (const auto event = stream.next()) {
    switch (event->kind) {
      case Kind::key: all.push_back(event->text); break;
      case Kind::paste: all.push_back("[paste " + event->text + "]"); break;
      case Kind::paste_too_long: all.emplace_back("[too long]"); break;
      case Kind::interrupt: all.emplace_back("[interrupt]"); break;
      case Kind::suspend: all.emplace_back("[suspend]"); break;
      case Kind::quit: all.emplace_back("[quit]"); break;
    }
  }
  return all;
}

std::vector<std::string> events(std::string_view bytes) {
  KeyStream stream({.interrupt = 3, .suspend = 26, .quit = 28});
  stream.push(bytes);
  return events(stream);
}

using Events = std::vector<std::string>;

}  // namespace

TEST_CASE("keys come one by one, whole", "[keys]") {
  CHECK(events("ab\r") == Events{"a", "b", "\r"});
  CHECK(events("é日😀") == Events{"é", "日", "😀"});
  CHECK(events("\033[A\033OB\033[1;5Cx") == Events{"\033[A", "\033OB", "\033[1;5C", "x"});
  CHECK(events("\033[[A\033b\033é") == Events{"\033[[A", "\033b", "\033é"});
  CHECK(events("\033\033[A") == Events{"\033", "\033[A"});
  CHECK(events("a\0b"sv) == Events{"a", std::string(1, '\0'), "b"});
}

TEST_CASE("the keys that the terminal would send a signal for are told apart", "[keys]") {
  CHECK(events("a\003\032\034") == Events{"a", "[interrupt]", "[suspend]", "[quit]"});
  CHECK(events("\033\003") == Events{"\033", "[interrupt]"});
  CHECK(events("\033[12\003") == Events{"\033[12", "[interrupt]"});
  KeyStream none({});
  none.push("\003");
  CHECK(events(none) == Events{"\003"});
}

TEST_CASE("what is not UTF-8 becomes a replacement character", "[keys]") {
  CHECK(events("\xFFz") == Events{"\uFFFD", "z"});
  CHECK(events("\xC3z") == Events{"\uFFFD", "z"});
  CHECK(events("\xED\xA0\x80z") == Events{"\uFFFD", "\uFFFD", "\uFFFD", "z"});
  CHECK(events("\033\xFF") == Events{"\033", "\uFFFD"});
}

TEST_CASE("every cut of a stream gives the same events", "[keys]") {
  const std::string bytes = "a\033[1;5Dé\033[200~x\r\xF0\x9F\x98\x80\r\n\033[201~\033Oz\033\xC3\xA9\003";
  const Events whole = events(bytes);
  REQUIRE(whole == Events{"a", "\033[1;5D", "é", "[paste x\n😀]", "\033Oz", "\033é", "[interrupt]"});
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (std::size_t second = first; second <= bytes.size(); ++second) {
      KeyStream stream({.interrupt = 3});
      Events all;
      for (const std::string& piece :
           {bytes.substr(0, first), bytes.substr(first, second - first), bytes.substr(second)}) {
        stream.push(piece);
        for (std::string& event : events(stream)) all.push_back(std::move(event));
      }
      CAPTURE(first, second);
      REQUIRE(all == whole);
    }
  }
}

TEST_CASE("Escape alone is undecided until time has told", "[keys]") {
  const std::string begun = GENERATE("\033", "\033[", "\033O");
  KeyStream stream({});
  stream.push(begun);
  CHECK(events(stream).empty());
  CHECK(stream.undecided());
  SECTION("it was the key") {
    stream.settle();
    CHECK(events(stream) == Events{begun});
    CHECK_FALSE(stream.undecided());
    stream.push("A");
    CHECK(events(stream) == Events{"A"});
  }
  SECTION("it was the beginning") {
    stream.push("~");
    CHECK(events(stream) == Events{begun + "~"});
    CHECK_FALSE(stream.undecided());
  }
}

TEST_CASE("a sequence further on than fingers go waits for its end", "[keys]") {
  KeyStream stream({});
  stream.push("\033[20");
  CHECK(events(stream).empty());
  CHECK_FALSE(stream.undecided());
  stream.settle();
  CHECK(events(stream).empty());
  stream.push("0~x\033[201~");
  CHECK(events(stream) == Events{"[paste x]"});
}

TEST_CASE("a sequence that never ends does not hold the keys up", "[keys]") {
  const Events all = events("\033[" + std::string(100, '1') + "x");
  CHECK(all.front() == "\033[" + std::string(30, '1'));
  CHECK(all.back() == "x");
}

TEST_CASE("a paste has line feeds, none at its end, and no other sequence is looked for in it", "[keys]") {
  CHECK(events("\033[200~a\rb\r\nc\nd\r\r\033[201~") == Events{"[paste a\nb\nc\nd]"});
  CHECK(events("\033[200~\033[A\003\033[200~\033[201~") == Events{"[paste \033[A\003\033[200~]"});
  CHECK(events("\033[200~a\0\xFF\033[201~"sv) == Events{"[paste a\uFFFD]"});
  CHECK(events("\033[200~\r\033[201~x") == Events{"[paste ]", "x"});
  CHECK(events("\033[201~x") == Events{"x"});
}

TEST_CASE("Ctrl-C alone ends a paste of which the end got lost; within pasted text it does not", "[keys]") {
  KeyStream stream({.interrupt = 3});
  stream.push("\033[200~lost");
  stream.push("and\003more");
  CHECK(events(stream).empty());
  stream.push("\003");
  CHECK(events(stream) == Events{"[interrupt]"});
  stream.push("x\033[200~y\033[201~");
  CHECK(events(stream) == Events{"x", "[paste y]"});
}

TEST_CASE("a paste over the limit is left out", "[keys]") {
  const std::size_t size = GENERATE(limits::kPasteBytes - 1, limits::kPasteBytes, limits::kPasteBytes + 1);
  KeyStream stream({});
  stream.push("\033[200~");
  const std::string text(size, 'x');
  for (std::size_t at = 0; at < size; at += 4096) {
    stream.push(std::string_view(text).substr(at, 4096));
    CHECK_FALSE(stream.next());
  }
  stream.push("\033[201~y");
  if (size <= limits::kPasteBytes)
    CHECK(events(stream) == Events{"[paste " + text + "]", "y"});
  else
    CHECK(events(stream) == Events{"[too long]", "y"});
}
