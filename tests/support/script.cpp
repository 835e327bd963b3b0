#include "tests/support/script.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "tests/catch.hpp"

namespace p2psig::test {
namespace {

PeerId numbered_id(std::uint32_t number) {
  std::array<std::uint8_t, PeerId::kRandomBytes> bytes{};
  for (std::size_t i = 0; i < sizeof number; ++i) bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return PeerId::from_random(bytes);
}

}  // namespace

Script::Script(const ServerLimits& limits) : limits_(limits), worker_(limits_, nobody_listens_) {}

Script::~Script() = default;

Script::Actor Script::connect(const std::string& name) {
  auto& client = clients_[name] = std::make_unique<Client>(name, numbered_id(++ids_), worker_.shared(), now_);
  worker_.admit(*client->session, now_);
  turn();
  return {*this, *client};
}

void Script::turn() {
  worker_.flush();
  for (const auto& [name, client] : clients_) client->read();
  check_membership();
}

/// What each client that reads believes is what the server says, which in turn is what rooms and registry
/// agree on.
void Script::check_membership() {
  const std::string status = worker_.status() ? *worker_.status() : "";
  for (const auto& [name, client] : clients_) {
    if (client->link.slow || client->session->peer().outbox.state() != Outbox::State::open) continue;
    const Room* const room = client->session->peer().room;
    if ((room != nullptr ? room->name : "") != client->room)
      throw std::logic_error(name + " believes to be in '" + client->room + "'");
    std::vector<std::string> others;
    if (room != nullptr)
      for (const Peer* member : room->members)
        if (member != &client->session->peer()) others.emplace_back(member->id.text());
    std::vector<std::string> believed = client->peers;
    if (others != believed) throw std::logic_error(name + " believes in other peers than there are");
    if (status.find(client->id()) == std::string::npos)
      throw std::logic_error(name + " is not in the status");
  }
}

void Script::passes(Milliseconds time) {
  for (const Milliseconds end = now_ + time; now_ < end;) {
    now_ = std::min(end, now_ + TimerWheel::kTick);
    worker_.tick(now_);
    turn();
  }
}

void Script::drains(Milliseconds spread) {
  worker_.drain(now_, spread);
  turn();
}

Names Script::members(std::string_view room) {
  Names names;
  for (const auto& [name, client] : clients_) {
    const Room* const in = client->session->peer().joined();
    if (in == nullptr || in->name != room) continue;
    names.clear();
    for (const Peer* member : in->members)
      for (const auto& [other_name, other] : clients_)
        if (&other->session->peer() == member) names.push_back(other_name);
  }
  return names;
}

std::string Script::with_ids(std::string_view text) const {
  std::string out(text);
  for (const auto& [name, client] : clients_)
    for (std::size_t at = 0; (at = out.find("@" + name, at)) != std::string::npos;)
      out.replace(at, name.size() + 1, client->id());
  return out;
}

using Actor = Script::Actor;

Actor& Actor::says(std::string_view message) { return says_in_pieces({std::string(message)}); }

Actor& Actor::says_in_pieces(const std::vector<std::string>& pieces) {
  for (std::size_t i = 0; i < pieces.size(); ++i)
    client_->session->receive(script_->with_ids(pieces[i]), 0, i + 1 == pieces.size(), script_->now());
  script_->turn();
  return *this;
}

Actor& Actor::joins(std::string_view room) {
  return says("{\"type\":\"join-room\",\"room\":\"" + std::string(room) + "\"}");
}

Actor& Actor::observes(std::string_view room) {
  return says("{\"type\":\"observe-room\",\"room\":\"" + std::string(room) + "\"}");
}

Actor& Actor::leaves() { return says("{\"type\":\"leave-room\"}"); }

Actor& Actor::stops_reading() {
  client_->link.slow = true;
  return *this;
}

Actor& Actor::reads_again() {
  client_->link.slow = false;
  client_->session->drained();
  script_->turn();
  return *this;
}

Actor& Actor::answers_ping() {
  client_->session->pong(script_->now());
  return *this;
}

Actor& Actor::hangs_up(std::uint16_t code) {
  client_->session->peer_closes(close_payload(code, {}));
  script_->turn();
  return *this;
}

Actor& Actor::vanishes() {
  client_->session->gone();
  script_->turn();
  return *this;
}

Actor& Actor::is_told(std::string_view message) {
  INFO(client_->name << " expects " << message);
  REQUIRE_FALSE(client_->inbox.empty());
  CHECK(client_->inbox.front() == script_->with_ids(message));
  client_->inbox.erase(client_->inbox.begin());
  return *this;
}

Actor& Actor::is_told_error(std::string_view code) {
  INFO(client_->name << " expects the error " << code);
  REQUIRE_FALSE(client_->inbox.empty());
  CHECK(client_->inbox.front().starts_with("{\"type\":\"error\",\"message\":\"" + std::string(code) + "\""));
  client_->inbox.erase(client_->inbox.begin());
  return *this;
}

Actor& Actor::is_told_nothing() {
  INFO(client_->name << " was told " << (client_->inbox.empty() ? "" : client_->inbox.front()));
  CHECK(client_->inbox.empty());
  return *this;
}

Actor& Actor::forgets() {
  client_->inbox.clear();
  return *this;
}

Actor& Actor::is_closed(CloseReason code) {
  CHECK(client_->link.closed_with(code));
  return *this;
}

Actor& Actor::is_cut_off() {
  CHECK(client_->link.was_cut);
  return *this;
}

}  // namespace p2psig::test
