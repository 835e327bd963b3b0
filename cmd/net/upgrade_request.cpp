#include "cmd/net/upgrade_request.hpp"

#include <libwebsockets.h>

#include <algorithm>
#include <array>
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

/// RFC 6455, 1.3.
std::string accept_key(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, 20> hash{};
  lws_SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  std::array<char, 29> base64{};  // with the zero that ends it
  lws_b64_encode_string(reinterpret_cast<const char*>(hash.data()), static_cast<int>(hash.size()),
                        base64.data(), static_cast<int>(base64.size()));
  return base64.data();
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

std::string accept_upgrade(const HttpRequestHead& request) {
  const std::string offered = request.list(kProtocol);
  std::string reply =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      accept_key(*request.value(kKey)) + "\r\n";
  if (const auto chosen = first_token(offered))
    reply.append("Sec-WebSocket-Protocol: ").append(*chosen).append("\r\n");
  return reply += "\r\n";
}

}  // namespace p2psig
