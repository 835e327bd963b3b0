#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace p2psig {

/// An HTTP request, as far as it matters here. Views valid during the call.
struct HttpRequest {
  std::string_view method;
  std::string_view path;  ///< without the query; not decoded
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

/// Why a request is turned down.
struct Refusal {
  unsigned status;
  std::string_view code;
  std::string_view detail;  ///< a sentence for people
};

/// `{"error":CODE,"detail":SENTENCE}`
[[nodiscard]] HttpReply reply_to(const Refusal& refusal);

}  // namespace p2psig
