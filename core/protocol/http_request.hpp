#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/protocol/http_fields.hpp"

namespace p2psig {

/// The head of an HTTP/1 request (RFC 9112), as strict as the grammar: CRLF only, no folded lines, no space
/// before a colon, no control characters. Views into the bytes given.
class HttpRequestHead {
 public:
  enum class Outcome : std::uint8_t { incomplete, malformed, complete };

  /// Reads a head from the beginning of `bytes`; what follows it is not looked at. O(bytes).
  Outcome parse(std::string_view bytes);

  [[nodiscard]] std::string_view method() const noexcept { return method_; }
  [[nodiscard]] std::string_view target() const noexcept { return target_; }
  /// Of the target, without scheme, host and query; not decoded.
  [[nodiscard]] std::string_view path() const noexcept;
  /// The 1 of HTTP/1.1.
  [[nodiscard]] int minor_version() const noexcept { return minor_version_; }
  /// The head's size, the empty line included.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] const HttpFields& fields() const noexcept { return fields_; }

 private:
  std::string_view method_;
  std::string_view target_;
  HttpFields fields_;
  int minor_version_ = 0;
  std::size_t size_ = 0;
};

}  // namespace p2psig
