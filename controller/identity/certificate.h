// One certificate to be made, as a plain description, and the making of it. Refuses policy: who gets which validity and
// which use is said in certificate_authority.cc. Private to controller/identity.
#pragma once

#include <string>
#include <vector>

#include "controller/identity/openssl.h"

namespace karkara {

enum class CertificateUse { Root, Server, Client };

struct CertificatePlan {
  std::string common_name;
  CertificateUse use = CertificateUse::Client;
  std::string uri;                 // subject alternative name
  std::vector<std::string> hosts;  // DNS names or IP addresses, likewise
  WallTime not_before;
  WallTime not_after;
};

// issuer: nullptr for a root, which signs itself.
[[nodiscard]] Result<CertificateHandle> make_certificate(const CertificatePlan& plan, EVP_PKEY* subject_key,
                                                         const X509* issuer, EVP_PKEY* issuer_key);

}  // namespace karkara
