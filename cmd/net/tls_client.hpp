#pragma once

#include <openssl/ssl.h>

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

  /// Before a connection.
  void forget_fault() { certificate_fault_ = {}, fault_ = {}; }
  /// Looks for what OpenSSL has just failed at. What happens in a handshake is noted without.
  void note_fault();
  /// Why there is no TLS: a phrase.
  [[nodiscard]] std::string fault() const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };

  static TlsClient& of(const SSL* ssl) noexcept;
  static void on_event(const SSL* ssl, int where, int result);
  static int on_certificate(int trusted_so_far, X509_STORE_CTX* store);

  void prepare(SSL* ssl) const;
  bool judge(X509_STORE_CTX* store, bool trusted_so_far);

  const std::string host_;  // as certificates name it
  const bool is_address_;
  const bool insecure_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::string certificate_fault_;
  std::string fault_;
};

}  // namespace p2psig
