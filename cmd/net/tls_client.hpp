#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "cmd/net/connect_options.hpp"

namespace p2psig {

struct FreeSsl {
  void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
};
using Ssl = std::unique_ptr<SSL, FreeSsl>;

/// The client's side of TLS, by OpenSSL: whom it trusts, whom it expects, and what went wrong in words. One
/// for all connections to a server, one after the other.
class TlsClient {
 public:
  /// Throws Failure if the authorities cannot be read.
  explicit TlsClient(const ConnectOptions& options);
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;

  /// A connection that reads and writes memory (BIO_s_mem), before its handshake. Forgets what became of the
  /// last one.
  [[nodiscard]] Ssl begin();

  /// Looks for what OpenSSL has just failed at.
  void note_fault();
  /// Why there is no TLS: a phrase.
  [[nodiscard]] std::string fault() const;

 private:
  struct Free {
    void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  };

  static int on_certificate(int trusted_so_far, X509_STORE_CTX* store);

  bool judge(X509_STORE_CTX* store, bool trusted_so_far);

  const std::string host_;  // as certificates name it
  const bool is_address_;
  const bool insecure_;
  std::unique_ptr<SSL_CTX, Free> context_;
  std::string certificate_fault_;
  std::string fault_;
};

}  // namespace p2psig
