#include "cmd/net/websocket_upgrade.hpp"

#include <libwebsockets.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <span>

#include "cmd/net/random_bytes.hpp"
#include "core/ascii.hpp"

namespace p2psig {
namespace {

constexpr std::string_view kKey = "sec-websocket-key";
constexpr std::string_view kVersion = "sec-websocket-version";
constexpr std::string_view kProtocol = "sec-websocket-protocol";
constexpr std::string_view kAccept = "sec-websocket-accept";
constexpr std::string_view kExtensions = "sec-websocket-extensions";

/// The base64 of 16 bytes.
bool is_key(std::string_view key) noexcept {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  return std::all_of(key.begin(), key.end() - 2,
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '/'; });
}

std::string base64(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t bytes_max = 20;
  std::array<char, (bytes_max + 2) / 3 * 4 + 1> text{};  // with the zero that ends it
  lws_b64_encode_string(reinterpret_cast<const char*>(bytes.data()), static_cast<int>(bytes.size()),
                        text.data(), static_cast<int>(text.size()));
  return text.data();
}

/// RFC 6455, 1.3.
std::string accept_key(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<std::uint8_t, 20> hash{};
  lws_SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return base64(hash);
}

constexpr Refusal bad_upgrade(std::string_view detail) noexcept { return {400, "bad-upgrade", detail}; }

}  // namespace

std::optional<Refusal> refuse_upgrade(const HttpRequestHead& request) {
  const HttpFields& fields = request.fields();
  if (!names_token(fields.list("upgrade"), "websocket") || fields.count("upgrade") != 1)
    return bad_upgrade("this server upgrades to websocket only");
  if (request.method() != "GET") return bad_upgrade("a WebSocket begins with a GET request");
  if (request.minor_version() != 1) return bad_upgrade("a WebSocket begins with HTTP/1.1");
  if (!names_token(fields.list("connection"), "upgrade"))
    return bad_upgrade("the Connection header does not name Upgrade");
  if (fields.count(kKey) != 1 || !is_key(*fields.value(kKey)))
    return bad_upgrade("Sec-WebSocket-Key is not the base64 of 16 bytes");
  if (fields.count(kVersion) != 1) return bad_upgrade("Sec-WebSocket-Version has to be given once");
  if (*fields.value(kVersion) != "13")
    return Refusal{426, "upgrade-required", "this server speaks version 13 of the WebSocket protocol"};
  if (fields.count(kProtocol) != 0 && !first_token(fields.list(kProtocol)))
    return bad_upgrade("Sec-WebSocket-Protocol is not a list of tokens");
  return std::nullopt;
}

std::string accept_upgrade(const HttpRequestHead& request) {
  const HttpFields& fields = request.fields();
  const std::string offered = fields.list(kProtocol);
  std::string reply =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      accept_key(*fields.value(kKey)) + "\r\n";
  if (const auto chosen = first_token(offered))
    reply.append("Sec-WebSocket-Protocol: ").append(*chosen).append("\r\n");
  return reply += "\r\n";
}

std::string random_websocket_key() {
  std::array<std::uint8_t, 16> bytes{};
  draw_random(bytes);
  return base64(bytes);
}

std::string upgrade_lines(std::string_view key) {
  return "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
         std::string(key) + "\r\n";
}

bool accepts_upgrade(const HttpReplyReader& reply, std::string_view key) {
  const HttpFields fields = reply.fields();
  return equal_ignoring_case(fields.list("upgrade"), "websocket") &&
         names_token(fields.list("connection"), "upgrade") && fields.list(kAccept) == accept_key(key) &&
         fields.count(kExtensions) == 0 && fields.count(kProtocol) == 0;
}

}  // namespace p2psig
