#include "cmd/serve/service_manager.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "cmd/command_line.hpp"
#include "cmd/environment.hpp"
#include "cmd/failure.hpp"
#include "core/protocol/limits.hpp"
#include "core/text.hpp"
#include "core/whole_number.hpp"

namespace p2psig {
namespace {

constexpr int kFirstInherited = 3;
constexpr suseconds_t kPatienceUs = 500'000;

int option_of(int fd, int name) noexcept {
  int value = 0;
  socklen_t bytes = sizeof value;
  return getsockopt(fd, SOL_SOCKET, name, &value, &bytes) == 0 ? value : -1;
}

bool listens_for_tcp(int fd) noexcept {
  const int family = option_of(fd, SO_DOMAIN);
  return (family == AF_INET || family == AF_INET6) && option_of(fd, SO_TYPE) == SOCK_STREAM &&
         option_of(fd, SO_ACCEPTCONN) == 1;
}

[[noreturn]] void refuse_sockets(const std::string& why) {
  throw Failure(exit_code::kNetwork, "cannot listen on what the service manager has opened: " + why);
}

std::string cannot_notify(const std::string& name, const std::string& why) {
  return "cannot tell the service manager at NOTIFY_SOCKET=" + printable(name) + ": " + why;
}

std::string cannot_notify(const std::string& name, int error) {
  return cannot_notify(name, std::generic_category().message(error));
}

}  // namespace

std::vector<Descriptor> inherited_sockets() {
  const std::string count_text = variable("LISTEN_FDS");
  const auto pid = whole_number<pid_t>(variable("LISTEN_PID"));
  for (const char* name : {"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"}) unsetenv(name);
  std::vector<Descriptor> sockets;
  if (count_text.empty() || pid != getpid()) return sockets;  // they are for somebody else
  const auto count = whole_number<int>(count_text);
  if (!count || *count < 0 || *count > limits::kInheritedSockets)
    refuse_sockets("LISTEN_FDS=" + printable(count_text) + " is not a number from 0 to " +
                   std::to_string(limits::kInheritedSockets));
  for (int fd = kFirstInherited; fd < kFirstInherited + *count; ++fd) {
    if (!listens_for_tcp(fd))
      refuse_sockets("descriptor " + std::to_string(fd) + " is no TCP socket that listens");
    fcntl(fd, F_SETFD, FD_CLOEXEC);
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    sockets.emplace_back(fd);
  }
  return sockets;
}

std::string notify_manager(const std::string& state) {
  const std::string name = variable("NOTIFY_SOCKET");
  if (name.empty()) return {};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name[0] != '/' && name[0] != '@') return cannot_notify(name, "it begins with neither / nor @");
  if (name.size() >= sizeof address.sun_path) return cannot_notify(name, "the name is too long");
  std::memcpy(address.sun_path, name.data(), name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';  // in the abstract namespace
  const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  const Descriptor fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return cannot_notify(name, errno);
  const timeval patience{0, kPatienceUs};
  setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const auto* const to = reinterpret_cast<const sockaddr*>(&address);
  if (sendto(fd.get(), state.data(), state.size(), MSG_NOSIGNAL, to, bytes) < 0)
    return cannot_notify(name, errno);
  return {};
}

}  // namespace p2psig
