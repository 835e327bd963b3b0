#include "cmd/net/client_stream.hpp"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <utility>

#include "cmd/net/connect_phrases.hpp"
#include "core/protocol/limits.hpp"

namespace p2psig {
namespace {

constexpr std::size_t kPieceBytes = 64UL * 1024;

}  // namespace

/// Begins with its handle, which is what UvHandle closes; lives until libuv has let go of it.
struct ClientStream::Socket {
  uv_tcp_t tcp{};
  uv_connect_t connecting{};
  ClientStream* owner = nullptr;
  std::array<char, kPieceBytes> memory;

  static Socket& of(const uv_handle_t* handle) noexcept { return *static_cast<Socket*>(handle->data); }
};

struct ClientStream::Write {
  uv_write_t request{};
  std::string bytes;
};

ClientStream::ClientStream(EventLoop& loop, const ConnectOptions& options, std::string url, Host& host)
    : loop_(loop), options_(options), url_(std::move(url)), host_(host), attempt_(loop, [this] {
        tried(UV_ETIMEDOUT);
      }) {
  if (options.address.tls) tls_.emplace(options);
}

ClientStream::~ClientStream() { stop(); }

void ClientStream::connect(Milliseconds patience) {
  give_up_ = loop_.now() + patience;
  resolver_ = std::make_unique<Resolver>(loop_, options_.address.host,
                                         [this](const Resolver::Found& found) { resolved(found); });
}

void ClientStream::stop() {
  resolver_.reset();
  attempt_.stop();
  if (ssl_ && connected_) {  // a farewell, or the server could take this for an attack (RFC 8446, 6.1)
    SSL_shutdown(ssl_.get());
    write_tls();
  }
  if (socket_) socket_->owner = nullptr;
  socket_.reset();
  connected_ = false;
}

void ClientStream::resolved(const Resolver::Found& found) {
  if (found.addresses.empty()) return end({false, cannot_resolve(options_.address.host, found.error)});
  attempts_.begin(found.addresses);
  try_next();
}

void ClientStream::try_next() {
  while (attempts_.more()) {
    const int status = begin_connecting(attempts_.next());
    if (status == 0) return limit_attempt();
    attempts_.failed(-status);
  }
  fail(attempts_.why());
}

/// The last one may take what is left.
void ClientStream::limit_attempt() {
  if (!attempts_.more()) return;
  const Milliseconds left = std::max(give_up_ - loop_.now(), Milliseconds{0});
  attempt_.start(attempts_.share(left), Milliseconds{0});
}

int ClientStream::begin_connecting(const std::string& address) {
  sockaddr_storage to{};
  const int read =
      address.find(':') != std::string::npos
          ? uv_ip6_addr(address.c_str(), options_.address.port, reinterpret_cast<sockaddr_in6*>(&to))
          : uv_ip4_addr(address.c_str(), options_.address.port, reinterpret_cast<sockaddr_in*>(&to));
  if (read != 0) return read;
  if (socket_) socket_->owner = nullptr;
  socket_.reset(new Socket);
  socket_->owner = this;
  socket_->tcp.data = socket_->connecting.data = socket_.get();
  uv_tcp_init(loop_.raw(), &socket_->tcp);
  return uv_tcp_connect(&socket_->connecting, &socket_->tcp, reinterpret_cast<const sockaddr*>(&to),
                        [](uv_connect_t* request, int status) {
                          ClientStream* const owner = static_cast<Socket*>(request->data)->owner;
                          if (owner != nullptr) owner->tried(status);
                        });
}

void ClientStream::tried(int status) {
  attempt_.stop();
  if (status != 0) {
    attempts_.failed(-status);
    return try_next();
  }
  uv_tcp_nodelay(&socket_->tcp, 1);
  read_on();
  if (tls_) {
    answer_bytes_ = 0;
    ssl_ = tls_->begin();
    return advance_tls();
  }
  connected_ = true;
  host_.connected();
}

void ClientStream::pause(bool paused) {
  if (!socket_) return;
  if (paused)
    uv_read_stop(reinterpret_cast<uv_stream_t*>(&socket_->tcp));
  else
    read_on();
}

void ClientStream::read_on() {
  uv_read_start(
      reinterpret_cast<uv_stream_t*>(&socket_->tcp),
      [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        Socket& socket = Socket::of(handle);
        *buffer = uv_buf_init(socket.memory.data(), static_cast<unsigned>(socket.memory.size()));
      },
      [](uv_stream_t* handle, ssize_t bytes, const uv_buf_t* buffer) {
        ClientStream* const owner = Socket::of(reinterpret_cast<uv_handle_t*>(handle)).owner;
        if (owner == nullptr || bytes == 0) return;
        if (bytes > 0) return owner->read({buffer->base, static_cast<std::size_t>(bytes)});
        owner->read_end(static_cast<int>(bytes));
      });
}

void ClientStream::read(std::span<char> bytes) {
  if (!tls_) return host_.received(bytes);
  BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(), static_cast<int>(bytes.size()));
  advance_tls();
}

