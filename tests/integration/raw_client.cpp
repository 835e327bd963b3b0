#include "tests/integration/raw_client.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <memory>
#include <ostream>

#include "core/protocol/json.hpp"

namespace p2psig::test {
namespace {

constexpr std::string_view kKey = "dGhlIHNhbXBsZSBub25jZQ==";  // RFC 6455, 1.3
constexpr std::string_view kAccept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

unsigned octet(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

std::uint64_t number(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) value = value << 8 | octet(bytes, i);
  return value;
}

bool lost(int error) noexcept { return error == ECONNRESET || error == EPIPE; }

}  // namespace

std::ostream& operator<<(std::ostream& out, const Close& close) {
  return out << close.code << " '" << close.reason << "'";
}
std::ostream& operator<<(std::ostream& out, End end) {
  return out << (end == End::closed ? "closed" : "reset");
}

RawClient::RawClient(std::uint16_t port, const Options& options) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(options.host.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
    throw std::runtime_error("not an address: " + options.host);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> address(found, &freeaddrinfo);
  socket_ = Descriptor(socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket_.valid()) throw_errno("socket");
  const int one = 1;
  setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (options.receive_bytes != 0)
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &options.receive_bytes, sizeof options.receive_bytes);
  if (::connect(socket_.get(), address->ai_addr, address->ai_addrlen) != 0)
    throw_errno("connect to " + options.host);
}

bool RawClient::try_send(std::string_view bytes) {
  while (!bytes.empty()) {
    await(socket_.get(), POLLOUT, "room for what is sent");
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (lost(errno)) {
      return false;
    } else if (errno != EAGAIN && errno != EINTR) {
      throw_errno("send");
    }
  }
  return true;
}

void RawClient::send(std::string_view bytes) {
  if (!try_send(bytes)) throw std::runtime_error("the connection was lost while sending");
}

void RawClient::send_bytewise(std::string_view bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) send(bytes.substr(i, 1));
}

void RawClient::half_close() {
  if (shutdown(socket_.get(), SHUT_WR) != 0) throw_errno("shutdown");
}

void RawClient::reset() {
  const linger now{1, 0};
  setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close();
}

bool RawClient::receive() {
  await(socket_.get(), POLLIN, "something from the server");
  std::array<char, 65536> buffer;
  const ssize_t bytes = recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (bytes < 0 && !lost(errno)) throw_errno("receive");
  if (bytes <= 0) {
    end_ = bytes == 0 ? End::closed : End::reset;
    return false;
  }
  if (taken_ != 0) input_.erase(0, std::exchange(taken_, 0));
  input_.append(buffer.data(), static_cast<std::size_t>(bytes));
  return true;
}

std::string RawClient::take(std::size_t bytes) {
  std::string taken = input_.substr(taken_, bytes);
  taken_ += taken.size();
  return taken;
}

void RawClient::need(std::size_t bytes) {
  while (input_.size() - taken_ < bytes)
    if (!receive())
      throw std::runtime_error(std::string("the server ended TCP (") + (end_ == End::closed ? "FIN" : "RST") +
                               ") where it had to say something");
}

std::string RawClient::read_until(std::string_view end) {
  for (;;) {
    const auto found = input_.find(end, taken_);
    if (found != std::string::npos) return take(found + end.size() - taken_);
    need(input_.size() - taken_ + 1);
  }
}

std::string RawClient::read_some(std::size_t bytes) {
  if (taken_ < input_.size()) return take(bytes);
  await(socket_.get(), POLLIN, "something from the server");
  std::string buffer(bytes, '\0');
  const ssize_t received = recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (received < 0) throw_errno("receive");
  buffer.resize(static_cast<std::size_t>(received));
  return buffer;
}

RawClient::Rest RawClient::read_rest() {
  while (receive()) continue;
  return {take(input_.size()), end_};
}

