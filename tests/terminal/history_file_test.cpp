#include "cmd/terminal/editor/history_file.hpp"

#include <pty.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "core/protocol/limits.hpp"
#include "tests/catch.hpp"
#include "tests/terminal/support/terminal.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("entries come back as they were", "[history]") {
  const Folder folder;
  HistoryFile file(folder.path("a/b/lines"));
  CHECK(file.load().empty());
  const std::vector<std::string> entries{"plain", "{\n  \"a\": \"\\n\\\\\"\n}", "é\t\033", "\\",
                                         "ends with \\"};
  for (const std::string& entry : entries) CHECK_FALSE(file.append(entry));
  CHECK(file.load() == entries);
}

TEST_CASE("at most a thousand entries are kept", "[history]") {
  const std::size_t count =
      GENERATE(limits::kHistoryLines - 1, limits::kHistoryLines, limits::kHistoryLines + 1);
  const Folder folder;
  {
    std::ofstream out(folder.path("lines"));
    for (std::size_t i = 1; i <= count; ++i) out << "line " << i << "\n";
  }
  const HistoryFile file(folder.path("lines"));
  const std::size_t kept = std::min(count, limits::kHistoryLines);
  const std::string first = "line " + std::to_string(count - kept + 1);
  CHECK(file.load().size() == kept);
  CHECK(file.load().front() == first);
  file.trim();
  CHECK(contents(folder.path("lines")).starts_with(first + "\n"));
  CHECK(file.load().size() == kept);
}

TEST_CASE("at most so many bytes are read and kept", "[history]") {
  const std::size_t size =
      GENERATE(limits::kHistoryBytes - 1, limits::kHistoryBytes, limits::kHistoryBytes + 1);
  const Folder folder;
  std::ofstream(folder.path("lines")) << "oldest\n" << std::string(size - 7 - 8, 'x') << "\nnewest\n";
  const HistoryFile file(folder.path("lines"));
  const bool fits = size <= limits::kHistoryBytes;
  CHECK(file.load().size() == (fits ? 3U : 2U));
  CHECK(file.load().back() == "newest");
  file.trim();
  CHECK(contents(folder.path("lines")).size() == (fits ? size : size - 7));
}

TEST_CASE("a device keeps its modes: it is everybody's", "[history]") {
  std::array<char, 64> device{};
  int master = -1;
  int slave = -1;
  REQUIRE(openpty(&master, &slave, device.data(), nullptr, nullptr) == 0);
  REQUIRE(fchmod(slave, 0622) == 0);
  HistoryFile file(device.data());
  CHECK(file.append("one") == std::nullopt);
  struct stat status {};
  REQUIRE(fstat(slave, &status) == 0);
  CHECK((status.st_mode & 07777U) == 0622);
  close(slave);
  close(master);
}

TEST_CASE("an entry larger than the file may be is not written", "[history]") {
  const Folder folder;
  HistoryFile file(folder.path("lines"));
  CHECK_FALSE(file.append(std::string(limits::kHistoryBytes, 'x')));
  CHECK(file.load().empty());
  CHECK_FALSE(file.append(std::string(limits::kHistoryBytes - 1, 'x')));
  CHECK(file.load().size() == 1);
}

TEST_CASE("nobody's entry is lost while others write and shorten the file", "[history]") {
  const Folder folder;
  const std::string path = folder.path("lines");
  {
    std::ofstream out(path);
    for (int i = 0; i < 3000; ++i) out << "old\n";
  }
  const auto write = [&path](const std::string& name) {
    HistoryFile file(path);
    for (int i = 0; i < 100; ++i) {
      const auto problem = file.append(name + std::to_string(i));
      if (problem) throw std::runtime_error(*problem);
      if (i % 10 == 0) file.trim();
    }
  };
  std::thread one(write, "a");
  std::thread two(write, "b");
  std::thread three(write, "c");
  one.join();
  two.join();
  three.join();
  const auto entries = HistoryFile(path).load();
  CHECK(entries.size() == limits::kHistoryLines);
  CHECK(std::count_if(entries.begin(), entries.end(),
                      [](const std::string& entry) { return entry != "old"; }) == 300);
}

TEST_CASE("a file that cannot be written is told once", "[history]") {
  HistoryFile file("/proc/no/such/place");
  const auto problem = file.append("line");
  REQUIRE(problem);
  CHECK(problem->starts_with("cannot remember lines in /proc/no/such/place: "));
  CHECK_FALSE(file.append("line"));
}
