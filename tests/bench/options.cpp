#include "tests/bench/options.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "tests/bench/failure.hpp"

namespace p2psig::bench {
namespace {

template <class Number>
Number number_in(std::string_view option, std::string_view text, Number least, Number most) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !(number >= least && number <= most))
    throw Unusable(std::string(option) + " has no use for '" + std::string(text) + "'");
  return number;
}

class Arguments {
 public:
  Arguments(int argc, char** argv) : left_(argv + 1, argv + argc) {}

  bool next() {
    if (at_ == left_.size()) return false;
    current_ = left_[at_++];
    return true;
  }
  [[nodiscard]] std::string_view current() const { return current_; }
  std::string_view value() {
    if (at_ == left_.size()) throw Unusable(std::string(current_) + " wants a value");
    return left_[at_++];
  }
  std::vector<std::string> rest() {
    std::vector<std::string> rest(left_.begin() + static_cast<std::ptrdiff_t>(at_), left_.end());
    at_ = left_.size();
    return rest;
  }

 private:
  std::vector<std::string_view> left_;
  std::string_view current_;
  std::size_t at_ = 0;
};

void add_once(std::vector<const Workload*>& to, const Workload& workload) {
  if (std::find(to.begin(), to.end(), &workload) == to.end()) to.push_back(&workload);
}

void parse(Arguments& arguments, Options& options) {
  const std::string_view argument = arguments.current();
  if (argument == "--secs")
    options.time = std::chrono::duration<double>(number_in(argument, arguments.value(), 0.1, 3600.0));
  else if (argument == "--rounds")
    options.rounds = number_in(argument, arguments.value(), 1U, 1000U);
  else if (argument == "--url")
    options.url = arguments.value();
  else if (argument == "--pid")
    options.pid = number_in<pid_t>(argument, arguments.value(), 1, 1 << 30);
  else if (argument == "--default-limits")
    options.default_limits = true;
  else if (argument == "--json")
    options.json = true;
  else if (argument == "--help" || argument == "-h")
    options.help = true;
  else if (argument == "--")
    options.serve_options = arguments.rest();
  else if (argument.starts_with("-"))
    throw Unusable("there is no option " + std::string(argument));
  else
    add_once(options.workloads, workload_named(argument));
}

void choose_all(Options& options) {
  for (const Workload& workload : workloads())
    if (!options.default_limits || workload.within_default_rates) options.workloads.push_back(&workload);
}

void check(const Options& options) {
  if (options.pid && !options.url)
    throw Unusable("--pid goes with --url: it is the process that listens there");
  if (options.url && (options.default_limits || !options.serve_options.empty()))
    throw Unusable("--url is a server that runs: its options are its own");
  if (!options.default_limits) return;
  for (const Workload* workload : options.workloads)
    if (!workload->within_default_rates)
      throw Unusable("--default-limits: '" + std::string(workload->name) +
                     "' goes beyond the default rates of one connection");
}

std::size_t descriptors_for(const Workload& workload, const Options& options) {
  const std::size_t connections = workload.connections();
  if (options.url) {
    constexpr std::size_t beside_connections = 64;
    return connections + beside_connections;
  }
  // p2psig gets the same limit, and keeps some of it for other files, and up to a quarter of the rest for
  // those that are not connected yet.
  constexpr std::size_t files = 256;
  constexpr std::size_t pending_max = 1024;
  return connections + std::min(connections / 3 + 1, pending_max) + files;
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  Arguments arguments(argc, argv);
  while (arguments.next()) parse(arguments, options);
  if (options.workloads.empty()) choose_all(options);
  check(options);
  return options;
}

std::string help_text() {
  std::string text =
      "Usage: p2psig_bench [WORKLOAD...] [OPTIONS] [-- OPTIONS OF SERVE]\n\n"
      "Measures what the server costs, and verifies every message that comes. Without a workload, all:\n\n";
  for (const Workload& workload : workloads()) {
    text.append("  ").append(workload.name).append(13 - workload.name.size(), ' ');
    text.append(workload.text).append("\n");
  }
  return text +
         "\n"
         "  --secs S           measured seconds of a run (3)\n"
         "  --rounds N         runs of each workload; the medians are printed (3)\n"
         "  --url URL          a server that runs, ws://HOST:PORT, instead of one started for each run\n"
         "  --pid PID          its process; without it there are no figures of CPU and memory\n"
         "  --default-limits   keep the default rates, and compare with a server without;\n"
         "                     for relay1000, connect and memory, which stay within them\n"
         "  --json             one JSON object instead of the table\n\n"
         "Exit codes: 0 all well; 1 something was wrong, lost or closed; 2 it cannot be run like this.\n";
}

void allow_connections(const Options& options) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) test::throw_errno("getrlimit");
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) test::throw_errno("setrlimit");
  for (const Workload* workload : options.workloads) {
    const std::size_t needed = descriptors_for(*workload, options);
    if (limit.rlim_max < needed)
      throw Unusable("'" + std::string(workload->name) + "' needs " + std::to_string(needed) +
                     " descriptors, and the hard limit is " + std::to_string(limit.rlim_max) +
                     ": raise it (ulimit -Hn, as root), or choose other workloads");
  }
}

}  // namespace p2psig::bench
