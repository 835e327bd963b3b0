#include "cmd/net/upgrade_request.hpp"

#include <algorithm>
#include <cctype>

namespace p2psig {
namespace {

constexpr std::string_view kKey = "sec-websocket-key";
constexpr std::string_view kVersion = "sec-websocket-version";
constexpr std::string_view kProtocol = "sec-websocket-protocol";

/// The base64 of 16 bytes.
bool is_key(std::string_view key) noexcept {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  return std::all_of(key.begin(), key.end() - 2,
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '/'; });
}

constexpr Refusal bad_upgrade(std::string_view detail) noexcept { return {400, "bad-upgrade", detail}; }

}  // namespace

std::optional<Refusal> refuse_upgrade(const HttpRequestHead& request) {
  if (!names_token(request.list("upgrade"), "websocket") || request.count("upgrade") != 1)
    return bad_upgrade("this server upgrades to websocket only");
  if (request.method() != "GET") return bad_upgrade("a WebSocket begins with a GET request");
  if (request.minor_version() != 1) return bad_upgrade("a WebSocket begins with HTTP/1.1");
  if (!names_token(request.list("connection"), "upgrade"))
    return bad_upgrade("the Connection header does not name Upgrade");
  if (request.count(kKey) != 1 || !is_key(*request.value(kKey)))
    return bad_upgrade("Sec-WebSocket-Key is not the base64 of 16 bytes");
  if (request.count(kVersion) != 1) return bad_upgrade("Sec-WebSocket-Version has to be given once");
  if (*request.value(kVersion) != "13")
    return Refusal{426, "upgrade-required", "this server speaks version 13 of the WebSocket protocol"};
  if (request.count(kProtocol) != 0 && !first_token(request.list(kProtocol)))
    return bad_upgrade("Sec-WebSocket-Protocol is not a list of tokens");
  return std::nullopt;
}

std::string chosen_subprotocol(const HttpRequestHead& request) {
  const std::string offered = request.list(kProtocol);
  return std::string(first_token(offered).value_or(std::string_view()));
}

std::string plain_upgrade(const HttpRequestHead& request) {
  return "GET / HTTP/1.1\r\nHost: p2psig\r\nUpgrade: websocket\r\nConnection: "
         "Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: " +
         std::string(*request.value(kKey)) + "\r\n\r\n";
}

}  // namespace p2psig
