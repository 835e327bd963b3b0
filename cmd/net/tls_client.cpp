#include "cmd/net/tls_client.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <new>

#include "cmd/failure.hpp"

namespace p2psig {
namespace {

/// Without the zone of an IPv6 address, and without the dot that ends an absolute name.
std::string name_in_certificates(const std::string& host) {
  std::string name = host.substr(0, host.find('%'));
  if (name.ends_with('.')) name.pop_back();
  return name;
}

bool is_ip_address(const std::string& host) {
  ASN1_OCTET_STRING* const address = a2i_IPADDRESS(host.c_str());
  ASN1_OCTET_STRING_free(address);
  return address != nullptr;
}

std::string reason_of(int verify_error) {
  switch (verify_error) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "it has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "it is not valid yet";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return "it is self-signed";
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "it is signed by an unknown authority";
    default:
      return X509_verify_cert_error_string(verify_error);
  }
}

std::string reason_of(unsigned long error) {
  const int reason = ERR_GET_REASON(error);
  constexpr int certificate_required = 116;  // RFC 8446, 6.2; OpenSSL 3.0 has no words for it
  if (reason == SSL_AD_REASON_OFFSET + certificate_required)
    return "the server wants a certificate of the client, which p2psig cannot give";
  if (reason >= SSL_AD_REASON_OFFSET)
    return std::string("the server refused it: ") + SSL_alert_desc_string_long(reason - SSL_AD_REASON_OFFSET);
  switch (reason) {
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
    case SSL_R_RECORD_LENGTH_MISMATCH:
    case SSL_R_HTTP_REQUEST:
      return "the server does not speak TLS (try ws:// or http://)";
    case SSL_R_UNEXPECTED_EOF_WHILE_READING:
      return "the server closed the connection";
    default:
      break;
  }
  const char* const text = ERR_reason_error_string(error);
  return text != nullptr ? text : "the server does not do it right";
}

}  // namespace

TlsClient::TlsClient(const ConnectOptions& options)
    : host_(name_in_certificates(options.address.host)),
      is_address_(is_ip_address(host_)),
      insecure_(options.insecure),
      context_(SSL_CTX_new(TLS_client_method())) {
  if (!context_) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context_.get(), SSL_OP_NO_RENEGOTIATION);  // in which nothing could be sent
  SSL_CTX_set_app_data(context_.get(), this);
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, on_certificate);
  if (options.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context_.get());
  } else if (SSL_CTX_load_verify_file(context_.get(), options.ca_file.c_str()) != 1) {
    throw Failure(exit_code::kUsage,
                  "cannot read the authorities from " + options.ca_file + ": a certificate in it is damaged");
  }
}

Ssl TlsClient::begin() {
  certificate_fault_ = {};
  fault_ = {};
  Ssl ssl(SSL_new(context_.get()));
  if (!ssl) throw std::bad_alloc();
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_set_connect_state(ssl.get());
  if (!is_address_) SSL_set_tlsext_host_name(ssl.get(), host_.c_str());  // RFC 6066, 3: names only
  return ssl;
}

int TlsClient::on_certificate(int trusted_so_far, X509_STORE_CTX* store) {
  const auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto& client = *static_cast<TlsClient*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  return client.judge(store, trusted_so_far != 0) ? 1 : 0;
}

/// Asked for each certificate of the chain, the server's own being the last.
bool TlsClient::judge(X509_STORE_CTX* store, bool trusted_so_far) {
  if (insecure_) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return true;
  }
  if (!trusted_so_far) {
    certificate_fault_ = reason_of(X509_STORE_CTX_get_error(store));
    return false;
  }
  if (X509_STORE_CTX_get_error_depth(store) != 0) return true;
  X509* const certificate = X509_STORE_CTX_get_current_cert(store);
  if (is_address_ ? X509_check_ip_asc(certificate, host_.c_str(), 0) == 1
                  : X509_check_host(certificate, host_.c_str(), host_.size(),
                                    X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS, nullptr) == 1)
    return true;
  X509_STORE_CTX_set_error(store, X509_V_ERR_HOSTNAME_MISMATCH);
  certificate_fault_ = "it is for another name than " + host_;
  return false;
}

void TlsClient::note_fault() {
  if (const unsigned long error = ERR_peek_last_error(); error != 0) fault_ = reason_of(error);
}

std::string TlsClient::fault() const {
  if (!certificate_fault_.empty())
    return "its certificate is not good: " + certificate_fault_ +
           " (--cacert names who may sign it, --insecure takes any)";
  return "TLS failed: " + (fault_.empty() ? "the server closed the connection" : fault_);
}

}  // namespace p2psig
