// What the controller tells of its own health at /metrics. Refuses labels that grow with the fleet.
#pragma once

#include <prometheus/collectable.h>

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace karkara {

// Gathered at each scrape by the composition, which knows all the parts.
struct ControllerNumbers {
  std::string version;
  std::string commit;
  double uptime_seconds = 0;
  double open_sessions = 0;
  double sessions_opened = 0;
  double sessions_replaced = 0;
  double enrolments = 0;
  double enrolments_refused = 0;
  double calls_refused = 0;
  double site_calls = 0;
  double blocks_stored = 0;
  double block_bytes_stored = 0;
  double blocks_unreadable = 0;
  double server_certificate_seconds_left = 0;
  bool store_healthy = true;
  double store_queued = 0;
  double store_failed_batches = 0;
  double store_busy_seconds = 0;
  std::vector<double> store_batch_bounds;           // seconds, rising
  std::vector<std::uint64_t> store_batches_within;  // one more than bounds: the last is "longer"
};

class ControllerMetrics final : public prometheus::Collectable {
 public:
  explicit ControllerMetrics(std::function<ControllerNumbers()> gather) : gather_{std::move(gather)} {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::function<ControllerNumbers()> gather_;
};

}  // namespace karkara
