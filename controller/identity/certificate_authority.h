// The fleet's root: makes the certificates of the controller, its sites and its operators. Its key is a file in the
// state folder, readable by the owner only, made once. Refuses every key that is not P-256, and of a site's request it
// takes the public key alone. Called by the services, --init and --operator; safe to use from several threads.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "controller/identity/openssl.h"
#include "controller/identity/spiffe_id.h"

namespace karkara {

struct IssuedCertificate {
  std::string pem;
  std::string serial;  // lower-case hex
  WallTime not_before;
  WallTime not_after;
  KeyHash key{};  // of the public key that it is for
};

struct KeyedCertificate {
  IssuedCertificate certificate;
  std::string key_pem;
};

// Routers boot in the past: certificates start earlier than now.
inline constexpr std::chrono::hours kBackdated{48};
// Sites and the controller renew by themselves, at a third of the time. Shorter would end a stolen router sooner, but a
// site that was silent for longer than this needs a person who drives there: two months of silence are survived.
inline constexpr std::chrono::hours kLeafValidity{24 * 90};
inline constexpr std::chrono::hours kOperatorValidity{24 * 365};  // people do not
inline constexpr std::chrono::hours kRootValidity{24 * 365 * 20};

class CertificateAuthority {
 public:
  // Makes ca.key and ca.crt in the folder. AlreadyExists when there is a key: it is never replaced.
  static Status create(const std::filesystem::path& folder, const std::string& trust_domain, WallTime now);
  // NotFound: not initialised.
  static Result<CertificateAuthority> load(const std::filesystem::path& folder, const std::string& trust_domain);

  [[nodiscard]] const std::string& root_pem() const { return root_pem_; }
  [[nodiscard]] const std::string& trust_domain() const { return trust_domain_; }

  // InvalidArgument: the request is broken, or its key is not P-256.
  [[nodiscard]] Result<IssuedCertificate> sign_site(std::span<const std::byte> csr_der, const SiteId& site,
                                                    WallTime now) const;
  [[nodiscard]] Result<KeyedCertificate> make_operator(const OperatorIdentity& who, WallTime now) const;
  // hosts: names and addresses that it is reached by.
  [[nodiscard]] Result<IssuedCertificate> sign_server(EVP_PKEY* key, const std::vector<std::string>& hosts,
                                                      WallTime now) const;
  [[nodiscard]] bool signed_by_us(X509* certificate) const;

 private:
  CertificateAuthority(CertificateHandle root, KeyHandle key, std::string trust_domain);
  [[nodiscard]] Result<IssuedCertificate> issue(EVP_PKEY* key, const Identity& identity,
                                                const std::vector<std::string>& hosts, WallTime now) const;

  std::string trust_domain_;
  CertificateHandle root_;
  KeyHandle key_;
  std::string root_pem_;
};

}  // namespace karkara
