#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "cmd/net/http.hpp"

struct lws;

namespace p2psig {

/// What is wrong with a request to become a WebSocket (RFC 6455, 4.2.1), as the reply that says so; nothing
/// if it is right. libwebsockets itself checks half of it, and hangs up without a word where that half is
/// wrong.
[[nodiscard]] std::optional<HttpReply> refuse_upgrade(lws* wsi, const char* upgrade);

/// Writes the first subprotocol that the client offers, ended by a zero; an empty text if it offers none.
/// False if the offer is malformed, or longer than libwebsockets can read.
[[nodiscard]] bool first_subprotocol(lws* wsi, std::span<char> out);

}  // namespace p2psig
