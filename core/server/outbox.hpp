#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/protocol/messages.hpp"
#include "core/protocol/pieces.hpp"
#include "core/protocol/websocket_frame.hpp"

namespace p2psig {

class Session;

/// The socket end of a connection: net's is a socket, a test's is a recorder.
class Link {
 public:
  /// Hands bytes on and says how many were taken: where not all were, it calls Outbox::drained() once it can
  /// take more. Nothing: the connection is lost.
  virtual std::optional<std::size_t> send(std::string_view bytes) = 0;
  /// Ends the connection behind what was sent.
  virtual void end() = 0;
  /// Ends it without ceremony, and without losing time on what was sent and has not arrived.
  virtual void cut() = 0;

 protected:
  ~Link() = default;
};

/// Bytes that grow at the end; never zeroed first.
class Buffer {
 public:
  /// Makes room for `bytes` more and returns where they go. Amortized O(bytes).
  char* extend(std::size_t bytes);
  void clear() noexcept { size_ = 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::string_view text() const noexcept { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

class Outbox;

/// What all connections of one worker have yet to send: the pool that their outboxes borrow buffers from, the
/// list of sessions to flush, and how much is waiting in all. Thread: the worker's. Outlives its outboxes.
class Outgoing {
 public:
  /// `outbox_bytes_max` fits 32 bits.
  Outgoing(std::size_t outbox_bytes_max, std::size_t total_bytes_max) noexcept
      : outbox_bytes_max_(outbox_bytes_max), total_bytes_max_(total_bytes_max) {}

  [[nodiscard]] std::size_t outbox_bytes_max() const noexcept { return outbox_bytes_max_; }

  [[nodiscard]] std::unique_ptr<Buffer> borrow();
  /// Keeps at most limits::kPooledBytes, and no buffer over limits::kPooledBufferBytes. Those that have not
  /// been used for longest make room: a thousand joins leave large buffers behind, where a thousand small
  /// ones are what is needed next.
  void give_back(std::unique_ptr<Buffer> buffer);

  void add(Session& session) { ready_.push_back(&session); }
  /// Forgets a session that is about to be destroyed. O(sessions to flush).
  void remove(const Session& session) noexcept;

  /// Hands each session on the list, and those that are added meanwhile, to `flush`.
  template <class Flush>
  void drain(Flush&& flush) {
    for (std::size_t i = 0; i < ready_.size(); ++i)  // NOLINT(modernize-loop-convert): it grows
      if (Session* const session = ready_[i]) flush(*session);
    ready_.clear();
  }

  /// What waits in an outbox has changed.
  void recount(Outbox& outbox, std::size_t before, std::size_t after);
  /// More is waiting for all together than may be.
  [[nodiscard]] bool overfull() const noexcept { return total_bytes_ > total_bytes_max_; }
  /// The session for which most is waiting; to be asked only where something is. O(sessions with something
  /// waiting).
  [[nodiscard]] Session& fattest() const noexcept;

 private:
  const std::size_t outbox_bytes_max_;
  const std::size_t total_bytes_max_;
  std::vector<std::unique_ptr<Buffer>> pool_;  // last used first: a few hot buffers serve all connections
  std::size_t pooled_bytes_ = 0;
  std::vector<Session*> ready_;
  std::vector<Outbox*> waiting_;  // those in which something is
  std::size_t total_bytes_ = 0;
};

/// The frames that wait for one connection: a bounded contiguous buffer, borrowed while there is something in
/// it. Frames are appended all through one turn of the loop and sent at its end, in one write.
///
/// Bounds: Outgoing::outbox_bytes_max() of frames, and a close frame. A frame that does not fit marks the
/// outbox as overflowing and is dropped with all that follows; whoever appends then cuts the connection off.
/// Thread: its worker's.
class Outbox {
 public:
  enum class State : std::uint8_t {
    open,
    closing,  ///< a close frame is the last that it took
    ended,    ///< nothing more is sent
  };

  Outbox(Outgoing& outgoing, Session& owner, Link& link) noexcept
      : outgoing_(outgoing), owner_(owner), link_(link) {}
  ~Outbox();
  Outbox(const Outbox&) = delete;
  Outbox& operator=(const Outbox&) = delete;

  /// Appends a text frame of these pieces. False if it does not fit. Does nothing on an outbox that is not
  /// open.
  bool append_text(Pieces pieces);
  /// Appends a frame with room for `payload_bytes` and returns where they go; nullptr if it does not fit, or
  /// is not open.
  char* append_frame(websocket_frame::Opcode opcode, std::size_t payload_bytes);
  /// Appends a frame that is already whole; a large one may be sent at once. False if it does not fit.
  bool append_bytes(std::string_view frame);

  /// Sends what can be sent. False once the connection turned out to be lost.
  bool flush();
  /// The link can take more.
  void drained();

  /// Takes nothing more, but for a close frame with this payload (RFC 6455, 5.5.1) behind what waits.
  void close(std::string_view payload);
  /// Sends what the link takes at once; then it ends.
  void end();
  /// The connection ends now; what waits is dropped.
  void cut();
  /// The link has ended.
  void gone();

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] bool overflowing() const noexcept { return overflowing_; }
  /// Whether a frame that fits will be sent.
  [[nodiscard]] bool accepts() const noexcept { return state_ == State::open && !overflowing_; }
  /// Whether a copy of somebody else's message fits. An observer's may only take limits::kObservedPart of its
  /// outbox: the rest is for what it must not miss, who is there.
  [[nodiscard]] bool has_room_to_observe(std::size_t frame_bytes) const noexcept;
  /// Bytes of frames that have not left the process, as far as is known.
  [[nodiscard]] std::size_t waiting_bytes() const noexcept;

 private:
  friend class Outgoing;

  char* extend(std::size_t bytes);
  char* grow(std::size_t bytes);
  std::size_t send_at_once(std::string_view frame);
  bool send_waiting();
  void shrink();
  void mark_ready();
  void drop_buffer();
  void recount();

  Outgoing& outgoing_;
  Session& owner_;
  Link& link_;
  std::unique_ptr<Buffer> buffer_;
  // An outbox is never larger than 32 bits can say; there are many of them.
  std::uint32_t sent_ = 0;     // how much of the buffer the link has taken
  std::uint32_t counted_ = 0;  // what Outgoing was told last
  std::uint32_t place_ = 0;    // among its waiting outboxes
  State state_ = State::open;
  bool ready_ = false;  // on the list of those to flush
  bool full_ = false;   // the link takes nothing for now
  bool overflowing_ = false;
};

}  // namespace p2psig
