#include <algorithm>

#include "tests/catch.hpp"
#include "tests/integration/child_process.hpp"

namespace p2psig::test {
namespace {

bool contains(const std::string& text, const std::string& word) {
  return text.find(word) != std::string::npos;
}

/// A usage error: two or three lines on stderr, nothing on stdout, and in it what was wrong.
void check_usage_error(const std::vector<std::string>& arguments, const std::vector<std::string>& words,
                       const std::vector<std::string>& environment = {}) {
  CAPTURE(arguments, environment);
  const Run done = run(arguments, environment);
  CHECK(done.exit_code == 2);
  CHECK(done.output.empty());
  CHECK(done.errors.starts_with("p2psig: "));
  for (const std::string& word : words) {
    CAPTURE(done.errors, word);
    CHECK(contains(done.errors, word));
  }
  const auto lines = std::count(done.errors.begin(), done.errors.end(), '\n');
  CHECK((lines == 2 || lines == 3));
  CHECK(contains(done.errors, "--help"));
}

}  // namespace

TEST_CASE("help goes to stdout and starts with examples", "[usage]") {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"serve", "--help"}, {"status", "--help"}}) {
    const Run done = run(arguments);
    CHECK(done.exit_code == 0);
    CHECK(done.errors.empty());
    CHECK(done.output.starts_with("Examples:\n  p2psig " + (arguments.size() == 1 ? "serve" : arguments[0])));
  }
}

TEST_CASE("the version names the libraries, on stdout", "[usage]") {
  const Run done = run({"--version"});
  CHECK(done.exit_code == 0);
  CHECK(done.errors.empty());
  CHECK(done.output.starts_with("p2psig "));
  for (const char* library : {"libwebsockets", "libuv", "cJSON", "CLI11"})
    CHECK(contains(done.output, library));
}

TEST_CASE("without arguments, short help goes to stderr", "[usage]") {
  const Run done = run({});
  CHECK(done.exit_code == 2);
  CHECK(done.output.empty());
  CHECK(contains(done.errors, "p2psig serve"));
}

TEST_CASE("a command that is nearly one is told which", "[usage]") {
  check_usage_error({"statsu"}, {"statsu", "'status'"});
  check_usage_error({"serv"}, {"'serve'"});
  check_usage_error({"frobnicate"}, {"frobnicate"});
  CHECK(!contains(run({"frobnicate"}).errors, "did you mean"));
}

TEST_CASE("a usage error says whose help has more", "[usage]") {
  check_usage_error({"frobnicate"}, {"Run 'p2psig --help'"});
  check_usage_error({"serve", "--port", "x"}, {"Run 'p2psig serve --help'"});
  check_usage_error({"join", "--observe"}, {"Run 'p2psig join --help'"});
  check_usage_error({"status", "--wait"}, {"Run 'p2psig status --help'"});
}

TEST_CASE("an option without its value does not take the next argument for it", "[usage]") {
  check_usage_error({"serve", "--port=", "--no-log"}, {"--port: its value is missing"});
  check_usage_error({"join", "lab", "--url=", "--linger", "0"}, {"--url: its value is missing"});
  check_usage_error({"status", "--room="}, {"--room: its value is missing"});
}

TEST_CASE("a room without a name is an error, as it is a mistake in a script", "[usage]") {
  check_usage_error({"join", ""}, {"the name of the room is empty"});
  check_usage_error({"join", "--observe", ""}, {"the name of the room is empty"});
}

TEST_CASE("a number of attempts that is none is named, and the variable that it stands in", "[usage]") {
  check_usage_error({"join", "lab", "--reconnect=x"}, {"--reconnect: x is not a number of attempts"});
  check_usage_error({"join", "lab", "--reconnect=-1"}, {"--reconnect: -1 is not a number"});
  const Run done = run({"join", "lab"}, {"P2PSIG_RECONNECT=x"});
  CHECK(done.exit_code == 2);
  CHECK(contains(done.errors, "environment variable P2PSIG_RECONNECT: --reconnect: x is not a number"));
}

TEST_CASE("a file that cannot be read is named, and the variable that names it", "[usage]") {
  for (const std::string name : {"P2PSIG_CACERT", "P2PSIG_TOKEN_FILE"}) {
    const Run done = run({"status"}, {name + "=/nowhere"});
    CHECK(done.exit_code == 2);
    CHECK(contains(done.errors, "environment variable " + name + ": --"));
    CHECK(contains(done.errors, "from /nowhere: No such file or directory"));
  }
}

