#include "cmd/net/upgrade_request.hpp"

#include <libwebsockets.h>
#include <strings.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <string_view>

#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

/// One header of the request; empty if there is none, or if it is longer than any that makes sense.
template <std::size_t Size>
std::string_view header(lws* wsi, lws_token_indexes token, std::array<char, Size>& buffer) {
  const int bytes = lws_hdr_copy(wsi, buffer.data(), static_cast<int>(buffer.size()), token);
  return bytes > 0 ? std::string_view(buffer.data(), static_cast<std::size_t>(bytes)) : std::string_view();
}

/// The base64 of 16 bytes.
bool is_key(std::string_view key) noexcept {
  if (key.size() != 24 || !key.ends_with("==")) return false;
  return std::all_of(key.begin(), key.end() - 2,
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '+' || c == '/'; });
}

/// Reads a comma-separated header as libwebsockets does when it upgrades, and hands each entry to `entry`
/// until that returns false. False if libwebsockets would find it malformed.
template <class Entry>
bool each_entry(std::string_view header, Entry&& entry) {
  struct lws_tokenize tokens {};
  lws_tokenize_init(&tokens, header.data(),
                    LWS_TOKENIZE_F_COMMA_SEP_LIST | LWS_TOKENIZE_F_MINUS_NONTERM |
                        LWS_TOKENIZE_F_DOT_NONTERM | LWS_TOKENIZE_F_RFC7230_DELIMS);
  tokens.len = static_cast<decltype(tokens.len)>(header.size());
  for (;;) {
    switch (lws_tokenize(&tokens)) {
      case LWS_TOKZE_TOKEN:
        if (!entry(std::string_view(tokens.token, static_cast<std::size_t>(tokens.token_len)))) return true;
        break;
      case LWS_TOKZE_DELIMITER:
        break;
      case LWS_TOKZE_ENDED:
        return true;
      default:
        return false;
    }
  }
}

bool asks_for_upgrade(std::string_view connection) {
  bool found = false;
  static constexpr std::string_view upgrade = "upgrade";
  const bool well_formed = each_entry(connection, [&found](std::string_view entry) {
    found = entry.size() == upgrade.size() && strncasecmp(entry.data(), upgrade.data(), upgrade.size()) == 0;
    return !found;
  });
  return well_formed && found;
}

HttpReply bad_upgrade(std::string_view detail) { return http_error(400, "bad-upgrade", detail); }

}  // namespace

std::optional<HttpReply> refuse_upgrade(lws* wsi, const char* upgrade) {
  if (strcasecmp(upgrade, "websocket") != 0) return bad_upgrade("this server upgrades to websocket only");
  std::array<char, limits::kSubprotocolListBytes + 1> buffer{};
  if (lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI) == 0)
    return bad_upgrade("a WebSocket begins with a GET request");
  if (header(wsi, WSI_TOKEN_HTTP, buffer) != "HTTP/1.1")
    return bad_upgrade("a WebSocket begins with HTTP/1.1");
  if (lws_hdr_total_length(wsi, WSI_TOKEN_HOST) == 0) return bad_upgrade("the Host header is missing");
  if (!asks_for_upgrade(header(wsi, WSI_TOKEN_CONNECTION, buffer)))
    return bad_upgrade("the Connection header does not name Upgrade");
  if (!is_key(header(wsi, WSI_TOKEN_KEY, buffer)))
    return bad_upgrade("Sec-WebSocket-Key is not the base64 of 16 bytes");
  const std::string_view version = header(wsi, WSI_TOKEN_VERSION, buffer);
  if (version.empty()) return bad_upgrade("the Sec-WebSocket-Version header is missing");
  if (version != "13") return http_error(426, "upgrade-required", "this server speaks WebSocket version 13");
  std::array<char, limits::kSubprotocolBytes + 1> name{};
  if (!first_subprotocol(wsi, name))
    return bad_upgrade(
        "Sec-WebSocket-Protocol is not a list of tokens, 126 bytes at most, each of 63 at most");
  return std::nullopt;
}

bool first_subprotocol(lws* wsi, std::span<char> out) {
  out[0] = '\0';
  if (lws_hdr_total_length(wsi, WSI_TOKEN_PROTOCOL) == 0) return true;
  std::array<char, limits::kSubprotocolListBytes + 1> buffer{};
  const std::string_view offered = header(wsi, WSI_TOKEN_PROTOCOL, buffer);
  bool fits = false;
  const bool well_formed = each_entry(offered, [&](std::string_view entry) {
    fits = entry.size() < out.size();
    if (fits) std::memcpy(out.data(), entry.data(), entry.size());
    if (fits) out[entry.size()] = '\0';
    return false;
  });
  return well_formed && fits;
}

}  // namespace p2psig
