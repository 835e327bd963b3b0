#include "cmd/net/certificate_check.hpp"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace p2psig {
namespace {

/// The name may be an IP address (RFC 9110, 4.3.5), which libwebsockets' own check does not know.
bool is_for(X509* certificate, const std::string& host) {
  const std::string name = host.substr(0, host.find('%'));
  if (ASN1_OCTET_STRING* const address = a2i_IPADDRESS(name.c_str())) {
    ASN1_OCTET_STRING_free(address);
    return X509_check_ip_asc(certificate, name.c_str(), 0) == 1;
  }
  return X509_check_host(certificate, name.c_str(), name.size(), 0, nullptr) == 1;
}

}  // namespace

std::string check_certificate(void* store, bool trusted_so_far, const std::string& host, bool insecure) {
  auto* const context = static_cast<X509_STORE_CTX*>(store);
  if (insecure) {
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return {};
  }
  if (!trusted_so_far) return X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
  if (X509_STORE_CTX_get_error_depth(context) != 0) return {};
  if (is_for(X509_STORE_CTX_get_current_cert(context), host)) return {};
  X509_STORE_CTX_set_error(context, X509_V_ERR_HOSTNAME_MISMATCH);
  return "it is for another name than " + host;
}

}  // namespace p2psig
