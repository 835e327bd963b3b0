#include <cstdio>
#include <exception>

#include "tests/bench/failure.hpp"
#include "tests/bench/options.hpp"
#include "tests/bench/report.hpp"

namespace p2psig::bench {
namespace {

constexpr int kDone = 0;
constexpr int kFaulty = 1;
constexpr int kUnusable = 2;

void print(const std::string& text) {
  std::puts(text.c_str());
  std::fflush(stdout);
}

int run(const Options& options) {
  allow_connections(options);
  std::vector<Series> all;
  bool faulty = false;
  if (!options.json) print(table_heading());
  for (const Workload* workload : options.workloads) {
    const Series& series = all.emplace_back(run_series(*workload, options));
    if (!options.json) print(table_row(series));
    if (!series.fault) continue;
    faulty = true;
    if (options.json)
      std::fprintf(stderr, "p2psig_bench: %s: %s\n", workload->name.data(), series.fault->c_str());
  }
  print(options.json ? json_report(all, options) : "\n" + table_notes(all, options));
  return faulty ? kFaulty : kDone;
}

}  // namespace
}  // namespace p2psig::bench

int main(int argc, char** argv) {
  using namespace p2psig::bench;
  try {
    const Options options = parse_options(argc, argv);
    if (options.help) {
      std::fputs(help_text().c_str(), stdout);
      return kDone;
    }
    return run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "p2psig_bench: %s\nRun 'p2psig_bench --help' to see what there is.\n", error.what());
    return kUnusable;
  }
}
