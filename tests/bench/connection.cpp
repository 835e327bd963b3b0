#include "tests/bench/connection.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>

#include "tests/bench/failure.hpp"

namespace p2psig::bench {
namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";  // RFC 6455, 1.3
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

[[noreturn]] void throw_fault(std::string_view doing, int error) {
  throw Fault(std::string(doing) + ": " + std::generic_category().message(error));
}

[[noreturn]] void throw_closed(std::string_view payload) {
  if (payload.size() < 2) throw Fault("the server closed a connection, without a code");
  const auto octet = [payload](std::size_t i) { return unsigned{static_cast<unsigned char>(payload[i])}; };
  throw Fault("the server closed a connection: " + std::to_string(octet(0) << 8U | octet(1)) + " " +
              excerpt(payload.substr(2)));
}

}  // namespace

Connection::Connection(Poller& poller, const Address& address, Recipient& recipient, std::size_t number)
    : poller_(poller),
      address_(address),
      recipient_(recipient),
      number_(number),
      socket_(socket(address.socket.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)),
      key_(static_cast<std::uint32_t>(number) * 2 + 1) {
  if (!socket_.valid()) test::throw_errno("socket");
  const int one = 1;
  setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  const linger reset{.l_onoff = 1, .l_linger = 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  const auto* const to = reinterpret_cast<const sockaddr*>(&address.socket);
  if (connect(socket_.get(), to, address.socket_bytes) != 0 && errno != EINPROGRESS)
    throw_fault("connect to " + address.host, errno);
  poller_.watch(socket_.get(), *this, EPOLLIN | EPOLLOUT);
}

Connection::~Connection() = default;

void Connection::send(Pieces message) { append_frame(output_, Opcode::text, message, next_key()); }

/// A new one for every frame, RFC 6455, 5.3; xorshift.
std::uint32_t Connection::next_key() noexcept {
  key_ ^= key_ << 13U;
  key_ ^= key_ >> 17U;
  key_ ^= key_ << 5U;
  return key_;
}

void Connection::flush() {
  while (sent_ < output_.size()) {
    const ssize_t bytes = ::send(socket_.get(), output_.data() + sent_, output_.size() - sent_, MSG_NOSIGNAL);
    if (bytes < 0 && errno == EAGAIN) return watch_for_room(true);
    if (bytes < 0) throw_fault("send", errno);
    sent_ += static_cast<std::size_t>(bytes);
  }
  output_.clear();
  sent_ = 0;
  watch_for_room(false);
}

void Connection::watch_for_room(bool wanted) {
  if (wanted == watching_for_room_) return;
  watching_for_room_ = wanted;
  poller_.change(socket_.get(), *this, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

void Connection::ready(std::uint32_t events) {
  if (stage_ == Stage::connecting) ask_for_upgrade();
  if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) receive();
  flush();
}

void Connection::ask_for_upgrade() {
  int error = 0;
  socklen_t bytes = sizeof error;
  getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &bytes);
  if (error != 0) throw_fault("connect to " + address_.host, error);
  output_.append("GET ").append(address_.path).append(" HTTP/1.1\r\nHost: ").append(address_.host);
  output_.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ").append(kKey);
  output_.append("\r\nSec-WebSocket-Version: 13\r\n\r\n");
  stage_ = Stage::upgrading;
}

void Connection::receive() {
  const auto scratch = poller_.scratch();
  const ssize_t bytes = recv(socket_.get(), scratch.data(), scratch.size(), 0);
  if (bytes < 0 && errno == EAGAIN) return;
  if (bytes < 0) throw_fault("receive", errno);
  if (bytes == 0) throw Fault("the server ended a connection without a close frame");
  input_.append(scratch.data(), static_cast<std::size_t>(bytes));
  if (stage_ == Stage::upgrading) read_upgrade();
  if (stage_ == Stage::open) read_frames();
}

void Connection::read_upgrade() {
  constexpr std::string_view end = "\r\n\r\n";
  const auto found = input_.find(end);
  if (found == std::string::npos) return;
  const std::string_view head(input_.data(), found);
  if (!head.starts_with("HTTP/1.1 101 ") || head.find(kAccept) == std::string_view::npos)
    throw Fault("no upgrade but " + excerpt(head));
  read_ = found + end.size();
  stage_ = Stage::open;
}

void Connection::read_frames() {
  while (const auto frame = read_frame(std::string_view(input_).substr(read_))) {
    read_ += frame->bytes;
    if (frame->opcode == Opcode::text) recipient_.received(number_, frame->payload);
    if (frame->opcode == Opcode::close) throw_closed(frame->payload);
    if (frame->opcode == Opcode::ping) append_frame(output_, Opcode::pong, {frame->payload}, next_key());
  }
  input_.erase(0, read_);
  read_ = 0;
}

}  // namespace p2psig::bench
