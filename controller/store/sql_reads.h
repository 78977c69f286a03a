// The store's questions as SQL, on a connection for reading. Refuses to write. Called by SqliteStore.
#pragma once

#include "controller/store/sqlite.h"
#include "controller/store/store.h"

namespace karkara {

[[nodiscard]] Result<std::vector<StoredSite>> read_sites(Database& database);
[[nodiscard]] Result<std::vector<AlarmRecord>> read_alarms(Database& database, const AlarmQuery& query);
[[nodiscard]] Result<AlarmRecord> read_alarm(Database& database, std::uint64_t id);
[[nodiscard]] Result<std::vector<std::string>> read_revoked(Database& database, WallTime now);
[[nodiscard]] Result<std::vector<AuditRow>> read_audit(Database& database, std::uint32_t limit);
// One number of one row; NotFound when there is none.
[[nodiscard]] Result<std::int64_t> read_number(Database& database, const char* sql, std::string_view parameter);

}  // namespace karkara
