#include "tests/bench/figures.hpp"

#include <algorithm>
#include <vector>

namespace p2psig::bench {

Figures median(std::span<const Figures> rounds) {
  Figures result;
  for (const Metric& metric : kMetrics) {
    std::vector<double> values;
    for (const Figures& figures : rounds)
      if (const auto value = figures.*metric.value) values.push_back(*value);
    if (values.empty()) continue;
    std::sort(values.begin(), values.end());
    const std::size_t upper = values.size() / 2;
    const std::size_t lower = (values.size() - 1) / 2;
    result.*metric.value = (values[lower] + values[upper]) / 2;
  }
  return result;
}

std::optional<double> cpu_ratio(const Figures& figures, const Figures& base) {
  if (!figures.cpu_us || !base.cpu_us) return std::nullopt;
  return *figures.cpu_us / *base.cpu_us;
}

}  // namespace p2psig::bench
