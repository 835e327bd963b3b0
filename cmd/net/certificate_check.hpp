#pragma once

#include <string>

namespace p2psig {

/// Judges a server's certificate, as libwebsockets asks for it while OpenSSL walks the chain (`store` is an
/// X509_STORE_CTX*). Returns what is wrong, in words; empty: nothing so far. With `insecure` nothing ever is.
[[nodiscard]] std::string check_certificate(void* store, bool trusted_so_far, const std::string& host,
                                            bool insecure);

}  // namespace p2psig
