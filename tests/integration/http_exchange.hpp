#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/integration/raw_client.hpp"

namespace p2psig::test {

/// One response, and nothing behind it.
struct HttpResponse {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers{};  ///< names in lower case
  std::string body{};

  /// Empty if there is none. Throws if there are several.
  [[nodiscard]] std::string header(std::string_view name) const;
};

/// Throws unless it is one response with a status line, a Content-Length and that many bytes of body; no body
/// for HEAD.
[[nodiscard]] HttpResponse parse_response(std::string_view bytes, bool has_body = true);

/// A request that begins with `method_and_target`.
[[nodiscard]] std::string request(std::string_view method_and_target, std::string_view more_headers = {});

/// Sends a request, whatever it is, and reads the one response up to the end of TCP, which must be a FIN.
/// Checks what every response has in common: `Connection: close`, and that no page of another origin may read
/// it.
[[nodiscard]] HttpResponse ask(RawClient& client, std::string_view bytes);
[[nodiscard]] HttpResponse ask(std::uint16_t port, std::string_view bytes);

[[nodiscard]] HttpResponse get(std::uint16_t port, std::string_view path);

/// A whole turn of the server's: it has begun to read what was sent to it before, by anybody, when this
/// returns.
void await_turn(std::uint16_t port);

}  // namespace p2psig::test
