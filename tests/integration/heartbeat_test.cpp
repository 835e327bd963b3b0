#include "tests/catch.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

/// Answers the next frame, if it is a ping, with what `answer` makes of its payload. Otherwise returns the
/// frame's own payload.
template <class Answer>
std::string answer_pings(RawClient& client, int& pings, Answer&& answer) {
  const ServerFrame frame = client.read_frame();
  if (frame.opcode != opcode::kPing) return frame.payload;
  ++pings;
  client.send(answer(frame.payload));
  return {};
}

}  // namespace

TEST_CASE("who answers pings, with pongs or with messages, stays; who does not is cut off", "[heartbeat]") {
  const ServerProcess server({"--ping-interval", "0.3", "--ping-timeout", "2"});
  Lab lab(server.port());
  RawClient cat(server.port());
  cat.connect();
  // Cat is in no room, so this does nothing.
  const auto leave = [](const std::string&) { return text_frame(R"({"type":"leave-room"})"); };
  int pings_of_ann = 0;
  int pings_of_cat = 0;
  std::string told;
  while (told.empty()) {
    CHECK(answer_pings(cat, pings_of_cat, leave).empty());
    told = answer_pings(lab.ann, pings_of_ann, pong_frame);
  }
  CHECK(told == peer_left(lab.bob));
  CHECK(pings_of_ann >= 2);
  CHECK(pings_of_cat >= 2);
  cat.send_text(R"({"type":"join-room","room":"lab"})");
  while (lab.ann.read_frame().payload != peer_joined(cat)) continue;
  lab.bob.await_end();
}

}  // namespace p2psig::test
