#include "cmd/terminal/editor/backlog.hpp"

#include <string>

#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"

using namespace p2psig;

TEST_CASE("lines come out as they went in, ended for a terminal", "[backlog]") {
  Backlog backlog;
  CHECK(backlog.empty());
  backlog.add("one\ntwo");
  backlog.add("");
  backlog.add("three\n\n");
  CHECK_FALSE(backlog.empty());
  CHECK(backlog.take(1000) == "one\r\ntwo\r\nthree\r\n\r\n");
  CHECK(backlog.empty());
}

TEST_CASE("a batch ends with a line, and has one at least", "[backlog]") {
  Backlog backlog;
  backlog.add("12345\n12345\n1234567890\n1");
  CHECK(backlog.take(12) == "12345\r\n12345\r\n");
  CHECK(backlog.take(5) == "1234567890\r\n");
  CHECK(backlog.take(1) == "1\r\n");
  CHECK(backlog.empty());
}

TEST_CASE("what is over the limit is left out, and said where it is missing", "[backlog]") {
  Backlog backlog;
  const std::size_t size =
      GENERATE(limits::kTerminalBacklogBytes - 1, limits::kTerminalBacklogBytes, limits::kTerminalBacklogBytes + 1);
  backlog.add("first");
  backlog.add(std::string(size - 7, 'x') + "\n");  // all together: the size
  const bool fits = size <= limits::kTerminalBacklogBytes;
  if (!fits) backlog.add("fits, but its place is behind the gap\nand so\n");
  std::string all;
  while (!backlog.empty()) all += backlog.take(limits::kTerminalBatchBytes);
  if (fits)
    CHECK(all == "first\r\n" + std::string(size - 7, 'x') + "\r\n");
  else
    CHECK(all == "first\r\n[3 lines left out: the terminal did not take them]\r\n");
  backlog.add("after");
  CHECK(backlog.take(100) == "after\r\n");
}

TEST_CASE("it holds its limit again once something has been taken", "[backlog]") {
  Backlog backlog;
  const std::string half(limits::kTerminalBacklogBytes / 2 - 1, 'x');
  for (int i = 0; i < 10; ++i) {
    backlog.add(half);
    backlog.add(half);
    CHECK(backlog.take(1) == half + "\r\n");
    CHECK(backlog.take(1) == half + "\r\n");
  }
  CHECK(backlog.empty());
}