std::string upgrade_request(std::string_view more_headers, std::string_view target) {
  std::string request = "GET ";
  request.append(target).append(
      " HTTP/1.1\r\nHost: p2psig.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
  request.append("Sec-WebSocket-Key: ").append(kKey).append("\r\nSec-WebSocket-Version: 13\r\n");
  return request.append(more_headers).append("\r\n");
}

std::string RawClient::upgrade(std::string_view more_headers, std::string_view target) {
  send(upgrade_request(more_headers, target));
  std::string head = read_until("\r\n\r\n");
  if (!head.starts_with("HTTP/1.1 101 ") || head.find(kAccept) == std::string::npos)
    throw std::runtime_error("no upgrade: " + head);
  return head;
}

void RawClient::connect(std::string_view more_headers, std::string_view target) {
  upgrade(more_headers, target);
  const std::string text = read_text();
  const auto message = Json::parse(text);
  if (!message || message->string("type") != "id") throw std::runtime_error("no id: " + text);
  id_ = message->string("id").value();
}

ServerFrame RawClient::read_frame() {
  need(2);
  const std::string start = take(2);
  if (octet(start, 1) >= 128) throw std::runtime_error("a masked frame from the server");
  if (octet(start, 0) >> 4 != 8) throw std::runtime_error("a frame that is not final, or has reserved bits");
  std::uint64_t length = octet(start, 1);
  if (length >= 126) {
    const std::size_t bytes = length == 126 ? 2 : 8;
    need(bytes);
    length = number(take(bytes));
    if (length < (bytes == 2 ? 126U : 65536U))
      throw std::runtime_error("a length in more bytes than it needs");
  }
  need(length);
  return {octet(start, 0) & 15, take(length)};
}

std::string RawClient::read_text() {
  ServerFrame frame = read_frame();
  if (frame.opcode == opcode::kClose) {
    const Close close = to_close(frame);
    throw std::runtime_error("closed with " + std::to_string(close.code) + " " + close.reason +
                             " instead of a text");
  }
  if (frame.opcode != opcode::kText)
    throw std::runtime_error("opcode " + std::to_string(frame.opcode) +
                             " instead of a text: " + frame.payload);
  return std::move(frame.payload);
}

std::string RawClient::read_pong() {
  ServerFrame frame = read_frame();
  if (frame.opcode != opcode::kPong)
    throw std::runtime_error("opcode " + std::to_string(frame.opcode) +
                             " instead of a pong: " + frame.payload);
  return std::move(frame.payload);
}

void RawClient::await_turn() {
  send(ping_frame("turn"));
  if (read_pong() != "turn") throw std::runtime_error("a pong of something else");
}

bool resets_newcomers(std::uint16_t port) {
  try {
    const RawClient::Rest rest = RawClient(port).read_rest();
    return rest.bytes.empty() && rest.end == End::reset;
  } catch (const std::system_error& error) {
    if (error.code().value() != ECONNRESET) throw;
    return true;  // before connect() returned
  }
}

Close to_close(const ServerFrame& frame) {
  if (frame.opcode != opcode::kClose)
    throw std::runtime_error("opcode " + std::to_string(frame.opcode) +
                             " instead of a close frame: " + frame.payload.substr(0, 300));
  if (frame.payload.empty()) return {1005, {}};
  if (frame.payload.size() == 1) throw std::runtime_error("a close frame with half a code");
  return {static_cast<unsigned>(number(frame.payload.substr(0, 2))), frame.payload.substr(2)};
}

Close RawClient::read_close() { return to_close(read_frame()); }

std::vector<std::string> RawClient::join(std::string_view room) {
  send_text(R"({"type":"join-room","room":")" + std::string(room) + "\"}");
  const std::string joined = read_text();
  if (joined != R"({"type":"room-joined","room":")" + std::string(room) + "\"}")
    throw std::runtime_error("not joined: " + joined);
  const std::string text = read_text();
  const auto message = Json::parse(text);
  if (!message || message->string("type") != "room-peers") throw std::runtime_error("no room-peers: " + text);
  return message->strings("peers").value();
}

std::string relayed(std::string_view message, const RawClient& sender) {
  message.remove_suffix(1);
  return std::string(message) + R"(,"from":")" + sender.id() + "\"}";
}

std::string peer_joined(const RawClient& peer) {
  return R"({"type":"peer-joined","peerId":")" + peer.id() + "\"}";
}
std::string peer_left(const RawClient& peer) {
  return R"({"type":"peer-left","peerId":")" + peer.id() + "\"}";
}

std::string unavailable(const RawClient& peer) {
  return R"({"type":"error","message":"target-unavailable-or-different-room","to":")" + peer.id() + "\"}";
}

Lab::Lab(std::uint16_t port, const RawClient::Options& of_bob) : ann(port), bob(port, of_bob) {
  ann.connect();
  ann.join("lab");
  bob.connect();
  bob.join("lab");
  if (ann.read_text() != peer_joined(bob)) throw std::runtime_error("Ann was not told that Bob joined");
}

}  // namespace p2psig::test
