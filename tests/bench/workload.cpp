#include "tests/bench/workload.hpp"

#include "tests/bench/failure.hpp"

namespace p2psig::bench {
namespace {

constexpr Shape kPairs{.connections = 100, .room_peers = 2};

/// Payloads are those of the string inside: a directed message has some 95 bytes around it, a delivered one
/// 46 more.
constexpr std::array kWorkloads{
    Workload{.name = "relay",
             .text = "2 kB, 50 pairs, window 1",
             .kind = Workload::Kind::relay,
             .shape = kPairs,
             .payload_bytes = 2000,
             .window = 1},
    Workload{.name = "burst2k",
             .text = "2 kB, 50 pairs, window 8",
             .kind = Workload::Kind::relay,
             .shape = kPairs,
             .payload_bytes = 2000,
             .window = 8},
    Workload{.name = "burst200",
             .text = "200 B, 50 pairs, window 32",
             .kind = Workload::Kind::relay,
             .shape = kPairs,
             .payload_bytes = 200,
             .window = 32},
    Workload{.name = "relay1000",
             .text = "2 kB, 1000 pairs, window 1",
             .kind = Workload::Kind::relay,
             .shape = {.connections = 2000, .room_peers = 2},
             .payload_bytes = 2000,
             .window = 1,
             .within_default_rates = true},
    Workload{.name = "room50",
             .text = "250 B to rooms of 50, 8 rooms",
             .kind = Workload::Kind::broadcast,
             .shape = {.connections = 400, .room_peers = 50},
             .payload_bytes = 250},
    Workload{.name = "room1000",
             .text = "250 B to one room of 1000",
             .kind = Workload::Kind::broadcast,
             .shape = {.connections = 1000, .room_peers = 1000},
             .payload_bytes = 250},
    Workload{.name = "churn",
             .text = "leave and join in a room of 500",
             .kind = Workload::Kind::churn,
             .shape = {.connections = 500, .room_peers = 500}},
    Workload{.name = "connect",
             .text = "3000 connections: handshake and id",
             .kind = Workload::Kind::connect,
             .shape = {.connections = 3000, .room_peers = 0},
             .within_default_rates = true},
    Workload{.name = "memory",
             .text = "6000 connections that join rooms of 2 and stay",
             .kind = Workload::Kind::memory,
             .shape = {.connections = 6000, .room_peers = 2},
             .within_default_rates = true},
    Workload{.name = "idle",
             .text = "relay beside 8000 idle connections",
             .kind = Workload::Kind::idle,
             .shape = kPairs,
             .payload_bytes = 2000,
             .window = 1},
};

}  // namespace

std::size_t Workload::connections() const noexcept {
  return shape.connections + (kind == Kind::idle ? kIdleShape.connections : 0);
}

std::span<const Workload> workloads() noexcept { return kWorkloads; }

const Workload& workload_named(std::string_view name) {
  for (const Workload& workload : kWorkloads)
    if (workload.name == name) return workload;
  throw Unusable("there is no workload '" + std::string(name) + "'");
}

}  // namespace p2psig::bench
