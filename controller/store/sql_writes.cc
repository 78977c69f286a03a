#include "controller/store/sql_writes.h"

#include <openssl/crypto.h>

#include "controller/store/audit_chain.h"
#include "controller/store/memory_codec.h"

namespace karkara {
namespace {

constexpr std::chrono::microseconds kLostAnswer = std::chrono::hours{24};

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span{text});
}

template <class Quantity>
std::optional<double> number(const std::optional<Quantity>& value) {
  return value ? std::optional{value->value()} : std::nullopt;
}

Status add_site(Database& database, const SiteRecord& site) {
  Statement& insert = database.prepared(
      "INSERT INTO site (id, name, commune, region, latitude, longitude, revision, mast_m, anchor_key_id) "
      "SELECT ?, ?, ?, ?, ?, ?, ?, ?, coalesce(max(anchor_key_id), 0) + 1 FROM site WHERE true ON CONFLICT (id) DO "
      "NOTHING");
  insert << site.id.text() << site.name << site.commune << site.region << number(site.latitude)
         << number(site.longitude) << site.revision << number(site.mast);
  if (Status inserted = insert.run(); !inserted) {
    return inserted;
  }
  return database.changes() == 1 ? Status{}
                                 : Status{Error{ErrorCode::AlreadyExists, "site " + site.id.text() + " exists"}};
}

Status edit_site(Database& database, const SiteRecord& site) {
  Statement& update = database.prepared(
      "UPDATE site SET name = ?, commune = ?, region = ?, latitude = ?, longitude = ?, revision = ?, mast_m = ? "
      "WHERE id = ? AND revision = ?");
  update << site.name << site.commune << site.region << number(site.latitude) << number(site.longitude) << site.revision
         << number(site.mast) << site.id.text() << site.revision - 1;
  if (Status updated = update.run(); !updated) {
    return updated;
  }
  if (database.changes() == 1) {
    return {};
  }
  Statement& query = database.prepared("SELECT revision FROM site WHERE id = ?");
  query << site.id.text();
  const bool known = query.next();
  query.reset();
  return known ? Error{ErrorCode::Aborted, "site " + site.id.text() + " was edited by someone else meanwhile"}
               : Error{ErrorCode::NotFound, "no site " + site.id.text()};
}

Status apply(Database& database, const PutSite& write, WallTime) {
  return write.record.revision <= 1 ? add_site(database, write.record) : edit_site(database, write.record);
}

Status apply(Database& database, const AddToken& write, WallTime now) {
  Statement& insert =
      database.prepared("INSERT INTO token (hash, site, made_by, made_us, expires_us) VALUES (?, ?, ?, ?, ?)");
  insert << std::span<const std::byte>{write.hash} << write.site.text() << write.made_by << now << write.expires;
  return insert.run();
}

// Every token of the site is compared, and each in constant time, so that timing tells nothing about their hashes.
Status apply(Database& database, const UseToken& write, WallTime now) {
  Statement& query = database.prepared(
      "SELECT hash FROM token WHERE site = ?1 AND ((used_us IS NULL AND expires_us > ?2) OR (used_key = ?3 AND "
      "(expires_us > ?2 OR used_us BETWEEN ?4 AND ?2)))");
  query << write.site.text() << now << std::span<const std::byte>{write.key}
        << WallTime{now.since_epoch() - kLostAnswer};
  bool found = false;
  while (query.next()) {
    const auto hash = query.blob(0);
    found =
        (hash.size() == write.hash.size() && CRYPTO_memcmp(hash.data(), write.hash.data(), hash.size()) == 0) || found;
  }
  Status read = query.status();
  query.reset();
  if (!read) {
    return read;
  }
  if (!found) {
    return Error{ErrorCode::PermissionDenied, "the token is wrong, used or expired"};
  }
  // Not by the times of use: a clock that was set back would let a device that was replaced come back.
  Statement& end = database.prepared("UPDATE token SET used_key = NULL WHERE site = ? AND hash <> ?");
  if (Status done = (end << write.site.text() << std::span<const std::byte>{write.hash}).run(); !done) {
    return done;
  }
  Statement& use = database.prepared("UPDATE token SET used_us = ?, used_key = ? WHERE hash = ? AND used_us IS NULL");
  return (use << now << std::span<const std::byte>{write.key} << std::span<const std::byte>{write.hash}).run();
}

