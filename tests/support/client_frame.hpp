#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace p2psig::test {

/// RFC 6455, 5.2; plain numbers, as tests send reserved ones too.
namespace opcode {
inline constexpr unsigned kContinuation = 0;
inline constexpr unsigned kText = 1;
inline constexpr unsigned kBinary = 2;
inline constexpr unsigned kClose = 8;
inline constexpr unsigned kPing = 9;
inline constexpr unsigned kPong = 10;
}  // namespace opcode

/// A frame from a client, right or wrong in every way.
struct ClientFrame {
  unsigned opcode = opcode::kText;
  std::string payload{};
  bool final = true;
  unsigned reserved_bits = 0;  ///< RSV1 is 4, RSV2 is 2, RSV3 is 1
  bool masked = true;
  std::optional<std::uint64_t> announced_bytes{};  ///< instead of the payload's size
};

[[nodiscard]] std::string bytes_of(const ClientFrame& frame);

[[nodiscard]] std::string text_frame(std::string_view payload);
/// The first of several frames of a message.
[[nodiscard]] std::string first_fragment(std::string_view payload, unsigned opcode = opcode::kText);
[[nodiscard]] std::string fragment(std::string_view payload);
[[nodiscard]] std::string last_fragment(std::string_view payload);
[[nodiscard]] std::string ping_frame(std::string_view payload);
[[nodiscard]] std::string pong_frame(std::string_view payload);
[[nodiscard]] std::string close_frame(unsigned code, std::string_view reason = {});

}  // namespace p2psig::test
