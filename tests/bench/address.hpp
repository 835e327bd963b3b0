#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

namespace p2psig::bench {

/// Where a server listens.
struct Address {
  sockaddr_storage socket{};
  socklen_t socket_bytes = 0;
  std::string host;  ///< as the header names it, with the port
  std::string path;
};

/// Reads ws://HOST:PORT/PATH and resolves the host; without a path it is "/". Throws Unusable.
[[nodiscard]] Address resolve(std::string_view url);

}  // namespace p2psig::bench
