// Which path gives what:
//   /healthz                 200 while the store writes, else 503
//   /metrics                 the controller's health, and the fleet in aggregate
//   /metrics/sites?shard=1/4 a few gauges of each site of that shard
//   /probe?site=sadore       everything of one site
//   /map                     the coverage plan as a map, which the browser draws from
//   /map/coverage.geojson    sites and settlements with their state now; 404 while there is no plan
// The last two have versions (ETag) and go as gzip to who takes that.
// Refuses other paths (404) and queries that it does not understand (400). Called by HttpServer.
#pragma once

#include <prometheus/collectable.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "controller/fleet/fleet_access.h"
#include "controller/web/http_server.h"

namespace karkara {

class Pages {
 public:
  using Map = std::function<std::shared_ptr<const std::string>()>;  // nullptr: there is no plan
  Pages(const FleetAccess& fleet, std::vector<const prometheus::Collectable*> metrics, std::function<bool()> healthy,
        Map map = {})
      : fleet_{fleet}, metrics_{std::move(metrics)}, healthy_{std::move(healthy)}, map_{std::move(map)} {}

  [[nodiscard]] HttpAnswer answer(const std::string& target) const;

 private:
  [[nodiscard]] HttpAnswer metrics() const;
  [[nodiscard]] HttpAnswer sites(const std::string& query) const;
  [[nodiscard]] HttpAnswer probe(const std::string& query) const;
  [[nodiscard]] HttpAnswer map_data() const;
  // A text with its version; both forms are kept until there is another text.
  struct Kept;
  [[nodiscard]] static HttpAnswer answer_with(const std::shared_ptr<Kept>& kept, const char* type);

  const FleetAccess& fleet_;
  std::vector<const prometheus::Collectable*> metrics_;
  std::function<bool()> healthy_;
  Map map_;
  mutable std::shared_ptr<Kept> kept_page_, kept_map_;  // answer() is called by one thread
};

}  // namespace karkara
