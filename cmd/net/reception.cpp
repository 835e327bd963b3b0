#include "cmd/net/reception.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "cmd/net/websocket_upgrade.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

constexpr std::size_t kHeadBytes = limits::kHttpHeaderBytes + 1;  // one more tells a head that is too long

/// One buffer for all: what has to be kept of it is copied.
std::array<char, kHeadBytes>& read_buffer() {
  static thread_local std::array<char, kHeadBytes> buffer;
  return buffer;
}

bool would_block(ssize_t result) noexcept { return result < 0 && (errno == EAGAIN || errno == EINTR); }

}  // namespace

/// A connection that is no WebSocket yet.
struct Reception::Guest final : TimerWheel::Timer {
  enum class State : std::uint8_t { asking, replied, lingering };

  Guest(Reception& owner, Descriptor fd) : reception(owner), socket(std::move(fd)) {}

  Reception& reception;
  Descriptor socket;
  UvHandle<uv_poll_t> poll;
  Guests::iterator position;
  std::string head;                         // what came of the request, and then the reply's
  std::shared_ptr<const std::string> body;  // of the reply
  std::size_t sent = 0;                     // of the reply, its head included
  State state = State::asking;
};

Reception::Reception(EventLoop& loop, Host& host, Milliseconds handshake_timeout)
    : loop_(loop),
      host_(host),
      handshake_timeout_(handshake_timeout),
      ticker_(loop,
              [this] {
                deadlines_.expire(loop_.now(), [this](auto& timer) { dismiss(static_cast<Guest&>(timer)); });
              }),
      turn_end_(loop, [this] { read_newcomers(); }) {}

Reception::~Reception() = default;

void Reception::receive(Descriptor socket) {
  Guest& guest = guests_.emplace_front(*this, std::move(socket));
  guest.position = guests_.begin();
  if (!ticker_.started()) ticker_.start(TimerWheel::kTick, TimerWheel::kTick);
  if (handshake_timeout_.count() != 0) set_deadline(guest, handshake_timeout_);
  newcomers_.push_back(&guest);
}

/// A client sends its request right behind its connect: when all the others of this turn have been handled it
/// is often there, and need not be waited for.
void Reception::read_newcomers() {
  for (Guest* guest : newcomers_) read(*guest);
  newcomers_.clear();
}

void Reception::set_deadline(Guest& guest, Milliseconds time) { deadlines_.set(guest, loop_.now() + time); }

void Reception::wait(Guest& guest, int events) {
  if (!guest.poll) {
    guest.poll.reset(new uv_poll_t);
    uv_poll_init(loop_.raw(), guest.poll.get(), guest.socket.get());
    guest.poll->data = &guest;
  }
  uv_poll_start(guest.poll.get(), events, [](uv_poll_t* poll, int status, int ready) {
    auto& waiting = *static_cast<Guest*>(poll->data);
    waiting.reception.on_event(waiting, status < 0 ? UV_READABLE : ready);
  });
}

void Reception::on_event(Guest& guest, int events) {
  switch (guest.state) {
    case Guest::State::asking:
      return read(guest);
    case Guest::State::replied:
      return (events & UV_WRITABLE) != 0 ? send_reply(guest) : discard(guest);
    case Guest::State::lingering:
      return discard(guest);
  }
}

void Reception::read(Guest& guest) {
  auto& buffer = read_buffer();
  const std::size_t room = buffer.size() - guest.head.size();
  const ssize_t got = recv(guest.socket.get(), buffer.data(), room, 0);
  if (would_block(got)) return wait(guest, UV_READABLE);
  if (got <= 0) return dismiss(guest);
  const std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
  if (guest.head.empty()) return handle(guest, bytes);
  guest.head += bytes;
  const bool line_ends = bytes.find('\n') != std::string_view::npos;
  if (!line_ends && guest.head.size() <= limits::kHttpHeaderBytes) return wait(guest, UV_READABLE);
  handle(guest,
         std::string(guest.head));  // nothing is decided in mid-line, so a drip is not read anew each time
}

