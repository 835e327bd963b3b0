#include "cmd/serve/memory.hpp"

#include <utility>

#ifdef P2PSIG_JEMALLOC
#include <jemalloc/jemalloc.h>
#endif

namespace p2psig {
namespace {

constexpr Milliseconds kInterval{1'000};

void give_back() noexcept {
#ifdef P2PSIG_JEMALLOC
  mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0);  // 4096, MALLCTL_ARENAS_ALL: every arena
#endif
}

}  // namespace

MemoryReturn::MemoryReturn(EventLoop& loop, std::function<bool()> has_connections)
    : has_connections_(std::move(has_connections)), ticker_(loop, [this] { tick(); }) {}

void MemoryReturn::wake() {
  if (!ticker_.started()) ticker_.start(kInterval, kInterval);
}

void MemoryReturn::tick() {
  if (!has_connections_()) ticker_.stop();
  give_back();
}

}  // namespace p2psig
