// The router's own key, the request for its certificate, and the look at what came back.
// Refuses files and the network; OpenSSL is behind this header. Used by enrolment, renewal and the identity files.
#pragma once

#include <string>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

// A fresh P-256 key as PKCS #8 PEM.
[[nodiscard]] Result<std::string> make_key_pem();

// PKCS #10 in DER, signed with the key; common_name is for people only. Errors: InvalidArgument for an unreadable key.
[[nodiscard]] Result<std::string> make_request_der(const std::string& key_pem, const std::string& common_name);

struct CertificateFacts {
  WallTime not_before;
  WallTime not_after;
  std::string uri;  // the SAN: spiffe://DOMAIN/site/ID
};

// The leaf certificate of a PEM. Errors: InvalidArgument when it is none.
[[nodiscard]] Result<CertificateFacts> read_certificate(const std::string& certificate_pem);

// The same, and the certificate is the key's and was signed by the CA. Times are not judged: a router that boots in
// 1970 must not throw its identity away. Errors: InvalidArgument unreadable, FailedPrecondition another key or another
// CA.
[[nodiscard]] Result<CertificateFacts> check_certificate(const std::string& certificate_pem, const std::string& key_pem,
                                                         const std::string& ca_pem);

// Whether the certificate belongs to the key; false also for anything unreadable.
[[nodiscard]] bool belongs_to_key(const std::string& certificate_pem, const std::string& key_pem);

}  // namespace karkara
