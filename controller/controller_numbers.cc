#include "controller/controller_numbers.h"

#include "common/version.h"
#include "controller/identity/secret_file.h"
#include "controller/identity/server_certificate.h"

namespace karkara {
namespace {

double certificate_left(const std::filesystem::path& state_dir, WallTime now) {
  const auto pem = read_small_file(server_files(state_dir).certificate);
  const auto certificate = pem ? certificate_from_pem(*pem) : Result<CertificateHandle>{pem.error()};
  const auto until = certificate ? to_wall_time(X509_get0_notAfter(certificate->get())) : Result<WallTime>{WallTime{}};
  return until ? std::chrono::duration<double>(*until - now).count() : 0;
}

double number(std::uint64_t count) {
  return static_cast<double>(count);
}

}  // namespace

ControllerNumbers gather_numbers(const NumberSources& from) {
  const StoreNumbers store = from.store.numbers();
  ControllerNumbers numbers;
  numbers.version = version();
  numbers.commit = commit();
  numbers.uptime_seconds = std::chrono::duration<double>(from.clock.now() - from.started).count();
  numbers.open_sessions = number(from.sessions.size());
  numbers.sessions_opened = number(from.counters.sessions_opened);
  numbers.sessions_replaced = number(from.counters.sessions_replaced);
  numbers.enrolments = number(from.counters.enrolments);
  numbers.enrolments_refused = number(from.counters.enrolments_refused);
  numbers.calls_refused = number(from.counters.calls_refused);
  numbers.site_calls = number(from.counters.site_calls);
  numbers.blocks_stored = number(store.blocks);
  numbers.block_bytes_stored = number(store.block_bytes);
  numbers.blocks_unreadable = number(from.counters.blocks_unreadable);
  numbers.server_certificate_seconds_left = certificate_left(from.state_dir, from.clock.wall());
  numbers.store_healthy = from.store.healthy();
  numbers.store_queued = number(store.queued);
  numbers.store_failed_batches = number(store.failed_batches);
  numbers.store_busy_seconds = store.busy_seconds;
  numbers.store_batch_bounds.assign(StoreNumbers::kBatchSeconds.begin(), StoreNumbers::kBatchSeconds.end());
  numbers.store_batches_within.assign(store.batches_within.begin(), store.batches_within.end());
  return numbers;
}

}  // namespace karkara
