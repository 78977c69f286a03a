#include "controller/metrics/controller_metrics.h"

#include "controller/metrics/families.h"

namespace karkara {
namespace {

using Families = std::vector<prometheus::MetricFamily>;

void counter(Families& families, const char* name, const char* help, double value) {
  families.push_back(counter_family(name, help));
  add(families.back(), value);
}

void gauge(Families& families, const char* name, const char* help, double value) {
  families.push_back(gauge_family(name, help));
  add(families.back(), value);
}

prometheus::MetricFamily batch_histogram(const ControllerNumbers& numbers) {
  prometheus::MetricFamily family{"karkara_controller_store_batch_seconds",
                                  "How long batches took to become durable.",
                                  prometheus::MetricType::Histogram,
                                  {}};
  prometheus::ClientMetric metric;
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < numbers.store_batch_bounds.size() && i < numbers.store_batches_within.size(); ++i) {
    count += numbers.store_batches_within[i];
    metric.histogram.bucket.push_back({count, numbers.store_batch_bounds[i]});
  }
  if (!numbers.store_batches_within.empty()) {
    count += numbers.store_batches_within.back();
  }
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = numbers.store_busy_seconds;
  family.metric.push_back(std::move(metric));
  return family;
}

}  // namespace

std::vector<prometheus::MetricFamily> ControllerMetrics::Collect() const {
  const ControllerNumbers now = gather_();
  Families families;
  families.push_back(gauge_family("karkara_controller_build_info", "Which Karkara this is; always 1."));
  add(families.back(), 1, {{"version", now.version}, {"commit", now.commit}});
  gauge(families, "karkara_controller_uptime_seconds", "Since the controller started.", now.uptime_seconds);
  gauge(families, "karkara_controller_sessions", "Sites that have a session open.", now.open_sessions);
  counter(families, "karkara_controller_sessions_opened_total", "Sessions that sites opened.", now.sessions_opened);
  counter(families, "karkara_controller_sessions_replaced_total",
          "Sessions that a newer one of the same site replaced: many are a bad link, or two routers with one identity.",
          now.sessions_replaced);
  counter(families, "karkara_controller_blocks_stored_total", "Telemetry blocks made durable.", now.blocks_stored);
  counter(families, "karkara_controller_block_stored_bytes_total", "Bytes of telemetry blocks made durable.",
          now.block_bytes_stored);
  counter(families, "karkara_controller_blocks_unreadable_total",
          "Telemetry blocks that were stored but could not be read.", now.blocks_unreadable);
  counter(families, "karkara_controller_enrolments_total", "Sites that were enrolled.", now.enrolments);
  counter(families, "karkara_controller_enrolments_refused_total", "Enrolments that were refused.",
          now.enrolments_refused);
  counter(families, "karkara_controller_calls_refused_total", "Calls refused for want of an identity or a role.",
          now.calls_refused);
  counter(families, "karkara_controller_site_calls_total", "Questions and commands sent to sites.", now.site_calls);
  gauge(families, "karkara_controller_certificate_left_seconds",
        "Until the controller's own certificate runs out; it renews itself 30 days before.",
        now.server_certificate_seconds_left);
  gauge(families, "karkara_controller_store_healthy", "1 while the store writes, 0 while its disk refuses.",
        now.store_healthy ? 1 : 0);
  gauge(families, "karkara_controller_store_queued", "Groups of writes that wait for the disk.", now.store_queued);
  counter(families, "karkara_controller_store_failed_batches_total", "Batches that the disk refused.",
          now.store_failed_batches);
  families.push_back(batch_histogram(now));
  return families;
}

}  // namespace karkara
