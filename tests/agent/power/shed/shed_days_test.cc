// The ladder over days of a toy site: a battery that loses what the stage takes and gains what the day gives.
#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>

#include "agent/power/shed/shed_ladder.h"
#include "tests/agent/power/shed/village_stages.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr double kDawn = 6.5;
constexpr double kDusk = 18;

class ToySite {
 public:
  // full: watt-hours above the disconnect
  ToySite(double sun, unsigned seed, double full = 1'000) : sun_{sun}, left_{full}, full_{full}, random_{seed} {}

  void run_day(bool with_ladder = true) {
    changes_ = 0;
    for (int minute = 0; minute < 24 * 60; ++minute) {
      step(minute / 60.0);
      if (with_ladder) {
        look();
      }
    }
  }
  [[nodiscard]] unsigned stage() const { return ladder_.state().stage; }
  [[nodiscard]] const LadderState& state() const { return ladder_.state(); }
  void hold(unsigned stage) { held_ = stage; }

  double sun_;  // peak watts of the day
  double left_;
  int changes_ = 0;
  int cut_minutes_ = 0;
  unsigned at_dusk_ = 0;

 private:
  [[nodiscard]] static double load(unsigned stage) {
    constexpr std::array<double, 5> kLoads{45, 38, 34, 22, 10};
    return kLoads.at(stage);
  }
  [[nodiscard]] static double share(double hour) {
    return std::max(0.0, std::sin((hour - kDawn) / (kDusk - kDawn) * std::numbers::pi)) *
           (hour > kDawn && hour < kDusk ? 1 : 0);
  }
  void step(double hour) {
    hour_ = hour;
    now_ = now_ + minutes{1};
    wall_ = wall_ + std::chrono::microseconds{minutes{1}};
    power_ = share(hour) * sun_ - load(held_.value_or(stage()));
    left_ = std::clamp(left_ + power_ / 60, 0.0, full_);
    cut_minutes_ += left_ <= 0 ? 1 : 0;
    if (hour == kDusk) {
      at_dusk_ = stage();
    }
  }
  [[nodiscard]] EnergyForecast forecast(unsigned stage) const {
    const bool night_is_on = hour_ < kDawn + 1.5 || hour_ >= kDusk;
    const double until_dusk = night_is_on ? 0 : kDusk - hour_;
    const double until_charge = hour_ < kDawn + 1.5 ? kDawn + 1.5 - hour_ : 24 + kDawn + 1.5 - std::max(hour_, kDusk);
    double at_dusk = left_;
    for (double hour = hour_; until_dusk > 0 && hour < kDusk; hour += 0.25) {
      at_dusk = std::clamp(at_dusk + 0.25 * (share(hour) * sun_ - load(stage)), 0.0, full_);
    }
    EnergyForecast forecast;
    NightForecast night;
    night.begins = wall_ + std::chrono::microseconds{std::chrono::seconds{std::lround(until_dusk * 3600)}};
    night.charging_again =
        night.begins + std::chrono::microseconds{std::chrono::seconds{std::lround(until_charge * 3600)}};
    night.available = WattHours{at_dusk};
    night.needed = WattHours{until_charge * load(stage)};
    night.uncertainty = WattHours{20 + 8 * until_dusk};
    night.survival =
        std::erfc(-(night.available - night.needed).value() / night.uncertainty.value() / std::numbers::sqrt2) / 2;
    forecast.night = night;
    return forecast;
  }
  void look() {
    std::normal_distribution<double> noise{0, 1.5};
    LadderInputs in;
    in.battery.state_of_charge = Percent{std::clamp(10 + 90 * left_ / full_ + noise(random_), 0.0, 100.0)};
    in.battery.error = Percent{5};
    in.charging = power_ > 0 || (left_ >= full_ && share(hour_) > 0.2);
    in.forecast = [this](unsigned stage) { return forecast(stage); };
    const unsigned before = stage();
    ladder_.see(in, now_, wall_);
    changes_ += before != stage() ? 1 : 0;
  }

  double full_;
  ShedLadder ladder_{village_stages(), village_battery()};
  std::mt19937 random_;
  Instant now_{hours{1}};
  WallTime wall_{hours{24 * 20'000 - 1}};
  double hour_ = 0;
  double power_ = 0;
  std::optional<unsigned> held_;
};

TEST(ShedDays, ASunnySiteShedsNothing) {
  ToySite site{300, 1, 2'000};
  for (int day = 0; day < 10; ++day) {
    site.run_day();
    EXPECT_EQ(site.changes_, 0) << day;
  }
  EXPECT_EQ(site.stage(), 0U);
}

TEST(ShedDays, BeforeABadNightTheMildestSufficientStageIsTakenByDusk) {
  ToySite site{300, 1};
  site.run_day();
  site.sun_ = 80;  // the night at full load would take more than is left at dusk
  site.run_day();
  EXPECT_GE(site.at_dusk_, 1U);
  EXPECT_LT(site.at_dusk_, 4U);
  site.sun_ = 300;
  site.run_day();
  EXPECT_EQ(site.cut_minutes_, 0);
}

TEST(ShedDays, AfterAFullChargeEverythingComesBack) {
  ToySite site{40, 1};
  site.run_day();
  site.run_day();
  EXPECT_GE(site.stage(), 3U);
  site.sun_ = 350;
  site.run_day();
  site.run_day();
  EXPECT_EQ(site.stage(), 0U);
}

TEST(ShedDays, WeeksOfUnevenSunCauseFewChangesAndNoCutThatTheDeepestStageHadSurvived) {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    ToySite site{200, seed};
    ToySite oracle{200, seed};
    oracle.hold(4);
    std::mt19937 sky{seed};
    std::uniform_real_distribution<double> sun{20, 260};
    std::vector<int> changes;
    for (int day = 0; day < 60; ++day) {
      site.sun_ = oracle.sun_ = sun(sky);
      site.run_day();
      oracle.run_day(false);
      changes.push_back(site.changes_);
    }
    std::ranges::nth_element(changes, changes.begin() + 30);
    EXPECT_LE(changes[30], 2) << seed;
    EXPECT_LE(site.cut_minutes_, oracle.cut_minutes_) << seed;
  }
}

}  // namespace
}  // namespace karkara
