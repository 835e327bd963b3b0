#include <string>
#include <vector>

#include "tests/bench/failure.hpp"
#include "tests/bench/letter.hpp"
#include "tests/bench/traffic.hpp"

namespace p2psig::bench {
namespace {

class Broadcast final : public Traffic {
 public:
  Broadcast(Crowd& crowd, Tally& tally, std::size_t payload_bytes)
      : crowd_(crowd),
        tally_(tally),
        peers_(crowd.shape().room_peers),
        body_(letter_body(payload_bytes)),
        arrived_(crowd.shape().connections) {
    for (std::size_t room = 0; room < crowd.rooms(); ++room)
      rooms_.push_back({.letter = Letter(crowd.id(room * peers_), {}, body_)});
  }

  void start() override {
    for (std::size_t room = 0; room < rooms_.size(); ++room) send(room);
  }

  void received(std::size_t number, std::string_view message) override {
    Room& room = rooms_[number / peers_];
    if (number % peers_ == 0) throw Fault("a broadcast came back to its sender: " + excerpt(message));
    room.letter.verify(message, arrived_[number]);
    if (arrived_[number] == room.sent) throw Fault("a message came that nobody sent");
    ++arrived_[number];
    tally_.deliver(Clock::now() - room.sent_at);
    if (--room.awaited == 0 && !tally_.stopping) send(number / peers_);
  }

 private:
  struct Room {
    Letter letter;
    std::uint64_t sent = 0;
    std::size_t awaited = 0;  // of the last letter
    Clock::time_point sent_at{};
  };

  void send(std::size_t number) {
    Room& room = rooms_[number];
    Connection& sender = crowd_.connection(number * peers_);
    room.sent_at = Clock::now();
    room.awaited = peers_ - 1;
    tally_.awaited += room.awaited;
    room.letter.send(sender, room.sent++);
    sender.flush();
  }

  Crowd& crowd_;
  Tally& tally_;
  const std::size_t peers_;
  const std::string body_;
  std::vector<Room> rooms_;
  std::vector<std::uint64_t> arrived_;  // by the recipient
};

}  // namespace

std::unique_ptr<Traffic> make_broadcast(Crowd& crowd, Tally& tally, std::size_t payload_bytes) {
  return std::make_unique<Broadcast>(crowd, tally, payload_bytes);
}

}  // namespace p2psig::bench
