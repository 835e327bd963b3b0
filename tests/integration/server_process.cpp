#include "tests/integration/server_process.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <utility>

namespace p2psig::test {
namespace {

Launch serve(Launch launch) {
  const auto given = launch.arguments;
  launch.arguments = {"serve"};
  for (const auto& [option, value] : {std::pair("--port", "0"), std::pair("--host", "127.0.0.1")})
    if (std::find(given.begin(), given.end(), option) == given.end())
      launch.arguments.insert(launch.arguments.end(), {option, value});
  launch.arguments.insert(launch.arguments.end(), given.begin(), given.end());
  return launch;
}

std::string file_of(pid_t pid, const char* name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/" + name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

ServerProcess::ServerProcess(Launch launch) : process_(serve(std::move(launch))) {
  const std::string line = process_.read_line();
  const std::string opening = "listening ws://";
  const auto colon = line.rfind(':');
  if (!line.starts_with(opening))
    throw std::runtime_error("not the line that says where it listens: " + line);
  url_ = line.substr(opening.find("ws://"));
  const auto [end, error] = std::from_chars(line.data() + colon + 1, line.data() + line.size(), port_);
  if (error != std::errc() || end != line.data() + line.size() || port_ == 0)
    throw std::runtime_error("no port in: " + line);
}

int ServerProcess::stop(int with) {
  signal(with);
  return wait();
}

std::size_t ServerProcess::resident_bytes() const {
  std::istringstream fields(file_of(process_.pid(), "statm"));
  std::size_t all = 0;
  std::size_t resident = 0;
  fields >> all >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

std::chrono::milliseconds ServerProcess::cpu_time() const {
  const std::string stat = file_of(process_.pid(), "stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;  // proc(5): utime and stime are the fields 14 and 15
  long long user = 0;
  long long system = 0;
  fields >> user >> system;
  return std::chrono::milliseconds((user + system) * 1000 / sysconf(_SC_CLK_TCK));
}

}  // namespace p2psig::test
