// Single sites: a few gauges of each for /metrics/sites, cut into shards so that no scrape grows too large, and
// everything of one site for /probe. Every value goes with its age. Refuses labels that are not plain names, and device
// timestamps. Called by the web server's pages.
#pragma once

#include <prometheus/metric_family.h>

#include <optional>
#include <vector>

#include "controller/fleet/fleet_access.h"

namespace karkara {

// Shard `index` of `count`, from 1: sites are spread by their name and never move between shards of one count.
struct Shard {
  unsigned index = 1;
  unsigned count = 1;
};

[[nodiscard]] std::vector<prometheus::MetricFamily> site_families(const FleetAccess& fleet, Shard shard);
// Nothing when there is no such site.
[[nodiscard]] std::optional<std::vector<prometheus::MetricFamily>> probe_families(const FleetAccess& fleet,
                                                                                  const SiteId& site);

}  // namespace karkara
