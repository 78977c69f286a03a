// The few conversions of OpenSSL's objects that the certificate authority needs. Refuses to throw: trouble is an Error
// with OpenSSL's own words. Private to controller/identity and its tests.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "common/host/openssl_handles.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

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

}  // namespace karkara
