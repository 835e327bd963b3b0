#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <optional>

#include "tests/bench/poller.hpp"

namespace p2psig::bench {

/// A process that is watched from outside.
class Process {
 public:
  /// Throws Unusable if there is no such process.
  explicit Process(pid_t pid);

  /// What all its threads have computed, in user mode and in the kernel, those that have ended included.
  [[nodiscard]] std::chrono::nanoseconds cpu_time() const;
  [[nodiscard]] std::size_t resident_bytes() const;

 private:
  pid_t pid_;
  clockid_t clock_{};
};

/// What has been used up to a moment.
struct Usage {
  Clock::time_point at;
  std::optional<std::chrono::nanoseconds> server{};
  std::optional<std::size_t> server_bytes{};  ///< resident
  std::chrono::nanoseconds client;            ///< this process
  std::chrono::nanoseconds machine;           ///< all that runs on it
};

[[nodiscard]] Usage usage_now(const std::optional<Process>& server);

/// How many processors' worth of time was used meanwhile.
struct Load {
  Load(const Usage& before, const Usage& after);
  std::optional<double> server;
  double client;
  std::optional<double> others;  ///< neither of the two; whatever runs beside them spoils the figures
};

}  // namespace p2psig::bench
