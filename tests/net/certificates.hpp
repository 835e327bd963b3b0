#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace p2psig::test {

/// A certificate with its key.
struct Certificate {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;
};

/// Signed by `issuer`, or by itself. `names` is a subjectAltName: "DNS:localhost,IP:127.0.0.1", or empty for
/// an authority. Valid from `first_day` to `last_day`, counted from now.
[[nodiscard]] Certificate make_certificate(const std::string& names, const Certificate* issuer = nullptr,
                                           int first_day = -1, int last_day = 1);

/// A file with these bytes, gone with this.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& bytes);
  explicit TemporaryFile(const Certificate& certificate);  ///< in PEM
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  std::string name_ = "/tmp/p2psig-test-XXXXXX";
};

}  // namespace p2psig::test
