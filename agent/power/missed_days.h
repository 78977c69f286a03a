// Days that a charger told because the agent had missed them, for the NOC: as samples of their own dates, and as a
// sentence. Refuses to date a day that has no date. Called by PowerFeature.
#pragma once

#include <string>
#include <vector>

#include "agent/facts/past_sample.h"
#include "agent/facts/power_history.h"
#include "common/ids.h"

namespace karkara {

// At noon of each day, local time.
[[nodiscard]] std::vector<PastSample> samples_of(const DeviceId& charger, const std::vector<ChargerDay>& days,
                                                 Duration utc_offset);

// "12 days from 2026-10-29 to 2026-11-09 with 31.40 kWh"
[[nodiscard]] std::string sentence_of(const std::vector<ChargerDay>& days);

}  // namespace karkara
