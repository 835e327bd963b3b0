#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/server/session.hpp"
#include "tests/support/fake_link.hpp"

namespace p2psig::test {

/// A client as it understands what it is told: the model that every step is checked against.
class Client {
 public:
  Client(std::string name, const PeerId& id, const Shared& shared, Milliseconds now);

  /// Reads what came, and throws if it makes no sense: a message before its sender was announced, somebody
  /// who leaves and was not there, anything of a room after leaving it.
  void read();

  [[nodiscard]] std::string id() const { return std::string(session->peer().id.text()); }

  const std::string name;
  FakeLink link;
  std::unique_ptr<Session> session;
  std::vector<std::string> inbox;  ///< what was read and not yet expected
  std::string room;                ///< as told; empty outside any
  std::vector<std::string> peers;  ///< ids of the others there, as told, oldest first
  bool expects_peers = false;      ///< room-joined was told, room-peers has to be next
};

}  // namespace p2psig::test
