#include "controller/identity/openssl.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>

#include <array>
#include <ctime>

namespace karkara {
namespace {

constexpr std::size_t kMostRequestBytes = 8192;

}  // namespace

Error openssl_error(std::string_view doing) {
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  return {ErrorCode::Internal, std::string{doing} + ": " + text.data()};
}

Result<KeyHandle> make_p256_key() {
  KeyHandle key{EVP_EC_gen("P-256")};
  if (!key) {
    return openssl_error("make a key");
  }
  return key;
}

bool is_p256(const EVP_PKEY* key) {
  std::array<char, 64> group{};
  return key != nullptr && EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
         std::string_view{group.data()} == "prime256v1";
}

std::string to_pem(const EVP_PKEY* private_key) {
  const BioHandle bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_PrivateKey(bio.get(), private_key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_in(bio.get());
}

std::string to_pem(const X509* certificate) {
  const BioHandle bio{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(bio.get(), certificate);
  return text_in(bio.get());
}

Result<KeyHandle> key_from_pem(std::string_view pem) {
  const BioHandle bio = bio_over(pem);
  KeyHandle key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr)};
  if (!key) {
    return openssl_error("read a private key");
  }
  return key;
}

Result<CertificateHandle> certificate_from_pem(std::string_view pem) {
  const BioHandle bio = bio_over(pem);
  CertificateHandle certificate{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)};
  if (!certificate) {
    return openssl_error("read a certificate");
  }
  return certificate;
}

Result<RequestHandle> request_from_der(std::span<const std::byte> der) {
  if (der.empty() || der.size() > kMostRequestBytes) {
    return Error{ErrorCode::InvalidArgument, "the certificate request is empty or larger than 8 KiB"};
  }
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = at + der.size();
  RequestHandle request{d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size()))};
  ERR_clear_error();
  if (!request || at != end) {
    return Error{ErrorCode::InvalidArgument, "not a PKCS #10 certificate request"};
  }
  if (X509_REQ_verify(request.get(), X509_REQ_get0_pubkey(request.get())) != 1) {
    ERR_clear_error();
    return Error{ErrorCode::InvalidArgument, "the certificate request is not signed by its own key"};
  }
  return request;
}

Result<WallTime> to_wall_time(const ASN1_TIME* time) {
  std::tm broken{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &broken) != 1) {
    return openssl_error("read a time");
  }
  return WallTime{std::chrono::seconds{timegm(&broken)}};
}

Result<KeyHash> hash_of_public_key(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  const int length = i2d_PUBKEY(key, &der);
  if (length <= 0) {
    return openssl_error("encode a public key");
  }
  KeyHash hash{};
  SHA256(der, static_cast<std::size_t>(length), reinterpret_cast<unsigned char*>(hash.data()));
  OPENSSL_free(der);
  return hash;
}

}  // namespace karkara
