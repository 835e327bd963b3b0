#include "core/protocol/close_frame.hpp"

namespace p2psig {

bool may_be_sent(std::uint16_t code) noexcept {
  if (code >= 3000) return code < 5000;
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
}

CloseFrame read_close(std::string_view payload) noexcept {
  if (payload.size() < 2) return {};
  const auto high = static_cast<unsigned char>(payload[0]);
  const auto low = static_cast<unsigned char>(payload[1]);
  return {static_cast<std::uint16_t>(high << 8U | low), payload.substr(2)};
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  return std::string{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)}.append(reason);
}

}  // namespace p2psig
