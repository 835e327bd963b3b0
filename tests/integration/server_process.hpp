#pragma once

#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/integration/child_process.hpp"

namespace p2psig::test {

/// `p2psig serve`, ready for connections. On a port that the system chose, unless the options name one.
class ServerProcess {
 public:
  /// On 127.0.0.1, unless the options name another host.
  explicit ServerProcess(std::vector<std::string> options = {})
      : ServerProcess(Launch{.arguments = std::move(options)}) {}
  /// The arguments are options of `serve`.
  explicit ServerProcess(Launch launch);

  [[nodiscard]] pid_t pid() const noexcept { return process_.pid(); }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// What it says that it listens on.
  [[nodiscard]] const std::string& url() const noexcept { return url_; }

  void signal(int number) const { process_.signal(number); }
  int wait(std::chrono::milliseconds within = kDeadline) { return process_.wait(within); }
  /// Asks it to end and waits. Its exit code.
  int stop(int with = SIGTERM);
  /// Its stderr; whole after stop() or wait().
  [[nodiscard]] std::string log() const { return process_.errors(); }

  [[nodiscard]] std::size_t resident_bytes() const;
  /// Time that it has spent computing, in user mode and in the kernel.
  [[nodiscard]] std::chrono::milliseconds cpu_time() const;

 private:
  ChildProcess process_;
  std::string url_;
  std::uint16_t port_ = 0;
};

}  // namespace p2psig::test
