#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "tests/integration/descriptor.hpp"

namespace p2psig::test {

/// How the program is started.
struct Launch {
  enum class Errors {
    kept,       ///< can be read with errors()
    closed,     ///< the program has no descriptor 2, and no 0 either
    stuck,      ///< a full pipe that nobody reads
    discarded,  ///< /dev/null
  };

  std::vector<std::string> arguments{};
  /// NAME=value, beside what the tests inherit; the variables that p2psig reads are never inherited.
  std::vector<std::string> environment{};
  Errors errors = Errors::kept;
  std::optional<std::size_t> descriptors_max{};
  /// Passed as a service manager does: as descriptors from 3 on, with LISTEN_FDS and LISTEN_PID.
  std::vector<int> listening{};
};

/// The program under test, run once. Killed with its owner, and with the tests.
class ChildProcess {
 public:
  explicit ChildProcess(const Launch& launch);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// A line of stdout, without its end.
  std::string read_line();
  void signal(int number) const;
  /// Waits for the end. The exit code, as a shell counts: 128 + N for an end by signal N.
  int wait(std::chrono::milliseconds within = kDeadline);

  /// What was left of stdout at the end.
  [[nodiscard]] const std::string& output() const noexcept { return output_; }
  /// All of stderr so far, if it is kept; after wait(), all there is.
  [[nodiscard]] std::string errors() const;

 private:
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  Descriptor handle_;  // readable when the process has ended
  Descriptor stdout_;
  Descriptor stderr_;
  std::string output_;
};

/// What a run that ends by itself did.
struct Run {
  int exit_code;
  std::string output;
  std::string errors;
};
[[nodiscard]] Run run(const std::vector<std::string>& arguments,
                      const std::vector<std::string>& environment = {});

}  // namespace p2psig::test
