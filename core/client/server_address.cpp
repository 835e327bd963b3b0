#include "core/client/server_address.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/ascii.hpp"
#include "core/protocol/limits.hpp"
#include "core/whole_number.hpp"

namespace p2psig {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }

bool is_host_character(char c) noexcept { return is_alphanumeric(c) || c == '.' || c == '-' || c == '_'; }

/// Digits, colons, perhaps an IPv4 address at the end (RFC 3986, 3.2.2), and perhaps a zone behind a `%`.
bool looks_like_ipv6(std::string_view text) noexcept {
  const std::string_view address = text.substr(0, text.find('%'));
  const std::string_view zone = text.substr(address.size());
  const auto is_digit_of_it = [](char c) {
    return (c >= '0' && c <= '9') || (to_lower(c) >= 'a' && to_lower(c) <= 'f') || c == ':' || c == '.';
  };
  return address.find(':') != std::string_view::npos && zone.size() != 1 &&
         std::all_of(address.begin(), address.end(), is_digit_of_it) &&
         (zone.empty() || std::all_of(zone.begin() + 1, zone.end(), is_host_character));
}

/// URLs have the `%` in front of a zone escaped (RFC 6874), people do not.
std::string without_escaped_percent(std::string_view host) {
  constexpr std::string_view escaped = "%25";
  const auto at = host.find(escaped);
  if (at == std::string_view::npos || at + escaped.size() == host.size()) return std::string(host);
  return std::string(host).replace(at, escaped.size(), "%");
}

std::string host_and_port(const ServerAddress& address, const std::string& host) {
  const bool ipv6 = host.find(':') != std::string::npos;
  std::string text = ipv6 ? "[" + host + "]" : host;
  if (address.port != (address.tls ? kHttpsPort : kHttpPort)) text += ":" + std::to_string(address.port);
  return text;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  const auto port = whole_number<std::uint16_t>(text);
  return port == 0 ? std::nullopt : port;
}

/// What is in front of `://`, in lower case; nothing if there is none.
std::optional<std::string> scheme_of(std::string_view text) {
  const auto at = std::min(text.find_first_of(":/?"), text.size());
  if (!text.substr(at).starts_with("://")) return std::nullopt;
  std::string scheme(text.substr(0, at));
  std::transform(scheme.begin(), scheme.end(), scheme.begin(), to_lower);
  return scheme;
}

/// `host:port`, either of which may be missing.
std::optional<std::string> read_authority(std::string_view text, ServerAddress& address) {
  std::string_view host = text;
  std::optional<std::string_view> port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return "its IPv6 address has no closing bracket";
    host = text.substr(1, end - 1);
    const std::string_view rest = text.substr(end + 1);
    if (!rest.empty() && rest[0] != ':') return "something other than a port follows its IPv6 address";
    if (!rest.empty()) port = rest.substr(1);
    if (!looks_like_ipv6(host)) return "what is in brackets is not an IPv6 address";
  } else {
    const auto colon = text.find(':');
    host = text.substr(0, colon);
    if (colon != std::string_view::npos) port = text.substr(colon + 1);
    if (port && port->find(':') != std::string_view::npos)
      return "an IPv6 address must be in brackets, as in [::1]:3000";
    if (!std::all_of(host.begin(), host.end(), is_host_character))
      return "its host has characters that no host name has (a name in another script is written in its xn-- "
             "form)";
  }
  if (host.size() > limits::kHostBytes)
    return "its host is longer than " + std::to_string(limits::kHostBytes) + " bytes";
  if (!host.empty()) address.host = without_escaped_percent(host);
  if (!port) return std::nullopt;
  const auto number = port_of(*port);
  if (!number) return "its port is not a number from 1 to 65535";
  address.port = *number;
  return std::nullopt;
}

std::optional<std::string> read(std::string_view text, ServerAddress& address) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f')
      return "it has a blank or a control character in it";
  if (text.size() > limits::kUrlBytes)
    return "it is longer than " + std::to_string(limits::kUrlBytes) + " bytes";
  if (text.find('#') != std::string_view::npos) return "it has a fragment (#), which no server is told";
  const auto scheme = scheme_of(text);
  if (scheme) {
    constexpr std::array<std::pair<std::string_view, bool>, 4> schemes{
        {{"ws", false}, {"http", false}, {"wss", true}, {"https", true}}};
    const auto* const known =
        std::find_if(schemes.begin(), schemes.end(), [&](const auto& each) { return each.first == *scheme; });
    if (known == schemes.end()) return "its scheme is none of ws, wss, http and https";
    address.tls = known->second;
    address.port = address.tls ? kHttpsPort : kHttpPort;
    text.remove_prefix(scheme->size() + 3);
  }
  const std::string_view authority = text.substr(0, text.find_first_of("/?"));
  if (authority.find('@') != std::string_view::npos)
    return "it has a user name in it: send credentials with --token-file or --header";
  if (authority.empty()) return "it names no host";
  if (auto fault = read_authority(authority, address)) return fault;
  if (scheme && authority[0] == ':') return "it names no host";
  const std::string_view path = text.substr(authority.size());
  if (!std::all_of(path.begin(), path.end(), is_ascii))
    return "its path has characters that have to be written as %C3%A9 is for \u00E9";
  if (!path.empty()) address.path.assign(path[0] == '?' ? "/" : "").append(path);
  return std::nullopt;
}

}  // namespace

std::string ServerAddress::authority() const { return host_and_port(*this, host.substr(0, host.find('%'))); }

std::string ServerAddress::websocket_url() const {
  return (tls ? "wss://" : "ws://") + host_and_port(*this, host) + (path == "/" ? "" : path);
}

std::string ServerAddress::http_url() const {
  const std::string prefix = path_of("");
  return (tls ? "https://" : "http://") + host_and_port(*this, host) + prefix.substr(0, prefix.size() - 1);
}

std::string ServerAddress::path_of(std::string_view page) const {
  std::string prefix = path.substr(0, path.find('?'));
  if (!prefix.ends_with('/')) prefix += '/';
  return prefix.append(page);
}

Result<ServerAddress, std::string> parse_server_address(std::string_view text) {
  ServerAddress address;
  if (text.empty()) return std::string("it is empty");
  if (auto fault = read(text, address)) return *std::move(fault);
  return address;
}

}  // namespace p2psig
