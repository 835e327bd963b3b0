// What a service manager says to the server, and is told.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/integration/http_exchange.hpp"
#include "tests/integration/server_process.hpp"

namespace p2psig::test {
namespace {

std::uint16_t port_of(int fd) {
  sockaddr_in address{};
  socklen_t bytes = sizeof address;
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &bytes);
  return ntohs(address.sin_port);
}

/// A socket on a port of 127.0.0.1 that the system chose.
Descriptor bound_socket(int type) {
  Descriptor fd(socket(AF_INET, type | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) throw_errno("bind");
  return fd;
}

Descriptor listening_socket() {
  Descriptor fd = bound_socket(SOCK_STREAM);
  if (listen(fd.get(), 16) != 0) throw_errno("listen");
  return fd;
}

/// Where a manager hears of its services.
class NotifySocket {
 public:
  /// In the abstract namespace, where the system chooses the name.
  NotifySocket() {
    address_.sun_family = AF_UNIX;
    listen(sizeof(sa_family_t));
    bytes_ = sizeof address_;
    getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address_), &bytes_);
    name_ = "@" + std::string(address_.sun_path + 1, bytes_ - sizeof(sa_family_t) - 1);
  }
  /// In a folder.
  explicit NotifySocket(const std::string& path) : name_(path) {
    address_.sun_family = AF_UNIX;
    path.copy(address_.sun_path, sizeof address_.sun_path - 1);
    listen(sizeof address_);
  }
  [[nodiscard]] std::string variable() const { return "NOTIFY_SOCKET=" + name_; }
  /// Until there is no place for one more.
  void fill() const {
    const Descriptor sender(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto* const to = reinterpret_cast<const sockaddr*>(&address_);
    while (sendto(sender.get(), "x", 1, MSG_DONTWAIT, to, bytes_) == 1) continue;
  }
  std::string take() {
    await(fd_.get(), POLLIN, "a notification");
    std::array<char, 256> buffer{};
    const ssize_t bytes = recv(fd_.get(), buffer.data(), buffer.size(), 0);
    return {buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(bytes, 0))};
  }
  [[nodiscard]] bool empty() const { return !becomes_ready(fd_.get(), POLLIN, std::chrono::milliseconds(0)); }

 private:
  void listen(socklen_t bytes) {
    bytes_ = bytes;
    if (bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address_), bytes) != 0) throw_errno("bind");
  }

  Descriptor fd_{socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address_{};
  socklen_t bytes_ = 0;
  std::string name_;
};

/// The flags of a process's descriptor, as fcntl(2) has them.
int flags_of(pid_t pid, int fd) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/fdinfo/" + std::to_string(fd));
  for (std::string word; file >> word;)
    if (word == "flags:") {
      int flags = 0;
      file >> std::oct >> flags;
      return flags;
    }
  throw std::runtime_error("no such descriptor: " + std::to_string(fd));
}

}  // namespace

TEST_CASE("the manager is told when it listens and when it stops", "[service]") {
  NotifySocket manager;
  ServerProcess server(Launch{.environment = {manager.variable()}});
  CHECK(manager.take() == "READY=1");
  CHECK(manager.empty());
  server.signal(SIGTERM);
  CHECK_THAT(manager.take(), Catch::StartsWith("STOPPING=1\n"));
  CHECK(server.wait() == 0);
  CHECK(manager.empty());
}

TEST_CASE("the manager is asked for as much time to stop as closing all connections may take", "[service]") {
  NotifySocket manager;
  ServerProcess server(Launch{.arguments = {"--drain-seconds", "3600"}, .environment = {manager.variable()}});
  CHECK(manager.take() == "READY=1");
  server.signal(SIGTERM);
  CHECK(manager.take() == "STOPPING=1\nEXTEND_TIMEOUT_USEC=3602000000");
  CHECK(server.wait() == 0);
}

TEST_CASE("the manager's socket may be in a folder", "[service]") {
  std::string folder = std::filesystem::temp_directory_path() / "p2psig-manager-XXXXXX";
  REQUIRE(mkdtemp(folder.data()) != nullptr);
  NotifySocket manager(folder + "/notify");
  ServerProcess server(Launch{.environment = {manager.variable()}});
  CHECK(manager.take() == "READY=1");
  std::filesystem::remove_all(folder);
  CHECK(server.stop() == 0);
  CHECK_THAT(server.log(), Catch::Contains("No such file or directory"));
}

TEST_CASE("a manager that does not listen is not waited for", "[service]") {
  const NotifySocket manager;
  manager.fill();
  ServerProcess server(Launch{.environment = {manager.variable()}});
  CHECK(get(server.port(), "/healthz").status == 200);
  CHECK(server.stop() == 0);
  CHECK_THAT(server.log(), Catch::Contains("cannot tell the service manager"));
}

