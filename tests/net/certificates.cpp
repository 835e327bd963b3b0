#include "tests/net/certificates.hpp"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace p2psig::test {
namespace {

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  if (extension == nullptr) throw std::runtime_error("cannot make the extension " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

std::string pem_of(const Certificate& certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(BIO_new(BIO_s_mem()), &BIO_free_all);
  PEM_write_bio_X509(out.get(), certificate.certificate.get());
  std::string pem(BIO_ctrl_pending(out.get()), '\0');
  BIO_read(out.get(), pem.data(), static_cast<int>(pem.size()));
  return pem;
}

}  // namespace

Certificate make_certificate(const std::string& names, const Certificate* issuer, int first_day,
                             int last_day) {
  static long serial = 0;
  Certificate made{{X509_new(), &X509_free}, {EVP_EC_gen("P-256"), &EVP_PKEY_free}};
  X509* const certificate = made.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), first_day * 86'400L);
  X509_gmtime_adj(X509_getm_notAfter(certificate), last_day * 86'400L);
  X509_set_pubkey(certificate, made.key.get());
  const std::string subject = "p2psig test " + std::to_string(serial);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(subject.c_str()), -1, -1, 0);
  const Certificate& signer = issuer != nullptr ? *issuer : made;
  X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
  if (names.empty())
    add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  else
    add_extension(certificate, NID_subject_alt_name, names);
  if (X509_sign(certificate, signer.key.get(), EVP_sha256()) == 0) throw std::runtime_error("cannot sign");
  return made;
}

TemporaryFile::TemporaryFile(const std::string& bytes) {
  const int fd = mkstemp(name_.data());
  if (fd < 0 || write(fd, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    throw std::runtime_error("cannot write " + name_);
  close(fd);
}

TemporaryFile::TemporaryFile(const Certificate& certificate) : TemporaryFile(pem_of(certificate)) {}

TemporaryFile::~TemporaryFile() { unlink(name_.c_str()); }

}  // namespace p2psig::test
