#include "core/server/outbox.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/protocol/limits.hpp"

namespace p2psig {

char* Buffer::extend(std::size_t bytes) {
  const std::size_t needed = size_ + bytes;
  if (needed > capacity_) {
    constexpr std::size_t smallest = 1024;
    const std::size_t grown = std::max({needed, capacity_ * 2, smallest});
    auto larger = std::make_unique_for_overwrite<char[]>(grown);
    if (size_ != 0) std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
    capacity_ = grown;
  }
  char* const where = bytes_.get() + size_;
  size_ = needed;
  return where;
}

std::unique_ptr<Buffer> Outgoing::borrow() {
  if (pool_.empty()) return std::make_unique<Buffer>();
  std::unique_ptr<Buffer> buffer = std::move(pool_.back());
  pool_.pop_back();
  pooled_bytes_ -= buffer->capacity();
  return buffer;
}

void Outgoing::give_back(std::unique_ptr<Buffer> buffer) {
  if (buffer->capacity() > limits::kPooledBufferBytes) return;
  buffer->clear();
  pooled_bytes_ += buffer->capacity();
  pool_.push_back(std::move(buffer));
  if (pooled_bytes_ <= limits::kPooledBytes) return;
  const auto kept = pool_.begin() + static_cast<std::ptrdiff_t>((pool_.size() + 1) / 2);
  for (auto old = pool_.begin(); old != kept; ++old) pooled_bytes_ -= (*old)->capacity();
  pool_.erase(pool_.begin(), kept);
}

void Outgoing::remove(const Session& session) noexcept {
  for (Session*& ready : ready_)
    if (ready == &session) ready = nullptr;
}

void Outgoing::recount(Outbox& outbox, std::size_t before, std::size_t after) {
  total_bytes_ += after - before;
  if (before == 0) {
    outbox.place_ = static_cast<std::uint32_t>(waiting_.size());
    waiting_.push_back(&outbox);
  } else if (after == 0) {
    waiting_[outbox.place_] = waiting_.back();
    waiting_[outbox.place_]->place_ = outbox.place_;
    waiting_.pop_back();
  }
}

Session& Outgoing::fattest() const noexcept {
  const auto found = std::max_element(
      waiting_.begin(), waiting_.end(),
      [](const Outbox* one, const Outbox* other) { return one->counted_ < other->counted_; });
  return (*found)->owner_;
}

Outbox::~Outbox() {
  gone();
  if (ready_) outgoing_.remove(owner_);
}

std::size_t Outbox::waiting_bytes() const noexcept { return buffer_ ? buffer_->size() - sent_ : 0; }

bool Outbox::has_room_to_observe(std::size_t frame_bytes) const noexcept {
  const auto most =
      static_cast<std::size_t>(limits::kObservedPart * static_cast<double>(outgoing_.outbox_bytes_max()));
  return accepts() && waiting_bytes() + frame_bytes <= most;
}

char* Outbox::extend(std::size_t bytes) {
  if (!accepts()) return nullptr;
  if (waiting_bytes() + bytes > outgoing_.outbox_bytes_max()) {
    overflowing_ = true;
    return nullptr;
  }
  return grow(bytes);
}

char* Outbox::grow(std::size_t bytes) {
  if (!buffer_) buffer_ = outgoing_.borrow();
  mark_ready();
  char* const where = buffer_->extend(bytes);
  recount();
  return where;
}

char* Outbox::append_frame(websocket_frame::Opcode opcode, std::size_t payload_bytes) {
  char* const where = extend(websocket_frame::frame_bytes(payload_bytes));
  return where == nullptr ? nullptr : websocket_frame::write_header(where, opcode, payload_bytes);
}

bool Outbox::append_text(Pieces pieces) {
  char* const out = append_frame(websocket_frame::Opcode::text, total_bytes(pieces));
  if (out == nullptr) return false;
  put(out, pieces);
  return true;
}

bool Outbox::append_bytes(std::string_view frame) {
  const std::size_t sent = send_at_once(frame);
  if (sent == frame.size()) return true;
  char* const out = extend(frame.size() - sent);
  if (out == nullptr) return false;
  put(out, frame.substr(sent));
  return true;
}

/// A large frame with nothing to wait for is not worth a copy: to a crowd that does not read, the fresh
/// memory for the copies costs more than all the rest. Returns how much of it need not be appended; that a
/// connection is lost, flush() will find again.
std::size_t Outbox::send_at_once(std::string_view frame) {
  if (frame.size() < limits::kCopiedFrameBytes || waiting_bytes() != 0 || full_ || !accepts()) return 0;
  if (frame.size() > outgoing_.outbox_bytes_max()) return 0;
  const auto sent = link_.send(frame);
  full_ = sent && *sent != frame.size();
  return sent.value_or(0);
}

void Outbox::mark_ready() {
  if (ready_) return;
  ready_ = true;
  outgoing_.add(owner_);
}

void Outbox::drop_buffer() {
  if (buffer_) outgoing_.give_back(std::move(buffer_));
  buffer_.reset();
  sent_ = 0;
}

void Outbox::recount() {
  const std::size_t waiting = waiting_bytes();
  if (waiting == counted_) return;
  outgoing_.recount(*this, counted_, waiting);
  counted_ = static_cast<std::uint32_t>(waiting);
}

bool Outbox::flush() {
  ready_ = false;
  return state_ == State::ended || send_waiting();
}

bool Outbox::send_waiting() {
  if (full_ || !buffer_) return true;
  const std::string_view waiting = buffer_->text().substr(sent_);
  const auto sent = link_.send(waiting);
  if (!sent) return false;
  full_ = *sent != waiting.size();
  sent_ += static_cast<std::uint32_t>(*sent);
  if (!full_)
    drop_buffer();
  else if (std::size_t{2} * sent_ > buffer_->size())
    shrink();
  recount();
  return true;
}

/// A peer that leaves but a little of a large buffer must not keep it, nor one that is always a little behind
/// make it grow.
void Outbox::shrink() {
  const std::string_view waiting = buffer_->text().substr(sent_);
  auto smaller = std::make_unique<Buffer>();
  put(smaller->extend(waiting.size()), waiting);
  drop_buffer();
  buffer_ = std::move(smaller);
}

void Outbox::drained() {
  full_ = false;
  if (state_ != State::ended) mark_ready();
}

void Outbox::close(std::string_view payload) {
  if (state_ != State::open) return;
  state_ = State::closing;
  char* const out = grow(websocket_frame::frame_bytes(payload.size()));
  put(websocket_frame::write_header(out, websocket_frame::Opcode::close, payload.size()), payload);
}

void Outbox::end() {
  if (state_ == State::ended) return;
  send_waiting();
  gone();
  link_.end();
}

void Outbox::cut() {
  if (state_ == State::ended) return;
  gone();
  link_.cut();
  mark_ready();  // its session has yet to learn of it
}

void Outbox::gone() {
  state_ = State::ended;
  drop_buffer();
  recount();
}

}  // namespace p2psig
