// Revoked certificates as the controller tells them.
#include <algorithm>

#include "agent/io/proto_conversion.h"
#include "common/revoked_certificates.h"

namespace karkara {

CertificatesRevoked from_proto(const v1::RevokedCertificates& revoked) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  CertificatesRevoked told;
  for (const std::string& serial : revoked.serials()) {
    if (serial.empty() || serial.size() > kMostSerial || told.serials.size() >= kMostRevoked) {
      continue;
    }
    std::string hex;
    for (const char c : serial) {
      const auto byte = static_cast<unsigned char>(c);
      hex += {kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
    told.serials.push_back(std::move(hex));
  }
  return told;
}

}  // namespace karkara
