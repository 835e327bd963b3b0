#include "core/protocol/http_request.hpp"

#include <algorithm>

#include "core/protocol/http_text.hpp"

namespace p2psig {
namespace {

using namespace http_text;

constexpr std::string_view kLineEnd = "\r\n";

bool is_target(std::string_view text) noexcept {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c != 0x7F; });
}

}  // namespace

HttpRequestHead::Outcome HttpRequestHead::parse(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  // A lone line feed would end a line for some readers and not for others. Said early, not when the head is
  // complete.
  const std::string_view head = bytes.substr(0, end == std::string_view::npos ? end : end + kLineEnd.size());
  for (std::size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1))
    if (at == 0 || head[at - 1] != '\r') return Outcome::malformed;
  if (end == std::string_view::npos) return Outcome::incomplete;
  size_ = end + 2 * kLineEnd.size();

  std::string_view rest = head;
  std::string_view line = take_until(rest, kLineEnd);
  method_ = take_until(line, " ");
  target_ = take_until(line, " ");
  if (!is_token(method_) || !is_target(target_) || (line != "HTTP/1.1" && line != "HTTP/1.0"))
    return Outcome::malformed;
  minor_version_ = line.back() - '0';
  fields_ = rest;
  while (!rest.empty()) {
    line = take_until(rest, kLineEnd);
    const std::string_view name = take_until(line, ":");
    if (!is_token(name) || name.data() + name.size() == line.data() || !is_field_value(line))
      return Outcome::malformed;
  }
  return Outcome::complete;
}

std::string_view HttpRequestHead::path() const noexcept {
  std::string_view path = target_.substr(0, target_.find('?'));
  constexpr std::string_view scheme_end = "://";
  const std::size_t scheme = path.find(scheme_end);
  if (path.starts_with('/') || scheme == std::string_view::npos) return path;
  path.remove_prefix(scheme + scheme_end.size());
  const std::size_t slash = path.find('/');
  return slash == std::string_view::npos ? "/" : path.substr(slash);
}

template <class Field>
void HttpRequestHead::each_field(Field&& field) const {
  for (std::string_view rest = fields_; !rest.empty();) {
    std::string_view line = take_until(rest, kLineEnd);
    const std::string_view name = take_until(line, ":");
    field(name, trim(line));
  }
}

std::size_t HttpRequestHead::count(std::string_view name) const {
  std::size_t lines = 0;
  each_field(
      [&](std::string_view field, std::string_view) { lines += equal_ignoring_case(field, name) ? 1U : 0U; });
  return lines;
}

std::optional<std::string_view> HttpRequestHead::value(std::string_view name) const {
  std::optional<std::string_view> found;
  each_field([&](std::string_view field, std::string_view value) {
    if (!found && equal_ignoring_case(field, name)) found = value;
  });
  return found;
}

std::string HttpRequestHead::list(std::string_view name) const {
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
