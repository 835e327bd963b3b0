#pragma once

#include <cstddef>

#include "core/protocol/limits.hpp"
#include "core/server/token_bucket.hpp"
#include "core/time.hpp"

namespace p2psig {

/// What an operator may set; core/protocol/limits says which attack each bounds. A rate or time of zero is
/// off.
struct ServerLimits {
  std::size_t connections_max = limits::kConnections;
  std::size_t room_peers_max = limits::kRoomPeers;
  std::size_t message_bytes_max = limits::kMessageBytes;
  std::size_t unfinished_bytes_max = limits::kUnfinishedBytes;
  std::size_t outbox_bytes_max = limits::kOutboxBytes;
  std::size_t outbox_total_bytes_max = limits::kOutboxTotalBytes;
  Rate messages{limits::kMessagesPerSecond, limits::kMessagesBurst};
  Rate bytes{limits::kBytesPerSecond, limits::kBytesBurst};
  Rate deliveries{limits::kDeliveriesPerSecond, limits::kDeliveriesBurst};
  Milliseconds ping_interval = limits::kPingInterval;
  Milliseconds ping_timeout = limits::kPingTimeout;
  Milliseconds message_timeout = limits::kMessageTime;
  Milliseconds join_timeout = limits::kJoinTime;
  bool observers_allowed = false;  ///< they see addresses and ICE passwords
};

}  // namespace p2psig
