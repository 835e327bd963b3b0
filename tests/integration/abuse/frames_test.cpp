#include <algorithm>

#include "tests/catch.hpp"
#include "tests/integration/abuse/abuse.hpp"
#include "tests/integration/http_exchange.hpp"

namespace p2psig::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::seconds;

const Close kMessageTimeout{4008, "message-timeout"};
const Close kTooBig{1009, "message-too-big"};

}  // namespace

TEST_CASE("frames that come byte by byte end in a time-out", "[abuse]") {
  Abuse abuse({"--message-timeout", "1"});
  std::vector<RawClient> clients = crowd(abuse.port(), 300);
  const std::string frame = text_frame(std::string(1'000, ' '));
  for (std::size_t at = 0; at < 40; ++at) {
    for (RawClient& client : clients) client.try_send(frame.substr(at, 1));
    abuse.goes_on(7);
  }
  for (RawClient& client : clients) CHECK(client.read_close() == kMessageTimeout);
  abuse.end("300 frames, a byte each 50 ms: 4008 message-timeout after 1 s", 2 * kMegabyte);
}

TEST_CASE("messages that are begun and never ended share 64 MB, and end in a time-out", "[abuse]") {
  constexpr std::size_t senders = 1'200;
  if (!allow_descriptors(senders + 100)) return;
  Abuse abuse({"--message-timeout", "3"});
  std::vector<RawClient> clients = crowd(abuse.port(), senders);
  const std::string begun = first_fragment(std::string(60'000, ' '));
  for (std::size_t i = 0; i < senders; ++i) {
    clients[i].send(begun);
    if (i % 50 == 0) await_turn(abuse.port());  // 72 MB within milliseconds come over no network
  }
  std::size_t overloaded = 0;
  std::size_t late = 0;
  for (RawClient& client : clients) {
    const Close close = client.read_close();
    overloaded += close == Close{1013, "server-overloaded"} ? 1U : 0U;
    late += close == kMessageTimeout ? 1U : 0U;
  }
  CHECK(overloaded + late == senders);
  CHECK(overloaded >= senders - 64 * kMegabyte / 60'000 - 1);
  CHECK(late > 1'000);
  clients.clear();
  abuse.end("1,200 messages of 60 kB begun: " + std::to_string(overloaded) + " closed with 1013, " +
                std::to_string(late) + " with 4008",
            90 * kMegabyte);  // 64 MB of messages, in memory that grew with them
}

TEST_CASE("millions of empty fragments of one message", "[abuse]") {
  constexpr std::size_t fragments = 22'000'000;
  constexpr std::size_t a_time = 100'000;
  Abuse abuse;
  RawClient client(abuse.port());
  client.connect();
  client.send(first_fragment(""));
  const std::string many = repeated(fragment(""), a_time);
  std::size_t sent = 0;
  for (const auto end = Clock::now() + seconds(4); sent < fragments && Clock::now() < end; sent += a_time)
    client.send(many);
  client.send(last_fragment("{}"));
  const Heard heard = hear(client);
  CHECK(rate_errors(heard) == 1);
  abuse.end(std::to_string(sent / 1'000'000) + " million empty fragments: rate-limit", kMegabyte);
}

TEST_CASE("a million pings without reading pongs, and a million pongs", "[abuse]") {
  Abuse abuse;
  RawClient pinging(abuse.port());
  pinging.connect();
  for (int i = 0; i < 10; ++i) pinging.send(repeated(ping_frame("p"), 100'000));
  pinging.send_text(R"({"type":"x"})");  // a ping might be one of those that go unanswered
  while (pinging.read_frame().opcode == opcode::kPong) continue;
  RawClient ponging(abuse.port());
  ponging.connect();
  for (int i = 0; i < 10; ++i) ponging.send(repeated(pong_frame("p"), 100'000));
  CHECK(rate_errors(hear(ponging)) >= 1);
  abuse.end("a million pings: few pongs; a million pongs: rate-limit", kMegabyte);
}

TEST_CASE("a message one byte over the limit, in one frame and in a hundred", "[abuse]") {
  constexpr std::size_t over = 256UL * 1024 + 1;
  Abuse abuse;
  for (int i = 0; i < 20; ++i) {
    RawClient whole(abuse.port());
    whole.connect();
    whole.try_send(text_frame(std::string(over, ' ')));
    CHECK(whole.read_close() == kTooBig);
    RawClient pieces(abuse.port());
    pieces.connect();
    const std::string piece(over / 100, ' ');
    std::string frames = first_fragment(piece);
    for (int n = 1; n < 99; ++n) frames += fragment(piece);
    frames += last_fragment(std::string(over - 99 * piece.size(), ' '));
    pieces.try_send(frames);
    CHECK(pieces.read_close() == kTooBig);
  }
  abuse.end("40 messages of 262,145 bytes: 1009 each", 2 * kMegabyte);
}

TEST_CASE("a hundred thousand nested arrays", "[abuse]") {
  Abuse abuse;
  RawClient client(abuse.port());
  client.connect();
  for (int i = 0; i < 20; ++i) {
    client.send_text(R"({"type":"x","deep":)" + std::string(100'000, '['));
    CHECK(client.read_text().starts_with(R"({"type":"error","message":"invalid-message")"));
  }
  abuse.end("20 messages of 100,000 nested arrays: invalid-message each", kMegabyte);
}

TEST_CASE("a flood of thirty seconds ends in 4029, and a leave gets through it", "[abuse]") {
  Abuse abuse;
  RawClient client(abuse.port());
  client.connect();
  client.join("flood");
  const std::string flood = repeated(text_frame(R"({"type":"x"})"), 100);
  const auto start = Clock::now();
  Heard heard;
  std::size_t errors = 0;
  bool left = false;
  while (heard.closes.empty() && Clock::now() - start < seconds(40)) {
    std::string frames = flood;
    if (!left && Clock::now() - start > seconds(15)) frames += text_frame(R"({"type":"leave-room"})");
    client.try_send(frames);
    heard = hear(client);
    errors += rate_errors(heard);
    left = left ||
           std::count(heard.texts.begin(), heard.texts.end(), R"({"type":"room-left","room":"flood"})") == 1;
    abuse.goes_on(14);
  }
  const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
  CHECK(left);
  CHECK(heard.closes == std::vector<Close>{{4029, "rate-limit"}});
  CHECK(took > seconds(28));  // the first second has its burst
  CHECK(took < seconds(35));
  CHECK(errors >= 25);
  CHECK(errors <= 31);
  abuse.end("a flood: " + std::to_string(errors) + " rate-limit errors, 4029 after " +
                std::to_string(took.count() / 1000) + " s",
            kMegabyte);
}

}  // namespace p2psig::test
