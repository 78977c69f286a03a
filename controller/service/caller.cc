#include "controller/service/caller.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/security/auth_context.h>

#include "controller/identity/openssl.h"

namespace karkara {

Result<Caller> caller_of(const grpc::ServerContextBase& context, const std::string& trust_domain) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) {
    return Error{ErrorCode::Unauthenticated, "no client certificate"};
  }
  const auto uris = auth->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME);
  const auto pems = auth->FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (uris.size() != 1 || pems.size() != 1) {
    return Error{ErrorCode::Unauthenticated, "the client certificate does not name one identity"};
  }
  const auto identity = parse_spiffe_uri({uris.front().data(), uris.front().size()}, trust_domain);
  const auto certificate = certificate_from_pem({pems.front().data(), pems.front().size()});
  if (!identity || !certificate) {
    return Error{ErrorCode::Unauthenticated, identity ? certificate.error().text : identity.error().text};
  }
  return Caller{*identity, serial_hex(certificate->get()), context.peer()};
}

}  // namespace karkara
