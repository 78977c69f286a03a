// Learns what a site's array gives and what its load takes, hour by hour and for each shedding stage, and foretells the
// night, the time to the disconnect and the days without sun. Refuses to decide: agent/power/shed does. Called by
// PowerFeature, and by the bench with a simulated year.
#pragma once

#include <string>
#include <string_view>

#include "agent/power/battery/battery_state.h"
#include "agent/power/energy.h"
#include "agent/power/sun/array_day.h"
#include "agent/power/sun/clear_sky.h"
#include "agent/power/sun/clearness.h"
#include "agent/power/sun/forecast_memory.h"
#include "agent/power/sun/forecast_types.h"
#include "agent/power/sun/load_profile.h"
#include "agent/power/sun/outlook.h"
#include "agent/power/sun/soiling.h"
#include "agent/power/sun/usable_energy.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

class EnergyForecaster {
 public:
  EnergyForecaster(const SunSettings& sun, const BatterySettings& battery);
  // What was forgotten because it was of others, in words; empty: nothing.
  std::string reconfigure(const SunSettings& sun, const BatterySettings& battery);

  // Some times a minute. wall: absent while the router does not know the time; then only the load is learned, without
  // hours. stage: of the shedding ladder, 0 with everything on.
  void see(const EnergySample& sample, const BatteryState& battery, unsigned stage, Instant now,
           std::optional<WallTime> wall);

  // A whole local day of which only the yield is known, long after it: it tells how clear the day was, and nothing of
  // dust or of the load. held_back: the charger could have given more. Known days stay as they were seen.
  void see_missed_day(std::int64_t day, WattHours yield, bool held_back);

  // As if the site stayed in `stage`. Nothing while the time or too much else is unknown.
  [[nodiscard]] EnergyForecast forecast(const BatteryState& battery, unsigned stage, WallTime wall) const;
  // Nothing of a time that no calendar has.
  [[nodiscard]] std::optional<NightHours> night_hours(WallTime wall) const;
  [[nodiscard]] ArrayState array() const;
  // Of the local day before, whatever hid the sun: for whoever compares sites. Nothing without enough cloudless hours.
  [[nodiscard]] std::optional<Watts> clear_level_yesterday(WallTime wall) const;

  // What must survive a restart, as one line of text of at most 8 kB.
  [[nodiscard]] std::string memory() const;
  // The disconnect is near: what is not written down now may never be.
  [[nodiscard]] bool may_be_cut() const { return near_disconnect_; }
  // InvalidArgument: damaged; nothing was taken then. Else what was left out, in words: "it knew another array".
  Result<std::string> restore(std::string_view memory);

 private:
  std::string forget_others(std::optional<Watts> array_rated, const BatterySettings& battery);
  std::string forget_others_than(const ForecastMemory::Of& of);
  struct Seen {
    Instant at{};
    std::optional<WallTime> wall{};
  };
  struct ClearLevel {
    std::int64_t day = 0;
    Watts level{};
  };
  // When the sun first carried the load today; only after the load was seen to be carried by the battery.
  struct Morning {
    bool on_battery = false;
    bool told = false;
    std::optional<WallTime> carried_since{};
  };
  // The disconnect has cut the load: that it takes nothing now tells nothing of it.
  [[nodiscard]] bool is_cut(const EnergySample& sample, Watts load);
  [[nodiscard]] Duration elapsed(Instant now, std::optional<WallTime> wall);
  [[nodiscard]] std::optional<Watts> level() const;  // of the array, at 1000 W/m2, now
  [[nodiscard]] Place place() const;
  void learn_conversion(const EnergySample& sample, Duration lasted);
  void see_day(const EnergySample& sample, std::optional<Watts> load, WallTime wall);
  void see_morning(Watts from_sun, Watts load, WallTime wall);
  void start_day(std::int64_t day);
  void finish_day();
  void drop_open();  // what depends on a clock that was wrong

  [[nodiscard]] Duration morning_delay() const;
  [[nodiscard]] Outlook outlook(const LoadProfile::Expected& load, WallTime wall) const;
  [[nodiscard]] ExpectedClearness rest_of_day(WallTime wall) const;
  [[nodiscard]] WattHours sun_of(std::int64_t day, WallTime from, WallTime to, double clearness) const;
  [[nodiscard]] WattHours sun_today(WallTime wall) const;
  void foretell_battery(EnergyForecast& forecast, const BatteryState& battery, const LoadProfile::Expected& load,
                        WallTime wall) const;

  SunSettings sun_;
  BatterySettings battery_;
  ClearDay clear_;
  ArrayDay today_;
  Morning morning_;
  Soiling soiling_;
  ClearnessBook clearness_;
  LoadProfile load_;
  UsableEnergy usable_;
  RecentCodes<ForecastMemory::kMornings> mornings_;
  std::optional<ClearLevel> last_clear_;
  double guessed_level_ = 0;
  double conversion_ = 0.95;  // of the panel's power, what comes out of the charger; usual for MPPT
  std::optional<Seen> last_;
  bool near_disconnect_ = false;  // and no load was seen since
};

}  // namespace karkara