void Reception::handle(Guest& guest, std::string_view bytes) {
  HttpRequestHead request;
  switch (request.parse(bytes)) {
    case HttpRequestHead::Outcome::malformed:
      return refuse(guest, {400, "bad-request", "the request is malformed"});
    case HttpRequestHead::Outcome::complete:
      if (request.size() > limits::kHttpHeaderBytes) return dismiss(guest);
      return route(guest, request, bytes.substr(request.size()));
    case HttpRequestHead::Outcome::incomplete:
      break;
  }
  if (bytes.size() > limits::kHttpHeaderBytes) return dismiss(guest);
  if (guest.head.empty()) guest.head = bytes;
  wait(guest, UV_READABLE);
}

void Reception::route(Guest& guest, const HttpRequestHead& request, std::string_view behind) {
  if (request.method() == "CONNECT") return dismiss(guest);  // this is no proxy
  const std::size_t hosts = request.fields().count("host");
  if (hosts > 1 || (hosts == 0 && request.minor_version() == 1))
    return refuse(guest, {400, "bad-request", "the Host header has to be given once"});
  if (request.fields().count("upgrade") == 0)
    return start_reply(guest, host_.answer({request.method(), request.path()}), request.method() != "HEAD");
  if (const auto refusal = refuse_upgrade(request)) return refuse(guest, *refusal);
  guest.poll.reset();  // libwebsockets will have one of its own on this socket
  UpgradeRequest upgrade{std::move(guest.socket), accept_upgrade(request), std::string(behind)};
  dismiss(guest);
  host_.upgrade(std::move(upgrade));
}

void Reception::refuse(Guest& guest, const Refusal& refusal) {
  host_.refused(guest.socket.get(), refusal);
  start_reply(guest, reply_to(refusal), true);
}

void Reception::start_reply(Guest& guest, const HttpReply& reply, bool with_body) {
  ++replying_;
  guest.state = Guest::State::replied;
  guest.head = head_of(reply);
  if (with_body) guest.body = reply.body;
  send_reply(guest);
}

/// Sends the next part, and leaves the others for later turns of the loop: to send a megabyte takes longer
/// than anybody else should have to wait.
void Reception::send_reply(Guest& guest) {
  const std::size_t head = guest.head.size();
  std::array<iovec, 2> parts{};
  msghdr message{};
  message.msg_iov = parts.data();
  const auto add = [&](const std::string& text, std::size_t from) {
    const std::size_t bytes = std::min(text.size() - from, limits::kReplyPartBytes);
    parts[message.msg_iovlen++] = {const_cast<char*>(text.data()) + from, bytes};
  };
  if (guest.sent < head) add(guest.head, guest.sent);
  if (guest.body) add(*guest.body, guest.sent > head ? guest.sent - head : 0);
  const ssize_t sent = sendmsg(guest.socket.get(), &message, MSG_NOSIGNAL);
  if (sent < 0 && !would_block(sent)) return dismiss(guest);
  guest.sent += sent > 0 ? static_cast<std::size_t>(sent) : 0;
  if (guest.sent == head + (guest.body ? guest.body->size() : 0)) return linger(guest);
  set_deadline(guest, limits::kReplyProgressTime);
  wait(guest, UV_WRITABLE);
}

/// Says that no more will come, and waits until the peer has read it all and says so too: to close a socket
/// on which something unread arrives would reset it, and the reply would be lost.
void Reception::linger(Guest& guest) {
  --replying_;
  guest.state = Guest::State::lingering;
  guest.body.reset();
  shutdown(guest.socket.get(), SHUT_WR);
  set_deadline(guest, limits::kLingerTime);
  wait(guest, UV_READABLE);
}

void Reception::discard(Guest& guest) {
  auto& buffer = read_buffer();
  const ssize_t got = recv(guest.socket.get(), buffer.data(), buffer.size(), 0);
  if (got == 0 || (got < 0 && !would_block(got))) dismiss(guest);
}

bool Reception::drop_oldest_reply() {
  const auto oldest = std::find_if(guests_.rbegin(), guests_.rend(),
                                   [](const Guest& guest) { return guest.state == Guest::State::replied; });
  if (oldest == guests_.rend()) return false;
  dismiss(*oldest);
  return true;
}

void Reception::dismiss(Guest& guest) {
  if (guest.state == Guest::State::replied) --replying_;
  guests_.erase(guest.position);
  if (guests_.empty()) ticker_.stop();
}

}  // namespace p2psig
