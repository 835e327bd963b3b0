#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cmd/net/http.hpp"
#include "core/protocol/http_request.hpp"

namespace p2psig {

/// What is wrong with a request to become a WebSocket (RFC 6455, 4.2.1), or nothing if it is right.
[[nodiscard]] std::optional<Refusal> refuse_upgrade(const HttpRequestHead& request);

/// The subprotocol to choose of those that are offered: the first, as Node's ws does. Empty if none is.
[[nodiscard]] std::string chosen_subprotocol(const HttpRequestHead& request);

/// The same handshake in the fewest words. For libwebsockets, which hangs up without a reply on targets with
/// a bare `%`, on subprotocols of over 62 bytes or that read as a number, on lists of over 126, and has more
/// of the kind.
[[nodiscard]] std::string plain_upgrade(const HttpRequestHead& request);

}  // namespace p2psig
