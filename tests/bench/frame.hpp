#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace p2psig::bench {

/// RFC 6455, 5.2.
enum class Opcode : std::uint8_t { text = 1, close = 8, ping = 9, pong = 10 };

/// The parts of a payload, one after the other.
using Pieces = std::initializer_list<std::string_view>;

/// Appends a frame as a client sends it: whole, masked with `key`.
void append_frame(std::string& out, Opcode opcode, Pieces payload, std::uint32_t key);

struct Frame {
  Opcode opcode;
  std::string_view payload;
  std::size_t bytes;  ///< with its header
};

/// The frame that `input` begins with; nothing if it is not all there. Throws Fault on what nobody asked the
/// server for: masks, extensions, fragments, binary.
[[nodiscard]] std::optional<Frame> read_frame(std::string_view input);

}  // namespace p2psig::bench
