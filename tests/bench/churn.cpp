#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tests/bench/failure.hpp"
#include "tests/bench/messages.hpp"
#include "tests/bench/traffic.hpp"

namespace p2psig::bench {
namespace {

/// What a room has to hear when its first member leaves and joins again.
struct Room {
  Room(const Crowd& crowd, std::size_t number, std::size_t mover)
      : join_room(messages::join_room(crowd.room_name(number))),
        left(messages::room_left(crowd.room_name(number))),
        joined(messages::room_joined(crowd.room_name(number))),
        notices{messages::peer_left(crowd.id(mover)), messages::peer_joined(crowd.id(mover))},
        others(crowd.others(mover)) {}

  std::string join_room;
  std::string left;
  std::string joined;
  std::array<std::string, 2> notices;
  Roll others;
  std::size_t awaited = 0;
  Clock::time_point moved_at{};
};

class Churn final : public Traffic {
 public:
  Churn(Crowd& crowd, Tally& tally)
      : crowd_(crowd), tally_(tally), peers_(crowd.shape().room_peers), told_(crowd.shape().connections) {
    for (std::size_t room = 0; room < crowd.rooms(); ++room) rooms_.emplace_back(crowd, room, room * peers_);
  }

  void start() override {
    for (std::size_t room = 0; room < rooms_.size(); ++room) move(room);
  }

  void received(std::size_t number, std::string_view message) override {
    Room& room = rooms_[number / peers_];
    if (number % peers_ == 0)
      mover_received(room, told_[number]++, message);
    else
      other_received(room, told_[number]++, message);
    if (--room.awaited == 0 && !tally_.stopping) move(number / peers_);
  }

 private:
  static constexpr std::size_t kMoverIsTold = 3;

  void move(std::size_t number) {
    Room& room = rooms_[number];
    const auto first = number * peers_;
    std::fill_n(told_.begin() + static_cast<std::ptrdiff_t>(first), peers_, 0);
    room.moved_at = Clock::now();
    room.awaited = room.notices.size() * (peers_ - 1) + kMoverIsTold;
    tally_.awaited += room.awaited;
    Connection& mover = crowd_.connection(first);
    mover.send({messages::kLeaveRoom});
    mover.send({room.join_room});
    mover.flush();
  }

  void other_received(const Room& room, std::size_t before, std::string_view message) {
    if (before >= room.notices.size()) throw Fault(excerpt(message) + " came once too often");
    expect(message, room.notices[before]);
    ++tally_.delivered;
    --tally_.awaited;
  }

  void mover_received(const Room& room, std::size_t before, std::string_view message) {
    if (before >= kMoverIsTold) throw Fault(excerpt(message) + " came once too often");
    if (before == 0) expect(message, room.left);
    if (before == 1) expect(message, room.joined);
    if (before == 2) {
      if (messages::read_room_peers(message) != room.others)
        throw Fault("room-peers is not everybody else in the room, once");
      if (tally_.measuring) tally_.latencies.add(Clock::now() - room.moved_at);
    }
    --tally_.awaited;
  }

  Crowd& crowd_;
  Tally& tally_;
  const std::size_t peers_;
  std::vector<Room> rooms_;
  std::vector<std::size_t> told_;  // how often since the last move, by the recipient
};

}  // namespace

std::unique_ptr<Traffic> make_churn(Crowd& crowd, Tally& tally) {
  return std::make_unique<Churn>(crowd, tally);
}

}  // namespace p2psig::bench
