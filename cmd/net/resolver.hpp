#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cmd/net/event_loop.hpp"

namespace p2psig {

/// Looks up the addresses of a host without blocking the loop. Thread: the loop's.
///
/// In a thread of its own: libuv's look-ups cannot be called off, and both the loop and the process would not
/// end before name servers that are silent are given up.
class Resolver {
 public:
  struct Found {
    std::vector<std::string> addresses;  ///< in numbers, in the order to be tried
    std::string error;                   ///< why there are none: a phrase
  };

  /// Calls `found` from the loop, unless it is destroyed before. `found` may destroy it.
  Resolver(EventLoop& loop, const std::string& host, std::function<void(const Found&)> found);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

 private:
  struct Lookup;
  void done();

  std::function<void(const Found&)> found_;
  UvHandle<uv_async_t> answered_;
  std::shared_ptr<Lookup> lookup_;  // the thread's as well
};

}  // namespace p2psig
