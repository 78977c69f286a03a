#include "tests/agent/io/test_authority.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>

#include "agent/io/certificate_request.h"

namespace karkara {
namespace {

constexpr long kLife = 92L * 24 * 3600;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

std::string pem_of(X509* certificate) {
  BIO* bio = BIO_new(BIO_s_mem());
  require(PEM_write_bio_X509(bio, certificate) == 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

void extend(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  require(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509* make(EVP_PKEY* subject_key, const std::string& name, X509* issuer, EVP_PKEY* issuer_key, long age,
           const std::string& alternative, bool authority) {
  static long serial = 1;
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -age);
  X509_gmtime_adj(X509_getm_notAfter(certificate), kLife - age);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(certificate, issuer != nullptr ? X509_get_subject_name(issuer) : subject);
  X509_set_pubkey(certificate, subject_key);
  extend(certificate, NID_basic_constraints, authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!alternative.empty()) {
    extend(certificate, NID_subject_alt_name, alternative);
  }
  require(X509_sign(certificate, issuer_key, EVP_sha256()) > 0);
  return certificate;
}

EVP_PKEY* key_from(const std::string& pem) {
  BIO* bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(bio, nullptr, nullptr, nullptr);
  BIO_free(bio);
  require(key != nullptr);
  return key;
}

bool is_address(const std::string& host) {
  return host.find_first_not_of("0123456789.:abcdef") == std::string::npos;
}

}  // namespace

TestAuthority::TestAuthority() : key_{EVP_EC_gen("P-256")} {
  root_.reset(make(key_.get(), "test root", nullptr, key_.get(), 0, "", true));
  root_pem_ = pem_of(root_.get());
}

TestAuthority::Signed TestAuthority::server(const std::string& host) const {
  Signed result{make_key_pem().value(), ""};
  const std::unique_ptr<EVP_PKEY, Free> key{key_from(result.key_pem)};
  const std::unique_ptr<X509, Free> certificate{
      make(key.get(), "server", root_.get(), key_.get(), 3600, (is_address(host) ? "IP:" : "DNS:") + host, false)};
  result.certificate_pem = pem_of(certificate.get());
  return result;
}

std::string TestAuthority::sign(const std::string& request_der, const std::string& uri,
                                std::chrono::seconds age) const {
  const auto* bytes = reinterpret_cast<const unsigned char*>(request_der.data());
  X509_REQ* request = d2i_X509_REQ(nullptr, &bytes, static_cast<long>(request_der.size()));
  require(request != nullptr);
  EVP_PKEY* key = X509_REQ_get_pubkey(request);
  require(key != nullptr && X509_REQ_verify(request, key) == 1);
  const std::unique_ptr<X509, Free> certificate{
      make(key, "site", root_.get(), key_.get(), age.count(), "URI:" + uri, false)};
  EVP_PKEY_free(key);
  X509_REQ_free(request);
  return pem_of(certificate.get());
}

TestAuthority::Signed TestAuthority::site(const std::string& uri, std::chrono::seconds age) const {
  std::string key = make_key_pem().value();
  const std::string request = make_request_der(key, "site").value();
  return {std::move(key), sign(request, uri, age)};
}

}  // namespace karkara
