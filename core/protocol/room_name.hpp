#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/protocol/envelope.hpp"

namespace p2psig {

/// A room's name: 1 to limits::kRoomNameBytes bytes of UTF-8 without control characters (C0, DEL, C1). A name
/// authorizes nothing.
class RoomName {
 public:
  /// The name that a message's `room` means, or nothing if it is none. `field` is of a scanned message, so
  /// its bytes are UTF-8.
  [[nodiscard]] static std::optional<RoomName> from(const EnvelopeField& field);

  [[nodiscard]] std::string_view text() const noexcept { return text_; }

 private:
  explicit RoomName(std::string_view text) : text_(text) {}
  std::string text_;
};

}  // namespace p2psig
