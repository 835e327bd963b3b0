#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cmd/net/http.hpp"
#include "core/protocol/http_reply.hpp"
#include "core/protocol/http_request.hpp"

/// How a connection becomes a WebSocket (RFC 6455, 4): both sides of it.
namespace p2psig {

/// What is wrong with a request to become a WebSocket (RFC 6455, 4.2.1), or nothing if it is right.
[[nodiscard]] std::optional<Refusal> refuse_upgrade(const HttpRequestHead& request);

/// The answer to one that is right (RFC 6455, 4.2.2). Of the subprotocols that are offered it chooses the
/// first, as Node's ws does.
[[nodiscard]] std::string accept_upgrade(const HttpRequestHead& request);

/// What a client's request has in Sec-WebSocket-Key, drawn anew for each.
[[nodiscard]] std::string random_websocket_key();

/// The lines of a client's request that ask for a WebSocket, each with its end. No extension is offered, and
/// no subprotocol.
[[nodiscard]] std::string upgrade_lines(std::string_view key);

/// Whether a whole reply with the status 101 answers a request with this key as it has to (RFC 6455, 4.1).
[[nodiscard]] bool accepts_upgrade(const HttpReplyReader& reply, std::string_view key);

}  // namespace p2psig
