#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

  /// How many lines have this name, which is given in lower case.
  [[nodiscard]] std::size_t count(std::string_view name) const;
  /// The value of the first line of this name; nothing without one.
  [[nodiscard]] std::optional<std::string_view> value(std::string_view name) const;
  /// The values of all lines of this name, joined by commas as RFC 9110, 5.3 says.
  [[nodiscard]] std::string list(std::string_view name) const;

 private:
  template <class Field>
  void each_field(Field&& field) const;

  std::string_view method_;
  std::string_view target_;
  std::string_view fields_;  // all lines, each with its CRLF
  int minor_version_ = 0;
  std::size_t size_ = 0;
};

/// Whether a comma-separated header names `token`, which is given in lower case.
[[nodiscard]] bool names_token(std::string_view list, std::string_view token);

/// The first entry of a comma-separated list of tokens (RFC 9110, 5.6); nothing if the list is malformed or
/// empty.
[[nodiscard]] std::optional<std::string_view> first_token(std::string_view list);

}  // namespace p2psig
