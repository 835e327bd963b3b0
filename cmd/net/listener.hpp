#pragma once

#include <sys/socket.h>
#include <uv.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "cmd/net/descriptor.hpp"
#include "cmd/net/event_loop.hpp"

namespace p2psig {

/// Lets the close of a socket be an RST: the kernel drops what the peer did not read, and keeps nothing of
/// the connection.
void reset_at_close(int socket) noexcept;

/// Why nothing listens: says which address, and the reason.
class CannotListen : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Listens on every address that a host name has, on one port, and hands out what connects. Never with
/// SO_REUSEPORT: a second server on the port has to fail.
///
/// Out of descriptors, or of memory for them, it never spins: it hangs up on what waits, by way of a
/// descriptor that it keeps for that, or else pauses. Thread: the loop's.
class Listener {
 public:
  using Accepted = std::function<void(Descriptor)>;
  using Trouble = std::function<void(std::string_view what)>;

  /// Port 0 lets the system choose one. Throws CannotListen. Nothing is accepted before start().
  Listener(EventLoop& loop, const std::string& host, std::uint16_t port);
  /// On sockets that listen already, at least one, non-blocking.
  Listener(EventLoop& loop, std::vector<Descriptor> listening);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// `trouble` is told each time that connections cannot be accepted: often, in a flood.
  void start(Accepted accepted, Trouble trouble);

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// The first address, as in a URL: one that can be connected to, where it is a wildcard.
  [[nodiscard]] const std::string& url_host() const noexcept { return url_host_; }
  [[nodiscard]] bool wildcard() const noexcept { return wildcard_; }

 private:
  struct Socket {
    Descriptor fd;
    UvHandle<uv_poll_t> poll;
  };

  void listen_on(const sockaddr* address, socklen_t bytes, bool only_v6, const std::string& name);
  void name_after(const sockaddr_storage& address);
  void accept_from(int listening);
  void refuse_one(int listening, int error);
  void pause();
  void resume();

  EventLoop& loop_;
  Accepted accepted_;
  Trouble trouble_;
  std::vector<Socket> sockets_;
  Descriptor reserve_;
  Ticker resume_timer_;
  std::string url_host_;
  std::uint16_t port_;
  bool wildcard_ = false;
};

/// `1.2.3.4:5` or `[::1]:5`.
[[nodiscard]] std::string to_text(const sockaddr* address);

/// Who is at the other end of a connected socket; empty if that cannot be told any more.
[[nodiscard]] std::string peer_address(int fd);

/// An address of this machine in its local network, for people to type elsewhere; empty if there is none.
[[nodiscard]] std::string network_address();

}  // namespace p2psig
