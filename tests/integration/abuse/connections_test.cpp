#include <sys/resource.h>

#include <filesystem>

#include "tests/catch.hpp"
#include "tests/integration/abuse/abuse.hpp"
#include "tests/integration/http_exchange.hpp"

namespace p2psig::test {
namespace {

using Clock = std::chrono::steady_clock;

const Close kOverloaded{1013, "server-overloaded"};

/// What the server's soft limit of descriptors is, while this lives.
class DescriptorLimit {
 public:
  DescriptorLimit(pid_t pid, rlim_t limit) : pid_(pid) {
    prlimit(pid_, RLIMIT_NOFILE, nullptr, &before_);
    const rlimit lower{limit, before_.rlim_max};
    prlimit(pid_, RLIMIT_NOFILE, &lower, nullptr);
  }
  ~DescriptorLimit() { prlimit(pid_, RLIMIT_NOFILE, &before_, nullptr); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

 private:
  pid_t pid_;
  rlimit before_{};
};

std::size_t open_descriptors(pid_t pid) {
  const std::filesystem::directory_iterator all("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// Connections that have not said anything yet.
std::vector<RawClient> silent_crowd(std::uint16_t port, std::size_t size) {
  std::vector<RawClient> clients;
  clients.reserve(size);
  for (std::size_t i = 0; i < size; ++i) clients.emplace_back(port);
  return clients;
}

/// Waits until the server has noticed that others have gone.
void await_place(std::uint16_t port) {
  for (const auto until = Clock::now() + kDeadline;;) try {
      await_turn(port);
      return;
    } catch (const std::exception&) {
      if (Clock::now() > until) throw;
    }
}

}  // namespace

TEST_CASE("fifty half-open connections a second are hung up on in time", "[abuse]") {
  Abuse abuse({"--handshake-timeout", "1"});
  std::vector<RawClient> silent;
  for (int i = 0; i < 200; ++i) {
    silent.emplace_back(abuse.port());
    abuse.goes_on(3);
  }
  for (RawClient& client : silent) CHECK(client.read_rest().bytes.empty());
  abuse.end("200 half-open connections in 4 s: each closed after 1 s", kMegabyte);
}

TEST_CASE("over the limit of clients, reconnects without end are turned away, and cost nobody else",
          "[abuse]") {
  Abuse abuse({"--max-connections", "3"});
  std::vector<RawClient> third = crowd(abuse.port(), 1);  // besides the bystanders
  std::size_t refused = 0;
  for (const auto end = Clock::now() + std::chrono::seconds(3); Clock::now() < end;) {
    std::vector<RawClient> clients;
    for (int i = 0; i < 50; ++i) clients.emplace_back(abuse.port()).send(upgrade_request());
    for (RawClient& client : clients) {
      client.read_until("\r\n\r\n");
      refused += client.read_close() == kOverloaded ? 1U : 0U;
    }
  }
  CHECK(refused > 1'000);
  CHECK(get(abuse.port(), "/status").body.starts_with(R"({"totalClients":3,)"));
  third.clear();
  await_place(abuse.port());
  abuse.end(std::to_string(refused) + " reconnects in 3 s: 1013 each", 2 * kMegabyte);
}

TEST_CASE("over the limit of all connections they are reset at once", "[abuse]") {
  Abuse abuse({"--max-connections", "4", "--max-pending", "16"});
  std::vector<RawClient> pending = silent_crowd(abuse.port(), 18);
  std::size_t reset = 0;
  for (const auto end = Clock::now() + std::chrono::seconds(2); Clock::now() < end;) {
    REQUIRE(resets_newcomers(abuse.port()));
    ++reset;
  }
  CHECK(reset > 1'000);
  pending.clear();
  await_place(abuse.port());
  abuse.end(std::to_string(reset) + " connects over both limits in 2 s: each reset", kMegabyte);
}

TEST_CASE("without descriptors newcomers are hung up on, without spinning, until there are some again",
          "[abuse]") {
  Abuse abuse;
  {
    const DescriptorLimit limit(abuse.server().pid(), open_descriptors(abuse.server().pid()) + 4);
    std::vector<RawClient> clients = silent_crowd(abuse.port(), 100);
    std::size_t hung_up = 0;
    for (std::size_t i = 10; i < clients.size(); ++i)
      hung_up += clients[i].read_rest().bytes.empty() ? 1U : 0U;
    CHECK(hung_up == 90);
    const auto before = abuse.server().cpu_time();
    abuse.goes_on(130);  // a second
    CHECK((abuse.server().cpu_time() - before).count() < 300);
  }
  abuse.end("100 connects without descriptors: hung up on", kMegabyte);
}

TEST_CASE("a thousand resets, in a room and in mid-handshake", "[abuse]") {
  Abuse abuse;
  for (int i = 0; i < 1'000; ++i) {
    RawClient client(abuse.port());
    if (i % 2 == 0) {
      client.connect();
      client.join("resets");
    } else {
      client.send(upgrade_request().substr(0, 60));
    }
    client.reset();
  }
  RawClient watcher(abuse.port());
  watcher.connect();
  CHECK(watcher.join("resets").empty());
  abuse.end("1,000 connections, reset by the abuser itself", kMegabyte);
}

TEST_CASE("three thousand idle clients cost little", "[abuse]") {
  constexpr std::size_t size = 3'000;
  constexpr std::size_t bytes_each = 2'400;  // 1,700 with libwebsockets 4.1, 2,100 with 4.3
  if (!allow_descriptors(size + 100)) return;
  Abuse abuse;
  std::vector<RawClient> clients;
  for (std::size_t i = 0; i < size; ++i) {
    clients.emplace_back(abuse.port()).connect();
    clients.back().join("pair" + std::to_string(i / 2));
  }
  abuse.end("3,000 idle clients in rooms of two", size * bytes_each);
}

TEST_CASE("heads that are too long, or never end, are hung up on", "[abuse]") {
  Abuse abuse;
  const std::string endless =
      "GET / HTTP/1.1\r\nHost: x\r\n" + repeated("A: " + std::string(97, 'a') + "\r\n", 400);
  const std::string long_line = "GET / HTTP/1.1\r\nHost: x\r\nCookie: " + std::string(17'000, 'c');
  for (int i = 0; i < 200; ++i) {
    RawClient client(abuse.port());
    client.try_send(i % 2 == 0 ? endless : long_line);
    CHECK(client.read_rest().bytes.empty());
  }
  abuse.end("200 heads over 16 KiB: closed without a reply", kMegabyte);
}

TEST_CASE("heads that come byte by byte are hung up on in time", "[abuse]") {
  Abuse abuse({"--handshake-timeout", "1"});
  std::vector<RawClient> clients = silent_crowd(abuse.port(), 500);
  const std::string head = upgrade_request();
  std::size_t alive = clients.size();
  for (std::size_t at = 0; alive != 0 && at < head.size(); ++at) {
    alive = 0;
    for (RawClient& client : clients) alive += client.try_send(head.substr(at, 1)) ? 1U : 0U;
    abuse.goes_on(7);
  }
  CHECK(alive == 0);
  abuse.end("500 heads, a byte each 50 ms: closed after 1 s", 2 * kMegabyte);
}

TEST_CASE("/status asked for again and again, each time another one, by readers that do not read",
          "[abuse]") {
  constexpr std::size_t clients = 6'000;
  constexpr std::size_t readers = 700;
  if (!allow_descriptors(clients + readers + 100)) return;
  Abuse abuse;
  std::vector<RawClient> all = crowd(abuse.port(), clients);
  std::vector<RawClient> asking;
  for (std::size_t i = 0; i < readers; ++i) {
    all[i].join("a room of its own " + std::to_string(i));
    asking.emplace_back(abuse.port(), RawClient::Options{.receive_bytes = 4'096})
        .send(request("GET /status"));
    await_turn(abuse.port());
  }
  std::size_t whole = 0;
  for (RawClient& reader : asking) {
    const std::string got = reader.read_rest().bytes;
    whole += got.ends_with("}}") ? 1U : 0U;
  }
  CHECK(whole < readers);
  all.clear();
  abuse.end("700 readers of 700 documents of 240 kB: " + std::to_string(readers - whole) + " hung up on",
            100 * kMegabyte);  // 64 MB of documents, what is being made, and the clients
}

TEST_CASE("a reader that takes no part of a reply for five seconds is hung up on", "[abuse]") {
  constexpr std::size_t clients = 9'000;  // a document that no socket's buffers take whole
  if (!allow_descriptors(clients + 200)) return;
  Abuse abuse;
  std::vector<RawClient> all = crowd(abuse.port(), clients);
  const std::size_t descriptors = open_descriptors(abuse.server().pid());
  std::vector<RawClient> readers;
  for (int i = 0; i < 50; ++i)
    readers.emplace_back(abuse.port(), RawClient::Options{.receive_bytes = 4'096})
        .send(request("GET /status"));
  abuse.goes_on(1);  // they are let in
  CHECK(open_descriptors(abuse.server().pid()) == descriptors + readers.size());
  for (const auto until = Clock::now() + std::chrono::seconds(8);
       open_descriptors(abuse.server().pid()) != descriptors;) {
    REQUIRE(Clock::now() < until);
    abuse.goes_on(1);
  }
  std::size_t whole = 0;
  for (RawClient& reader : readers) whole += reader.read_rest().bytes.ends_with("}}") ? 1U : 0U;
  CHECK(whole == 0);
  // What the others wait for here is the readers: thousands that hang up at once are another abuse, above.
  constexpr std::ptrdiff_t portion = 1'000;
  for (; !all.empty(); abuse.goes_on(1)) all.erase(all.end() - portion, all.end());
  abuse.end("50 readers of /status that do not read: closed after 5 s", 30 * kMegabyte);
}

}  // namespace p2psig::test
