#include "tests/bench/crowd.hpp"

#include <chrono>
#include <set>
#include <utility>

#include "tests/bench/failure.hpp"
#include "tests/bench/messages.hpp"

namespace p2psig::bench {
namespace {

/// Connections that have no id yet: below any backlog, and enough to keep a server busy.
constexpr std::size_t kConnectingMax = 256;
constexpr std::chrono::seconds kArrivalPatience{120};

}  // namespace

Crowd::Crowd(Poller& poller, const Address& address, const Shape& shape, std::string label)
    : poller_(poller),
      address_(address),
      shape_(shape),
      label_(std::move(label)),
      members_(shape.connections) {}

std::string Crowd::room_name(std::size_t room) const { return label_ + "-" + std::to_string(room); }

void Crowd::arrive(Latencies& latencies) {
  latencies_ = &latencies;
  std::size_t next = 0;
  Recipient& recipient = *this;
  const auto arrived = [this, &next, &recipient] {
    for (; next < members_.size() && next - named_count_ < kConnectingMax; ++next) {
      members_[next].connecting_since = Clock::now();
      members_[next].connection.emplace(poller_, address_, recipient, next);
    }
    return arrived_count_ == members_.size();
  };
  if (!poller_.until(arrived, kArrivalPatience))
    throw Fault("only " + std::to_string(arrived_count_) + " of " + std::to_string(members_.size()) +
                " connections got their id and heard of everybody in their room within " +
                std::to_string(kArrivalPatience.count()) + " s");
  latencies_ = nullptr;
  verify();
}

void Crowd::received(std::size_t number, std::string_view message) {
  if (message.starts_with(messages::kErrorStart)) throw Fault("told " + excerpt(message));
  if (recipient_ != nullptr) return recipient_->received(number, message);
  const bool awaited = latencies_ != nullptr && (shape_.room_peers != 0 || members_[number].id.empty());
  if (!awaited) throw Fault(excerpt(message) + " came, and nobody did anything");
  advance(number, message);
}

void Crowd::advance(std::size_t number, std::string_view message) {
  Member& member = members_[number];
  switch (member.stage) {
    case Stage::connecting:
      return named(number, message);
    case Stage::named:
      expect(message, messages::room_joined(room_name(number / shape_.room_peers)));
      member.stage = Stage::joined;
      return;
    case Stage::joined:
      member.heard = messages::read_room_peers(message);
      member.stage = Stage::listed;
      return heard(member.heard);
    case Stage::listed:
      member.heard.add(messages::read_peer_joined(message));
      return heard(member.heard);
  }
}

void Crowd::named(std::size_t number, std::string_view message) {
  Member& member = members_[number];
  member.id = messages::read_id(message);
  member.stage = Stage::named;
  ++named_count_;
  latencies_->add(Clock::now() - member.connecting_since);
  if (shape_.room_peers == 0)
    ++arrived_count_;
  else
    member.connection->send({messages::join_room(room_name(number / shape_.room_peers))});
}

void Crowd::heard(const Roll& roll) {
  if (roll.count() >= shape_.room_peers) throw Fault("a member was told of more peers than there are");
  if (roll.count() == shape_.room_peers - 1) ++arrived_count_;
}

void Crowd::verify() const {
  std::set<std::string_view> ids;
  for (const Member& member : members_)
    if (!ids.insert(member.id).second) throw Fault("two connections have the id " + member.id);
  if (shape_.room_peers == 0) return;
  for (std::size_t first = 0; first < members_.size(); first += shape_.room_peers) {
    Roll room;
    for (std::size_t i = 0; i < shape_.room_peers; ++i) room.add(members_[first + i].id);
    for (std::size_t i = 0; i < shape_.room_peers; ++i) {
      Roll known = members_[first + i].heard;
      known.add(members_[first + i].id);
      if (known != room) throw Fault("a member was not told of each of its peers once");
    }
  }
}

}  // namespace p2psig::bench
