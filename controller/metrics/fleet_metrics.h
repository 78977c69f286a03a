// The country at /metrics: sites and alarms counted by region, state and kind of uplink, never one by one. Refuses to
// grow with what people or devices write: unknown kinds and surplus regions are called "other". Scraped by Prometheus.
#pragma once

#include <prometheus/collectable.h>

#include "controller/fleet/fleet_access.h"

namespace karkara {

class FleetMetrics final : public prometheus::Collectable {
 public:
  static constexpr std::size_t kMostRegions = 64;

  explicit FleetMetrics(const FleetAccess& fleet) : fleet_{fleet} {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const FleetAccess& fleet_;
};

}  // namespace karkara