void ClientStream::read_end(int status) {
  if (tls_ && !connected_) return fail(tls_->fault());
  if (status == UV_EOF && !tls_) return end({true, {}});
  fail(status == UV_EOF ? "it closed the connection" : uv_strerror(status));  // with TLS, after a farewell
}

/// Does what can be done with what has come.
void ClientStream::advance_tls() {
  const Socket* const socket = socket_.get();  // another one, or none, once the host has ended this
  int status = 1;
  if (!connected_) {
    ERR_clear_error();
    status = SSL_do_handshake(ssl_.get());
    write_tls();
    if (status == 1) {
      connected_ = true;
      host_.connected();
    }
  }
  std::array<char, 16UL * 1024> piece;
  while (status > 0 && socket_.get() == socket) {
    ERR_clear_error();
    status = SSL_read(ssl_.get(), piece.data(), static_cast<int>(piece.size()));
    if (status > 0) host_.received(std::span(piece).first(static_cast<std::size_t>(status)));
  }
  if (socket_.get() != socket) return;
  answer_bytes_ += write_tls();
  if (answer_bytes_ > limits::kTlsAnswerBytes) return fail("it asks for more of TLS than it reads");
  const int error = SSL_get_error(ssl_.get(), status);
  if (error == SSL_ERROR_WANT_READ) return;
  if (error == SSL_ERROR_ZERO_RETURN && connected_) return end({true, {}});
  tls_->note_fault();
  fail(tls_->fault());
}

void ClientStream::send(std::string bytes) {
  if (!tls_) return write(std::move(bytes));
  SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
  write_tls();
}

std::size_t ClientStream::unsent_bytes() const noexcept {
  return socket_ ? uv_stream_get_write_queue_size(reinterpret_cast<const uv_stream_t*>(&socket_->tcp)) : 0;
}

std::size_t ClientStream::write_tls() {
  BIO* const out = SSL_get_wbio(ssl_.get());
  std::string bytes(BIO_ctrl_pending(out), '\0');
  if (bytes.empty()) return 0;
  BIO_read(out, bytes.data(), static_cast<int>(bytes.size()));
  const std::size_t size = bytes.size();
  write(std::move(bytes));
  return size;
}

/// That it fails is known from reading too.
void ClientStream::write(std::string bytes) {
  auto* const write = new Write{{}, std::move(bytes)};
  write->request.data = write;
  const uv_buf_t buffer = uv_buf_init(write->bytes.data(), static_cast<unsigned>(write->bytes.size()));
  const auto written = [](uv_write_t* request, int status) {
    ClientStream* const owner = Socket::of(reinterpret_cast<uv_handle_t*>(request->handle)).owner;
    delete static_cast<Write*>(request->data);
    if (status != 0 || owner == nullptr || owner->unsent_bytes() != 0) return;
    owner->answer_bytes_ = 0;
    if (owner->connected_) owner->host_.drained();
  };
  if (uv_write(&write->request, reinterpret_cast<uv_stream_t*>(&socket_->tcp), &buffer, 1, written) != 0)
    delete write;
}

void ClientStream::fail(const std::string& why) { end({false, cannot_connect(url_, why)}); }

void ClientStream::end(const StreamEnd& end) {
  stop();
  host_.ended(end);
}

}  // namespace p2psig
