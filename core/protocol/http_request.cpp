#include "core/protocol/http_request.hpp"

#include <algorithm>

#include "core/protocol/http_text.hpp"

namespace p2psig {
namespace {

using namespace http_text;

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
  fields_ = HttpFields(rest);
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

}  // namespace p2psig
