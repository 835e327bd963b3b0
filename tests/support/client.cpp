#include "tests/support/client.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/protocol/envelope.hpp"
#include "core/protocol/json.hpp"

namespace p2psig::test {
namespace {

[[noreturn]] void nonsense(const Client& client, const std::string& message) {
  throw std::logic_error(client.name + " was told what makes no sense: " + message);
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

Client::Client(std::string its_name, const PeerId& its_id, const Shared& shared, Milliseconds now)
    : name(std::move(its_name)), session(std::make_unique<Session>(its_id, link, shared, now)) {}

void Client::read() {
  for (std::string& message : link.take_texts()) {
    const auto envelope = scan_envelope(message);
    if (!envelope || expects_peers != (envelope->type.raw == "room-peers")) nonsense(*this, message);
    const std::string_view type = envelope->type.raw;
    const auto json = Json::parse(message);  // nothing for some relayed ones: their senders may repeat names
    if (type == "room-joined" || type == "room-observed") {
      const std::string joined = json->string("room").value();
      if (!room.empty() && room != joined) nonsense(*this, message);
      room = joined;
      expects_peers = true;
    } else if (type == "room-peers") {
      peers = json->strings("peers").value();
      expects_peers = false;
      if (contains(peers, id())) nonsense(*this, message);
    } else if (type == "room-left") {
      if (room != json->string("room")) nonsense(*this, message);
      room.clear();
      peers.clear();
    } else if (type == "peer-joined") {
      const std::string peer = json->string("peerId").value();
      if (room.empty() || contains(peers, peer)) nonsense(*this, message);
      peers.push_back(peer);
    } else if (type == "peer-left") {
      const auto gone = std::find(peers.begin(), peers.end(), json->string("peerId").value());
      if (room.empty() || gone == peers.end()) nonsense(*this, message);
      peers.erase(gone);
    } else if (type == "observed") {
      if (room.empty()) nonsense(*this, message);
    } else if (type != "id" && type != "error" && type != "observed-missed") {
      const std::string from(envelope->from.raw);
      if (room.empty() || (from != id() && !contains(peers, from))) nonsense(*this, message);
    }
    inbox.push_back(std::move(message));
  }
}

}  // namespace p2psig::test
