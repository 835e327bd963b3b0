#pragma once

#include <chrono>
#include <cstddef>

/// Every cap of p2psig, with the attack or fault it bounds. A cap that an operator can set is here as its
/// default.
namespace p2psig::limits {

/// Payload of one message, its fragments together. Bounds the memory that one sender can make the server
/// hold, and what one relay can cost its receiver. Close code 1009.
inline constexpr std::size_t kMessageBytes = 256UL * 1024;

/// What may wait for one connection that reads too slowly, the bytes libwebsockets still holds included.
/// Bounds a reader that stops reading in a busy room: over it, the connection is cut off.
inline constexpr std::size_t kOutboxBytes = 1024UL * 1024;

/// Nested arrays and objects in a message, the message itself being the first level. Bounds parsers behind
/// us: a browser's or a script's recursive one would overflow its stack on 100,000 opening brackets.
inline constexpr std::size_t kNestingLevels = 64;

/// A message's `type`, after unescaping. Bounds what one line of a log or of a room client's screen can be
/// made to hold.
inline constexpr std::size_t kTypeBytes = 64;

/// A room's name, after unescaping. Bounds the memory of 10,000 rooms with one member each, and the size of
/// /status.
inline constexpr std::size_t kRoomNameBytes = 128;

/// Head of an HTTP request. Bounds the memory of connections that only send headers; cookies of localhost are
/// shared by all ports, so a developer's browser may well send 12 kB of them.
inline constexpr std::size_t kHttpHeaderBytes = 16UL * 1024;

/// Connections that the descriptor table is made for, upgraded and not, and what else the process opens.
/// Bounds descriptors and memory; the table is walked at every close, so larger is slower.
inline constexpr std::size_t kConnections = 10'000;
inline constexpr std::size_t kPendingConnections = 1'024;
inline constexpr std::size_t kSpareDescriptors = 256;

/// Most of an outbox that goes into one write. libwebsockets copies what the kernel does not take of a write:
/// bounds that copy, and stays below the 64 KiB that it sends at once.
inline constexpr std::size_t kBatchBytes = 60'000;

/// SO_SNDBUF of a connection (the kernel doubles it). Bounds kernel memory of a peer that does not read.
inline constexpr int kSocketSendBytes = 64 * 1024;

/// Empty output buffers that are kept for reuse, in bytes, and the largest that is kept at all. Bounds the
/// memory that one burst leaves behind.
inline constexpr std::size_t kPooledBytes = 8UL * 1024 * 1024;
inline constexpr std::size_t kPooledBufferBytes = 256UL * 1024;

/// From the decision to close a connection to the end of its socket. Bounds peers that never read, or never
/// answer a close frame.
inline constexpr std::chrono::seconds kCloseTime{5};

/// From the connect to the end of the first request's head. Bounds connections that send nothing, and headers
/// that never end.
inline constexpr std::chrono::seconds kHttpTime{10};

/// Between two parts of an HTTP reply that the socket takes. Bounds readers that do not read it.
inline constexpr std::chrono::seconds kReplyProgressTime{5};

/// From the end of an HTTP reply to the end of its connection. Bounds peers that do not hang up.
inline constexpr std::chrono::seconds kLingerTime{2};

/// A ping after this long without a frame received: below the 60 s at which proxies cut idle connections.
inline constexpr std::chrono::seconds kPingInterval{25};
/// A connection is cut off this long after the last frame received. Bounds peers that vanished without a FIN.
inline constexpr std::chrono::seconds kPingTimeout{35};

/// For closing all connections at the end. Bounds peers that would hold the end up.
inline constexpr std::chrono::seconds kDrainTime{5};

/// Lines a second that the log writes below `warn`, and how many at once. Bounds what a flood does to a disk.
inline constexpr unsigned kLogLinesPerSecond = 200;
inline constexpr unsigned kLogLinesBurst = 2'000;

/// Log lines that wait for a stderr that does not take them. Bounds memory when a terminal or pipe is
/// stopped.
inline constexpr std::size_t kLogBacklogBytes = 256UL * 1024;

}  // namespace p2psig::limits
