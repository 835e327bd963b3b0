#include "cmd/net/listener.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

constexpr int kBacklog = 4096;
constexpr int kAcceptedATurn = 64;  // then the others have their turn
constexpr Milliseconds kPause{100};

std::string error_text(int error) {
  std::array<char, 128> buffer{};
  return strerror_r(error, buffer.data(), buffer.size());
}

using Addresses = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Addresses resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0)
    throw CannotListen("cannot resolve " + host + ": " +
                       (error == EAI_SYSTEM ? error_text(errno) : std::string(gai_strerror(error))));
  return {found, &freeaddrinfo};
}

std::uint16_t port_of(const sockaddr_storage& address) noexcept {
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

void set_port(sockaddr_storage& address, std::uint16_t port) noexcept {
  if (address.ss_family == AF_INET6)
    reinterpret_cast<sockaddr_in6&>(address).sin6_port = htons(port);
  else
    reinterpret_cast<sockaddr_in&>(address).sin_port = htons(port);
}

bool is_wildcard(const sockaddr_storage& address) noexcept {
  if (address.ss_family == AF_INET6)
    return IN6_IS_ADDR_UNSPECIFIED(&reinterpret_cast<const sockaddr_in6&>(address).sin6_addr) != 0;
  return reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr == htonl(INADDR_ANY);
}

std::string host_text(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (address->sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, buffer.data(),
              buffer.size());
    return "[" + std::string(buffer.data()) + "]";
  }
  inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, buffer.data(), buffer.size());
  return buffer.data();
}

void set_option(int fd, int level, int name, int value) noexcept {
  setsockopt(fd, level, name, &value, sizeof value);
}

/// What is accepted inherits these two.
void prepare(int listening) noexcept {
  set_option(listening, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(listening, SOL_SOCKET, SO_SNDBUF, limits::kSocketSendBytes);
}

sockaddr_storage address_of(int socket) noexcept {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  getsockname(socket, reinterpret_cast<sockaddr*>(&bound), &size);
  return bound;
}

Descriptor open_reserve() noexcept { return Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)); }

}  // namespace

void reset_at_close(int socket) noexcept {
  const linger at_once{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

Listener::Listener(EventLoop& loop, const std::string& host, std::uint16_t port)
    : loop_(loop), reserve_(open_reserve()), resume_timer_(loop, [this] { resume(); }), port_(port) {
  const Addresses addresses = resolve(host, port);
  const bool several = addresses->ai_next != nullptr;
  for (const addrinfo* info = addresses.get(); info != nullptr; info = info->ai_next) {
    sockaddr_storage address{};
    std::memcpy(&address, info->ai_addr, info->ai_addrlen);
    set_port(address, port_);  // the one that the system chose for the first of them
    const auto* const generic = reinterpret_cast<const sockaddr*>(&address);
    // One IPv6 wildcard alone takes IPv4 as well; beside others each family has its own socket.
    listen_on(generic, info->ai_addrlen, several || !is_wildcard(address), to_text(generic));
    if (info != addresses.get()) continue;
    name_after(address);
  }
}

Listener::Listener(EventLoop& loop, std::vector<Descriptor> listening)
    : loop_(loop), reserve_(open_reserve()), resume_timer_(loop, [this] { resume(); }), port_(0) {
  for (Descriptor& fd : listening) {
    prepare(fd.get());
    sockets_.push_back({std::move(fd), nullptr});
  }
  const sockaddr_storage first = address_of(sockets_.front().fd.get());
  port_ = port_of(first);
  name_after(first);
}

void Listener::name_after(const sockaddr_storage& address) {
  wildcard_ = is_wildcard(address);
  url_host_ = host_text(reinterpret_cast<const sockaddr*>(&address));
  if (wildcard_) url_host_ = address.ss_family == AF_INET6 ? "[::1]" : "127.0.0.1";
}

Listener::~Listener() = default;

void Listener::listen_on(const sockaddr* address, socklen_t bytes, bool only_v6, const std::string& name) {
  Descriptor fd(socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const auto fail = [&name](int error) {
    throw CannotListen("cannot listen on " + name + ": " + error_text(error));
  };
  if (!fd.valid()) fail(errno);
  set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1);
  if (address->sa_family == AF_INET6) set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, only_v6 ? 1 : 0);
  prepare(fd.get());
  if (bind(fd.get(), address, bytes) != 0 || listen(fd.get(), kBacklog) != 0) fail(errno);
  port_ = port_of(address_of(fd.get()));
  sockets_.push_back({std::move(fd), nullptr});
}

void Listener::start(Accepted accepted, Trouble trouble) {
  accepted_ = std::move(accepted);
  trouble_ = std::move(trouble);
  for (Socket& socket : sockets_) {
    socket.poll.reset(new uv_poll_t);
    uv_poll_init(loop_.raw(), socket.poll.get(), socket.fd.get());
    socket.poll->data = this;
  }
  resume();
}

void Listener::resume() {
  for (Socket& socket : sockets_)
    uv_poll_start(socket.poll.get(), UV_READABLE, [](uv_poll_t* poll, int, int) {
      uv_os_fd_t fd = -1;
      uv_fileno(reinterpret_cast<const uv_handle_t*>(poll), &fd);
      static_cast<Listener*>(poll->data)->accept_from(fd);
    });
}

void Listener::pause() {
  for (Socket& socket : sockets_) uv_poll_stop(socket.poll.get());
  resume_timer_.start(kPause, Milliseconds{0});
}

void Listener::accept_from(int listening) {
  for (int i = 0; i < kAcceptedATurn; ++i) {
    Descriptor fd(accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd.valid()) {
      accepted_(std::move(fd));
      continue;
    }
    if (errno == EAGAIN) return;
    if (errno == ECONNABORTED || errno == EINTR) continue;
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      const int error = errno;
      trouble_(error_text(error));
      refuse_one(listening, error);
      if (resume_timer_.started()) return;
    }
    // Other errors are of the connection that was taken off the queue (accept(2)).
  }
}

/// Takes one off the queue and hangs up; otherwise the loop would be woken for it without end.
void Listener::refuse_one(int listening, int error) {
  const bool descriptors = error == EMFILE || error == ENFILE;
  if (!descriptors || !reserve_.valid()) {
    if (!reserve_.valid()) reserve_ = open_reserve();
    return pause();
  }
  reserve_.reset();
  Descriptor fd(accept4(listening, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  const bool refused = fd.valid();
  if (refused) reset_at_close(fd.get());
  fd.reset();
  reserve_ = open_reserve();
  if (!refused) pause();
}

std::string to_text(const sockaddr* address) {
  const std::uint16_t port = address->sa_family == AF_INET6
                                 ? reinterpret_cast<const sockaddr_in6*>(address)->sin6_port
                                 : reinterpret_cast<const sockaddr_in*>(address)->sin_port;
  return host_text(address) + ":" + std::to_string(ntohs(port));
}

std::string peer_address(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  return to_text(reinterpret_cast<const sockaddr*>(&address));
}

std::string network_address() {
  uv_interface_address_t* found = nullptr;
  int count = 0;
  if (uv_interface_addresses(&found, &count) != 0) return {};
  std::string address;
  for (int i = 0; i < count && address.empty(); ++i)
    if (found[i].is_internal == 0 && found[i].address.address4.sin_family == AF_INET)
      address = host_text(reinterpret_cast<const sockaddr*>(&found[i].address));
  uv_free_interface_addresses(found, count);
  return address;
}

}  // namespace p2psig
