#include "tests/bench/report.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace p2psig::bench {
namespace {

/// Above this the load generator is what is measured.
constexpr double kBusyLoad = 0.93;
constexpr double kNoisyLoad = 0.15;

struct Column {
  std::string_view heading;
  std::optional<double> Figures::*value;
  double unit;
  int digits;
  std::string_view suffix{};
};

constexpr std::array kColumns{
    Column{"CPU us", &Figures::cpu_us, 1, 2},
    Column{"per second", &Figures::per_second, 1, 0},
    Column{"p50 us", &Figures::p50_us, 1, 0},
    Column{"p99 us", &Figures::p99_us, 1, 0},
    Column{"p99.9 us", &Figures::p999_us, 1, 0},
    Column{"kB/conn", &Figures::rss_bytes, 1024, 2},
    Column{"ratio", &Figures::ratio, 1, 3},
    Column{"server", &Figures::server_load, 0.01, 0, "%"},
    Column{"client", &Figures::client_load, 0.01, 0, "%"},
};
constexpr std::size_t kNameWidth = 10;

std::string decimal(double number, int digits) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", digits, number);
  return text.data();
}

std::string padded(std::string_view text, std::size_t width) {
  return std::string(width > text.size() ? width - text.size() : 0, ' ').append(text);
}

std::size_t width_of(const Column& column) { return std::max<std::size_t>(column.heading.size(), 6) + 2; }

bool client_bound(const Series& series) {
  return !series.workload->counts_connections() && series.median().client_load.value_or(0) > kBusyLoad;
}

std::string in_quotes(std::string_view text) {
  std::string json = "\"";
  for (const char byte : text) {
    if (byte == '"' || byte == '\\') json += '\\';
    const bool printable = byte >= ' ' && byte <= '~';
    json += printable ? byte : '?';
  }
  return json + "\"";
}

std::string json_number(std::optional<double> number) {
  if (!number) return "null";
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.6g", *number);
  return text.data();
}

/// The members of an object.
std::string json_figures(const Figures& figures) {
  std::string json;
  for (const Metric& metric : kMetrics) {
    if (!json.empty()) json += ",";
    json += in_quotes(metric.key) + ":" + json_number(figures.*metric.value);
  }
  return json;
}

std::string json_series(const Series& series) {
  std::string rounds;
  for (const Figures& figures : series.rounds)
    rounds.append(rounds.empty() ? "{" : ",{").append(json_figures(figures)).append("}");
  return in_quotes(series.workload->name) + R"(:{"ok":)" + (series.fault ? "false" : "true") +
         R"(,"fault":)" + (series.fault ? in_quotes(*series.fault) : "null") + R"(,"text":)" +
         in_quotes(series.workload->text) + R"(,"unit":)" +
         (series.workload->counts_connections() ? R"("connection")" : R"("delivery")") + "," +
         json_figures(series.median()) + R"(,"rounds":[)" + rounds + "]}";
}

}  // namespace

std::string table_heading() {
  std::string line = std::string(kNameWidth, ' ');
  for (const Column& column : kColumns) line += padded(column.heading, width_of(column));
  return line;
}

std::string table_row(const Series& series) {
  std::string line(series.workload->name);
  line.resize(kNameWidth, ' ');
  if (series.fault)
    return line + "  FAILED in round " + std::to_string(series.rounds.size() + 1) + ": " + *series.fault;
  const Figures figures = series.median();
  for (const Column& column : kColumns) {
    const auto value = figures.*column.value;
    std::string cell = value ? decimal(*value / column.unit, column.digits) : "-";
    if (value) cell += column.suffix;
    if (column.value == &Figures::per_second && client_bound(series)) cell += "*";
    line += padded(cell, width_of(column));
  }
  return line + "  " + std::string(series.workload->text);
}

std::string table_notes(std::span<const Series> all, const Options& options) {
  std::string notes =
      "CPU us: the server's, a delivery (connect, memory: a connection). churn: the latency is that of the\n"
      "list of peers. connect, memory: from the connect to the id. server, client: load of their "
      "processors.\n";
  if (options.default_limits)
    notes += "ratio: CPU us with the default rates to CPU us without any.\n";
  else if (std::any_of(all.begin(), all.end(), [](const Series& each) { return each.median().ratio; }))
    notes += "ratio: CPU us beside idle connections to CPU us without them.\n";
  if (std::any_of(all.begin(), all.end(), client_bound))
    notes += "*: the load generator was at its limit, the server can deliver more.\n";
  double others = 0;
  for (const Series& series : all) others = std::max(others, series.median().others_load.value_or(0));
  if (others > kNoisyLoad)
    notes += "Something else used up to " + decimal(others * 100, 0) +
             "% of a processor meanwhile: do not trust the absolute figures.\n";
  return notes;
}

std::string json_report(std::span<const Series> all, const Options& options) {
  std::string workloads;
  bool ok = true;
  for (const Series& series : all) {
    if (!workloads.empty()) workloads += ",";
    workloads += json_series(series);
    ok = ok && !series.fault;
  }
  return std::string(R"({"ok":)") + (ok ? "true" : "false") + R"(,"secs":)" +
         json_number(options.time.count()) + R"(,"rounds":)" + std::to_string(options.rounds) +
         R"(,"default_limits":)" + (options.default_limits ? "true" : "false") + R"(,"url":)" +
         (options.url ? in_quotes(*options.url) : "null") + R"(,"workloads":{)" + workloads + "}}";
}

}  // namespace p2psig::bench
