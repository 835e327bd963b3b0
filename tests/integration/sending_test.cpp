#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

const RawClient::Options kSmallReader{.receive_bytes = 4096};

/// Message number n, to one peer or to all, of about this many bytes.
std::string message(int n, std::size_t bytes, const RawClient* to = nullptr) {
  std::string text = R"({"type":"offer",)";
  if (to != nullptr) text += R"("to":")" + to->id() + R"(",)";
  text += R"("n":)" + std::to_string(n) + R"(,"x":")";
  for (std::size_t i = 0; i < bytes; ++i)
    text += static_cast<char>('a' + (static_cast<std::size_t>(n) + i) % 26);
  return text + "\"}";
}

/// A text frame of the server's.
std::string server_frame(const std::string& payload) {
  std::string frame = "\x81\x7e";
  REQUIRE((payload.size() >= 126 && payload.size() < 65536));
  frame += static_cast<char>(payload.size() >> 8);
  frame += static_cast<char>(payload.size() & 0xFF);
  return frame + payload;
}

}  // namespace

TEST_CASE("a reader that does not read is cut off, its room hears of it, and others are served",
          "[sending]") {
  const ServerProcess server({"--max-outbox-bytes", "64K"});
  Lab lab(server.port(), kSmallReader);
  RawClient cat(server.port());
  cat.connect();
  cat.join("lab");
  CHECK(lab.ann.read_text() == peer_joined(cat));
  CHECK(lab.bob.read_text() == peer_joined(cat));
  std::string sent;
  bool cut = false;
  for (int n = 0; n < 200 && !cut; ++n) {
    const std::string to_herself = message(n, 10, &lab.ann);
    sent += server_frame(relayed(message(n, 20'000, &lab.bob), lab.ann));
    lab.ann.send(text_frame(message(n, 20'000, &lab.bob)) + text_frame(to_herself));
    std::string answer = lab.ann.read_text();
    cut = answer == peer_left(lab.bob);
    if (cut) {
      CHECK(lab.ann.read_text() == unavailable(lab.bob));
      answer = lab.ann.read_text();
    }
    CHECK(answer == relayed(to_herself, lab.ann));
  }
  CHECK(cut);
  lab.ann.send_text(message(1000, 10, &lab.bob));
  CHECK(lab.ann.read_text() == unavailable(lab.bob));
  CHECK(cat.read_text() == peer_left(lab.bob));
  cat.send_text(message(1001, 10));
  CHECK(lab.ann.read_text() == relayed(message(1001, 10), cat));
  CHECK((sent.starts_with(lab.bob.read_rest().bytes)));
}

TEST_CASE("a broadcast that cuts one reader off reaches all others", "[sending]") {
  const ServerProcess server({"--max-outbox-bytes", "64K"});
  Lab lab(server.port(), kSmallReader);
  RawClient cat(server.port());
  cat.connect();
  cat.join("lab");
  CHECK(lab.ann.read_text() == peer_joined(cat));
  bool cut = false;
  for (int n = 0; n < 200 && !cut; ++n) {
    const std::string text = message(n, 20'000);
    lab.ann.send_text(text);
    CHECK(cat.read_text() == relayed(text, lab.ann));
    // What the others hear of it comes behind the broadcast that did it, so what Ann sends herself tells
    // whether there was any.
    lab.ann.send_text(message(n, 10, &lab.ann));
    cut = lab.ann.read_text() == peer_left(lab.bob);
    if (cut) CHECK(lab.ann.read_text() == relayed(message(n, 10, &lab.ann), lab.ann));
  }
  CHECK(cut);
  CHECK(cat.read_text() == peer_left(lab.bob));
  lab.bob.await_end();
}

TEST_CASE("a slow reader that catches up in time gets everything, in order and whole", "[sending]") {
  const ServerProcess server({"--max-outbox-bytes", "512K"});
  Lab lab(server.port(), kSmallReader);
  constexpr int steps = 10;
  constexpr int each = 20;
  for (int step = 0; step < steps; ++step) {
    std::string frames;
    for (int n = 0; n < each; ++n) frames += text_frame(message(step * each + n, 20'000));
    lab.ann.send(frames);
    lab.ann.await_turn();
    for (int n = 0; n < each; ++n) {
      const std::string expected = relayed(message(step * each + n, 20'000), lab.ann);
      CHECK((lab.bob.read_text() == expected));
    }
  }
  lab.ann.send_text(message(0, 0, &lab.bob));
  CHECK(lab.bob.read_text() == relayed(message(0, 0, &lab.bob), lab.ann));
}

TEST_CASE("a reader that is always behind, but never too far, gets everything", "[sending]") {
  const ServerProcess server({"--max-outbox-bytes", "512K"});
  Lab lab(server.port(), kSmallReader);
  constexpr int behind = 20;
  constexpr int all = 300;
  for (int n = 0; n < all + behind; ++n) {
    if (n < all) lab.ann.send_text(message(n, 20'000));
    if (n < behind) continue;
    const std::string expected = relayed(message(n - behind, 20'000), lab.ann);
    CHECK((lab.bob.read_text() == expected));
  }
}

TEST_CASE("the largest messages go through an outbox that is just large enough", "[sending]") {
  const ServerProcess server({"--max-outbox-bytes", "600K"});
  Lab lab(server.port(), kSmallReader);
  for (int n = 0; n < 6; n += 2) {
    const std::string one = message(n, 262'000);
    const std::string two = message(n + 1, 262'000);
    lab.ann.send(text_frame(one) + text_frame(two));
    lab.ann.await_turn();
    CHECK((lab.bob.read_text() == relayed(one, lab.ann)));
    CHECK((lab.bob.read_text() == relayed(two, lab.ann)));
  }
}

TEST_CASE("pongs while an outbox drains stand between frames", "[sending]") {
  const ServerProcess server;
  Lab lab(server.port(), kSmallReader);
  constexpr int messages = 40;
  std::string frames;
  for (int n = 0; n < messages; ++n) frames += text_frame(message(n, 20'000));
  lab.ann.send(frames);
  lab.ann.await_turn();
  int pongs = 0;
  for (int n = 0; n < messages;) {
    lab.bob.send(ping_frame("after " + std::to_string(n)));
    ServerFrame frame = lab.bob.read_frame();
    for (; frame.opcode == opcode::kPong; frame = lab.bob.read_frame()) {
      CHECK(frame.payload.starts_with("after "));
      ++pongs;
    }
    CHECK(frame.opcode == opcode::kText);
    CHECK((frame.payload == relayed(message(n++, 20'000), lab.ann)));
  }
  if (pongs == 0) CHECK(lab.bob.read_pong().starts_with("after "));
}

TEST_CASE("2,000 messages to a reader that starts late arrive in their order", "[sending]") {
  const ServerProcess server;
  Lab lab(server.port());
  RawClient cat(server.port());
  cat.connect();
  cat.join("lab");
  CHECK(lab.ann.read_text() == peer_joined(cat));
  CHECK(lab.bob.read_text() == peer_joined(cat));
  constexpr int each = 1000;
  std::string from_ann;
  std::string from_cat;
  for (int n = 0; n < each; ++n) {
    from_ann += text_frame(message(n, 100, &lab.bob));
    from_cat += text_frame(message(n, 100, &lab.bob));
  }
  lab.ann.send(from_ann);
  cat.send(from_cat);
  lab.ann.await_turn();
  cat.await_turn();
  int next_of_ann = 0;
  int next_of_cat = 0;
  while (next_of_ann + next_of_cat < 2 * each) {
    const std::string text = lab.bob.read_text();
    const bool of_ann = text.ends_with(lab.ann.id() + "\"}");
    int& next = of_ann ? next_of_ann : next_of_cat;
    REQUIRE(text == relayed(message(next++, 100, &lab.bob), of_ann ? lab.ann : cat));
  }
}

}  // namespace p2psig::test
