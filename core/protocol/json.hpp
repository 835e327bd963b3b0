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

/// A value within a Json, valid as long as that is.
class JsonValue {
 public:
  [[nodiscard]] bool is_object() const noexcept;
  [[nodiscard]] bool is_null() const noexcept;
  /// Nothing if it is no string.
  [[nodiscard]] std::optional<std::string_view> string() const noexcept;

  /// An object's member `key`; nothing if there is none, or this is no object.
  [[nodiscard]] std::optional<JsonValue> member(std::string_view key) const;
  /// An object's members in their order; none of anything else.
  [[nodiscard]] std::vector<std::pair<std::string_view, JsonValue>> members() const;

 private:
  friend class Json;
  explicit JsonValue(const cJSON* value) noexcept : value_(value) {}

  const cJSON* value_;
};

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

  /// The number that is the member `key`; nothing if there is none, or it is no number.
  [[nodiscard]] std::optional<double> number(std::string_view key) const;

  /// The array of strings that is the member `key`; nothing if there is none, or it is anything else.
  [[nodiscard]] std::optional<std::vector<std::string>> strings(std::string_view key) const;

  /// The object itself.
  [[nodiscard]] JsonValue value() const noexcept { return JsonValue(value_.get()); }

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
