#include "controller/store/schema.h"

#include <array>

namespace karkara {
namespace {

// Step n brings a database from version n to n + 1. A step that was released is never changed. Times are microseconds
// since 1970; a sequence number is kept in SQLite's signed integer bit by bit.
constexpr std::array<const char*, kSchemaVersion> kSteps = {
    R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
INSERT INTO meta VALUES ('epoch', 0), ('audit_head', x''), ('probe', 0);

CREATE TABLE site (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, commune TEXT NOT NULL, region TEXT NOT NULL,
  latitude REAL, longitude REAL, revision INTEGER NOT NULL,
  anchor_key_id INTEGER NOT NULL UNIQUE, last_block INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;

CREATE TABLE site_memory (site TEXT PRIMARY KEY REFERENCES site (id), content BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE token (
  hash BLOB PRIMARY KEY, site TEXT NOT NULL REFERENCES site (id), made_by TEXT NOT NULL,
  made_us INTEGER NOT NULL, expires_us INTEGER NOT NULL, used_us INTEGER) WITHOUT ROWID;
CREATE INDEX token_of_site ON token (site);

CREATE TABLE certificate (
  serial TEXT PRIMARY KEY, site TEXT NOT NULL REFERENCES site (id),
  issued_us INTEGER NOT NULL, expires_us INTEGER NOT NULL, superseded_us INTEGER) WITHOUT ROWID;
CREATE INDEX certificate_of_site ON certificate (site);

CREATE TABLE alarm (
  id INTEGER PRIMARY KEY, site TEXT NOT NULL REFERENCES site (id), message TEXT NOT NULL, instance TEXT NOT NULL,
  level INTEGER NOT NULL, active INTEGER NOT NULL, raised_us INTEGER NOT NULL, cleared_us INTEGER,
  received_us INTEGER NOT NULL, fields BLOB NOT NULL);
CREATE INDEX alarm_of_site ON alarm (site, id);

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, at_us INTEGER NOT NULL, who TEXT NOT NULL, verb TEXT NOT NULL,
  object TEXT NOT NULL, outcome TEXT NOT NULL, detail TEXT NOT NULL, hash BLOB NOT NULL);
)sql",
    // The key that a token was used for may ask again, and the same key is the same device.
    R"sql(
ALTER TABLE token ADD COLUMN used_key BLOB;
ALTER TABLE certificate ADD COLUMN key BLOB;
)sql",
    // What plans want to know of a mast that stands.
    R"sql(
ALTER TABLE site ADD COLUMN mast_m REAL;
)sql",
};

Status run_step(Database& database, int from) {
  const std::string script = "BEGIN IMMEDIATE;" + std::string{kSteps[static_cast<std::size_t>(from)]} +
                             "PRAGMA user_version = " + std::to_string(from + 1) + "; COMMIT;";
  Status done = database.execute(script.c_str());
  if (!done && database.in_transaction()) {
    static_cast<void>(database.execute("ROLLBACK"));
  }
  return done;
}

}  // namespace

Status migrate(Database& database) {
  Statement& query = database.prepared("PRAGMA user_version");
  const int found = query.next() ? static_cast<int>(query.integer(0)) : 0;
  Status read = query.status();
  query.reset();
  if (!read) {
    return read;
  }
  if (found > kSchemaVersion) {
    return Error{ErrorCode::FailedPrecondition, "the database has schema " + std::to_string(found) +
                                                    ", this program knows up to " + std::to_string(kSchemaVersion)};
  }
  for (int from = found; from < kSchemaVersion; ++from) {
    if (Status step = run_step(database, from); !step) {
      return step;
    }
  }
  return {};
}

}  // namespace karkara
