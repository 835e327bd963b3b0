#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "tests/bench/crowd.hpp"
#include "tests/bench/latencies.hpp"

namespace p2psig::bench {

/// What came of a traffic so far.
struct Tally {
  std::uint64_t delivered = 0;
  std::uint64_t awaited = 0;  ///< have yet to come
  Latencies latencies;        ///< of what came while measuring
  bool measuring = false;
  bool stopping = false;  ///< nothing new is to be sent

  void deliver(Clock::duration latency) noexcept {
    ++delivered;
    --awaited;
    if (measuring) latencies.add(latency);
  }
};

/// What the members of a crowd send, for ever, each message being the answer to what came before. Verifies
/// all that comes: a Fault says what was lost, altered, doubled or misdirected.
class Traffic : public Recipient {
 public:
  virtual ~Traffic() = default;
  virtual void start() = 0;
};

/// In rooms of two: `window` letters are always on their way between them, each answered by the next.
[[nodiscard]] std::unique_ptr<Traffic> make_relay(Crowd& crowd, Tally& tally, std::size_t payload_bytes,
                                                  std::size_t window);
/// The first of each room tells all others; the next letter goes out when they all have the last one.
[[nodiscard]] std::unique_ptr<Traffic> make_broadcast(Crowd& crowd, Tally& tally, std::size_t payload_bytes);
/// The first of each room leaves it and joins it again, and so on when everybody was told. The others'
/// notices are the deliveries; the latency is the time until the one that joins has its list.
[[nodiscard]] std::unique_ptr<Traffic> make_churn(Crowd& crowd, Tally& tally);

}  // namespace p2psig::bench
