// The sites of the bench: what stands there, what measures it, and what the estimator is told of it. Called by the
// bench and by the simulator's test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "agent/power/battery/battery_state.h"
#include "agent/power/sun/forecast_types.h"
#include "tests/bench/simulated_site.h"
#include "tests/bench/simulated_site_sensors.h"

namespace karkara {

struct Scenario {
  std::string_view name;
  SiteSettings site;
  SensorSettings sensors;
  bool tells_percent = true;  // only bands are right where only a voltage is known
  bool in_headlines = true;   // false: harder than a site that somebody planned
};

[[nodiscard]] const std::vector<Scenario>& scenarios();

// One year of one site. The weather and the village are those of the seed, at every site; what its battery and sensors
// are like differs.
struct SiteYear {
  SiteYear(const Scenario& scenario, std::uint64_t seed, std::size_t days);
  SimulatedSite site;
  SiteSensors sensors;
};

[[nodiscard]] BatterySettings told_battery(const Scenario& scenario);
[[nodiscard]] SunSettings told_sun(const Scenario& scenario);

}  // namespace karkara
