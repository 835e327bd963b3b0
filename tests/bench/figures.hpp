#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace p2psig::bench {

/// What one run, or the median of several, came to. Without a process to watch there is nothing of the
/// server's; a unit is a delivery or a connection.
struct Figures {
  std::optional<double> cpu_us;  ///< of the server, a unit
  std::optional<double> per_second;
  std::optional<double> p50_us;
  std::optional<double> p99_us;
  std::optional<double> p999_us;
  std::optional<double> rss_bytes;    ///< the server's growth, a connection
  std::optional<double> ratio;        ///< cpu_us to that of the run it is compared with
  std::optional<double> server_load;  ///< processors
  std::optional<double> client_load;
  std::optional<double> others_load;
};

struct Metric {
  std::string_view key;  ///< in JSON
  std::optional<double> Figures::*value;
};

inline constexpr std::array kMetrics{
    Metric{"cpu_us", &Figures::cpu_us},
    Metric{"per_second", &Figures::per_second},
    Metric{"p50_us", &Figures::p50_us},
    Metric{"p99_us", &Figures::p99_us},
    Metric{"p999_us", &Figures::p999_us},
    Metric{"rss_bytes", &Figures::rss_bytes},
    Metric{"ratio", &Figures::ratio},
    Metric{"server_load", &Figures::server_load},
    Metric{"client_load", &Figures::client_load},
    Metric{"others_load", &Figures::others_load},
};

/// Of each metric by itself, over the rounds that have it.
[[nodiscard]] Figures median(std::span<const Figures> rounds);

/// cpu_us of one to that of another, if both have it.
[[nodiscard]] std::optional<double> cpu_ratio(const Figures& figures, const Figures& base);

}  // namespace p2psig::bench
