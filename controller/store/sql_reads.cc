#include "controller/store/sql_reads.h"

#include <algorithm>
#include <map>

#include "common/revoked_certificates.h"
#include "controller/store/memory_codec.h"

namespace karkara {
namespace {

constexpr std::int64_t kClosedAlarmsRemembered = 64;  // of a site, to know repetitions after a restart

// Rows of our own writing: a name that does not parse is damage.
SiteId site_of(const std::string& text) {
  auto site = SiteId::parse(text);
  return site ? std::move(site).value() : SiteId{};
}

Level level_of(std::int64_t number) {
  return number >= 0 && number <= static_cast<int>(Level::Critical) ? static_cast<Level>(number) : Level::Error;
}

AlarmRecord alarm_of(const Statement& row) {
  AlarmRecord alarm;
  alarm.id = row.count(0);
  alarm.site = site_of(row.text(1));
  alarm.key = {row.text(2), row.text(3)};
  alarm.level = level_of(row.integer(4));
  alarm.active = row.integer(5) != 0;
  alarm.raised = row.time(6);
  if (!row.is_null(7)) {
    alarm.cleared = row.time(7);
  }
  alarm.received = row.time(8);
  alarm.fields = decode_fields(row.text(9));
  return alarm;
}

template <class T, class Make>
Result<std::vector<T>> collect(Statement& query, Make make) {
  std::vector<T> rows;
  while (query.next()) {
    rows.push_back(make(query));
  }
  Status read = query.status();
  query.reset();
  if (!read) {
    return read.error();
  }
  return rows;
}

std::optional<Degrees> degrees(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional{Degrees{row.real(column)}};
}

StoredSite site_row(const Statement& row) {
  StoredSite site;
  site.record = {site_of(row.text(0)), row.text(1),     row.text(2), row.text(3),
                 degrees(row, 4),      degrees(row, 5), row.count(6)};
  if (!row.is_null(9)) {
    site.record.mast = Metres{row.real(9)};
  }
  if (!row.is_null(7)) {
    site.certificate_expires = row.time(7);
  }
  // What became unreadable is forgotten and comes anew with the next session: no reason not to start.
  if (!row.is_null(8)) {
    if (auto memory = decode_memory(row.text(8), site.record.id)) {
      site.memory = std::move(memory).value();
    }
  }
  return site;
}

constexpr const char* kSites =
    "SELECT id, name, commune, region, latitude, longitude, revision, "
    "(SELECT max(expires_us) FROM certificate WHERE certificate.site = site.id AND superseded_us IS NULL), content, "
    "mast_m FROM site LEFT JOIN site_memory ON site_memory.site = site.id ORDER BY id";

// Active ones and the newest closed ones of each site.
constexpr const char* kAlarmsToRemember =
    "SELECT id, site, message, instance, level, active, raised_us, cleared_us, received_us, fields FROM "
    "(SELECT *, row_number() OVER (PARTITION BY site, active ORDER BY id DESC) AS place FROM alarm) "
    "WHERE active = 1 OR place <= ? ORDER BY id";

}  // namespace

Result<std::vector<StoredSite>> read_sites(Database& database) {
  auto sites = collect<StoredSite>(database.prepared(kSites), site_row);
  if (!sites) {
    return sites;
  }
  const auto alarms = collect<AlarmRecord>(database.prepared(kAlarmsToRemember) << kClosedAlarmsRemembered, alarm_of);
  if (!alarms) {
    return alarms.error();
  }
  std::map<SiteId, StoredSite*> by_id;
  for (StoredSite& site : *sites) {
    by_id[site.record.id] = &site;
  }
  for (const AlarmRecord& alarm : *alarms) {
    if (const auto at = by_id.find(alarm.site); at != by_id.end()) {
      at->second->alarms.push_back(alarm);
    }
  }
  return sites;
}

Result<std::vector<AlarmRecord>> read_alarms(Database& database, const AlarmQuery& query) {
  Statement& select = database.prepared(
      "SELECT id, site, message, instance, level, active, raised_us, cleared_us, received_us, fields FROM alarm "
      "WHERE (?1 IS NULL OR site = ?1) AND (?2 OR active = 1) ORDER BY id DESC LIMIT ?3");
  select << (query.site ? std::optional{query.site->text()} : std::nullopt)
         << std::int64_t{query.include_cleared ? 1 : 0} << std::int64_t{query.limit};
  return collect<AlarmRecord>(select, alarm_of);
}

Result<AlarmRecord> read_alarm(Database& database, std::uint64_t id) {
  Statement& select = database.prepared(
      "SELECT id, site, message, instance, level, active, raised_us, cleared_us, received_us, fields FROM alarm "
      "WHERE id = ?");
  auto rows = collect<AlarmRecord>(select << id, alarm_of);
  if (!rows) {
    return rows.error();
  }
  return rows->empty() ? Result<AlarmRecord>{Error{ErrorCode::NotFound, "no alarm " + std::to_string(id)}}
                       : Result<AlarmRecord>{rows->front()};
}

Result<std::vector<std::string>> read_revoked(Database& database, WallTime now) {
  constexpr std::chrono::microseconds kClockless = std::chrono::hours{24 * 60};
  Statement& select = database.prepared(
      "SELECT serial FROM certificate WHERE superseded_us IS NOT NULL AND expires_us > ? ORDER BY serial LIMIT ?");
  select << WallTime{now.since_epoch() - kClockless} << std::uint64_t{kMostRevoked};
  return collect<std::string>(select, [](const Statement& row) { return row.text(0); });
}

Result<std::vector<AuditRow>> read_audit(Database& database, std::uint32_t limit) {
  Statement& select =
      database.prepared("SELECT id, at_us, who, verb, object, outcome, detail FROM audit ORDER BY id DESC LIMIT ?");
  return collect<AuditRow>(select << std::int64_t{limit}, [](const Statement& row) {
    return AuditRow{row.count(0), row.time(1),
                    AppendAudit{row.text(2), row.text(3), row.text(4), row.text(5), row.text(6)}};
  });
}

Result<std::int64_t> read_number(Database& database, const char* sql, std::string_view parameter) {
  Statement& select = database.prepared(sql);
  const auto rows = collect<std::int64_t>(select << parameter, [](const Statement& row) { return row.integer(0); });
  if (!rows) {
    return rows.error();
  }
  return rows->empty() ? Result<std::int64_t>{Error{ErrorCode::NotFound, "no " + std::string{parameter}}}
                       : Result<std::int64_t>{rows->front()};
}

}  // namespace karkara
