#include "controller/service/revocations.h"

#include <charconv>

#include "common/revoked_certificates.h"

namespace karkara {
namespace {

// "0a1b" as the bytes 0a 1b.
std::string bytes_of_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    unsigned value = 0;
    std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
    bytes += static_cast<char>(value);
  }
  return bytes;
}

}  // namespace

Result<Revoked> revoked_certificates(Store& store, WallTime now) {
  const auto serials = store.revoked_serials(now);
  if (!serials) {
    return serials.error();
  }
  Revoked revoked;
  revoked.hash = hash_of_revoked(*serials);
  for (const std::string& serial : *serials) {
    revoked.message.add_serials(bytes_of_hex(serial));
  }
  return revoked;
}

void tell_revoked(Store& store, const SessionTable& sessions, WallTime now) {
  const auto revoked = revoked_certificates(store, now);
  if (!revoked) {
    return;
  }
  for (const auto& session : sessions.all()) {
    session->tell_revoked(revoked->message, revoked->hash);
  }
}

}  // namespace karkara
