#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct cJSON;

namespace p2psig {

/// A small JSON object, held by cJSON, whose four traps are closed here: bytes behind the value, lookup that
/// ignores case, the same key twice, and `\u0000` that cuts a string short. Not for messages on their way
/// through the server: those are never taken apart.
class Json {
 public:
  /// The object that `text` is, or nothing. Accepts strict RFC 8259 in UTF-8, limits::kNestingLevels deep,
  /// with no key twice in an object, no `\u0000` and no lone surrogates.
  [[nodiscard]] static std::optional<Json> parse(std::string_view text);

  /// An object of strings, in this order.
  [[nodiscard]] static Json object(
      std::initializer_list<std::pair<std::string_view, std::string_view>> members);

  /// The string that is the member `key`; nothing if there is none, or it is no string.
  [[nodiscard]] std::optional<std::string> string(std::string_view key) const;

  /// The array of strings that is the member `key`; nothing if there is none, or it is anything else.
  [[nodiscard]] std::optional<std::vector<std::string>> strings(std::string_view key) const;

  /// Compact.
  [[nodiscard]] std::string text() const;

 private:
  struct Deleter {
    void operator()(cJSON* value) const noexcept;
  };
  explicit Json(cJSON* value) noexcept : value_(value) {}
  [[nodiscard]] const cJSON* member(std::string_view key) const;

  std::unique_ptr<cJSON, Deleter> value_;
};

}  // namespace p2psig