TEST_CASE("a manager that cannot be told stops nothing", "[service]") {
  const std::string name =
      GENERATE("/nowhere/at/all", "relative", "@", "@nobody-listens-here", "vsock:2:1234");
  CAPTURE(name);
  ServerProcess server(Launch{.environment = {"NOTIFY_SOCKET=" + name}});
  CHECK(get(server.port(), "/healthz").status == 200);
  CHECK(server.stop() == 0);
  CHECK_THAT(server.log(), Catch::Contains("cannot tell the service manager at NOTIFY_SOCKET=" + name));
  CHECK(ServerProcess(Launch{.environment = {"NOTIFY_SOCKET=/" + std::string(200, 'x')}}).stop() == 0);
}

TEST_CASE("it listens on the sockets that the manager has opened, and says which is the first", "[service]") {
  const Descriptor first = listening_socket();
  const Descriptor second = listening_socket();
  // The launcher names a host and a port.
  ServerProcess server(Launch{.listening = {first.get(), second.get()}});
  CHECK(server.port() == port_of(first.get()));
  for (const int fd : {first.get(), second.get()}) {
    RawClient client(port_of(fd));
    client.connect();
    CHECK(client.id().size() == 36);
  }
  constexpr int prepared = O_CLOEXEC | O_NONBLOCK;
  for (const int fd : {3, 4}) CHECK((flags_of(server.pid(), fd) & prepared) == prepared);
  CHECK(server.stop() == 0);
  CHECK_THAT(server.log(),
             Catch::Contains("--host and --port are not used: the service manager has opened the sockets"));
}

TEST_CASE("of a host and a port, those that are not used are named", "[service]") {
  const Descriptor socket = listening_socket();
  ChildProcess with_port(
      {.arguments = {"serve"}, .environment = {"P2PSIG_PORT=0"}, .listening = {socket.get()}});
  with_port.read_line();
  with_port.signal(SIGTERM);
  CHECK(with_port.wait() == 0);
  CHECK_THAT(with_port.errors(), Catch::Contains("P2PSIG_PORT is not used: "));
  ChildProcess with_neither({.arguments = {"serve"}, .listening = {socket.get()}});
  with_neither.read_line();
  with_neither.signal(SIGTERM);
  CHECK(with_neither.wait() == 0);
  CHECK(with_neither.errors().find("not used") == std::string::npos);
}

TEST_CASE("a second server on a port that the manager has opened fails", "[service]") {
  const Descriptor socket = listening_socket();
  const ServerProcess server(Launch{.listening = {socket.get()}});
  const Run second = run({"serve", "--host", "127.0.0.1", "--port", std::to_string(server.port())});
  CHECK(second.exit_code == 3);
  await_turn(server.port());
}

TEST_CASE("who connected before it was started is served", "[service]") {
  const Descriptor socket = listening_socket();
  RawClient early(port_of(socket.get()));
  const ServerProcess server(Launch{.listening = {socket.get()}});
  early.connect();
  CHECK(early.id().size() == 36);
}

TEST_CASE("what is no listening TCP socket is refused", "[service]") {
  const Descriptor not_listening = bound_socket(SOCK_STREAM);
  const Descriptor datagrams = bound_socket(SOCK_DGRAM);
  const Descriptor file(open("/dev/null", O_RDONLY | O_CLOEXEC));
  for (const int bad : {not_listening.get(), datagrams.get(), file.get()}) {
    ChildProcess process(Launch{.arguments = {"serve"}, .listening = {bad}});
    CHECK(process.wait() == 3);
    CHECK(process.errors() ==
          "p2psig: cannot listen on what the service manager has opened: descriptor 3 is no TCP socket that "
          "listens\n");
  }
}

TEST_CASE("sockets for another process are not looked at, and a bad number of them is refused", "[service]") {
  const Descriptor socket = listening_socket();
  for (const char* pid : {"LISTEN_PID=1", "LISTEN_PID=", "LISTEN_PID=x"}) {
    const ServerProcess server(Launch{.environment = {pid}, .listening = {socket.get()}});
    CHECK(server.port() != port_of(socket.get()));
  }
  ServerProcess server(Launch{.environment = {"LISTEN_FDS=999", "LISTEN_PID=1"}});
  CHECK(server.stop() == 0);
  for (const std::string number : {"17", "-1", "x"}) {
    ChildProcess process(
        Launch{.arguments = {"serve"}, .environment = {"LISTEN_FDS=" + number}, .listening = {socket.get()}});
    CHECK(process.wait() == 3);
    CHECK_THAT(process.errors(), Catch::Contains("LISTEN_FDS=" + number + " is not a number from 0 to 16"));
  }
}

}  // namespace p2psig::test
