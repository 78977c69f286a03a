// Short ways to make Prometheus' families. Refuses device timestamps by having no way to give one.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace karkara {

using MetricLabels = std::vector<std::pair<std::string, std::string>>;

[[nodiscard]] prometheus::MetricFamily gauge_family(std::string name, std::string help);
[[nodiscard]] prometheus::MetricFamily counter_family(std::string name, std::string help);
// Into a family of either kind.
void add(prometheus::MetricFamily& family, double value, const MetricLabels& labels = {});

}  // namespace karkara
