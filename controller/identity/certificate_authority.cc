#include "controller/identity/certificate_authority.h"

#include <openssl/err.h>

#include "controller/identity/certificate.h"
#include "controller/identity/secret_file.h"

namespace karkara {
namespace {

constexpr const char* kKeyFile = "ca.key";
constexpr const char* kRootFile = "ca.crt";

}  // namespace

Status CertificateAuthority::create(const std::filesystem::path& folder, const std::string& trust_domain,
                                    WallTime now) {
  if (read_small_file(folder / kRootFile).ok()) {
    return Error{ErrorCode::AlreadyExists, (folder / kRootFile).string() + " exists"};
  }
  const auto key = make_p256_key();
  if (!key) {
    return key.error();
  }
  const CertificatePlan plan{
      "Karkara root of " + trust_domain, CertificateUse::Root, {}, {}, now + -kBackdated, now + kRootValidity};
  const auto root = make_certificate(plan, key->get(), nullptr, key->get());
  if (!root) {
    return root.error();
  }
  // The certificate comes last: a power cut in between leaves "not initialised", never a root without its key.
  if (Status written = write_secret_file(folder / kKeyFile, to_pem(key->get())); !written) {
    return written;
  }
  return write_secret_file(folder / kRootFile, to_pem(root->get()));
}

Result<CertificateAuthority> CertificateAuthority::load(const std::filesystem::path& folder,
                                                        const std::string& trust_domain) {
  const auto root_pem = read_small_file(folder / kRootFile);
  if (!root_pem) {
    return root_pem.error();
  }
  const auto key_pem = read_small_file(folder / kKeyFile);
  if (!key_pem) {
    return key_pem.error();
  }
  auto root = certificate_from_pem(*root_pem);
  if (!root) {
    return root.error().in((folder / kRootFile).string());
  }
  auto key = key_from_pem(*key_pem);
  if (!key) {
    return key.error().in((folder / kKeyFile).string());
  }
  if (X509_check_private_key(root->get(), key->get()) != 1) {
    ERR_clear_error();
    return Error{ErrorCode::FailedPrecondition, (folder / kKeyFile).string() + " is not the key of " + kRootFile};
  }
  return CertificateAuthority{std::move(root).value(), std::move(key).value(), trust_domain};
}

CertificateAuthority::CertificateAuthority(CertificateHandle root, KeyHandle key, std::string trust_domain)
    : trust_domain_{std::move(trust_domain)},
      root_{std::move(root)},
      key_{std::move(key)},
      root_pem_{to_pem(root_.get())} {}

Result<IssuedCertificate> CertificateAuthority::sign_site(std::span<const std::byte> csr_der, const SiteId& site,
                                                          WallTime now) const {
  const auto request = request_from_der(csr_der);
  if (!request) {
    return request.error();
  }
  EVP_PKEY* key = X509_REQ_get0_pubkey(request->get());
  if (!is_p256(key)) {
    return Error{ErrorCode::InvalidArgument, "the key of the certificate request is not P-256"};
  }
  return issue(key, SiteIdentity{site}, {}, now);
}

Result<KeyedCertificate> CertificateAuthority::make_operator(const OperatorIdentity& who, WallTime now) const {
  const auto key = make_p256_key();
  if (!key) {
    return key.error();
  }
  auto certificate = issue(key->get(), who, {}, now);
  if (!certificate) {
    return certificate.error();
  }
  return KeyedCertificate{std::move(certificate).value(), to_pem(key->get())};
}

Result<IssuedCertificate> CertificateAuthority::sign_server(EVP_PKEY* key, const std::vector<std::string>& hosts,
                                                            WallTime now) const {
  return issue(key, ControllerIdentity{}, hosts, now);
}

bool CertificateAuthority::signed_by_us(X509* certificate) const {
  const bool ours = X509_verify(certificate, X509_get0_pubkey(root_.get())) == 1;
  ERR_clear_error();
  return ours;
}

Result<IssuedCertificate> CertificateAuthority::issue(EVP_PKEY* key, const Identity& identity,
                                                      const std::vector<std::string>& hosts, WallTime now) const {
  const bool server = std::holds_alternative<ControllerIdentity>(identity);
  const bool person = std::holds_alternative<OperatorIdentity>(identity);
  const CertificatePlan plan{describe(identity),
                             server ? CertificateUse::Server : CertificateUse::Client,
                             spiffe_uri(trust_domain_, identity),
                             hosts,
                             now + -kBackdated,
                             now + (person ? kOperatorValidity : kLeafValidity)};
  const auto certificate = make_certificate(plan, key, root_.get(), key_.get());
  if (!certificate) {
    return certificate.error();
  }
  const auto hash = hash_of_public_key(key);
  if (!hash) {
    return hash.error();
  }
  return IssuedCertificate{to_pem(certificate->get()), serial_hex(certificate->get()), plan.not_before, plan.not_after,
                           *hash};
}

}  // namespace karkara
