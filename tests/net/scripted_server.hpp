#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/net/certificates.hpp"

namespace p2psig::test {

struct ReceivedFrame {
  unsigned opcode;
  std::string payload;
};

/// A server's side of one connection, blocking. What cannot be done is not done: a test looks at the client.
class Peer {
 public:
  Peer(int socket, SSL* ssl) : socket_(socket), ssl_(ssl) {}

  /// Up to and with `end`; what came so far if the connection ends before.
  std::string read_until(std::string_view end);
  bool write(std::string_view bytes);
  /// Reads until the client hangs up.
  void read_to_end();
  /// What follows ends it as an abort does.
  void reset();
  /// The client has said that it ends TLS, with a close_notify.
  [[nodiscard]] bool heard_farewell() const { return (SSL_get_shutdown(ssl_) & SSL_RECEIVED_SHUTDOWN) != 0; }
  /// With TLS 1.3. False once the client does not hear it any more.
  bool ask_for_new_keys() {
    return SSL_key_update(ssl_, SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake(ssl_) == 1;
  }
  /// Ends it now, without TLS's farewell.
  void hang_up();

  /// Reads an HTTP head and answers it as RFC 6455 says, with more lines. The head.
  std::string open_websocket(std::string_view lines = {});
  /// A whole frame, unmasked. Opcode 0 once there is none.
  ReceivedFrame read_frame();
  bool write_frame(unsigned opcode, std::string_view payload, bool last = true);

 private:
  std::size_t read_some(char* at, std::size_t room);
  std::string read_bytes(std::size_t count);

  int socket_;
  SSL* ssl_;
  std::string unread_;
};

/// A server that does with each connection, one after the other, what a test says; in a thread. It ends with
/// this, whatever a connection waits for.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer&)>;

  /// With a certificate it speaks TLS, of this version at most, and with SSL_VERIFY_FAIL_IF_NO_PEER_CERT
  /// wants one of the client. On the loopback address of `family`.
  explicit ScriptedServer(Script script, const Certificate* certificate = nullptr,
                          int tls_version = TLS1_3_VERSION, int verify = SSL_VERIFY_NONE);
  ScriptedServer(Script script, int family);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string status_url() const {
    return "http://127.0.0.1:" + std::to_string(port_) + "/status";
  }
  [[nodiscard]] std::string websocket_url() const { return "ws://127.0.0.1:" + std::to_string(port_); }
  /// The name that the last client asked for in TLS; empty: none.
  [[nodiscard]] std::string server_name() const;

 private:
  void listen_on(int family);
  void serve();
  bool begin(int socket);
  void serve_one(int socket);

  const Script script_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> tls_{nullptr, &SSL_CTX_free};
  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;  // of the next three
  std::string server_name_;
  int current_ = -1;
  bool ending_ = false;
  std::thread thread_;
};

/// Answers a request with these bytes, then ends the connection.
[[nodiscard]] ScriptedServer::Script answers(std::string bytes);

/// Of the addresses of "localhost" on this machine.
[[nodiscard]] std::vector<int> families_of_localhost();

/// A port on which nobody listens.
[[nodiscard]] std::uint16_t unused_port();

}  // namespace p2psig::test
