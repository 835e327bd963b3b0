#pragma once

#include <functional>

#include "cmd/net/event_loop.hpp"

namespace p2psig::test {

/// Runs the loop until `condition` holds. False if it does not within a minute: a deadline for a loaded
/// machine, not a wait.
inline bool run_until(EventLoop& loop, const std::function<bool()>& condition) {
  constexpr Milliseconds deadline{60'000};
  Ticker out_of_time(loop, [&loop] { loop.stop(); });
  TurnEnd turn_end(loop, [&] {
    if (condition()) loop.stop();
  });
  uv_update_time(loop.raw());
  out_of_time.start(deadline, Milliseconds{0});
  if (!condition()) loop.run();
  return condition();
}

}  // namespace p2psig::test
