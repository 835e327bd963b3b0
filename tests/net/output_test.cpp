#include "cmd/output.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <thread>

#include "tests/catch.hpp"
#include "tests/integration/descriptor.hpp"
#include "tests/net/loop_runner.hpp"

using namespace p2psig;
using namespace p2psig::test;

namespace {

struct Pipe {
  /// `flags` are the writer's.
  explicit Pipe(int flags) {
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
    reader = Descriptor(ends[0]);
    writer = Descriptor(ends[1]);
    fcntl(writer.get(), F_SETFL, flags);
  }
  Descriptor reader;
  Descriptor writer;
};

const std::string kLarge(1'000'000, 'x');  // more than a pipe takes

}  // namespace

TEST_CASE("what is written arrives, whether the descriptor blocks or not", "[output]") {
  const int flags = GENERATE(0, O_NONBLOCK);
  Pipe pipe(flags);
  EventLoop loop;
  int failures = 0;
  Output output(loop, pipe.writer.get(), [&failures](int) { ++failures; });
  output.write("first\n");
  output.write(kLarge);
  CHECK_FALSE(output.idle());
  std::string got;
  std::thread reader([&got, &pipe] {
    std::array<char, 65'536> piece{};
    while (got.size() < 6 + kLarge.size()) {
      const ssize_t bytes = read(pipe.reader.get(), piece.data(), piece.size());
      if (bytes <= 0) return;
      got.append(piece.data(), static_cast<std::size_t>(bytes));
    }
  });
  const bool written = run_until(loop, [&output] { return output.idle(); });
  if (!written) pipe.writer.reset();
  reader.join();
  CHECK(written);
  CHECK(got == "first\n" + kLarge);
  CHECK(failures == 0);
}

TEST_CASE("a descriptor that takes nothing keeps the loop waiting, not busy", "[output]") {
  const int flags = GENERATE(0, O_NONBLOCK);
  Pipe pipe(flags);
  EventLoop loop;
  Output output(loop, pipe.writer.get(), [](int) {});
  unsigned turns = 0;
  const TurnEnd count(loop, [&turns] { ++turns; });
  Ticker end(loop, [&loop] { loop.stop(); });
  end.start(Milliseconds{50}, Milliseconds{0});
  output.write(kLarge);
  loop.run();
  CHECK_FALSE(output.idle());
  CHECK(turns < 20);
  std::signal(SIGPIPE, SIG_IGN);
  pipe.reader.reset();  // lets it go
  CHECK(run_until(loop, [&output] { return output.idle(); }));
}

TEST_CASE("a failure is told once, and nothing is kept after it", "[output]") {
  std::signal(SIGPIPE, SIG_IGN);
  Pipe pipe(0);
  pipe.reader.reset();
  EventLoop loop;
  std::string errors;
  Output output(loop, pipe.writer.get(), [&errors](int error) { errors += std::to_string(error) + " "; });
  output.write("x");
  REQUIRE(run_until(loop, [&errors] { return !errors.empty(); }));
  CHECK(output.idle());
  output.write("y");
  CHECK(output.idle());
  CHECK(output.waiting_bytes() == 0);
  for (int turn = 0; turn < 10; ++turn) loop.run_ready();
  CHECK(errors == std::to_string(EPIPE) + " ");
}
