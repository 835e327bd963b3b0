#include "cmd/serve/log_line.hpp"

#include <chrono>

#include "tests/catch.hpp"

using namespace p2psig;
using namespace std::chrono_literals;

namespace {
const std::chrono::system_clock::time_point kTime{1'795'521'667'412ms};
}

TEST_CASE("a line in logfmt cannot be forged", "[log_line]") {
  LogLine line(LogFormat::logfmt, LogLevel::info, "join", kTime);
  line.word("client", "abc")
      .text("room", "a\" level=error\n\033[0m")
      .number("peers", 2)
      .seconds("seconds", 12'649ms);
  CHECK(line.finish() ==
        "ts=2026-11-24T12:01:07.412Z level=info event=join client=abc room=\"a\\\" "
        "level=error\\u000a\\u001b[0m\" "
        "peers=2 seconds=12.6\n");
}

TEST_CASE("a line in JSON has the same keys, and its strings exactly", "[log_line]") {
  LogLine line(LogFormat::json, LogLevel::debug, "relay", kTime);
  line.word("client", "abc").text("type", "a\"\n\u202E").number("bytes", 7);
  CHECK(line.finish() ==
        R"({"ts":"2026-11-24T12:01:07.412Z","level":"debug","event":"relay","client":"abc","type":"a\"\n)"
        "\u202E\",\"bytes\":7}\n");
}

TEST_CASE("what is not UTF-8 does not make a line of JSON invalid", "[log_line]") {
  LogLine line(LogFormat::json, LogLevel::warn, "close", kTime);
  line.text("reason", "\xFF\"");
  CHECK(line.finish().find("\"reason\":\"\uFFFD\\\"\"") != std::string::npos);
}
