#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tests/bench/figures.hpp"
#include "tests/bench/options.hpp"
#include "tests/bench/workload.hpp"

namespace p2psig::bench {

/// All rounds of one workload, up to the one that failed.
struct Series {
  const Workload* workload;
  std::vector<Figures> rounds;
  std::optional<std::string> fault;

  [[nodiscard]] Figures median() const { return bench::median(rounds); }
};

/// Each round against a server of its own, unless the options name one.
[[nodiscard]] Series run_series(const Workload& workload, const Options& options);

}  // namespace p2psig::bench
