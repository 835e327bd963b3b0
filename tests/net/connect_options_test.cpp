#include "cmd/net/connect_options.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <string>
#include <vector>

#include "cmd/failure.hpp"
#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"
#include "tests/net/certificates.hpp"

using namespace p2psig;
using namespace p2psig::test;
using Headers = std::vector<std::pair<std::string, std::string>>;

namespace {

/// The options after these arguments, or why not.
struct Parsed {
  ConnectOptions options;
  std::string fault;
};

Parsed parse(std::vector<std::string> arguments) {
  CLI::App command;
  Parsed parsed;
  add_connect_options(command, parsed.options);
  std::string positional;
  command.add_option("room", positional);
  std::reverse(arguments.begin(), arguments.end());
  try {
    command.parse(arguments);
    complete_connect_options(parsed.options);
  } catch (const CLI::ParseError& error) {
    parsed.fault = error.what();
  } catch (const Failure& failure) {
    CHECK(failure.code() == exit_code::kUsage);
    parsed.fault = failure.what();
  }
  return parsed;
}

}  // namespace

TEST_CASE("without options it is the server on this machine", "[connect-options]") {
  const Parsed parsed = parse({});
  CHECK(parsed.fault.empty());
  CHECK(parsed.options.address.websocket_url() == "ws://127.0.0.1:3000");
  CHECK(parsed.options.headers.empty());
  CHECK(parsed.options.timeout == Milliseconds{10'000});
  CHECK_FALSE(parsed.options.insecure);
}

TEST_CASE("an address is read as people write it, or its fault is named", "[connect-options]") {
  CHECK(parse({"--url", ":8080"}).options.address.websocket_url() == "ws://127.0.0.1:8080");
  CHECK(parse({"--url=https://example.org/a"}).options.address.websocket_url() == "wss://example.org/a");
  CHECK(parse({"--url", "ftp://x"}).fault ==
        "--url: ftp://x is not an address: its scheme is none of ws, wss, http and https");
  const std::string host(limits::kHostBytes, 'h');
  CHECK(parse({"--url", host}).fault.empty());
  CHECK_THAT(parse({"--url", host + "h"}).fault, Catch::EndsWith("its host is longer than 253 bytes"));
  const std::string url = "ws://h/" + std::string(limits::kUrlBytes - 7, 'p');
  CHECK(parse({"--url", url}).fault.empty());
  CHECK_THAT(parse({"--url", url + "p"}).fault, Catch::EndsWith("it is longer than 8000 bytes"));
}

TEST_CASE("headers are checked and kept in their order, and swallow no argument", "[connect-options]") {
  const Parsed parsed = parse({"-H", "A: b", "--header", "c:d e \t", "room", "-H", "X-Empty:"});
  CHECK(parsed.fault.empty());
  CHECK(parsed.options.headers == Headers{{"A", "b"}, {"c", "d e"}, {"X-Empty", ""}});
  CHECK(parse({"-H", "no colon"}).fault == "--header: no colon: is not like 'Name: value'");
  CHECK(parse({"-H", ": x"}).fault == "--header: : x: is not like 'Name: value'");
  CHECK(parse({"-H", "a b: x"}).fault == "--header: a b: x: its name is not a header's");
  CHECK_THAT(parse({"-H", "a: x\r\nB: y"}).fault, Catch::EndsWith("its value has a control character in it"));
  for (const char* name : {"Host", "CONNECTION", "upgrade", "Content-Length", "Transfer-Encoding", "TE",
                           "Sec-WebSocket-Key", "sec-websocket-protocol"}) {
    CAPTURE(name);
    CHECK_THAT(parse({"-H", std::string(name) + ": x"}).fault,
               Catch::EndsWith("this header is not yours to set"));
  }
  CHECK(parse({"-H", "Sec-WebSocke: x"}).fault.empty());
}

TEST_CASE("headers that no server would take are refused", "[connect-options]") {
  for (const int over : {-1, 0, 1}) {
    CAPTURE(over);
    const std::string value(limits::kHttpHeaderBytes / 2 - 1, 'x');
    const std::string last(limits::kHttpHeaderBytes / 2 - 1 + static_cast<std::size_t>(over), 'x');
    CHECK(parse({"-H", "A: " + value, "-H", "B: " + last}).fault ==
          (over <= 0 ? "" : "the headers are larger than 16 KiB: no server takes that"));
  }
}

TEST_CASE("a time-out is a number of seconds", "[connect-options]") {
  CHECK(parse({"--connect-timeout", "0.2"}).options.timeout == Milliseconds{200});
  CHECK(parse({"--connect-timeout", "86400"}).options.timeout == Milliseconds{86'400'000});
  CHECK(parse({"--connect-timeout", "0.0001"}).options.timeout == Milliseconds{1});
  for (const char* bad : {"0", "-1", "86400.1", "inf", "nan", "1s", "", "1e9"}) {
    CAPTURE(bad);
    CHECK_THAT(parse({"--connect-timeout", bad}).fault, Catch::StartsWith("--connect-timeout"));
  }
}

TEST_CASE("a token is read from a file or the environment, trimmed, and never half", "[connect-options]") {
  const TemporaryFile file(" abc.def \r\n");
  CHECK(parse({"--token-file", file.name()}).options.headers == Headers{{"Authorization", "Bearer abc.def"}});
  setenv("P2PSIG_TOKEN", "from-there", 1);
  CHECK(parse({}).options.headers == Headers{{"Authorization", "Bearer from-there"}});
  CHECK(parse({"--token-file", file.name()}).options.headers == Headers{{"Authorization", "Bearer abc.def"}});
  setenv("P2PSIG_TOKEN", "two words", 1);
  CHECK(parse({}).fault == "P2PSIG_TOKEN has a blank or a control character in it");
  unsetenv("P2PSIG_TOKEN");
  const TemporaryFile empty("\n");
  CHECK(parse({"--token-file", empty.name()}).fault ==
        "--token-file: the token in " + empty.name() + " is empty");
  CHECK_THAT(parse({"--token-file", "/nowhere"}).fault,
             Catch::StartsWith("--token-file: cannot read the token"));
}

TEST_CASE("authorities are a file in PEM", "[connect-options]") {
  const TemporaryFile good(make_certificate(""));
  CHECK(parse({"--cacert", good.name()}).fault.empty());
  const TemporaryFile bad("not a certificate");
  CHECK_THAT(parse({"--cacert", bad.name()}).fault, Catch::Contains("there is no certificate in it"));
}
