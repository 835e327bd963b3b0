// Each command, right and wrong.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/catch.hpp"
#include "tests/terminal/join/person.hpp"

using namespace p2psig::test;

namespace {

std::string content_of(const std::string& name) {
  std::ifstream file(name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("an offer, an answer and a candidate are sent from files and from what is typed", "[join]") {
  const Folder folder;
  std::ofstream(folder.path("offer.sdp")) << "v=0\no=- 1 2 IN IP4 127.0.0.1\ns=-\nt=0 0\n";
  Person person;
  RawClient ann = person.comes();
  const std::string from = R"(,"from":")" + person.own_id() + "\"}";
  const std::string to = R"("to":")" + ann.id() + "\"";
  person.enters("/offer @1 @" + folder.path("offer.sdp"));
  CHECK(ann.read_text() ==
        R"({"type":"offer",)" + to +
            R"(,"offer":{"type":"offer","sdp":"v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"})" +
            from);
  person.terminal.sees(">> @1 offer");
  person.enters("/answer " + ann.id().substr(0, 8) + R"( {"type":"answer","sdp":"v=0\r\n"})");
  CHECK(ann.read_text() ==
        R"({"type":"answer",)" + to + R"(,"answer":{"type":"answer","sdp":"v=0\r\n"})" + from);
  person.enters("/ice @1 candidate:1 1 udp 1 192.0.2.1 9 typ host");
  CHECK(ann.read_text() ==
        R"({"type":"ice-candidate",)" + to +
            R"(,"candidate":{"candidate":"candidate:1 1 udp 1 192.0.2.1 9 typ host","sdpMLineIndex":0})" +
            from);
  person.enters(R"(/send {"type":"chat","text":"hello"})");
  CHECK(ann.read_text() == R"({"type":"chat","text":"hello")" + from);
  person.enters(R"({"type" : "verbatim","n":1.50})");
  CHECK(ann.read_text() == R"({"type" : "verbatim","n":1.50)" + from);
}

TEST_CASE("what is no command, or a wrong one, is told what would be right", "[join]") {
  Person person;
  const auto example = GENERATE(table<std::string, std::string>({
      {"hello", "commands begin with /"},
      {"/offre @1 x", "/offer"},
      {"/offer", "PEER"},
      {"/offer @7 {}", "@7"},
      {"/show x", "/show"},
      {"/show 4711", "#4711 is not among the last ones"},
      {"/filter", "/filter"},
      {"/raw maybe", "/raw"},
      {"/pair @1", "/pair"},
      {"/record", "/record"},
      {"/offer @1 @/nowhere/at/all", "@1"},
      {"/send @/nowhere/at/all", "cannot read what to send from /nowhere/at/all: No such file or directory"},
      {"{\"type\":", "this is not a JSON object: nothing was sent"},
  }));
  const std::string& line = std::get<0>(example);
  const std::string& answer = std::get<1>(example);
  CAPTURE(line);
  person.enters(line);
  person.terminal.until(answer, [&] {
    const std::string all = person.terminal.screen().all_text();
    return all.find(answer, all.find("lab(1)> " + line) + 8 + line.size()) != std::string::npos;
  });
  person.sees_prompt("lab(1)> ");
}

TEST_CASE("/show, /raw, /filter and /peers", "[join]") {
  Person person;
  RawClient ann = person.comes();
  ann.send_text(R"({"type":"offer","offer":{"type":"offer","sdp":"v=0\r\ns=the name\r\n"}})");
  person.terminal.sees("#6 ");
  person.enters("/show 6");
  person.terminal.sees("s=the name\n");
  person.enters("/peers");
  person.terminal.sees(ann.id());
  person.enters("/raw on");
  person.terminal.sees("messages as JSON");
  ann.send_text(R"({"type":"chat","text":"in \u0022raw\u0022"})");
  person.terminal.sees(R"({"type":"chat","text":"in \u0022raw\u0022")");
  person.enters("/filter offer,candidate");
  person.terminal.sees("only these types");
  ann.send_text(R"({"type":"chat","text":"not to be seen"})");
  ann.send_text(R"({"type":"ice-candidate","candidate":{"candidate":"marker"}})");
  person.terminal.sees("marker");
  CHECK(person.terminal.screen().all_text().find("not to be seen") == std::string::npos);
  person.enters("/filter off");
  person.terminal.sees("all messages are shown");
}

TEST_CASE("/ping, /status, /help, and /reconnect with a new id", "[join]") {
  Person person;
  person.enters("/ping");
  person.terminal.sees("the server answered in ");
  person.enters("/status");
  person.terminal.sees("1 client");
  person.enters("/help");
  person.terminal.sees("/reconnect");
  const std::string first = person.own_id();
  person.enters("/reconnect");
  person.terminal.until("another id", [&] {
    const std::string id = person.own_id();
    return !id.empty() && id != first;
  });
  person.sees_prompt("lab(1)> ");
}

TEST_CASE("a recording has what --record writes, and may end and begin again", "[join]") {
  const Folder folder;
  Person person;
  RawClient ann = person.comes();
  person.enters("/record " + folder.path("first"));
  person.terminal.sees("recording to");
  ann.send_text(R"({"type":"one"})");
  person.terminal.sees("one");
  person.enters("/record " + folder.path("second"));
  person.terminal.sees("recording to " + folder.path("second"));
  ann.send_text(R"({"type":"two"})");
  person.terminal.sees("two");
  person.enters("/record off");
  person.terminal.sees("nothing is recorded");
  ann.send_text(R"({"type":"three"})");
  person.terminal.sees("three");
  CHECK(person.quits() == 0);
  const std::string first = content_of(folder.path("first"));
  const std::string second = content_of(folder.path("second"));
  CHECK(first.find(R"("dir":"in","n":6,"msg":{"type":"one")") != std::string::npos);
  CHECK(first.find("two") == std::string::npos);
  CHECK(second.find(R"("n":7,"msg":{"type":"two")") != std::string::npos);
  CHECK(second.find("three") == std::string::npos);
}

TEST_CASE("a recording that cannot be written is said, and the room goes on", "[join]") {
  Person person;
  RawClient ann = person.comes();
  person.enters("/record /nowhere/at/all");
  person.terminal.sees("cannot write a record to /nowhere/at/all: No such file or directory");
  person.enters("/record /dev/full");
  person.terminal.sees("recording to /dev/full");
  ann.send_text(R"({"type":"one"})");
  person.terminal.sees("cannot write to /dev/full: No space left on device");
  ann.send_text(R"({"type":"two"})");
  person.terminal.sees("two");
  person.sees_prompt("lab(2)> ");
  CHECK(person.quits() == 0);
}

TEST_CASE("a recording that nobody reads does not take the program down when it ends", "[join]") {
  const Folder folder;
  const std::string name = folder.path("pipe");
  REQUIRE(mkfifo(name.c_str(), 0600) == 0);
  const Descriptor reader(open(name.c_str(), O_RDONLY | O_NONBLOCK));
  Person person;
  RawClient ann = person.comes();
  person.enters("/record " + name);
  person.terminal.sees("recording to");
  for (int i = 0; i < 10; ++i) ann.send_text(R"({"type":"large","pad":")" + std::string(20'000, 'x') + "\"}");
  person.terminal.sees("#15 ");
  person.enters("/record off");
  person.terminal.sees("nothing is recorded");
  ann.send_text(R"({"type":"behind"})");
  person.terminal.sees("behind");
  std::string all(300'000, '\0');
  std::size_t read_bytes = 0;
  while (read_bytes < 200'000 || all[read_bytes - 1] != '\n') {
    REQUIRE(becomes_ready(reader.get(), POLLIN, kDeadline));
    const ssize_t got = read(reader.get(), all.data() + read_bytes, all.size() - read_bytes);
    if (got > 0) read_bytes += static_cast<std::size_t>(got);
  }
  CHECK(person.quits() == 0);
}
