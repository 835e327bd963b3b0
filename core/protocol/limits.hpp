#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every cap of p2psig, with the attack or fault it bounds. A cap that an operator can set is here as its
/// default.
namespace p2psig::limits {

/// Payload of one message, its fragments together. Bounds the memory that one sender can make the server
/// hold, and what one relay can cost its receiver. Close code 1009.
inline constexpr std::size_t kMessageBytes = 256UL * 1024;

/// What may wait for one connection that reads too slowly. Bounds a reader that stops reading in a busy room:
/// over it, the connection is cut off.
inline constexpr std::size_t kOutboxBytes = 1024UL * 1024;

/// How much of an observer's outbox copies of messages may fill. Bounds an observer that reads too slowly for
/// a busy room: over it, it misses messages; the rest keeps it told of who is there.
inline constexpr double kObservedPart = 0.75;

/// What may wait of pongs for one connection. Bounds a peer that pings and does not read: pings beyond it are
/// not answered (RFC 6455, 5.5.3, lets one skip some), so that they cannot fill its outbox.
inline constexpr std::size_t kPongBytes = 16UL * 1024;

/// Nested arrays and objects in a message, the message itself being the first level. Bounds parsers behind
/// us: a browser's or a script's recursive one would overflow its stack on 100,000 opening brackets.
inline constexpr std::size_t kNestingLevels = 64;

/// A message's `type`, after unescaping. Bounds what one line of a log or of a room client's screen can be
/// made to hold.
inline constexpr std::size_t kTypeBytes = 64;

/// A room's name, after unescaping. Bounds the memory of 10,000 rooms with one member each, and the size of
/// /status.
inline constexpr std::size_t kRoomNameBytes = 128;

/// What is read of a session description: its lines, its m= sections, all their codecs and candidates, and
/// the layers of one simulcast attribute. A browser's offer of 50 video sections has 5,600 lines and 1,150
/// codecs. Bounds what a description of many tiny pieces makes a room client hold.
inline constexpr std::size_t kSdpLines = 20'000;
inline constexpr std::size_t kSdpSections = 1'000;
inline constexpr std::size_t kSdpCodecs = 5'000;
inline constexpr std::size_t kSdpCandidates = 1'000;
inline constexpr std::size_t kSdpLayers = 32;

/// Faults of a description that are kept; the others are counted. Bounds a description of nothing but faults.
inline constexpr std::size_t kSdpFaults = 64;

/// A mid, ufrag, password or fingerprint; RFC 8839 (5.4) allows 256 for the middle two. What stands at the
/// session level is copied into each section: bounds a long one and a thousand sections.
inline constexpr std::size_t kSdpTokenBytes = 256;

/// A description or a candidate in words, and the phrases about what a second description changes. Bounds
/// what one message makes of a log or of a room client's screen.
inline constexpr std::size_t kWordsBytes = 2'048;
inline constexpr std::size_t kChanges = 16;

/// Objects within each other, the message itself being the first, in which a room client looks for a
/// description or a candidate; a string that holds JSON counts as one.
/// `{"type":"signal","data":{"sdp":{...}}}` are three. Bounds what JSON within JSON within JSON costs.
inline constexpr std::size_t kSignalLevels = 4;

/// Pairs of peers whose negotiation is followed, and what their descriptions may hold, all together. A full
/// mesh of 90 are 4,005. Bounds a room in which everybody writes to everybody: the pair that has been silent
/// for longest is forgotten.
inline constexpr std::size_t kNegotiationPairs = 4'096;
inline constexpr std::size_t kNegotiationBytes = 32UL * 1024 * 1024;

/// ICE user fragments of a description that candidates are held against; a browser has one, or one for each
/// section that it does not bundle. With more, every candidate is taken as good. Bounds what a broadcast of a
/// description of a thousand sections costs for each that it goes to.
inline constexpr std::size_t kKnownUfrags = 64;

/// Peers that left whose time of leaving is known, and pairs that were told that a message was undeliverable.
/// Bounds peers that come and go, and messages to ids made up: the oldest is forgotten.
inline constexpr std::size_t kDepartedPeers = 1'024;
inline constexpr std::size_t kRefusedPairs = 256;

/// Head of an HTTP request. Bounds the memory of connections that only send headers; cookies of localhost are
/// shared by all ports, so a developer's browser may well send 12 kB of them.
inline constexpr std::size_t kHttpHeaderBytes = 16UL * 1024;

/// Unfinished messages of all connections together. Bounds many senders that each begin a large message and
/// never end it. Close code 1013 for the one whose piece does not fit.
inline constexpr std::size_t kUnfinishedBytes = 64UL * 1024 * 1024;

/// What waits for all connections together. Bounds many readers that do not read, each within its own limit:
/// over it, the one for which most is waiting is cut off.
inline constexpr std::size_t kOutboxTotalBytes = 256UL * 1024 * 1024;

/// WebSockets that are let in. Bounds descriptors and memory. Close code 1013.
inline constexpr std::size_t kConnections = 10'000;

/// What is not (yet) let in: handshakes, HTTP, connections that are being turned away. Bounds what headers
/// that never end can hold: with the connections at their limit and this many more, a new one is reset before
/// anything is spent on it.
inline constexpr std::size_t kPendingConnections = 1'024;

/// Descriptors for everything else that the process opens.
inline constexpr std::size_t kSpareDescriptors = 256;

/// Members of a room. Bounds what one join or broadcast costs, as everybody in the room is told.
inline constexpr std::size_t kRoomPeers = 1'000;

/// Frames that one connection may send, a second and at once after a rest. Bounds floods of small messages,
/// of fragments, and of pongs. A join into a mesh of 50 sends about 850 at once.
inline constexpr std::uint32_t kMessagesPerSecond = 200;
inline constexpr std::uint32_t kMessagesBurst = 2'000;

/// Payload bytes that one connection may send. Bounds floods of large messages.
inline constexpr std::uint32_t kBytesPerSecond = 1024 * 1024;
inline constexpr std::uint32_t kBytesBurst = 8 * 1024 * 1024;

/// Messages to others that one connection may cause. Bounds amplification: broadcasts, joins and leaves in a
/// large room.
inline constexpr std::uint32_t kDeliveriesPerSecond = 20'000;
inline constexpr std::uint32_t kDeliveriesBurst = 100'000;

/// Between two `rate-limit` errors to one connection. Bounds what a flood makes the server answer.
inline constexpr std::chrono::seconds kRateErrorInterval{1};
/// Seconds in a row with a message dropped in each, after which the connection is closed. Bounds floods that
/// never end. Close code 4029.
inline constexpr unsigned kRateOffences = 30;

/// Documents of /status that have been replaced by a newer one and are still being sent to slow readers.
/// Bounds readers that ask, make the document change, ask again, and never read.
inline constexpr std::size_t kStatusBytes = 64UL * 1024 * 1024;

/// Most of an HTTP reply that goes into one write. Bounds how long others wait while a megabyte is sent.
inline constexpr std::size_t kReplyPartBytes = 60'000;

/// A broadcast's frame below this size is copied into each outbox, to leave with others in one write. A
/// larger one goes out by itself where nothing is waiting: bounds what one message to a crowd can make the
/// server copy.
inline constexpr std::size_t kCopiedFrameBytes = 16UL * 1024;

/// SO_SNDBUF of a connection (the kernel doubles it). Bounds kernel memory of a peer that does not read.
inline constexpr int kSocketSendBytes = 64 * 1024;

/// Empty output buffers that are kept for reuse, in bytes, and the largest that is kept at all. Bounds the
/// memory that one burst leaves behind.
inline constexpr std::size_t kPooledBytes = 8UL * 1024 * 1024;
inline constexpr std::size_t kPooledBufferBytes = 256UL * 1024;

/// From the decision to close a connection to the end of its socket. Bounds peers that never read, or never
/// answer a close frame.
inline constexpr std::chrono::seconds kCloseTime{5};

/// From the connect to the end of the request's head. Bounds connections that send nothing, and headers that
/// never end.
inline constexpr std::chrono::seconds kHandshakeTime{10};

/// From the first frame of a message to the end of its last. Bounds messages that are begun and never ended,
/// or that come byte by byte. Close code 4008.
inline constexpr std::chrono::seconds kMessageTime{10};

/// From the connect to the first join; off. Bounds connections that only sit there. Close code 4008.
inline constexpr std::chrono::seconds kJoinTime{0};

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

// Of the room client.

/// Peers of a room that the client keeps apart, and as many again that are gone. Bounds a server that
/// announces peers without end.
inline constexpr std::size_t kNamedPeers = 20'000;
/// An id that a server gives out; ours have 36 bytes. Bounds what a name is, that many times.
inline constexpr std::size_t kIdBytes = 256;
/// A host's name (RFC 1035, 2.3.4), and all of an address: as long a request line as every server should take
/// (RFC 9110, 4.1), for tokens in its query. Bounds a variable or an argument that is something else.
inline constexpr std::size_t kHostBytes = 253;
inline constexpr std::size_t kUrlBytes = 8'000;
/// A message from a server, and what waits to be sent to it. Bounds a hostile server, and a script that
/// writes faster than its server reads.
inline constexpr std::size_t kReceivedMessageBytes = 16UL * 1024 * 1024;
inline constexpr std::size_t kUnsentBytes = 8UL * 1024 * 1024;
/// What TLS itself answers a server, as to requests for new keys (RFC 8446, 4.6.3), and the server has not
/// read. Bounds one that asks without end; an honest one asks for new keys once in millions of records.
inline constexpr std::size_t kTlsAnswerBytes = 64UL * 1024;
/// Files that are given by name. Bounds /dev/zero, and a wrong name.
inline constexpr std::size_t kTokenBytes = 8UL * 1024;
inline constexpr std::size_t kAuthoritiesBytes = 16UL * 1024 * 1024;
inline constexpr std::size_t kMessageFileBytes = 16UL * 1024 * 1024;
/// Descriptions that are kept to say what the next one changes. Bounds memory: each may be a message's size.
inline constexpr std::size_t kComparedDescriptions = 32;
/// The body of a reply to GET. Bounds a hostile server, or an address that is not a server's.
inline constexpr std::size_t kStatusReplyBytes = 64UL * 1024 * 1024;
/// Listening sockets that a service manager may pass. Bounds a variable that was set by mistake.
inline constexpr int kInheritedSockets = 16;
/// For the names that a shell completes to: who presses Tab waits for it, also for a server that is silent.
inline constexpr std::chrono::milliseconds kCompletionTime{300};
/// What a status report may take in memory: so many times its text, and some more. With whole ids none takes
/// that. Bounds a document of nothing but tiny names, which would take up to forty times its text.
inline constexpr std::size_t kStatusGrowth = 5;
inline constexpr std::size_t kStatusFreeBytes = 4UL * 1024 * 1024;
/// Of an id that is shown. Bounds what an odd server's ids do to a line.
inline constexpr std::size_t kShownIdBytes = 40;
/// Messages that the client keeps to show again. Bounds its memory in a flood that never ends.
inline constexpr std::size_t kSeenMessages = 1'000;
inline constexpr std::size_t kSeenBytes = 16UL * 1024 * 1024;

/// Lines for a person's terminal that it has not taken yet. Bounds memory when it is stopped (Ctrl-S) or slow
/// while a busy room talks; a burst of 2,000 messages of 2 kB fits.
inline constexpr std::size_t kTerminalBacklogBytes = 8UL * 1024 * 1024;
/// Most of those that are written between two looks at the keyboard. Bounds how long a burst can hold up the
/// echo of a key.
inline constexpr std::size_t kTerminalBatchBytes = 16UL * 1024;

/// A text pasted into the line being typed. Bounds memory, and what each further key costs: the whole line is
/// laid out again.
inline constexpr std::size_t kPasteBytes = 1024UL * 1024;

/// Candidates for completing a word that are looked at, and shown. Bounds a directory of a million files, and
/// a server with as many rooms.
inline constexpr std::size_t kCandidates = 10'000;
inline constexpr std::size_t kListedCandidates = 100;

/// Lines that are remembered from one run to the next, and their bytes in the file. Bounds a file that grows
/// for ever, and one that somebody else has filled.
inline constexpr std::size_t kHistoryLines = 1'000;
inline constexpr std::size_t kHistoryBytes = 4UL * 1024 * 1024;

}  // namespace p2psig::limits
