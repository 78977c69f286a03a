// Which certificates of the fleet's count no more, as sites are told: with the session's welcome when they do not know
// them, and at once when one is added. Refuses to keep them: the store does. Called by sessions and by whoever revokes.
#pragma once

#include "controller/service/session_table.h"
#include "controller/store/store.h"

namespace karkara {

struct Revoked {
  v1::RevokedCertificates message;
  std::uint64_t hash = 0;
};

[[nodiscard]] Result<Revoked> revoked_certificates(Store& store, WallTime now);
// A store that cannot be read now is no reason to keep others waiting: their next session brings it.
void tell_revoked(Store& store, const SessionTable& sessions, WallTime now);

}  // namespace karkara
