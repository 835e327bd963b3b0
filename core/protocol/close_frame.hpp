#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace p2psig {

// Codes that no close frame carries (RFC 6455, 7.4.1).
inline constexpr std::uint16_t kNoCloseCode = 1005;   ///< it had none
inline constexpr std::uint16_t kNoCloseFrame = 1006;  ///< the end without a closing handshake

/// Whether a close frame may have this code (RFC 6455, 7.4; IANA's registry, which has come to 1014).
[[nodiscard]] bool may_be_sent(std::uint16_t code) noexcept;

/// What a close frame says (RFC 6455, 5.5.1).
struct CloseFrame {
  std::uint16_t code = kNoCloseCode;
  std::string_view reason;  ///< hostile
};

/// A payload too short for a code has neither. The reason is a view into it.
[[nodiscard]] CloseFrame read_close(std::string_view payload) noexcept;

[[nodiscard]] std::string close_payload(std::uint16_t code, std::string_view reason);

}  // namespace p2psig
