// All that the forecast learned, as a value and as one line of checked text. Refuses a line of which anything is
// damaged, missing, impossible or too much. Used by EnergyForecaster.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/power/sun/clearness.h"
#include "agent/power/sun/load_profile.h"
#include "agent/power/sun/log_code.h"
#include "agent/power/sun/soiling.h"
#include "agent/power/sun/usable_energy.h"
#include "common/result.h"

namespace karkara {

struct ForecastMemory {
  static constexpr std::size_t kMostBytes = 8000;
  static constexpr std::size_t kMornings = 7;

  Soiling::Memory soiling{};
  DailyCodes<ClearnessBook::kDays> clearness{};
  double guessed_level = 0;           // of the array, in watts, until a clear day told it; 0 is unknown
  double conversion = 0.95;           // of the panel's power, what the charger gives
  RecentCodes<kMornings> mornings{};  // minutes from sunrise until the sun carried the load
  UsableEnergy::Memory usable{};
  LoadProfile::Memory load{};
  // What it was learned of, as it was configured then; absent in a memory of an earlier release.
  struct Of {
    double array_rated = 0;  // watts; 0: not configured
    double capacity = 0;
    double nominal = 0;
    std::int64_t lithium = 0;
    friend bool operator==(const Of&, const Of&) = default;
  };
  std::optional<Of> of{};

  [[nodiscard]] std::string encode() const;
  static Result<ForecastMemory> decode(std::string_view text);
};

}  // namespace karkara
