#include "agent/io/hello_keys.h"

#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "agent/io/certificate_names.h"
#include "common/host/openssl_handles.h"

namespace karkara {
namespace {

const unsigned char* chars(std::span<const std::byte> bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
template <class Bytes>
unsigned char* room(Bytes& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}
bool is_of_fleet(X509_STORE* store, X509* certificate) {
  const StoreContextHandle context{X509_STORE_CTX_new()};
  return context && X509_STORE_CTX_init(context.get(), store, certificate, nullptr) == 1 &&
         X509_verify_cert(context.get()) == 1;
}

Error unauthenticated(const char* why) {
  return {ErrorCode::Unauthenticated, why};
}

}  // namespace

struct HelloKeys::Parts {
  KeyHandle key;
  CertificateHandle certificate;
  mesh_hello::Bytes der;
  StoreHandle fleet;
};

HelloKeys::HelloKeys() : parts_{std::make_unique<Parts>()} {}
HelloKeys::~HelloKeys() = default;

Result<std::unique_ptr<HelloKeys>> HelloKeys::make(const Identity& identity) {
  std::unique_ptr<HelloKeys> keys{new HelloKeys};
  if (const Status used = keys->use(identity); !used) {
    return used.error();
  }
  return keys;
}

Status HelloKeys::use(const Identity& identity) {
  auto parts = std::make_unique<Parts>();
  parts->key.reset(PEM_read_bio_PrivateKey(bio_over(identity.key_pem).get(), nullptr, no_passphrase, nullptr));
  parts->certificate.reset(
      PEM_read_bio_X509(bio_over(identity.certificate_pem).get(), nullptr, no_passphrase, nullptr));
  parts->fleet.reset(X509_STORE_new());
  const BioHandle roots = bio_over(identity.ca_pem);
  bool trusts = false;
  while (const CertificateHandle root{PEM_read_bio_X509(roots.get(), nullptr, no_passphrase, nullptr)}) {
    trusts = X509_STORE_add_cert(parts->fleet.get(), root.get()) == 1 || trusts;
  }
  // Times are judged by the sessions, which know whether the router knows the time.
  X509_STORE_set_flags(parts->fleet.get(), X509_V_FLAG_NO_CHECK_TIME | X509_V_FLAG_PARTIAL_CHAIN);
  unsigned char* der = nullptr;
  const int size = parts->certificate ? i2d_X509(parts->certificate.get(), &der) : 0;
  if (size > 0) {
    const auto* begin = reinterpret_cast<const std::byte*>(der);
    parts->der.assign(begin, begin + size);
  }
  OPENSSL_free(der);
  if (!parts->key || !trusts || parts->der.empty() || parts->der.size() > mesh_hello::kMostCertificate) {
    return Error{ErrorCode::InvalidArgument, "the router's identity cannot be used for hellos"};
  }
  parts_ = std::move(parts);
  uri_prefix_ = identity.bundle.spiffe_id();
  uri_prefix_.resize(uri_prefix_.rfind('/') + 1);
  floor_ = karkara::clock_floor(identity.bundle, &identity.facts);
  return {};
}

std::uint64_t HelloKeys::random() {
  std::array<std::byte, sizeof(std::uint64_t)> bytes{};
  RAND_bytes(room(bytes), static_cast<int>(bytes.size()));
  std::uint64_t number = 0;
  for (const std::byte byte : bytes) {
    number = number << 8U | std::to_integer<std::uint64_t>(byte);
  }
  return number;
}

std::optional<EphemeralKey> HelloKeys::make_key() {
  const KeyHandle key{EVP_PKEY_Q_keygen(nullptr, nullptr, "X25519")};
  EphemeralKey made;
  std::size_t secret = made.secret.size();
  std::size_t shown = made.shown.size();
  const bool ok = key && EVP_PKEY_get_raw_private_key(key.get(), room(made.secret), &secret) == 1 &&
                  EVP_PKEY_get_raw_public_key(key.get(), room(made.shown), &shown) == 1;
  return ok ? std::optional{made} : std::nullopt;
}

std::optional<HelloKey> HelloKeys::agree(const HelloKey& secret, const mesh_hello::PublicKey& theirs) {
  const KeyHandle own{EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, chars(secret), secret.size())};
  const KeyHandle other{EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, chars(theirs), theirs.size())};
  const KeyContextHandle context{own ? EVP_PKEY_CTX_new(own.get(), nullptr) : nullptr};
  HelloKey shared{};
  std::size_t size = shared.size();
  // OpenSSL itself refuses a result of zeros.
  const bool ok = context && other && EVP_PKEY_derive_init(context.get()) == 1 &&
                  EVP_PKEY_derive_set_peer(context.get(), other.get()) == 1 &&
                  EVP_PKEY_derive(context.get(), room(shared), &size) == 1 && size == shared.size();
  return ok ? std::optional{shared} : std::nullopt;
}

HelloKey HelloKeys::hash(std::span<const std::byte> content) {
  HelloKey out{};
  SHA256(chars(content), content.size(), room(out));
  return out;
}

HelloKey HelloKeys::mac(const HelloKey& key, std::span<const std::byte> content) {
  HelloKey out{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), chars(content), content.size(), room(out), &size);
  return out;
}

Result<mesh_hello::Proof> HelloKeys::sign(std::span<const std::byte> content) {
  const DigestHandle digest{EVP_MD_CTX_new()};
  mesh_hello::Proof proof{mesh_hello::Bytes(mesh_hello::kMostSignature), parts_->der};
  std::size_t size = proof.signature.size();
  if (!digest || EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, parts_->key.get()) != 1 ||
      EVP_DigestSign(digest.get(), room(proof.signature), &size, chars(content), content.size()) != 1) {
    return Error{ErrorCode::Internal, "a hello could not be signed"};
  }
  proof.signature.resize(size);
  return proof;
}

Result<ProvenSite> HelloKeys::verify(std::span<const std::byte> content, const mesh_hello::Proof& proof) {
  const unsigned char* der = chars(proof.certificate);
  const CertificateHandle certificate{d2i_X509(nullptr, &der, static_cast<long>(proof.certificate.size()))};
  if (!certificate || der != chars(proof.certificate) + proof.certificate.size()) {
    return unauthenticated("its certificate cannot be read");
  }
  const std::string uri = first_uri_of(certificate.get());
  const auto site = uri.starts_with(uri_prefix_) ? SiteId::parse(std::string_view{uri}.substr(uri_prefix_.size()))
                                                 : Result<SiteId>{unauthenticated("no site")};
  if (!site) {
    return unauthenticated("its certificate is no site's of this fleet");
  }
  if (!is_of_fleet(parts_->fleet.get(), certificate.get())) {
    return unauthenticated("its certificate was not signed by the fleet's root");
  }
  const DigestHandle digest{EVP_MD_CTX_new()};
  EVP_PKEY* key = X509_get0_pubkey(certificate.get());
  if (!digest || key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_EC ||
      EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestVerify(digest.get(), chars(proof.signature), proof.signature.size(), chars(content), content.size()) !=
          1) {
    return unauthenticated("it does not have the key of its certificate");
  }
  return ProvenSite{*site, wall_time_of(X509_get0_notBefore(certificate.get())),
                    wall_time_of(X509_get0_notAfter(certificate.get())), serial_hex(certificate.get())};
}

}  // namespace karkara
