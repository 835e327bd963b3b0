#include "tests/integration/abuse/abuse.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <iomanip>
#include <iostream>

#include "tests/catch.hpp"

namespace p2psig::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kAnswerTime{250};
/// What may stay when the abuse is over: pooled buffers, and what is too scattered to be given back.
constexpr std::size_t kKept = 16 * kMegabyte;

double megabytes(std::size_t bytes) { return static_cast<double>(bytes) / static_cast<double>(kMegabyte); }

}  // namespace

Abuse::Abuse(std::vector<std::string> options)
    : server_(Launch{.arguments = std::move(options), .errors = Launch::Errors::discarded}),
      resident_before_(server_.resident_bytes()),
      bystanders_(server_) {}

void Abuse::end(const std::string& abuser, std::size_t growth_max) {
  RawClient newcomer(port());
  newcomer.connect();
  newcomer.join("afterwards");
  std::size_t after = server_.resident_bytes();
  for (const auto until = Clock::now() + kDeadline; after > resident_before_ + kKept && Clock::now() < until;
       after = server_.resident_bytes())
    goes_on(1);
  const Bystanders::Seen seen = bystanders_.stop();
  std::cout << std::fixed << std::setprecision(1) << "abuser: " << abuser << " | others: " << seen.answers
            << " answers, slowest " << seen.slowest.count() << " ms (machine " << seen.stall.count()
            << " ms) | RSS " << megabytes(resident_before_) << " -> " << megabytes(seen.resident_bytes)
            << " -> " << megabytes(after) << " MB" << std::endl;
  CHECK(seen.slowest <= kAnswerTime + seen.stall);
  CHECK(seen.resident_bytes <= resident_before_ + growth_max);
  CHECK(after <= resident_before_ + kKept);
}

std::vector<RawClient> crowd(std::uint16_t port, std::size_t size, const std::string& room) {
  std::vector<RawClient> clients;
  clients.reserve(size);
  for (std::size_t i = 0; i < size; ++i) {
    clients.emplace_back(port).connect();
    if (!room.empty()) clients.back().join(room);
  }
  return clients;
}

bool allow_descriptors(std::size_t count) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= count) return true;
  limit.rlim_cur = count;
  if (limit.rlim_max >= count && setrlimit(RLIMIT_NOFILE, &limit) == 0) return true;
  WARN("left out: it needs " << count << " descriptors, and the system allows " << limit.rlim_max);
  return false;
}

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

Heard hear(RawClient& client) {
  Heard heard;
  if (!client.try_send(ping_frame("heard?"))) return heard;
  for (;;) {
    const ServerFrame frame = client.read_frame();
    if (frame.opcode == opcode::kText) heard.texts.push_back(frame.payload);
    if (frame.opcode == opcode::kPong && frame.payload == "heard?") return heard;
    if (frame.opcode == opcode::kClose) {
      heard.closes.push_back(to_close(frame));
      return heard;
    }
  }
}

std::size_t rate_errors(const Heard& heard) {
  return static_cast<std::size_t>(std::count_if(
      heard.texts.begin(), heard.texts.end(),
      [](const std::string& text) { return text.starts_with(R"({"type":"error","message":"rate-limit")"); }));
}

}  // namespace p2psig::test
