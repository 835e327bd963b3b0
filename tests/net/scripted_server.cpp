#include "tests/net/scripted_server.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <stdexcept>
#include <utility>

namespace p2psig::test {
namespace {

std::string accept_of(const std::string& head) {
  constexpr std::string_view name = "Sec-WebSocket-Key: ";
  constexpr std::string_view magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  const std::size_t start = head.find(name) + name.size();
  const std::string text = head.substr(start, head.find("\r\n", start) - start) + std::string(magic);
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, 64> coded{};
  EVP_EncodeBlock(coded.data(), hash.data(), static_cast<int>(size));
  return reinterpret_cast<const char*>(coded.data());
}

sockaddr_storage loopback(int family) {
  sockaddr_storage address{};
  address.ss_family = static_cast<sa_family_t>(family);
  if (family == AF_INET)
    reinterpret_cast<sockaddr_in*>(&address)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  else
    reinterpret_cast<sockaddr_in6*>(&address)->sin6_addr = in6addr_loopback;
  return address;
}

std::uint16_t port_of(int socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);  // at the same place for IPv6
}

}  // namespace

std::size_t Peer::read_some(char* at, std::size_t room) {
  const ssize_t count =
      ssl_ != nullptr ? SSL_read(ssl_, at, static_cast<int>(room)) : recv(socket_, at, room, 0);
  return count > 0 ? static_cast<std::size_t>(count) : 0;
}

std::string Peer::read_until(std::string_view end) {
  std::array<char, 4096> piece{};
  for (;;) {
    if (const std::size_t at = unread_.find(end); at != std::string::npos) {
      std::string taken = unread_.substr(0, at + end.size());
      unread_.erase(0, taken.size());
      return taken;
    }
    const std::size_t count = read_some(piece.data(), piece.size());
    if (count == 0) return std::exchange(unread_, {});
    unread_.append(piece.data(), count);
  }
}

std::string Peer::read_bytes(std::size_t count) {
  std::array<char, 65536> piece{};
  while (unread_.size() < count) {
    const std::size_t some = read_some(piece.data(), piece.size());
    if (some == 0) return {};
    unread_.append(piece.data(), some);
  }
  std::string taken = unread_.substr(0, count);
  unread_.erase(0, count);
  return taken;
}

bool Peer::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                          : send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

void Peer::read_to_end() {
  std::array<char, 65536> piece{};
  while (read_some(piece.data(), piece.size()) != 0) {
  }
}

void Peer::reset() {
  const linger abort{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
}

void Peer::hang_up() { shutdown(socket_, SHUT_RDWR); }

std::string Peer::open_websocket(std::string_view lines) {
  std::string head = read_until("\r\n\r\n");
  write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
      "Upgrade\r\nSec-WebSocket-Accept: " +
      accept_of(head) + "\r\n" + std::string(lines) + "\r\n");
  return head;
}

ReceivedFrame Peer::read_frame() {
  const auto octet = [](char c) { return static_cast<unsigned char>(c); };
  const std::string head = read_bytes(2);
  if (head.empty()) return {};
  std::size_t size = octet(head[1]) & 0x7FU;
  const std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
  if (more != 0) size = 0;
  for (const char c : read_bytes(more)) size = size << 8U | octet(c);
  const std::string mask = read_bytes(4);
  std::string payload = size != 0 ? read_bytes(size) : "";
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  return {octet(head[0]) & 0xFU, payload};
}

bool Peer::write_frame(unsigned opcode, std::string_view payload, bool last) {
  std::string frame(1, static_cast<char>((last ? 0x80U : 0U) | opcode));
  const std::size_t more = payload.size() < 126 ? 0 : payload.size() < 65536 ? 2 : 8;
  frame += static_cast<char>(more == 0 ? payload.size() : more == 2 ? 126 : 127);
  for (std::size_t i = more; i > 0; --i) frame += static_cast<char>(payload.size() >> 8 * (i - 1) & 0xFF);
  return write(frame.append(payload));
}

ScriptedServer::ScriptedServer(Script script, const Certificate* certificate, int tls_version, int verify)
    : script_(std::move(script)) {
  if (certificate != nullptr) {
    tls_.reset(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_set_max_proto_version(tls_.get(), tls_version);
    if (verify != SSL_VERIFY_NONE) SSL_CTX_set_verify(tls_.get(), SSL_VERIFY_PEER | verify, nullptr);
    SSL_CTX_use_certificate(tls_.get(), certificate->certificate.get());
    SSL_CTX_use_PrivateKey(tls_.get(), certificate->key.get());
  }
  listen_on(AF_INET);
}

ScriptedServer::ScriptedServer(Script script, int family) : script_(std::move(script)) { listen_on(family); }

void ScriptedServer::listen_on(int family) {
  std::signal(SIGPIPE, SIG_IGN);  // SSL_write knows no MSG_NOSIGNAL
  listener_ = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_storage address = loopback(family);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, 16) != 0)
    throw std::runtime_error("cannot listen");
  port_ = port_of(listener_);
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    shutdown(listener_, SHUT_RDWR);
    if (current_ >= 0) shutdown(current_, SHUT_RDWR);
  }
  thread_.join();
  close(listener_);
}

std::string ScriptedServer::server_name() const {
  const std::lock_guard lock(mutex_);
  return server_name_;
}

void ScriptedServer::serve() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (!begin(socket)) return;
    serve_one(socket);
    const std::lock_guard lock(mutex_);
    current_ = -1;
    close(socket);
  }
}

/// False once this ends.
bool ScriptedServer::begin(int socket) {
  const std::lock_guard lock(mutex_);
  if (ending_ || socket < 0) {
    close(socket);
    return false;
  }
  current_ = socket;
  return true;
}

void ScriptedServer::serve_one(int socket) {
  if (!tls_) {
    Peer peer(socket, nullptr);
    return script_(peer);
  }
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(tls_.get()), &SSL_free);
  SSL_set_fd(ssl.get(), socket);
  if (SSL_accept(ssl.get()) != 1) return;
  if (const char* const name = SSL_get_servername(ssl.get(), TLSEXT_NAMETYPE_host_name); name != nullptr) {
    const std::lock_guard lock(mutex_);
    server_name_ = name;
  }
  Peer peer(socket, ssl.get());
  script_(peer);
  SSL_shutdown(ssl.get());
}

std::vector<int> families_of_localhost() {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (getaddrinfo("localhost", nullptr, &hints, &list) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(list, &freeaddrinfo);
  std::vector<int> families;
  for (const addrinfo* each = list; each != nullptr; each = each->ai_next)
    families.push_back(each->ai_family);
  return families;
}

ScriptedServer::Script answers(std::string bytes) {
  return [bytes = std::move(bytes)](Peer& peer) {
    peer.read_until("\r\n\r\n");
    peer.write(bytes);
  };
}

std::uint16_t unused_port() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_storage address = loopback(AF_INET);
  if (bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(sockaddr_in)) != 0)
    throw std::runtime_error("cannot bind");
  const std::uint16_t port = port_of(probe);
  close(probe);
  return port;
}

}  // namespace p2psig::test
