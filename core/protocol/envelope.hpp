#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>

#include "core/protocol/limits.hpp"
#include "core/result.hpp"

namespace p2psig {

/// One of the top-level members that the server looks at.
struct EnvelopeField {
  enum class Kind : std::uint8_t { absent, string, null, other };

  Kind kind = Kind::absent;
  bool escaped = false;   ///< the string has escapes: `raw` is not yet what it means
  bool repeated = false;  ///< the message has this member more than once; the rest is of the last one
  std::string_view raw;   ///< a string's bytes between its quotes
};

/// What the server reads of a message. Views into the message: valid as long as its bytes are.
struct Envelope {
  EnvelopeField type;
  EnvelopeField to;
  EnvelopeField room;
  EnvelopeField from;

  /// The object without its closing brace, in two parts that leave out a top-level `from` and one comma.
  /// Together, with more members behind them, they are the message as it is relayed.
  std::string_view head;
  std::string_view tail;

  [[nodiscard]] bool has_repeated_field() const noexcept {
    return type.repeated || to.repeated || room.repeated || from.repeated;
  }
};

/// Why a message has no envelope. `offset` is the first byte that makes it so.
struct ScanError {
  enum class Fault : std::uint8_t { invalid_utf8, not_json, not_object, too_deep };
  Fault fault;
  std::size_t offset;
};

/// No limit of nesting: for those who only show or send a message. It costs a bit a level.
inline constexpr std::size_t kAnyNesting = std::numeric_limits<std::size_t>::max();

/// Reads a message's envelope in one pass: strict RFC 8259 and UTF-8, at most `nesting_max` deep, no DOM, and
/// no allocation up to 65 levels. This is the security boundary: what passes is valid JSON for every reader
/// behind it. Keys are compared by meaning (`"fr\u006fm"` is `from`). Invalid UTF-8 anywhere outweighs every
/// other fault. Lone surrogate escapes are RFC 8259 grammar and pass. Cost: O(message.size()), about 0.2 ns a
/// byte of SDP. Any thread.
[[nodiscard]] Result<Envelope, ScanError> scan_envelope(
    std::string_view message, std::size_t nesting_max = limits::kNestingLevels) noexcept;

/// The same without vector instructions; what scan_envelope is where there are none. For tests to hold both
/// together.
[[nodiscard]] Result<Envelope, ScanError> scan_envelope_portable(std::string_view message) noexcept;

}  // namespace p2psig
