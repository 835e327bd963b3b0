#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "cmd/net/connect_options.hpp"

namespace p2psig {

/// The client's side of TLS, by OpenSSL: whom it trusts, whom it expects, and what went wrong in words. One
/// for all connections to a server, one after the other.
///
/// libwebsockets would do it differently: it sends what is in front of the first colon as the server's name,
/// "[" for an IPv6 address, and throws away why a handshake failed. What is set here is set as late as a
/// handshake begins, after what libwebsockets sets.
class TlsClient {
 public:
  /// Throws Failure if the authorities cannot be read.
  explicit TlsClient(const ConnectOptions& options);
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  [[nodiscard]] SSL_CTX* raw() const noexcept { return context_.get(); }

  /// Before a connection: forgets what became of the last one.
  void begin() { certificate_fault_ = {}, fault_ = {}, has_received_ = false; }
  /// Looks for what OpenSSL has just failed at. What happens in a handshake is noted without.
  void note_fault();
  /// Why there is no TLS: a phrase.
  [[nodiscard]] std::string fault() const;
  /// Whether something was sent by the server through it, whatever became of that.
  [[nodiscard]] bool has_received() const noexcept { return has_received_; }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };

  static TlsClient& of(const SSL* ssl) noexcept;
  static void on_event(const SSL* ssl, int where, int result);
  static void on_record(int sent, int version, int kind, const void* bytes, std::size_t size, SSL* ssl,
                        void* unused);
  static int on_certificate(int trusted_so_far, X509_STORE_CTX* store);

  void prepare(SSL* ssl) const;
  bool judge(X509_STORE_CTX* store, bool trusted_so_far);

  const std::string host_;  // as certificates name it
  const bool is_address_;
  const bool insecure_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::string certificate_fault_;
  std::string fault_;
  bool has_received_ = false;
};

}  // namespace p2psig