TEST_CASE("a bad value of an option is an error that names the option", "[usage]") {
  check_usage_error({"serve", "--port", "x"}, {"--port", "x"});
  check_usage_error({"serve", "--port", "65536"}, {"--port", "65536"});
  check_usage_error({"serve", "--port", "-1"}, {"--port"});
  check_usage_error({"serve", "--port", "80x"}, {"--port", "80x"});
  check_usage_error({"serve", "--port"}, {"--port"});
  for (const char* bytes : {"0", "-5", "1G", "x", "1.5M", "99999999999999999999", "K"}) {
    check_usage_error({"serve", std::string("--max-message-bytes=") + bytes}, {"--max-message-bytes"});
    check_usage_error({"serve", std::string("--max-outbox-bytes=") + bytes}, {"--max-outbox-bytes"});
  }
  for (const char* seconds : {"x", "-1", "nan", "inf", "1e99", "5s"}) {
    check_usage_error({"serve", std::string("--ping-interval=") + seconds}, {"--ping-interval"});
    check_usage_error({"serve", std::string("--ping-timeout=") + seconds}, {"--ping-timeout"});
    check_usage_error({"serve", std::string("--drain-seconds=") + seconds}, {"--drain-seconds"});
  }
  check_usage_error({"serve", "--log-format", "xml"}, {"--log-format", "xml", "logfmt"});
  check_usage_error({"serve", "--log-level", "loud"}, {"--log-level", "loud", "debug"});
  check_usage_error({"serve", "--color", "red"}, {"--color", "red", "never"});
  check_usage_error({"serve", "--ping-interval", "30", "--ping-timeout", "10"},
                    {"--ping-timeout", "--ping-interval"});
  check_usage_error({"serve", "--no-such-option"}, {"--no-such-option"});
  check_usage_error({"serve", "stray"}, {"stray"});
}

TEST_CASE("a bad limit is an error that says what a good one looks like", "[usage]") {
  const auto set = [](std::string option, const std::string& value) {
    return option.append("=").append(value);
  };
  for (const std::string option : {"--max-connections", "--max-pending", "--max-room-peers"})
    for (const std::string count : {"0", "-1", "x", "1.5", "1000001", "1G", "99999999999999999999"})
      check_usage_error({"serve", set(option, count)}, {option, "is not a number from 1 to 1000000"});
  for (const std::string option : {"--rate-messages", "--rate-bytes", "--rate-deliveries"})
    for (const std::string rate :
         {"x", "5/0", "5/", "/5", "/", "5/x", "-5", "5/5/5", "1.5", "2000000000", "5 /5"})
      check_usage_error({"serve", set(option, rate)}, {option, "is not a rate", "like 200 or 200/2000"});
  for (const std::string option : {"--handshake-timeout", "--message-timeout", "--join-timeout"})
    for (const std::string seconds : {"x", "-1", "nan", "86401"})
      check_usage_error({"serve", set(option, seconds)},
                        {option, "is not a number of seconds from 0 to 86400"});
  for (const std::string bytes : {"0", "1023", "x", "1025M"})
    check_usage_error({"serve", "--max-outbox-total=" + bytes},
                      {"--max-outbox-total", "is not a number of bytes from 1024 to 1024M"});
  for (const std::string option : {"--max-connections", "--rate-bytes", "--join-timeout"})
    check_usage_error({"serve", option + "="}, {option, "missing"});
  check_usage_error({"serve"}, {"P2PSIG_MAX_CONNECTIONS", "0 is not a number"}, {"P2PSIG_MAX_CONNECTIONS=0"});
  check_usage_error({"serve"}, {"P2PSIG_RATE_MESSAGES", "x is not a rate"}, {"P2PSIG_RATE_MESSAGES=x"});
  check_usage_error({"serve"}, {"P2PSIG_JOIN_TIMEOUT", "soon"}, {"P2PSIG_JOIN_TIMEOUT=soon"});
}

TEST_CASE("a command that is missing is an error, whatever else is there", "[usage]") {
  check_usage_error({"--"}, {"no command"});
}

