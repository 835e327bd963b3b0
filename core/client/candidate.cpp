#include "core/client/candidate.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>

#include "core/client/fields.hpp"

namespace p2psig {
namespace {

constexpr std::size_t kFoundationBytes = 32;  // RFC 8839, 5.1
constexpr unsigned kComponents = 256;
constexpr std::size_t kNameBytes = 255;  // RFC 1035, 2.3.4

using Problem = std::optional<std::string>;

std::string wrong(std::string_view field, std::string_view why, std::string_view value) {
  return std::string(field) + " is " +
         (value.empty() ? "missing" : std::string(why) + ": " + in_quotes(value));
}

bool is_ip_address(int family, std::string_view text) {
  std::array<unsigned char, sizeof(in6_addr)> binary{};
  return inet_pton(family, std::string(text).c_str(), binary.data()) == 1;
}

/// An IP address (an IPv6 one may have a zone), or what may be a host's name.
bool is_address(std::string_view text) {
  if (text.empty() || text.size() > kNameBytes || text.find('\0') != std::string_view::npos) return false;
  if (text.find(':') != std::string_view::npos)
    return is_ip_address(AF_INET6, text.substr(0, text.find('%')));
  if (text.find_first_not_of("0123456789.") == std::string_view::npos) return is_ip_address(AF_INET, text);
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

Problem read_address(std::string_view field, std::string_view text, std::string& address) {
  if (!is_address(text)) return wrong(field, "neither an IP address nor a name", text);
  address = text;
  return std::nullopt;
}

Problem read_port(std::string_view field, std::string_view text, std::uint16_t& port) {
  const auto number = number_in<std::uint16_t>(text, std::numeric_limits<std::uint16_t>::max());
  if (!number) return wrong(field, "not from 0 to 65535", text);
  port = *number;
  return std::nullopt;
}

/// What each candidate has, up to its type.
Problem read_fixed_fields(std::string_view& rest, Candidate& candidate) {
  candidate.foundation = take_field(rest);
  if (candidate.foundation.empty() || candidate.foundation.size() > kFoundationBytes ||
      !is_ice_text(candidate.foundation))
    return wrong("foundation", "not 1 to 32 letters, digits, + or /", candidate.foundation);

  const std::string_view component = take_field(rest);
  const auto component_number = number_in<unsigned>(component, kComponents);
  if (component_number.value_or(0) == 0) return wrong("component", "not from 1 to 256", component);
  candidate.component = *component_number;

  candidate.transport = take_field(rest);
  if (candidate.transport.empty()) return "transport is missing";
  std::transform(candidate.transport.begin(), candidate.transport.end(), candidate.transport.begin(),
                 to_lower);

  const std::string_view priority = take_field(rest);
  const auto priority_number = number_in<std::uint32_t>(priority, std::numeric_limits<std::uint32_t>::max());
  if (!priority_number) return wrong("priority", "not a 32-bit number", priority);
  candidate.priority = *priority_number;

  if (Problem fault = read_address("address", take_field(rest), candidate.address)) return fault;
  if (Problem fault = read_port("port", take_field(rest), candidate.port)) return fault;

  const std::string_view keyword = take_field(rest);
  if (keyword != "typ") return "\"typ\" is missing" + (keyword.empty() ? "" : ": " + in_quotes(keyword));
  candidate.type = take_field(rest);
  if (candidate.type.empty()) return "type is missing";
  return std::nullopt;
}

Problem read_extension(std::string_view name, std::string_view value, Candidate& candidate) {
  if (name == "raddr") return read_address("raddr", value, candidate.related_address);
  if (name == "rport") return read_port("rport", value, candidate.related_port);
  if (name == "tcptype" && candidate.transport != "udp") {
    if (value != "active" && value != "passive" && value != "so")
      return wrong("tcptype", "not active, passive or so", value);
    candidate.tcp_type = value;
  } else if (name == "ufrag") {
    candidate.ufrag = value;
  }
  return value.empty() ? Problem(in_quotes(name) + " has no value") : std::nullopt;
}

}  // namespace

bool Candidate::is_mdns() const noexcept {
  constexpr std::string_view suffix = ".local";
  const std::string_view name = address;
  return name.size() > suffix.size() && equal_ignoring_case(name.substr(name.size() - suffix.size()), suffix);
}

Result<Candidate, std::string> parse_candidate(std::string_view line) {
  constexpr std::string_view prefix = "candidate:";
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  if (line.find_first_of("\r\n") != std::string_view::npos) return std::string("is more than one line");
  if (line.starts_with("a=")) line.remove_prefix(2);
  if (!line.starts_with(prefix)) return std::string("does not begin with \"candidate:\"");
  line.remove_prefix(prefix.size());

  Candidate candidate;
  if (Problem fault = read_fixed_fields(line, candidate)) return *std::move(fault);
  for (std::string_view name = take_field(line); !name.empty(); name = take_field(line)) {
    if (Problem fault = read_extension(name, take_field(line), candidate)) return *std::move(fault);
  }
  return candidate;
}

}  // namespace p2psig
