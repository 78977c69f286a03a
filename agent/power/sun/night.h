// Whether a battery outlives a night: what it has at dusk against what the loads take until the sun carries them, with
// the chance. Refuses to lean to either side: caution is the shedding ladder's. Called for each forecast.
#pragma once

#include "agent/power/sun/clearness.h"
#include "agent/power/sun/forecast_types.h"
#include "agent/power/sun/outlook.h"

namespace karkara {

struct NightQuestion {
  WallTime now{};
  WallTime sunset{};  // before or behind now
  WallTime charging_again{};
  double load_deviation = 0;        // as a part
  ExpectedClearness rest_of_day{};  // until sunset
};

[[nodiscard]] NightForecast night_forecast(const NightQuestion& asked, const Outlook& outlook, const Reserve& reserve);

}  // namespace karkara
