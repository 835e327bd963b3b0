#include <algorithm>

#include "tests/catch.hpp"
#include "tests/integration/abuse/abuse.hpp"

namespace p2psig::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

const std::string kLeave = R"({"type":"leave-room"})";

std::string join(const std::string& room) { return R"({"type":"join-room","room":")" + room + "\"}"; }

std::vector<std::string> without_rates(std::vector<std::string> options) {
  for (const char* rate : {"--rate-messages", "--rate-bytes", "--rate-deliveries"})
    options.insert(options.end(), {rate, "0"});
  return options;
}

/// Sends the same frames again and again, and counts the errors that are told.
std::size_t floods(RawClient& client, const std::string& frames, seconds time) {
  std::size_t errors = 0;
  for (const auto end = Clock::now() + time; Clock::now() < end;) {
    client.send(frames);
    const Heard heard = hear(client);
    REQUIRE(heard.closes.empty());
    errors += rate_errors(heard);
  }
  return errors;
}

/// One of a room of a thousand sends these frames again and again.
void abuse_large_room(const std::string& frames, const std::string& what) {
  constexpr std::size_t members = 999;
  if (!allow_descriptors(members + 100)) return;
  Abuse abuse;
  const std::vector<RawClient> room = crowd(abuse.port(), members, "large");
  RawClient client(abuse.port());
  client.connect();
  CHECK(client.join("large").size() == members);
  const std::size_t errors = floods(client, repeated(frames, 10), seconds(3));
  CHECK(errors >= 1);
  abuse.end(what + " for 3 s: " + std::to_string(errors) + " rate-limit errors", 20 * kMegabyte);
}

}  // namespace

TEST_CASE("a reader that stops reading in a busy room is cut off", "[abuse]") {
  Abuse abuse(without_rates({}));
  RawClient ann(abuse.port());
  RawClient bob(abuse.port(), {.receive_bytes = 4'096});
  for (RawClient* client : {&ann, &bob}) {
    client->connect();
    client->join("busy");
  }
  CHECK(ann.read_text() == peer_joined(bob));
  const std::string message = R"({"type":"x","pad":")" + std::string(10'000, 'p') + "\"}";
  int sent = 0;
  for (bool told = false; !told && sent < 1'000; ++sent) {
    ann.send_text(message);
    const Heard heard = hear(ann);
    told = std::count(heard.texts.begin(), heard.texts.end(), peer_left(bob)) == 1;
  }
  CHECK(sent > 100);
  CHECK(sent < 160);
  CHECK(bob.await_end() == End::reset);
  abuse.end("cut off after " + std::to_string(sent * 10) + " kB unread; the room was told", 4 * kMegabyte);
}

TEST_CASE("many readers that do not read together hold no more than --max-outbox-total", "[abuse]") {
  constexpr std::size_t readers = 400;
  if (!allow_descriptors(readers + 100)) return;
  Abuse abuse(without_rates({"--max-outbox-total", "20M"}));
  std::vector<RawClient> clients;
  for (std::size_t i = 0; i < readers; ++i) {
    clients.emplace_back(abuse.port(), RawClient::Options{.receive_bytes = 4'096}).connect();
    clients.back().send_text(join("full"));
  }
  RawClient ann(abuse.port());
  ann.connect();
  CHECK(ann.join("full").size() == readers);
  const std::string message = R"({"type":"x","pad":")" + std::string(60'000, 'p') + "\"}";
  std::size_t left = 0;
  for (int i = 0; i < 12; ++i) {
    ann.send_text(message);
    const Heard heard = hear(ann);
    REQUIRE(heard.closes.empty());
    left += heard.texts.size();
  }
  CHECK(left > readers / 2);
  CHECK(left < readers);
  clients.clear();
  abuse.end(std::to_string(left) + " of 400 readers cut off",
            80 * kMegabyte);  // the total, once more what one message adds, and buffers that grew
}

TEST_CASE("a room of a thousand, joined and left in a loop", "[abuse]") {
  abuse_large_room(text_frame(join("large")) + text_frame(kLeave), "joins and leaves");
}

TEST_CASE("a room of a thousand, joined again and again", "[abuse]") {
  abuse_large_room(text_frame(join("large")), "joins of its own room");
}

TEST_CASE("five thousand rooms, one after the other", "[abuse]") {
  Abuse abuse(without_rates({}));
  RawClient client(abuse.port());
  client.connect();
  for (int i = 0; i < 5'000; ++i) {
    client.send_text(join(std::string(124, 'r') + std::to_string(1'000 + i)));
    if (i % 100 == 0) CHECK(hear(client).closes.empty());
  }
  abuse.end("switched rooms 5,000 times", 2 * kMegabyte);
}

}  // namespace p2psig::test
