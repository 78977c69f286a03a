#include "controller/store/audit_chain.h"

#include <openssl/sha.h>

#include <algorithm>

namespace karkara {
namespace {

void add_number(std::string& bytes, std::uint64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    bytes += static_cast<char>(number >> shift);
  }
}

void add_text(std::string& bytes, std::string_view text) {
  add_number(bytes, text.size());
  bytes += text;
}

AuditRow row_of(const Statement& query) {
  return {query.count(0), query.time(1),
          AppendAudit{query.text(2), query.text(3), query.text(4), query.text(5), query.text(6)}};
}

bool same(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

Sha256 audit_hash(std::span<const std::byte> previous, const AuditRow& row) {
  std::string bytes{reinterpret_cast<const char*>(previous.data()), previous.size()};
  add_number(bytes, row.id);
  add_number(bytes, static_cast<std::uint64_t>(row.at.since_epoch().count()));
  for (const std::string* text :
       {&row.entry.who, &row.entry.verb, &row.entry.object, &row.entry.outcome, &row.entry.detail}) {
    add_text(bytes, *text);
  }
  Sha256 hash{};
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

Status append_audit(Database& database, const AppendAudit& entry, WallTime now) {
  std::vector<std::byte> previous;
  AuditRow row{1, now, entry};
  Statement& last = database.prepared("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1");
  if (last.next()) {
    row.id = last.count(0) + 1;
    previous.assign(last.blob(1).begin(), last.blob(1).end());
  }
  Status read = last.status();
  last.reset();
  if (!read) {
    return read;
  }
  const Sha256 hash = audit_hash(previous, row);
  Statement& insert = database.prepared(
      "INSERT INTO audit (id, at_us, who, verb, object, outcome, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  insert << row.id << row.at << entry.who << entry.verb << entry.object << entry.outcome << entry.detail
         << std::span<const std::byte>{hash};
  if (Status inserted = insert.run(); !inserted) {
    return inserted;
  }
  return (database.prepared("UPDATE meta SET value = ? WHERE key = 'audit_head'") << std::span<const std::byte>{hash})
      .run();
}

Result<AuditVerdict> verify_audit_chain(Database& database) {
  // One snapshot for both queries: rows come in meanwhile.
  if (Status begun = database.execute("BEGIN"); !begun) {
    return begun.error();
  }
  Statement& head_query = database.prepared("SELECT value FROM meta WHERE key = 'audit_head'");
  std::string head = head_query.next() ? head_query.text(0) : std::string{};
  head_query.reset();
  Statement& rows =
      database.prepared("SELECT id, at_us, who, verb, object, outcome, detail, hash FROM audit ORDER BY id");
  std::vector<std::byte> previous;
  AuditVerdict verdict;
  std::uint64_t expected = 1;
  while (verdict.intact && rows.next()) {
    const AuditRow row = row_of(rows);
    const Sha256 hash = audit_hash(previous, row);
    if (row.id != expected) {
      verdict = {false, "entries " + std::to_string(expected) + " to " + std::to_string(row.id - 1) + " are missing"};
    } else if (!same(hash, rows.blob(7))) {
      verdict = {false, "entry " + std::to_string(row.id) + " was changed"};
    }
    previous.assign(hash.begin(), hash.end());
    ++expected;
  }
  Status read = rows.status();
  rows.reset();
  static_cast<void>(database.execute("COMMIT"));
  if (!read) {
    return read.error();
  }
  if (verdict.intact && !same(previous, std::as_bytes(std::span{head}))) {
    verdict = {false, "the last entries, from " + std::to_string(expected) + " on, are missing"};
  }
  return verdict;
}

}  // namespace karkara
