#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace p2psig {

/// An HTTP request, as far as it matters here. Views valid during the call.
struct HttpRequest {
  std::string_view method;  ///< upper case; empty if it is one that libwebsockets does not know
  std::string_view path;    ///< decoded, without the query
};

/// A reply; the body may be shared by many.
struct HttpReply {
  unsigned status = 200;
  std::string_view content_type = "application/json";
  std::shared_ptr<const std::string> body;
};

/// The bytes of a reply's head. Every reply ends its connection, so that nothing can be smuggled behind a
/// request's body.
[[nodiscard]] std::string head_of(const HttpReply& reply);

/// A reply about a request that went wrong: `{"error":CODE,"detail":SENTENCE}`.
[[nodiscard]] HttpReply http_error(unsigned status, std::string_view code, std::string_view detail);

}  // namespace p2psig
