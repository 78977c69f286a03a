#include "agent/io/certificate_request.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

namespace karkara {
namespace {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};
using Bio = std::unique_ptr<BIO, Freer<BIO_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Request = std::unique_ptr<X509_REQ, Freer<X509_REQ_free>>;
using Store = std::unique_ptr<X509_STORE, Freer<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, Freer<X509_STORE_CTX_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;

Bio memory_of(const std::string& text) {
  return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

// Never asks a terminal for a pass phrase.
int no_password(char*, int, int, void*) {
  return -1;
}

Key read_key(const std::string& pem) {
  const Bio bio = memory_of(pem);
  return Key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)};
}

Certificate read_leaf(const std::string& pem) {
  const Bio bio = memory_of(pem);
  return Certificate{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)};
}

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string{};
}

WallTime wall_time(const ASN1_TIME* at) {
  std::tm fields{};
  return ASN1_TIME_to_tm(at, &fields) == 1 ? WallTime{std::chrono::seconds{timegm(&fields)}} : WallTime{};
}

std::string first_uri(const X509* certificate) {
  const Names names{static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr))};
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_URI) {
      const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
      return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
              static_cast<std::size_t>(ASN1_STRING_length(uri))};
    }
  }
  return {};
}

CertificateFacts facts_of(const X509* certificate) {
  return {wall_time(X509_get0_notBefore(certificate)), wall_time(X509_get0_notAfter(certificate)),
          first_uri(certificate)};
}

// Every certificate of the PEM is trusted, and those of the leaf's PEM behind it may lead there.
bool is_signed_by(X509* certificate, const std::string& ca_pem) {
  const Store store{X509_STORE_new()};
  const Bio bio = memory_of(ca_pem);
  while (const Certificate root{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) {
    X509_STORE_add_cert(store.get(), root.get());
  }
  X509_STORE_set_flags(store.get(), X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_PARTIAL_CHAIN);
  const StoreContext context{X509_STORE_CTX_new()};
  return X509_STORE_CTX_init(context.get(), store.get(), certificate, nullptr) == 1 &&
         X509_verify_cert(context.get()) == 1;
}

}  // namespace

Result<std::string> make_key_pem() {
  const Key key{EVP_EC_gen("P-256")};
  const Bio out{BIO_new(BIO_s_mem())};
  if (!key || !out || PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return Error{ErrorCode::Internal, "no key could be made"};
  }
  return text_of(out.get());
}

Result<std::string> make_request_der(const std::string& key_pem, const std::string& common_name) {
  const Key key = read_key(key_pem);
  if (!key) {
    return Error{ErrorCode::InvalidArgument, "the key cannot be read"};
  }
  const Request request{X509_REQ_new()};
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
  const Certificate certificate = read_leaf(certificate_pem);
  if (!certificate) {
    return Error{ErrorCode::InvalidArgument, "not a certificate"};
  }
  return facts_of(certificate.get());
}

Result<CertificateFacts> check_certificate(const std::string& certificate_pem, const std::string& key_pem,
                                           const std::string& ca_pem) {
  const Certificate certificate = read_leaf(certificate_pem);
  const Key key = read_key(key_pem);
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
  const Certificate certificate = read_leaf(certificate_pem);
  const Key key = read_key(key_pem);
  return certificate && key && X509_check_private_key(certificate.get(), key.get()) == 1;
}

}  // namespace karkara
