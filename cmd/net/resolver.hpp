#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cmd/net/event_loop.hpp"

namespace p2psig {

/// Looks up the addresses of a host without blocking the loop. Thread: the loop's.
class Resolver {
 public:
  struct Found {
    std::vector<std::string> addresses;  ///< in numbers, in the order to be tried
    std::string error;                   ///< why there are none
  };

  /// Calls `found` from the loop, unless it is destroyed before.
  Resolver(EventLoop& loop, const std::string& host, std::function<void(const Found&)> found);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

 private:
  struct Lookup;
  Lookup* lookup_;  // lives until libuv is done with it
};

}  // namespace p2psig
