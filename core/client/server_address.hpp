#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace p2psig {

/// Where a server is, for WebSocket and HTTP alike.
struct ServerAddress {
  bool tls = false;
  std::string host = "127.0.0.1";  ///< a name or an IP address, an IPv6 one without brackets: "fe80::1%eth0"
  std::uint16_t port = 3000;
  std::string path = "/";  ///< with its query; begins with a slash

  /// "host:port", IPv6 in brackets; the scheme's own port is left out (RFC 9110, 7.2), and so is a zone,
  /// which means nothing to the server (RFC 6874, 3).
  [[nodiscard]] std::string authority() const;
  /// "ws://127.0.0.1:3000"; a path that is just a slash is left out.
  [[nodiscard]] std::string websocket_url() const;
  /// "http://127.0.0.1:3000"
  [[nodiscard]] std::string http_url() const;
  /// Below the same prefix, without a query: "/signal/status" for "status".
  [[nodiscard]] std::string path_of(std::string_view page) const;
};

/// Reads an address as people write it: `ws`, `wss`, `http` and `https` URLs, without a port their scheme's;
/// or `:8080`, `host`, `host:8080`, `[::1]:8080`, without a port 3000. The error is a phrase: "its port is
/// not a number from 1 to 65535".
[[nodiscard]] Result<ServerAddress, std::string> parse_server_address(std::string_view text);

}  // namespace p2psig
