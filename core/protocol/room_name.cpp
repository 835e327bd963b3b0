#include "core/protocol/room_name.hpp"

#include <array>

#include "core/protocol/json_text.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

bool has_control_character(std::string_view utf8) noexcept {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    // U+0080 to U+009F are C2 80 to C2 9F; C2 is never a continuation byte.
    if (byte == 0xC2 && static_cast<unsigned char>(utf8[i + 1]) < 0xA0) return true;
  }
  return false;
}

}  // namespace

std::optional<RoomName> RoomName::from(const EnvelopeField& field) {
  if (field.kind != EnvelopeField::Kind::string) return std::nullopt;
  std::array<char, limits::kRoomNameBytes> buffer{};
  std::string_view text = field.raw;
  if (field.escaped) {
    const std::optional<Unescaped> meant = unescape(field.raw, buffer);
    if (!meant || meant->lone_surrogate) return std::nullopt;
    text = meant->text;
  }
  if (text.empty() || text.size() > limits::kRoomNameBytes || has_control_character(text))
    return std::nullopt;
  return RoomName(text);
}

}  // namespace p2psig
