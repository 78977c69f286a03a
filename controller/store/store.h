// What the controller must not forget: sites, tokens, certificates, alarms, the audit log, the last known of each site,
// and every telemetry block as it was received. A write is done when its callback says so, not before. Refuses to block
// the caller of submit(). Called by controller/service and main; implemented by sqlite_store.h.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "controller/fleet/site_view.h"

namespace karkara {

using Sha256 = std::array<std::byte, 32>;

// --- writes ------------------------------------------------------------------------------------------------------
// A new site has revision 1; an edit has the current one plus 1. AlreadyExists, NotFound, Aborted (someone was faster).
struct PutSite {
  SiteRecord record;
};
struct AddToken {
  SiteId site;
  Sha256 hash;
  WallTime expires;
  std::string made_by;
};
// PermissionDenied unless the site has this token and it is not expired, or was used by the same key in the last day: a
// router whose answer was lost on the way asks again. Of many keys at once one succeeds, and no other after it; a token
// of the site that was used later ends that too.
struct UseToken {
  SiteId site;
  Sha256 hash;
  Sha256 key;  // of the public key that the certificate is for
};
// fresh_device: by enrolment and not by renewal. With a key that the site did not have, the older certificates are
// superseded and its block numbers start anew; the same key asking again is the same device.
struct AddCertificate {
  SiteId site;
  std::string serial;
  WallTime expires;
  Sha256 key;  // of the public key
  bool fresh_device = false;
  std::string renews{};  // the serial of the certificate that asks; refused when that one counts no more
};
// All certificates of the site that count, and its tokens: neither is taken any more.
struct RevokeCertificates {
  SiteId site;
};
struct PutAlarm {
  AlarmRecord record;
};
struct PutMemory {
  SiteMemory memory;
};
struct AppendBlock {
  SiteId site;
  std::uint64_t sequence = 0;
  std::string content;
};
struct AppendAudit {
  std::string who, verb, object, outcome, detail;
};

using Write = std::variant<PutSite, AddToken, UseToken, AddCertificate, RevokeCertificates, PutAlarm, PutMemory,
                           AppendBlock, AppendAudit>;
using WriteGroup = std::vector<Write>;                 // all of it or nothing
using WriteDone = std::function<void(const Status&)>;  // on the store's thread; must not block

// --- reads -------------------------------------------------------------------------------------------------------
struct StoredSite {
  SiteRecord record;
  std::optional<WallTime> certificate_expires;
  std::optional<SiteMemory> memory;
  std::vector<AlarmRecord> alarms;  // active, and the latest closed ones; by id
};
struct AlarmQuery {
  std::optional<SiteId> site;
  bool include_cleared = false;
  std::uint32_t limit = 1000;
};
struct AuditRow {
  std::uint64_t id = 0;
  WallTime at;
  AppendAudit entry;
};
struct AuditVerdict {
  bool intact = true;
  std::string error;  // where the chain is broken
};
struct StoreNumbers {
  std::uint64_t batches = 0;
  std::uint64_t failed_batches = 0;
  std::uint64_t groups = 0;
  std::uint64_t blocks = 0;
  std::uint64_t block_bytes = 0;
  std::uint64_t queued = 0;
  double busy_seconds = 0;                        // that the batches took, all together
  std::array<std::uint64_t, 8> batches_within{};  // one for each of kBatchSeconds, and one for longer
  static constexpr std::array<double, 7> kBatchSeconds{0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1};
};

class Store {
 public:
  virtual ~Store() = default;
  // In the order of the calls. Unavailable: the disk refuses, nothing of the group was kept. ResourceExhausted: too
  // much is waiting.
  virtual void submit(WriteGroup group, WriteDone done) = 0;
  // False from a refused write until a write succeeds again; the store tries by itself.
  [[nodiscard]] virtual bool healthy() const = 0;
  [[nodiscard]] virtual StoreNumbers numbers() const = 0;
  [[nodiscard]] virtual std::uint64_t epoch() const = 0;  // higher than that of every earlier opening

  [[nodiscard]] virtual Result<std::vector<StoredSite>> load() = 0;
  [[nodiscard]] virtual Result<std::uint32_t> anchor_key_id(const SiteId& site) = 0;  // NotFound
  [[nodiscard]] virtual Result<std::uint64_t> last_block(const SiteId& site) = 0;     // 0: none
  [[nodiscard]] virtual Result<bool> is_superseded(const std::string& serial) = 0;
  // Of certificates that were superseded or revoked before their time is over, in order; and of those that ended less
  // than 60 days ago, which a mast without a clock would still take.
  [[nodiscard]] virtual Result<std::vector<std::string>> revoked_serials(WallTime now) = 0;
  [[nodiscard]] virtual Result<std::uint32_t> certificates_of(const SiteId& site) = 0;         // that count
  [[nodiscard]] virtual Result<std::vector<AlarmRecord>> alarms(const AlarmQuery& query) = 0;  // newest first
  [[nodiscard]] virtual Result<AlarmRecord> alarm(std::uint64_t id) = 0;                       // NotFound
  [[nodiscard]] virtual Result<std::vector<AuditRow>> audit(std::uint32_t limit) = 0;          // newest first
  [[nodiscard]] virtual Result<AuditVerdict> verify_audit() = 0;
};

}  // namespace karkara
