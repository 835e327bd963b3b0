#pragma once

namespace p2psig {

/// Payload types are seven bits (RFC 3550, 5.1).
inline constexpr unsigned kPayloadTypes = 128;

/// What a payload type means without an rtpmap (RFC 3551, 6).
struct StaticPayloadType {
  unsigned number;
  const char* name;
  unsigned clock_rate;
  unsigned channels;
};

/// nullptr: it means nothing by itself.
[[nodiscard]] const StaticPayloadType* static_payload_type(unsigned number) noexcept;

}  // namespace p2psig
