#include <string>
#include <vector>

#include "tests/bench/failure.hpp"
#include "tests/bench/letter.hpp"
#include "tests/bench/traffic.hpp"

namespace p2psig::bench {
namespace {

/// What one member sends to its partner.
struct Stream {
  Letter letter;
  std::uint64_t sent = 0;
  std::uint64_t arrived = 0;
  std::vector<Clock::time_point> sent_at;  // of the last `window` letters: no more can be on their way
};

class Relay final : public Traffic {
 public:
  Relay(Crowd& crowd, Tally& tally, std::size_t payload_bytes, std::size_t window)
      : crowd_(crowd), tally_(tally), window_(window), body_(letter_body(payload_bytes)) {
    for (std::size_t i = 0; i < crowd.shape().connections; ++i)
      streams_.push_back({.letter = Letter(crowd.id(i), crowd.id(partner(i)), body_),
                          .sent_at = std::vector<Clock::time_point>(window)});
  }

  void start() override {
    for (std::size_t i = 0; i < streams_.size(); i += 2) {
      for (std::size_t k = 0; k < window_; ++k) send(i, Clock::now());
      crowd_.connection(i).flush();
    }
  }

  void received(std::size_t number, std::string_view message) override {
    const auto now = Clock::now();
    Stream& stream = streams_[partner(number)];
    stream.letter.verify(message, stream.arrived);
    if (stream.arrived == stream.sent) throw Fault("a message came that nobody sent");
    tally_.deliver(now - stream.sent_at[stream.arrived++ % window_]);
    if (!tally_.stopping) send(number, now);
  }

 private:
  static std::size_t partner(std::size_t member) noexcept { return member ^ 1U; }

  void send(std::size_t from, Clock::time_point now) {
    Stream& stream = streams_[from];
    stream.sent_at[stream.sent % window_] = now;
    stream.letter.send(crowd_.connection(from), stream.sent++);
    ++tally_.awaited;
  }

  Crowd& crowd_;
  Tally& tally_;
  const std::size_t window_;
  const std::string body_;
  std::vector<Stream> streams_;  // by the sender
};

}  // namespace

std::unique_ptr<Traffic> make_relay(Crowd& crowd, Tally& tally, std::size_t payload_bytes,
                                    std::size_t window) {
  return std::make_unique<Relay>(crowd, tally, payload_bytes, window);
}

}  // namespace p2psig::bench
