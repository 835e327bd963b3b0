#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "cmd/net/http.hpp"
#include "core/protocol/http_request.hpp"

namespace p2psig {

/// What is wrong with a request to become a WebSocket (RFC 6455, 4.2.1), or nothing if it is right.
[[nodiscard]] std::optional<Refusal> refuse_upgrade(const HttpRequestHead& request);

/// The answer to one that is right (RFC 6455, 4.2.2). Of the subprotocols that are offered it chooses the
/// first, as Node's ws does.
[[nodiscard]] std::string accept_upgrade(const HttpRequestHead& request);

}  // namespace p2psig
