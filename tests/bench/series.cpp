#include "tests/bench/series.hpp"

#include <unistd.h>

#include <cstdio>
#include <memory>

#include "tests/bench/failure.hpp"
#include "tests/bench/measurement.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::bench {
namespace {

constexpr std::chrono::seconds kEndWithin{20};

using test::ServerProcess;

test::Launch launch(const Options& options, bool limited) {
  test::Launch launch{.errors = test::Launch::Errors::discarded};
  if (!limited) launch.arguments = {"--rate-messages", "0", "--rate-bytes", "0", "--rate-deliveries", "0"};
  launch.arguments.insert(launch.arguments.end(), options.serve_options.begin(), options.serve_options.end());
  return launch;
}

std::unique_ptr<ServerProcess> start(const test::Launch& launch) {
  try {
    return std::make_unique<ServerProcess>(launch);
  } catch (const std::exception&) {
    std::string command = "p2psig serve";
    for (const std::string& argument : launch.arguments) command += " " + argument;
    throw Fault("p2psig did not say where it listens; see what it does say: " + command);
  }
}

/// The server has to survive the run, and to end well.
void stop(ServerProcess& server) {
  server.signal(SIGTERM);
  if (const int code = server.wait(kEndWithin); code != 0)
    throw Fault("p2psig ended with " + std::to_string(code));
}

Figures measure_own(const Workload& workload, const Options& options, const std::string& label,
                    bool limited) {
  const auto server = start(launch(options, limited));
  std::string fault;
  Figures figures;
  try {
    const Target target{resolve(server->url()), Process(server->pid())};
    figures = measure(target, workload, label, options.time);
  } catch (const Fault& seen) {
    fault = seen.what();
  }
  try {
    stop(*server);
  } catch (const std::exception& seen) {  // why a connection broke
    fault.append(fault.empty() ? "" : "; ").append(seen.what());
  }
  if (!fault.empty()) throw Fault(fault);
  return figures;
}

Figures run_once(const Workload& workload, const Options& options, const std::string& label) {
  if (options.url) {
    Target target{resolve(*options.url), std::nullopt};
    if (options.pid) target.process.emplace(*options.pid);
    return measure(target, workload, label, options.time);
  }
  if (!options.default_limits) return measure_own(workload, options, label, false);
  const Figures free = measure_own(workload, options, label, false);
  Figures limited = measure_own(workload, options, label, true);
  limited.ratio = cpu_ratio(limited, free);
  return limited;
}

/// On a terminal, until the next.
void show_progress(const std::string& text) {
  if (isatty(STDERR_FILENO) != 0) std::fprintf(stderr, "\r\033[K%s", text.c_str());
}

}  // namespace

Series run_series(const Workload& workload, const Options& options) {
  Series series{&workload, {}, {}};
  const std::string label = "bench-" + std::to_string(getpid()) + "-" + std::string(workload.name) + "-";
  for (unsigned round = 1; round <= options.rounds && !series.fault; ++round) {
    show_progress(std::string(workload.name) + " " + std::to_string(round) + "/" +
                  std::to_string(options.rounds));
    try {
      series.rounds.push_back(run_once(workload, options, label + std::to_string(round)));
    } catch (const Fault& fault) {
      series.fault = fault.what();
    }
  }
  show_progress("");
  return series;
}

}  // namespace p2psig::bench
