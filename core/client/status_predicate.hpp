#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/protocol/status_reader.hpp"

namespace p2psig {

/// What a script asks about a server's status: everything that is given has to hold.
struct StatusPredicate {
  std::optional<std::string> room;  ///< whose peers are meant; one that is not there has none
  std::optional<std::uint64_t> peers_min;
  std::optional<std::uint64_t> peers_max;
  std::optional<std::string> peer;  ///< an id, whole, that is in the room
  std::optional<std::uint64_t> clients_min;
  std::optional<std::uint64_t> clients_max;

  [[nodiscard]] bool asks_about_peers() const noexcept { return peers_min || peers_max || peer; }
  [[nodiscard]] bool asks_about_clients() const noexcept { return clients_min || clients_max; }
  [[nodiscard]] bool asks() const noexcept { return asks_about_peers() || asks_about_clients(); }

  [[nodiscard]] bool holds(const StatusReport& report) const;

  /// How it is instead: "lobby has 1 peer, without 3f2a91c0-...". For people.
  [[nodiscard]] std::string state(const StatusReport& report) const;
};

/// The room of this name; null: it is not there.
[[nodiscard]] const StatusReport::Room* find_room(const StatusReport& report, const std::string& name);

}  // namespace p2psig
