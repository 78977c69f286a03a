// Who the plan covers and who has service now, at /metrics, by region, department and commune. Refuses labels without
// bound: a plan's areas are anybody's, those beyond a number are one. Says nothing while there is no plan.
#pragma once

#include <prometheus/collectable.h>

#include <functional>
#include <memory>
#include <vector>

#include "controller/planner/live/live_coverage.h"

namespace karkara {

class CoverageMetrics final : public prometheus::Collectable {
 public:
  using Gather = std::function<std::shared_ptr<const planner::LiveCoverage>()>;
  static constexpr std::size_t kMostAreas = 500;          // of each level; Niger has 266 communes
  static constexpr std::size_t kMostPhaseSeries = 5'000;  // of each level: areas times phases

  explicit CoverageMetrics(Gather gather) : gather_{std::move(gather)} {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Gather gather_;
};

}  // namespace karkara
