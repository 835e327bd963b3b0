#include "tests/integration/abuse/bystanders.hpp"

#include <algorithm>
#include <string>

namespace p2psig::test {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Between two messages: well below the rate that a client may send at.
constexpr milliseconds kPause{7};
constexpr milliseconds kProbe{5};

milliseconds since(Clock::time_point start) { return std::chrono::ceil<milliseconds>(Clock::now() - start); }

void expect(const std::string& got, const std::string& wanted) {
  if (got != wanted) throw std::runtime_error("a bystander got " + got + " instead of " + wanted);
}

}  // namespace

Bystanders::Bystanders(const ServerProcess& server)
    : server_(server),
      pair_(server.port()),
      conversation_([this] {
        try {
          converse();
        } catch (...) {
          const std::lock_guard lock(mutex_);
          failure_ = std::current_exception();
          progress_.notify_all();
        }
      }),
      watch_([this] { watch(); }) {}

Bystanders::~Bystanders() { join(); }

void Bystanders::join() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    progress_.notify_all();
  }
  if (conversation_.joinable()) conversation_.join();
  if (watch_.joinable()) watch_.join();
}

void Bystanders::converse() {
  for (int n = 0; !stopping_; ++n) {
    const std::string question = R"({"type":"question","n":)" + std::to_string(n) + "}";
    const std::string answer = R"({"type":"answer","to":")" + pair_.ann.id() + "\"}";
    const auto start = Clock::now();
    pair_.ann.send_text(question);
    expect(pair_.bob.read_text(), relayed(question, pair_.ann));
    pair_.bob.send_text(answer);
    expect(pair_.ann.read_text(), relayed(answer, pair_.bob));
    seen_.slowest = std::max(seen_.slowest, since(start));
    std::unique_lock lock(mutex_);
    ++seen_.answers;
    progress_.notify_all();
    progress_.wait_for(lock, kPause, [this] { return stopping_.load(); });
  }
}

void Bystanders::watch() {
  while (!stopping_) {
    const auto start = Clock::now();
    {
      std::unique_lock lock(mutex_);
      progress_.wait_for(lock, kProbe, [this] { return stopping_.load(); });
    }
    seen_.stall = std::max(seen_.stall, since(start) - kProbe);
    seen_.resident_bytes = std::max(seen_.resident_bytes, server_.resident_bytes());
  }
}

void Bystanders::await_answers(std::size_t count) {
  std::unique_lock lock(mutex_);
  const std::size_t wanted = seen_.answers + count;
  progress_.wait(lock, [&] { return seen_.answers >= wanted || failure_; });
}

Bystanders::Seen Bystanders::stop() {
  join();
  if (failure_) std::rethrow_exception(failure_);
  return seen_;
}

}  // namespace p2psig::test
