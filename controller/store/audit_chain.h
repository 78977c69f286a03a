// The audit log's chain: each row's hash covers the row and the hash before it, so that a row that was changed, taken
// out or put in shows. The last hash stands apart as well, so that a cut end shows too. Refuses to repair.
// It does not stop someone who can write the whole database: export the head from time to time.
#pragma once

#include "controller/store/sqlite.h"
#include "controller/store/store.h"

namespace karkara {

// SHA-256 over previous hash, id, time and each text with its length in front (lengths and numbers 8 bytes, big
// endian).
[[nodiscard]] Sha256 audit_hash(std::span<const std::byte> previous, const AuditRow& row);

// Inside a transaction of the caller.
Status append_audit(Database& database, const AppendAudit& entry, WallTime now);
[[nodiscard]] Result<AuditVerdict> verify_audit_chain(Database& database);

}  // namespace karkara
