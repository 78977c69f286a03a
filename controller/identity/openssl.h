// OpenSSL's objects as owned values, and the few conversions that the certificate authority needs. Refuses to throw:
// trouble is an Error with OpenSSL's own words. Private to controller/identity and its tests.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

template <auto Free>
struct OpensslFree {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, OpensslFree<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, OpensslFree<X509_free>>;
using RequestHandle = std::unique_ptr<X509_REQ, OpensslFree<X509_REQ_free>>;
using NamesHandle = std::unique_ptr<GENERAL_NAMES, OpensslFree<GENERAL_NAMES_free>>;

using KeyHash = std::array<std::byte, 32>;  // SHA-256 of a SubjectPublicKeyInfo

// The oldest error of this thread's queue, which is emptied.
[[nodiscard]] Error openssl_error(std::string_view doing);

[[nodiscard]] Result<KeyHandle> make_p256_key();
[[nodiscard]] bool is_p256(const EVP_PKEY* key);
[[nodiscard]] Result<KeyHash> hash_of_public_key(const EVP_PKEY* key);
[[nodiscard]] std::string to_pem(const EVP_PKEY* private_key);  // unencrypted: the file must be private
[[nodiscard]] std::string to_pem(const X509* certificate);
[[nodiscard]] Result<KeyHandle> key_from_pem(std::string_view pem);
[[nodiscard]] Result<CertificateHandle> certificate_from_pem(std::string_view pem);
// Whole, at most 8 KiB, signed by its own key.
[[nodiscard]] Result<RequestHandle> request_from_der(std::span<const std::byte> der);
[[nodiscard]] Result<WallTime> to_wall_time(const ASN1_TIME* time);
[[nodiscard]] std::string serial_hex(const X509* certificate);  // lower case

}  // namespace karkara
