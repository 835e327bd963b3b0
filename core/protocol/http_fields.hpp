#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace p2psig {

/// The field lines of an HTTP message's head (RFC 9110, 5), which whoever has read the head has checked. A
/// view into them.
class HttpFields {
 public:
  HttpFields() = default;
  /// `lines`: each with its CRLF.
  explicit HttpFields(std::string_view lines) noexcept : lines_(lines) {}

  /// How many lines have this name, which is given in lower case.
  [[nodiscard]] std::size_t count(std::string_view name) const;
  /// The value of the first line of this name; nothing without one.
  [[nodiscard]] std::optional<std::string_view> value(std::string_view name) const;
  /// The values of all lines of this name, joined by commas as RFC 9110, 5.3 says.
  [[nodiscard]] std::string list(std::string_view name) const;

 private:
  template <class Field>
  void each_field(Field&& field) const;

  std::string_view lines_;
};

/// Whether a comma-separated header names `token`, which is given in lower case.
[[nodiscard]] bool names_token(std::string_view list, std::string_view token);

/// The first entry of a comma-separated list of tokens (RFC 9110, 5.6); nothing if the list is malformed or
/// empty.
[[nodiscard]] std::optional<std::string_view> first_token(std::string_view list);

}  // namespace p2psig
