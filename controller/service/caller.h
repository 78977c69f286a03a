// Who calls, by the certificate of the mutual TLS connection alone; nothing in a message counts. Refuses a certificate
// that names more than one identity. Called at the start of every call.
#pragma once

#include <grpcpp/server_context.h>

#include <string>

#include "controller/identity/spiffe_id.h"

namespace karkara {

struct Caller {
  Identity identity;
  std::string serial;   // of its certificate, lower-case hex
  std::string address;  // for the audit log: "ipv4:192.0.2.7:40000"
};

// Unauthenticated: no certificate, or not one of this fleet.
[[nodiscard]] Result<Caller> caller_of(const grpc::ServerContextBase& context, const std::string& trust_domain);

}  // namespace karkara
