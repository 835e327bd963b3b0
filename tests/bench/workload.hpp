#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tests/bench/crowd.hpp"

namespace p2psig::bench {

struct Workload {
  enum class Kind : std::uint8_t {
    relay,
    broadcast,
    churn,
    connect,  ///< handshakes and ids, and nothing else
    memory,   ///< connections that join, and then stay
    idle,     ///< relay, first without and then beside connections that only stay
  };

  std::string_view name;
  std::string_view text;
  Kind kind;
  Shape shape;
  std::size_t payload_bytes = 0;
  std::size_t window = 0;
  bool within_default_rates = false;  ///< of `p2psig serve`

  /// Whether what is counted are connections, not deliveries.
  [[nodiscard]] bool counts_connections() const noexcept {
    return kind == Kind::connect || kind == Kind::memory;
  }
  /// At once, at most.
  [[nodiscard]] std::size_t connections() const noexcept;
};

inline constexpr Shape kIdleShape{.connections = 8000, .room_peers = 2};

[[nodiscard]] std::span<const Workload> workloads() noexcept;
/// Throws Unusable if there is none of that name.
[[nodiscard]] const Workload& workload_named(std::string_view name);

}  // namespace p2psig::bench
