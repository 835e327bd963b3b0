#include "core/protocol/http_fields.hpp"

#include "core/protocol/http_text.hpp"

namespace p2psig {

using namespace http_text;

template <class Field>
void HttpFields::each_field(Field&& field) const {
  for (std::string_view rest = lines_; !rest.empty();) {
    std::string_view line = take_until(rest, kLineEnd);
    const std::string_view name = take_until(line, ":");
    field(name, trim(line));
  }
}

std::size_t HttpFields::count(std::string_view name) const {
  std::size_t lines = 0;
  each_field(
      [&](std::string_view field, std::string_view) { lines += equal_ignoring_case(field, name) ? 1U : 0U; });
  return lines;
}

std::optional<std::string_view> HttpFields::value(std::string_view name) const {
  std::optional<std::string_view> found;
  each_field([&](std::string_view field, std::string_view value) {
    if (!found && equal_ignoring_case(field, name)) found = value;
  });
  return found;
}

std::string HttpFields::list(std::string_view name) const {
  std::string all;
  each_field([&](std::string_view field, std::string_view value) {
    if (equal_ignoring_case(field, name)) all.append(all.empty() ? "" : ",").append(value);
  });
  return all;
}

bool names_token(std::string_view list, std::string_view token) {
  while (!list.empty())
    if (equal_ignoring_case(trim(take_until(list, ",")), token)) return true;
  return false;
}

std::optional<std::string_view> first_token(std::string_view list) {
  std::optional<std::string_view> first;
  while (!list.empty()) {
    const std::string_view entry = trim(take_until(list, ","));
    if (entry.empty()) continue;  // RFC 9110, 5.6.1: empty entries are ignored
    if (!is_token(entry)) return std::nullopt;
    if (!first) first = entry;
  }
  return first;
}

}  // namespace p2psig