TEST_CASE("what status cannot be asked is an error with a hint", "[usage]") {
  const auto fails = [](std::vector<std::string> arguments, const std::vector<std::string>& words) {
    arguments.insert(arguments.begin(), "status");
    check_usage_error(arguments, words);
  };
  for (const std::string option : {"--min-peers=1", "--max-peers=1", "--has-peer=x"})
    fails({option}, {option.substr(0, option.find('=')), "--room ROOM", "--min-clients"});
  for (const std::string option : {"--min-clients=1", "--max-clients=1"})
    fails({"--room", "lab", option}, {option.substr(0, option.find('=')), "--room", "--min-peers"});
  fails({"--wait"}, {"--wait", "--min-clients"});
  fails({"--wait", "--room", "lab"}, {"--wait", "--min-peers"});
  fails({"--watch", "--wait", "--min-clients=1"}, {"--watch", "--wait"});
  fails({"--watch", "--min-clients=1"}, {"--watch", "--wait"});
  fails({"--watch", "--room", "lab", "--has-peer", "x"}, {"--watch", "--has-peer"});
  fails({"--room", "lab", "--min-peers", "3", "--max-peers", "2"}, {"--min-peers 3", "--max-peers 2"});
  fails({"--min-clients", "3", "--max-clients", "2"}, {"--min-clients 3", "--max-clients 2"});
  fails({"--room", "\xFF"}, {"--room", "UTF-8"});
  for (const std::string count : {"", "x", "-1", "1.5", "1000000001", "0x1", " 1"}) {
    fails({"--min-clients=" + count}, {"--min-clients"});
    fails({"--room=lab", "--max-peers=" + count}, {"--max-peers"});
  }
  for (const std::string seconds : {"0", "0.09", "x", "-1", "nan", "inf", "86401", "2s"})
    fails({"--watch=" + seconds}, {"--watch", seconds, "from 0.1 to 86400"});
  for (const std::string seconds : {"x", "-1", "nan", "86401"})
    fails({"--timeout=" + seconds}, {"--timeout", "is not a number of seconds from 0 to 86400"});
  fails({"--sort", "size"}, {"--sort", "size", "name|peers"});
  fails({"--watch", "5"}, {"5"});  // an optional value has a =
  fails({"--wait=5", "--min-clients=1"}, {"wait"});
  fails({"lobby"}, {"lobby"});
  fails({"--url", "ftp://x"}, {"--url", "ftp://x"});
  check_usage_error({"status"}, {"P2PSIG_WATCH", "never is not"}, {"P2PSIG_WATCH=never"});
  check_usage_error({"status"}, {"P2PSIG_URL", "ftp://x"}, {"P2PSIG_URL=ftp://x"});
  check_usage_error({"status"}, {"P2PSIG_TOKEN"}, {"P2PSIG_TOKEN=a b"});
}

TEST_CASE("a bad variable of another command is no business of status", "[usage]") {
  const std::vector<std::string> bad{"P2PSIG_PORT=x", "PORT=x", "P2PSIG_LOG_LEVEL=x", "P2PSIG_LINGER=x"};
  CHECK(run({"status", "--url", "127.0.0.1:1"}, bad).exit_code == 3);
  CHECK(run({"serve", "--help"}, {"P2PSIG_URL=ftp://x", "P2PSIG_WATCH=x"}).exit_code == 0);
}

TEST_CASE("a bad variable is an error that names the variable", "[usage]") {
  check_usage_error({"serve"}, {"P2PSIG_PORT", "x"}, {"P2PSIG_PORT=x"});
  check_usage_error({"serve"}, {"PORT", "x"}, {"PORT=x"});
  check_usage_error({"serve"}, {"P2PSIG_LOG_LEVEL", "loud"}, {"P2PSIG_LOG_LEVEL=loud"});
  check_usage_error({"serve"}, {"P2PSIG_MAX_MESSAGE_BYTES"}, {"P2PSIG_MAX_MESSAGE_BYTES=much"});
  check_usage_error({"serve"}, {"P2PSIG_PING_INTERVAL"}, {"P2PSIG_PING_INTERVAL=often"});
}

TEST_CASE("flags win over P2PSIG variables, those over plain ones, and empty ones are unset", "[usage]") {
  const auto listening = [](std::vector<std::string> arguments, const std::vector<std::string>& environment) {
    arguments.insert(arguments.begin(), "serve");
    ChildProcess process({.arguments = arguments, .environment = environment});
    return process.read_line();
  };
  CHECK(listening({"--host", "127.0.0.1", "--port", "0"}, {"P2PSIG_PORT=x", "PORT=x", "HOST=192.0.2.1"})
            .starts_with("listening ws://127.0.0.1:"));
  CHECK(listening({}, {"P2PSIG_HOST=127.0.0.2", "P2PSIG_PORT=0", "HOST=192.0.2.1", "PORT=x"})
            .starts_with("listening ws://127.0.0.2:"));
  CHECK(listening({}, {"P2PSIG_HOST=", "P2PSIG_PORT=", "HOST=127.0.0.3", "PORT=0"})
            .starts_with("listening ws://127.0.0.3:"));
}

}  // namespace p2psig::test
