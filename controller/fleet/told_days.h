// What each charger of one site gave on its last days, as the site told: days that the agent missed and the charger
// remembered, and between two evenings what the charger's counter went on. Refuses what no charger gives, days to come
// and days too long ago: a site's clock or word may be wrong. Kept by Fleet in each SiteView, and stored with it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/series.h"
#include "common/units.h"
#include "controller/fleet/site_report.h"

namespace karkara {

enum class DayNumber : std::uint8_t {
  Yield,         // 0.01 kWh
  Load,          // 0.01 kWh
  PanelMost,     // W
  BatteryMost,   // 0.01 V
  BatteryLeast,  // 0.01 V
  Bulk,          // minutes
  Absorption,    // minutes
  Float,         // minutes
  Error,         // the charger's number
};

struct ToldDay {
  static constexpr std::size_t kNumbers = 9;
  static constexpr std::uint16_t kNone = 0xFFFF;
  static constexpr std::uint32_t kNoTotal = 0xFFFFFFFF;

  std::int32_t day = 0;  // since 1970, by the sun where the site is
  bool missed = false;   // the charger told it afterwards
  std::array<std::uint16_t, kNumbers> numbers = none();
  std::uint32_t total = kNoTotal;  // 0.01 kWh: the counter of all yield as last told on that day ...
  std::uint16_t total_minute = 0;  // ... and when, in minutes of the day

  [[nodiscard]] std::optional<unsigned> number(DayNumber which) const {
    const std::uint16_t told = numbers[static_cast<std::size_t>(which)];
    return told != kNone ? std::optional{unsigned{told}} : std::nullopt;
  }
  friend bool operator==(const ToldDay&, const ToldDay&) = default;

 private:
  static constexpr std::array<std::uint16_t, kNumbers> none() {
    std::array<std::uint16_t, kNumbers> numbers{};
    numbers.fill(kNone);
    return numbers;
  }
};

class ToldDays {
 public:
  static constexpr std::size_t kDays = 32;  // what a charger remembers, and the evening before
  static constexpr std::size_t kMostChargers = 8;
  using Days = std::vector<ToldDay>;  // the newest first

  // Samples of other series are left alone. True when it says something new.
  bool take(const SiteSample& sample, WallTime now, std::optional<Degrees> longitude);
  void restore(const std::string& charger, ToldDay day);

  [[nodiscard]] const std::map<std::string, Days>& chargers() const { return chargers_; }
  friend bool operator==(const ToldDays&, const ToldDays&) = default;

 private:
  ToldDay* find_or_add(const std::string& charger, std::int32_t day);

  std::map<std::string, Days> chargers_;
};

// Whether each value of this series speaks of a day of its own.
[[nodiscard]] bool is_of_missed_day(SeriesId series);

// In 0.01 kWh, of the day at `at`: as the charger remembered it, else what its counter gained from one evening to the
// next. Nothing when it was not told late enough on both, or went back.
[[nodiscard]] std::optional<unsigned> yield_of(const ToldDays::Days& days, std::size_t at);

}  // namespace karkara
