#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/workload.hpp"

namespace p2psig::bench {

struct Options {
  std::vector<const Workload*> workloads;
  std::chrono::duration<double> time{3};
  unsigned rounds = 3;
  std::optional<std::string> url;  ///< a server that runs; otherwise one is started for each run
  std::optional<pid_t> pid;        ///< its process
  bool default_limits = false;
  bool json = false;
  bool help = false;
  std::vector<std::string> serve_options;  ///< more of them, for the servers that are started
};

/// Throws Unusable, which says what is wrong with them.
[[nodiscard]] Options parse_options(int argc, char** argv);

[[nodiscard]] std::string help_text();

/// Raises the limit of descriptors as far as it goes. Throws Unusable if that is not enough.
void allow_connections(const Options& options);

}  // namespace p2psig::bench