Result<bool> has_key(Database& database, const AddCertificate& write) {
  Statement& query =
      database.prepared("SELECT 1 FROM certificate WHERE site = ? AND key = ? AND superseded_us IS NULL");
  query << write.site.text() << std::span<const std::byte>{write.key};
  const bool found = query.next();
  Status read = query.status();
  query.reset();
  return read ? Result<bool>{found} : Result<bool>{read.error()};
}

// Asked for in the same transaction: who was revoked while a renewal was on its way gets none.
Status still_counts(Database& database, const std::string& serial) {
  Statement& query = database.prepared("SELECT 1 FROM certificate WHERE serial = ? AND superseded_us IS NOT NULL");
  query << serial;
  const bool superseded = query.next();
  const Status read = query.status();
  query.reset();
  return read && superseded ? Status{Error{ErrorCode::PermissionDenied, "the certificate that asks was replaced"}}
                            : read;
}

Status apply(Database& database, const AddCertificate& write, WallTime now) {
  if (Status counts = still_counts(database, write.renews); !counts) {
    return counts;
  }
  const auto known = write.fresh_device ? has_key(database, write) : Result<bool>{true};
  if (!known) {
    return known.error();
  }
  if (!*known) {
    Statement& supersede =
        database.prepared("UPDATE certificate SET superseded_us = ? WHERE site = ? AND superseded_us IS NULL");
    if (Status done = (supersede << now << write.site.text()).run(); !done) {
      return done;
    }
    Statement& restart = database.prepared("UPDATE site SET last_block = 0 WHERE id = ?");
    if (Status done = (restart << write.site.text()).run(); !done) {
      return done;
    }
  }
  Statement& insert =
      database.prepared("INSERT INTO certificate (serial, site, issued_us, expires_us, key) VALUES (?, ?, ?, ?, ?)");
  insert << write.serial << write.site.text() << now << write.expires << std::span<const std::byte>{write.key};
  return insert.run();
}

Status apply(Database& database, const RevokeCertificates& write, WallTime now) {
  Statement& supersede =
      database.prepared("UPDATE certificate SET superseded_us = ? WHERE site = ? AND superseded_us IS NULL");
  if (Status done = (supersede << now << write.site.text()).run(); !done) {
    return done;
  }
  // A token that the thief may have, or has used within the day, brings no certificate either.
  Statement& end = database.prepared("UPDATE token SET used_us = coalesce(used_us, ?), used_key = NULL WHERE site = ?");
  return (end << now << write.site.text()).run();
}

Status apply(Database& database, const PutAlarm& write, WallTime) {
  const AlarmRecord& alarm = write.record;
  Statement& put = database.prepared(
      "INSERT INTO alarm (id, site, message, instance, level, active, raised_us, cleared_us, received_us, fields) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET active = excluded.active, "
      "raised_us = excluded.raised_us, cleared_us = excluded.cleared_us, fields = excluded.fields");
  put << alarm.id << alarm.site.text() << alarm.key.message << alarm.key.instance
      << std::int64_t{static_cast<int>(alarm.level)} << std::int64_t{alarm.active ? 1 : 0} << alarm.raised
      << alarm.cleared << alarm.received << bytes_of(encode_fields(alarm.fields));
  return put.run();
}

Status apply(Database& database, const PutMemory& write, WallTime) {
  Statement& put = database.prepared(
      "INSERT INTO site_memory (site, content) VALUES (?, ?) ON CONFLICT (site) DO UPDATE SET content = "
      "excluded.content");
  return (put << write.memory.site.text() << bytes_of(encode_memory(write.memory))).run();
}

Status apply(Database& database, const AppendBlock& write, WallTime) {
  Statement& update = database.prepared("UPDATE site SET last_block = max(last_block, ?) WHERE id = ?");
  return (update << write.sequence << write.site.text()).run();
}

Status apply(Database& database, const AppendAudit& write, WallTime now) {
  return append_audit(database, write, now);
}

}  // namespace

Status apply_write(Database& database, const Write& write, WallTime now) {
  return std::visit([&](const auto& what) { return apply(database, what, now); }, write);
}

}  // namespace karkara
