#include "agent/io/certificate_request.h"

#include <openssl/pem.h>

#include "agent/io/certificate_names.h"
#include "common/host/openssl_handles.h"

namespace karkara {
namespace {

KeyHandle read_key(const std::string& pem) {
  const BioHandle bio = bio_over(pem);
  return KeyHandle{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)};
}

CertificateHandle read_leaf(const std::string& pem) {
  const BioHandle bio = bio_over(pem);
  return CertificateHandle{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)};
}

CertificateFacts facts_of(const X509* certificate) {
  return {wall_time_of(X509_get0_notBefore(certificate)), wall_time_of(X509_get0_notAfter(certificate)),
          first_uri_of(certificate)};
}

// Every certificate of the PEM is trusted, and those of the leaf's PEM behind it may lead there.
bool is_signed_by(X509* certificate, const std::string& ca_pem) {
  const StoreHandle store{X509_STORE_new()};
  const BioHandle bio = bio_over(ca_pem);
  while (const CertificateHandle root{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
    X509_STORE_add_cert(store.get(), root.get());
  }
  X509_STORE_set_flags(store.get(), X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_PARTIAL_CHAIN);
  const StoreContextHandle context{X509_STORE_CTX_new()};
  return X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) == 1 &&
         X509_verify_cert(context.get()) == 1;
}

}  // namespace

Result<std::string> make_key_pem() {
  const KeyHandle key{EVP_EC_gen("P-256")};
  const BioHandle out{BIO_new(BIO_s_mem())};
  if (!key || !out || PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Error{ErrorCode::Internal, "no key could be made"};
  }
  return text_in(out.get());
}

Result<std::string> make_request_der(const std::string& key_pem, const std::string& common_name) {
  const KeyHandle key = read_key(key_pem);
  if (!key) {
    return Error{ErrorCode::InvalidArgument, "the key cannot be read"};
  }
  const RequestHandle request{X509_REQ_new()};
  X509_NAME* subject = X509_REQ_get_subject_name(request.get());
  const auto* name = reinterpret_cast<const unsigned char*>(common_name.c_str());
  unsigned char* der = nullptr;
  if (X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0) != 1 ||
      X509_REQ_set_pubkey(request.get(), key.get()) != 1 ||
      X509_REQ_sign(request.get(), key.get(), EVP_sha256()) <= 0) {
    return Error{ErrorCode::Internal, "the certificate request could not be made"};
  }
  const int size = i2d_X509_REQ(request.get(), &der);
  if (size <= 0) {
    return Error{ErrorCode::Internal, "the certificate request could not be written"};
  }
  std::string bytes(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return bytes;
}

Result<CertificateFacts> read_certificate(const std::string& certificate_pem) {
  const CertificateHandle certificate = read_leaf(certificate_pem);
  if (!certificate) {
    return Error{ErrorCode::InvalidArgument, "not a certificate"};
  }
  return facts_of(certificate.get());
}

Result<CertificateFacts> check_certificate(const std::string& certificate_pem, const std::string& key_pem,
                                           const std::string& ca_pem) {
  const CertificateHandle certificate = read_leaf(certificate_pem);
  const KeyHandle key = read_key(key_pem);
  if (!certificate) {
    return Error{ErrorCode::InvalidArgument, "the certificate cannot be read"};
  }
  if (!key) {
    return Error{ErrorCode::InvalidArgument, "the key cannot be read"};
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return Error{ErrorCode::FailedPrecondition, "the certificate is for another key"};
  }
  if (!is_signed_by(certificate.get(), ca_pem)) {
    return Error{ErrorCode::FailedPrecondition, "the certificate was not signed by the fleet's root"};
  }
  return facts_of(certificate.get());
}

bool belongs_to_key(const std::string& certificate_pem, const std::string& key_pem) {
  const CertificateHandle certificate = read_leaf(certificate_pem);
  const KeyHandle key = read_key(key_pem);
  return certificate && key && X509_check_private_key(certificate.get(), key.get()) == 1;
}

}  // namespace karkara
