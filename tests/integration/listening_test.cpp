#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <memory>

#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/raw_client.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

bool has_ipv6() {
  const Descriptor fd(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 loopback{};
  loopback.sin6_family = AF_INET6;
  loopback.sin6_addr = in6addr_loopback;
  const bool bound =
      fd.valid() && bind(fd.get(), reinterpret_cast<const sockaddr*>(&loopback), sizeof loopback) == 0;
  if (!bound) WARN("left out: this machine has no ::1");
  return bound;
}

/// The addresses that a name stands for here.
std::vector<std::string> addresses_of(const char* name) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(name, nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  std::vector<std::string> addresses;
  for (; found != nullptr; found = found->ai_next) {
    std::array<char, 64> text{};
    getnameinfo(found->ai_addr, found->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST);
    addresses.emplace_back(text.data());
  }
  return addresses;
}

void check_serves(const ServerProcess& server, const std::string& host) {
  CAPTURE(host);
  RawClient client(server.port(), {.host = host});
  client.connect();
  CHECK(client.id().size() == 36);
}

void check_refuses(const ServerProcess& server, const std::string& host) {
  CAPTURE(host);
  CHECK_THROWS_AS(RawClient(server.port(), {.host = host}), std::system_error);
}

}  // namespace

TEST_CASE("a server on an IPv6 address serves it, and no other", "[listening]") {
  if (!has_ipv6()) return;
  const ServerProcess server({"--host", "::1"});
  CHECK(server.url() == "ws://[::1]:" + std::to_string(server.port()));
  check_serves(server, "::1");
  check_refuses(server, "127.0.0.1");
}

TEST_CASE("a server on an IPv4 address serves it, and no other", "[listening]") {
  const ServerProcess server;
  CHECK(server.url() == "ws://127.0.0.1:" + std::to_string(server.port()));
  check_serves(server, "127.0.0.1");
  check_refuses(server, "127.0.0.2");
  if (has_ipv6()) check_refuses(server, "::1");
}

TEST_CASE("a server on a name serves all its addresses, on one port", "[listening]") {
  const ServerProcess server({"--host", "localhost"});
  const auto addresses = addresses_of("localhost");
  REQUIRE(!addresses.empty());
  for (const std::string& address : addresses) check_serves(server, address);
  if (addresses.size() == 1) WARN("localhost is one address here: " << addresses[0]);
  const std::string& first = addresses[0];
  const std::string in_url = first.find(':') == std::string::npos ? first : "[" + first + "]";
  CHECK(server.url() == "ws://" + in_url + ":" + std::to_string(server.port()));
}

TEST_CASE("a server on the wildcard names an address that can be connected to", "[listening]") {
  const ServerProcess server({"--host", "0.0.0.0"});
  CHECK(server.url() == "ws://127.0.0.1:" + std::to_string(server.port()));
  check_serves(server, "127.0.0.1");
}

TEST_CASE("a server on the IPv6 wildcard serves both families", "[listening]") {
  if (!has_ipv6()) return;
  const ServerProcess server({"--host", "::"});
  CHECK(server.url() == "ws://[::1]:" + std::to_string(server.port()));
  check_serves(server, "::1");
  check_serves(server, "127.0.0.1");
}

TEST_CASE("a second server on a port fails, and says which, from where and why", "[listening]") {
  const ServerProcess server;
  const std::string port = std::to_string(server.port());
  const Run by_flags = run({"serve", "--host", "127.0.0.1", "--port", port});
  CHECK(by_flags.exit_code == 3);
  CHECK(by_flags.output.empty());
  CHECK(by_flags.errors.starts_with("p2psig: "));
  for (const std::string& word : {"127.0.0.1:" + port, std::string("--host"), std::string("--port"),
                                  std::string("Address already in use")})
    CHECK(by_flags.errors.find(word) != std::string::npos);
  CHECK(by_flags.errors.find('\n') == by_flags.errors.size() - 1);

  const Run by_variables = run({"serve"}, {"HOST=127.0.0.1", "PORT=" + port});
  CHECK(by_variables.exit_code == 3);
  CHECK(by_variables.errors.find("from HOST") != std::string::npos);
  CHECK(by_variables.errors.find("from PORT") != std::string::npos);
  const Run prefixed = run({"serve"}, {"P2PSIG_HOST=127.0.0.1", "P2PSIG_PORT=" + port, "HOST=::1", "PORT=1"});
  CHECK(prefixed.exit_code == 3);
  CHECK(prefixed.errors.find("from P2PSIG_HOST") != std::string::npos);
  CHECK(prefixed.errors.find("from P2PSIG_PORT") != std::string::npos);
  CHECK(run({"serve", "--host", "0.0.0.0", "--port", port}).exit_code == 3);
  await_turn(server.port());
}

TEST_CASE("a port is free again as soon as its server has ended, whoever was connected", "[listening]") {
  const std::string host =
      "127.0.0.4";  // no client's end of a connection has this one, so nobody takes the port meanwhile
  std::string port;
  {
    ServerProcess server({"--host", host, "--drain-seconds", "0"});
    port = std::to_string(server.port());
    RawClient client(server.port(), {.host = host});
    client.connect();
    CHECK(server.stop() == 0);
  }
  ChildProcess again({.arguments = {"serve", "--host", host, "--port", port}});
  CHECK(again.read_line() == "listening ws://" + host + ":" + port);
}

TEST_CASE("an address that is not here, or a name that is nobody's, ends it", "[listening]") {
  for (const char* host : {"192.0.2.1", "nobody.invalid"}) {
    const Run done = run({"serve", "--port", "0", "--host", host});
    CHECK(done.exit_code == 3);
    CHECK(done.errors.find(host) != std::string::npos);
    CHECK(done.output.empty());
  }
}

}  // namespace p2psig::test
