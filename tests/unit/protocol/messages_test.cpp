#include "core/protocol/messages.hpp"

#include <string>

#include "core/protocol/status_report.hpp"
#include "tests/catch.hpp"

using namespace p2psig;

namespace {

template <class Parts>
std::string joined(const Parts& pieces) {
  std::string text;
  for (const auto piece : pieces) text += piece;
  return text;
}

/// One that lives as long as the pieces that show it.
const PeerId& id(char c) {
  static const PeerId a = PeerId::from_text(std::string(36, 'a')).value();
  static const PeerId b = PeerId::from_text(std::string(36, 'b')).value();
  return c == 'a' ? a : b;
}
const std::string kIdA(36, 'a');
const std::string kIdB(36, 'b');

}  // namespace

TEST_CASE("the server's messages have exactly the members of the contract, in its order", "[messages]") {
  CHECK(joined(message::id(id('a'))) == R"({"type":"id","id":")" + kIdA + R"("})");
  CHECK(joined(message::room_joined("lobby")) == R"({"type":"room-joined","room":"lobby"})");
  CHECK(joined(message::room_left("lobby")) == R"({"type":"room-left","room":"lobby"})");
  CHECK(joined(message::peer_joined(id('a'))) == R"({"type":"peer-joined","peerId":")" + kIdA + R"("})");
  CHECK(joined(message::peer_left(id('a'))) == R"({"type":"peer-left","peerId":")" + kIdA + R"("})");
  const auto list = message::room_peers();
  CHECK(std::string(list.opening).append(list.closing) == R"({"type":"room-peers","peers":[]})");
}

TEST_CASE("an error has its detail and its to where there are any", "[messages]") {
  using std::nullopt;
  CHECK(joined(message::error(ErrorCode::target_unavailable, nullopt, "x")) ==
        R"({"type":"error","message":"target-unavailable-or-different-room","to":"x"})");
  CHECK(joined(message::error(ErrorCode::not_in_room, "why", nullopt)) ==
        R"({"type":"error","message":"not-in-room","detail":"why"})");
  CHECK(joined(message::error(ErrorCode::invalid_message, "why", "")) ==
        R"({"type":"error","message":"invalid-message","detail":"why","to":""})");
}

TEST_CASE("the server's own types are reserved, three are requests, all others are relayed", "[messages]") {
  for (const auto* const type : {"id", "room-joined", "room-left", "room-peers", "peer-joined", "peer-left",
                                 "error", "room-observed", "observed", "observed-missed"})
    CHECK(request_of(type) == Request::reserved);
  CHECK(request_of("join-room") == Request::join_room);
  CHECK(request_of("leave-room") == Request::leave_room);
  CHECK(request_of("observe-room") == Request::observe_room);
  for (const auto* const type : {"offer", "answer", "ice-candidate", "bye", "ID", "Error", "join-room "})
    CHECK(request_of(type) == Request::relay);
}

TEST_CASE("the status document is written as the contract says", "[status_report]") {
  CHECK(StatusWriter(0).finish() == R"({"totalClients":0,"clients":[],"rooms":{}})");
  StatusWriter status(2);
  status.client(id('a'));
  status.client(id('b'));
  status.room("10");
  status.peer(id('b'));
  status.room("a\"\\é");
  status.peer(id('a'));
  status.peer(id('b'));
  CHECK(status.finish() == R"({"totalClients":2,"clients":[")" + kIdA + R"(",")" + kIdB +
                               R"("],"rooms":{"10":[")" + kIdB + R"("],"a\"\\é":[")" + kIdA + R"(",")" +
                               kIdB + R"("]}})");
}
