// Who a certificate is for: the URI in its subject alternative name.
//   spiffe://DOMAIN/controller   spiffe://DOMAIN/site/ID   spiffe://DOMAIN/operator/NAME/ROLE
// Refuses everything else, also what a URI library would forgive (case, percent signs, a slash too many): an identity
// has exactly one spelling. Called by the certificate authority and for every caller of a service.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "common/ids.h"
#include "common/result.h"
#include "controller/identity/role.h"

namespace karkara {

using OperatorName = Name<struct OperatorTag>;

struct ControllerIdentity {
  friend bool operator==(const ControllerIdentity&, const ControllerIdentity&) = default;
};
struct SiteIdentity {
  SiteId site;
  friend bool operator==(const SiteIdentity&, const SiteIdentity&) = default;
};
struct OperatorIdentity {
  OperatorName name;
  Role role = Role::Viewer;
  friend bool operator==(const OperatorIdentity&, const OperatorIdentity&) = default;
};
using Identity = std::variant<ControllerIdentity, SiteIdentity, OperatorIdentity>;

// True for a lower-case DNS name of at most 200 characters.
[[nodiscard]] bool is_trust_domain(std::string_view text);

[[nodiscard]] std::string spiffe_uri(std::string_view trust_domain, const Identity& identity);
// InvalidArgument: no such identity, or of another trust domain.
[[nodiscard]] Result<Identity> parse_spiffe_uri(std::string_view uri, std::string_view trust_domain);
// For logs, audit and subject names: "site sadore", "operator amina (engineer)".
[[nodiscard]] std::string describe(const Identity& identity);

}  // namespace karkara
