// OpenSSL's objects as owned values, and the few readings that agent and controller share. Refuses to ask a terminal
// for a pass phrase. Who includes it links OpenSSL.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

namespace karkara {

template <auto Free>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using BioHandle = std::unique_ptr<BIO, OpensslFree<BIO_free>>;
using BignumHandle = std::unique_ptr<BIGNUM, OpensslFree<BN_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using KeyContextHandle = std::unique_ptr<EVP_PKEY_CTX, OpensslFree<EVP_PKEY_CTX_free>>;
using DigestHandle = std::unique_ptr<EVP_MD_CTX, OpensslFree<EVP_MD_CTX_free>>;
using CertificateHandle = std::unique_ptr<X509, OpensslFree<X509_free>>;
using RequestHandle = std::unique_ptr<X509_REQ, OpensslFree<X509_REQ_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, OpensslFree<X509_STORE_free>>;
using StoreContextHandle = std::unique_ptr<X509_STORE_CTX, OpensslFree<X509_STORE_CTX_free>>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, OpensslFree<GENERAL_NAMES_free>>;

// The text must outlive it.
[[nodiscard]] inline BioHandle bio_over(std::string_view text) {
  return BioHandle{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

[[nodiscard]] inline std::string text_in(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string{};
}

// For OpenSSL's question after one: ours are never encrypted.
inline int no_passphrase(char* /*to*/, int /*room*/, int /*writing*/, void* /*user*/) {
  return -1;
}

// Lower case, as many digits as its bytes have.
[[nodiscard]] inline std::string serial_hex(const X509* certificate) {
  const BignumHandle number{ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr)};
  char* text = number ? BN_bn2hex(number.get()) : nullptr;
  std::string hex = text != nullptr ? text : "";
  OPENSSL_free(text);
  std::ranges::transform(hex, hex.begin(),
                         [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c | 0x20) : c; });
  return hex;
}

}  // namespace karkara
