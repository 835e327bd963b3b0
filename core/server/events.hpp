#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "core/protocol/messages.hpp"
#include "core/protocol/peer_id.hpp"

namespace p2psig {

/// What happens in the server, for whoever keeps a log of it. By itself it keeps none. Strings are hostile,
/// and valid during the call only. Thread: the worker's.
class Events {
 public:
  virtual ~Events() = default;

  virtual void joined(const PeerId& /*peer*/, std::string_view /*room*/, std::size_t /*peers*/) {}
  virtual void observes(const PeerId& /*peer*/, std::string_view /*room*/, std::size_t /*peers*/) {}
  virtual void left(const PeerId& /*peer*/, std::string_view /*room*/, std::size_t /*peers*/) {}
  virtual void relayed(const PeerId& /*from*/, std::string_view /*type*/,
                       std::optional<std::string_view> /*to*/, std::size_t /*bytes*/) {}
  virtual void rejected(const PeerId& /*from*/, ErrorCode /*code*/, std::string_view /*detail*/) {}

  /// Whether relayed() is worth calling: a relay costs one branch where it is not.
  bool wants_relays = false;
};

}  // namespace p2psig
