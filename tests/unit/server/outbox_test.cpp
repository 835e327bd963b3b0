#include "core/server/outbox.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/protocol/limits.hpp"
#include "core/server/worker.hpp"
#include "tests/catch.hpp"
#include "tests/support/fake_link.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

/// One outbox, of a session that nobody talks to.
struct Fixture {
  explicit Fixture(std::size_t outbox_bytes_max) : outgoing(outbox_bytes_max, limits::kOutboxTotalBytes) {}

  bool put(std::string_view text) { return outbox.append_text(std::array{text}); }

  const ServerLimits limits;
  Events events;
  Worker worker{limits, events};
  FakeLink link;
  Session owner{PeerId::from_text(std::string(36, 'o')).value(), link, worker.shared(), Milliseconds{0}};
  Outgoing outgoing;
  Outbox outbox{outgoing, owner, link};
};

std::string websocket_text(const std::string& payload) {
  std::string frame(websocket_frame::header_bytes(payload.size()), '\0');
  websocket_frame::write_header(frame.data(), websocket_frame::Opcode::text, payload.size());
  return frame + payload;
}

/// The size of the largest buffer in the pool.
std::size_t largest(Outgoing& outgoing) {
  std::vector<std::unique_ptr<Buffer>> all;
  do all.push_back(outgoing.borrow());
  while (all.back()->capacity() != 0);
  all.pop_back();
  std::size_t bytes = 0;
  for (auto& buffer : all) {
    bytes = std::max(bytes, buffer->capacity());
    outgoing.give_back(std::move(buffer));
  }
  return bytes;
}

}  // namespace

