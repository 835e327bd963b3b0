#pragma once

#include <functional>

#include "cmd/net/event_loop.hpp"

namespace p2psig {

/// Gives memory that has been freed back to the system, each second while there are connections and once
/// after. At each free, most of what an abuser makes the server do would be that; never, what one abuse took
/// would stay for the year. Does nothing without jemalloc. Thread: the loop's.
class MemoryReturn {
 public:
  MemoryReturn(EventLoop& loop, std::function<bool()> has_connections);

  /// There is a new connection.
  void wake();

 private:
  void tick();

  const std::function<bool()> has_connections_;
  Ticker ticker_;
};

}  // namespace p2psig
