#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace p2psig {

/// The name of a connection: a version 4 UUID in lower case (RFC 9562, 5.4). It authorizes nothing.
class PeerId {
 public:
  static constexpr std::size_t kTextBytes = 36;
  static constexpr std::size_t kShortTextBytes = 8;  ///< what people see of it
  static constexpr std::size_t kRandomBytes = 16;

  /// `random` must come from the operating system: ids are guessed otherwise.
  [[nodiscard]] static PeerId from_random(std::span<const std::uint8_t, kRandomBytes> random) noexcept;

  /// Anything of the right length: whether such a peer exists is for the reader's table to say.
  [[nodiscard]] static std::optional<PeerId> from_text(std::string_view text) noexcept {
    if (text.size() != kTextBytes) return std::nullopt;
    PeerId id;
    std::memcpy(id.text_.data(), text.data(), kTextBytes);
    return id;
  }

  [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

  friend bool operator==(const PeerId&, const PeerId&) = default;

 private:
  PeerId() = default;
  std::array<char, kTextBytes> text_{};
};

/// Ids are random, and only our own are keys of a table: nobody can choose them to collide.
struct PeerIdHash {
  std::size_t operator()(const PeerId& id) const noexcept {
    std::uint64_t head = 0;
    std::memcpy(&head, id.text().data(), sizeof head);
    return head * 0x9E3779B97F4A7C15U;
  }
};

}  // namespace p2psig