TEST_CASE("all that is appended in one turn goes out in one write", "[outbox]") {
  Fixture f(10'000);
  CHECK(f.put("a"));
  CHECK(f.put("bc"));
  CHECK(f.outbox.append_text(std::array<std::string_view, 3>{"d", "", "ef"}));
  CHECK(f.link.sends == 0);
  CHECK(f.outbox.flush());
  CHECK(f.link.sends == 1);
  CHECK(f.link.bytes ==
        "\x81\x01"
        "a\x81\x02"
        "bc\x81\x03"
        "def");
  CHECK(f.outbox.waiting_bytes() == 0);
  CHECK(f.outbox.flush());
  CHECK(f.link.sends == 1);
}

TEST_CASE("an outbox takes its limit, and not a byte more", "[outbox]") {
  for (const int more : {-1, 0, 1}) {
    Fixture f(2'000);
    CHECK(f.put(std::string(996, 'x')));  // 1,000 bytes with its header
    CHECK(f.put(std::string(static_cast<std::size_t>(996 + more), 'x')) == (more <= 0));
    CHECK(f.outbox.overflowing() == (more > 0));
    CHECK_FALSE(f.put(""));  // two bytes of header
  }
}

TEST_CASE("what the link does not take counts towards the limit until it has gone", "[outbox]") {
  Fixture f(2'000);
  f.link.most = 204;
  CHECK(f.put(std::string(1'000, 'x')));
  CHECK(f.outbox.flush());
  CHECK(f.outbox.waiting_bytes() == 800);
  CHECK(f.put(std::string(900, 'y')));
  CHECK(f.outbox.flush());
  CHECK(f.link.sends == 1);  // the link has yet to say that it takes more
  f.link.most = 1'004;
  f.outbox.drained();
  CHECK(f.outbox.waiting_bytes() == 800 + 904);
  CHECK(f.outbox.flush());
  CHECK(f.link.sends == 2);
  CHECK(f.outbox.waiting_bytes() == 700);
  f.outbox.drained();
  CHECK(f.outbox.flush());
  CHECK(f.outbox.waiting_bytes() == 0);
  CHECK(f.link.take_texts() == std::vector<std::string>{std::string(1'000, 'x'), std::string(900, 'y')});
}

TEST_CASE("a peer that is always a little behind does not make the buffer grow", "[outbox]") {
  Fixture f(200'000);
  CHECK(f.put("always one behind"));
  for (int i = 0; i < 1'000; ++i) {
    CHECK(f.put(std::string(50'000, 'x')));
    f.link.most = f.outbox.waiting_bytes() - 10;
    CHECK(f.outbox.flush());
    f.outbox.drained();
  }
  CHECK(f.outbox.flush());
  CHECK(f.link.take_texts().size() == 1'001);
  CHECK(largest(f.outgoing) > 50'000);
  CHECK(largest(f.outgoing) < 150'000);
}

TEST_CASE("who leaves but a little of much does not keep the large buffer", "[outbox]") {
  Fixture f(200'000);
  CHECK(f.put(std::string(100'000, 'x')));
  CHECK(f.put("the end"));
  for (const std::size_t share : {30'000U, 30'000U, 39'990U}) {
    f.link.most = share;
    CHECK(f.outbox.flush());
    f.outbox.drained();
  }
  CHECK(f.outbox.waiting_bytes() < 100);
  CHECK(largest(f.outgoing) >= 100'000);
  while (f.outgoing.borrow()->capacity() != 0) continue;
  f.link.most = 100;
  CHECK(f.outbox.flush());
  CHECK(largest(f.outgoing) < 2'000);  // the one in which the rest was
  CHECK(f.link.take_texts().back() == "the end");
}

TEST_CASE("a large frame goes out without a copy where nothing waits, and else behind what does",
          "[outbox]") {
  const std::string small = websocket_text(std::string(limits::kCopiedFrameBytes - 5, 's'));
  const std::string large = websocket_text(std::string(limits::kCopiedFrameBytes - 4, 'l'));
  Fixture f(100'000);
  CHECK(f.outbox.append_bytes(large));
  CHECK(f.link.sends == 1);
  CHECK(f.outbox.waiting_bytes() == 0);
  CHECK(f.outbox.append_bytes(small));
  CHECK(f.outbox.append_bytes(large));
  CHECK(f.link.sends == 1);
  CHECK(f.outbox.flush());
  CHECK(f.link.sends == 2);
  CHECK(f.link.bytes == large + small + large);
}

TEST_CASE("what the link does not take of a large frame counts, and the next one waits behind it",
          "[outbox]") {
  const std::string large = websocket_text(std::string(40'000, 'l'));
  Fixture f(2 * large.size() - 1'000);
  f.link.most = 1'000;
  CHECK(f.outbox.append_bytes(large));
  CHECK(f.outbox.waiting_bytes() == large.size() - 1'000);
  CHECK(f.outbox.append_bytes(large));
  CHECK(f.link.sends == 1);
  CHECK_FALSE(f.outbox.append_bytes(large));
  CHECK(f.outbox.overflowing());
}

TEST_CASE(
    "a large frame that is over the limit by itself is not sent, nor one on a dead link lost in silence",
    "[outbox]") {
  const std::string large = websocket_text(std::string(40'000, 'l'));
  Fixture f(large.size() - 1);
  CHECK_FALSE(f.outbox.append_bytes(large));
  CHECK(f.link.sends == 0);
  Fixture dead(large.size());
  dead.link.dead = true;
  CHECK(dead.outbox.append_bytes(large));
  CHECK_FALSE(dead.outbox.flush());
}

TEST_CASE("a close frame goes out behind what waits, also where nothing else fits, and nothing after it",
          "[outbox]") {
  Fixture f(6);
  f.link.slow = true;
  CHECK(f.put("a"));
  CHECK(f.put("b"));
  CHECK(f.outbox.flush());
  f.outbox.close("\x03\xe9why");
  f.outbox.close("\x03\xeaother");
  CHECK_FALSE(f.put("c"));
  CHECK(f.outbox.flush());
  CHECK_FALSE(f.link.ended());
  f.link.slow = false;
  f.outbox.drained();
  CHECK(f.outbox.flush());
  CHECK(f.outbox.state() == Outbox::State::closing);
  CHECK(f.link.close_frame == "\x03\xe9why");
  CHECK(f.link.take_texts() == std::vector<std::string>{"a", "b"});
  f.outbox.end();
  CHECK(f.link.has_ended);
  CHECK_FALSE(f.link.was_cut);
}

TEST_CASE("an end sends what the link takes at once", "[outbox]") {
  Fixture f(10'000);
  f.link.most = 4;
  CHECK(f.put("ab"));
  CHECK(f.put("cd"));
  f.outbox.end();
  CHECK(f.link.has_ended);
  CHECK(f.link.take_texts() == std::vector<std::string>{"ab"});
  CHECK(f.outbox.waiting_bytes() == 0);
  f.outbox.drained();
  CHECK(f.outbox.flush());
  CHECK(f.link.sends == 1);
}

TEST_CASE("a dead link is told of, and nothing is sent after the end", "[outbox]") {
  Fixture f(10'000);
  f.link.dead = true;
  CHECK(f.put("a"));
  CHECK_FALSE(f.outbox.flush());
  f.outbox.cut();
  CHECK(f.link.was_cut);
  CHECK_FALSE(f.put("b"));
  CHECK(f.outbox.flush());
  CHECK(f.link.sends == 1);
}

TEST_CASE("empty buffers are kept for the next, up to a bound", "[outbox]") {
  Outgoing outgoing(1'000, 1'000);
  auto first = outgoing.borrow();
  first->extend(5'000);
  const auto* const address = first.get();
  outgoing.give_back(std::move(first));
  auto again = outgoing.borrow();
  CHECK(again.get() == address);
  CHECK(again->size() == 0);
  auto huge = std::make_unique<Buffer>();
  huge->extend(limits::kPooledBufferBytes + 1);
  outgoing.give_back(std::move(huge));
  CHECK(outgoing.borrow()->capacity() == 0);
}

TEST_CASE("a pool that is full keeps the buffers that were used last", "[outbox]") {
  Outgoing outgoing(1'000, 1'000);
  std::vector<std::unique_ptr<Buffer>> large;
  for (std::size_t bytes = 0; bytes < limits::kPooledBytes; bytes += limits::kPooledBufferBytes) {
    large.push_back(std::make_unique<Buffer>());
    large.back()->extend(limits::kPooledBufferBytes);
  }
  for (auto& buffer : large) outgoing.give_back(std::move(buffer));
  std::vector<std::unique_ptr<Buffer>> small(1'000);
  for (int round = 0; round < 3; ++round) {
    for (auto& buffer : small) {
      buffer = outgoing.borrow();
      if (round == 2) CHECK(buffer->capacity() != 0);
      buffer->extend(1);
    }
    for (auto& buffer : small) outgoing.give_back(std::move(buffer));
  }
}
