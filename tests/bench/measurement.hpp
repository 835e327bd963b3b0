#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "tests/bench/address.hpp"
#include "tests/bench/figures.hpp"
#include "tests/bench/usage.hpp"
#include "tests/bench/workload.hpp"

namespace p2psig::bench {

/// A server that runs.
struct Target {
  Address address;
  std::optional<Process> process;
};

/// Runs a workload once, measuring for `time` after a start-up of up to 1 s where that has a meaning. `label`
/// is for the names of rooms. Throws Fault if anything came otherwise than it had to, or did not come.
[[nodiscard]] Figures measure(const Target& target, const Workload& workload, const std::string& label,
                              std::chrono::duration<double> time);

}  // namespace p2psig::bench
