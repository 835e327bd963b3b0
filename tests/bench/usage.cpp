#include "tests/bench/usage.hpp"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>

#include "tests/bench/failure.hpp"

namespace p2psig::bench {
namespace {

std::chrono::nanoseconds read_clock(clockid_t clock) {
  timespec time{};
  if (clock_gettime(clock, &time) != 0) throw Fault("the server's process is gone");
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// proc(5): user, nice, system, idle, iowait, irq, softirq, steal. Without idle and iowait.
std::chrono::nanoseconds machine_time() {
  std::ifstream file("/proc/stat");
  std::string skipped;
  file >> skipped;
  long long ticks = 0;
  for (int i = 0; i < 8; ++i) {
    long long field = 0;
    file >> field;
    if (i != 3 && i != 4) ticks += field;
  }
  return std::chrono::nanoseconds(std::chrono::seconds(1)) * ticks / sysconf(_SC_CLK_TCK);
}

double share(std::chrono::nanoseconds used, Clock::duration of) {
  return std::chrono::duration<double>(used) / std::chrono::duration<double>(of);
}

}  // namespace

Process::Process(pid_t pid) : pid_(pid) {
  if (clock_getcpuclockid(pid, &clock_) != 0)
    throw Unusable("there is no process " + std::to_string(pid) + " to be measured");
}

std::chrono::nanoseconds Process::cpu_time() const { return read_clock(clock_); }

std::size_t Process::resident_bytes() const {
  std::ifstream file("/proc/" + std::to_string(pid_) + "/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  if (!(file >> all >> resident)) throw Fault("the server's process is gone");
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

Usage usage_now(const std::optional<Process>& server) {
  Usage usage{.at = Clock::now(), .client = read_clock(CLOCK_PROCESS_CPUTIME_ID), .machine = machine_time()};
  if (server) {
    usage.server = server->cpu_time();
    usage.server_bytes = server->resident_bytes();
  }
  return usage;
}

Load::Load(const Usage& before, const Usage& after)
    : client(share(after.client - before.client, after.at - before.at)) {
  if (!before.server) return;
  server = share(*after.server - *before.server, after.at - before.at);
  others = std::max(0.0, share(after.machine - before.machine, after.at - before.at) - client - *server);
}

}  // namespace p2psig::bench
