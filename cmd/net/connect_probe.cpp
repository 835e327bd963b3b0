#include "cmd/net/connect_probe.hpp"

#include <linux/tcp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include "cmd/net/descriptor.hpp"

namespace p2psig {

int probe_connection(const std::string& address, std::uint16_t port) {
  constexpr int patience_ms = 100;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICHOST;
  addrinfo* list = nullptr;
  if (getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &list) != 0) return EINVAL;
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
  const Descriptor probe(socket(list->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!probe.valid()) return errno;
  if (connect(probe.get(), list->ai_addr, list->ai_addrlen) == 0) return ECONNRESET;
  if (errno != EINPROGRESS) return errno;
  pollfd wait{probe.get(), POLLOUT, 0};
  if (poll(&wait, 1, patience_ms) != 1) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(probe.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error != 0 ? error : ECONNRESET;  // it was lost at once, the first time
}

bool has_received(int socket) {
  tcp_info info{};
  socklen_t bytes = sizeof info;
  if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &bytes) != 0) return false;
  constexpr int close_wait = 8;  // of netinet/tcp.h, which does not know how many bytes came
  const bool has_ended = info.tcpi_state == close_wait;
  return info.tcpi_bytes_received > (has_ended ? 1U : 0U);  // its end counts as one
}

}  // namespace p2psig
