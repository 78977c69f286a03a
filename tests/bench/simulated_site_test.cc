#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <vector>

#include "tests/bench/simulated_site.h"
#include "tests/bench/simulated_site_nights.h"
#include "tests/bench/simulated_site_scenarios.h"
#include "tests/bench/simulated_site_sensors.h"

namespace karkara {
namespace {

constexpr std::size_t kDays = 365;

const SkyYear& sky(std::uint64_t seed) {
  static const std::array<SkyYear, 4> years{SkyYear{kDays, 1}, SkyYear{kDays, 2}, SkyYear{kDays, 3}, SkyYear{kDays, 4}};
  return years.at(seed - 1);
}

// kWh/m2 a day of one month, or of all, over the four years.
double mean_sun(int month) {
  double sum = 0;
  double days = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    for (std::size_t day = 0; day < kDays; ++day) {
      if (month < 0 || month_of_day(day) == month) {
        sum += sky(seed).days()[day].global_kwh;
        days += 1;
      }
    }
  }
  return sum / days;
}

// One year of a site in one stage, with what a caller wants to look at.
template <class Look>
SimulatedSite lived(std::size_t scenario, std::uint64_t seed, unsigned stage, Look look) {
  SimulatedSite site = SiteYear{scenarios().at(scenario), seed, kDays}.site;
  while (!site.over()) {
    site.step(stage);
    look(site.state());
  }
  return site;
}

SimulatedSite lived(std::size_t scenario, std::uint64_t seed, unsigned stage) {
  return lived(scenario, seed, stage, [](const TrueState&) {});
}

constexpr std::size_t kLeadShunt = 0;
constexpr std::size_t kIronShunt = 2;
constexpr std::size_t kLead24 = 4;

TEST(SkyYear, HasTheYearlySunOfNiamey) {
  EXPECT_NEAR(mean_sun(-1), 6.24, 0.2);
}

TEST(SkyYear, HasLeastSunInWinterAndInTheRainsAndMostInSpring) {
  EXPECT_LT(mean_sun(11), 5.9);
  EXPECT_LT(mean_sun(7), mean_sun(3) - 0.5);
  EXPECT_GT(mean_sun(9), mean_sun(7));
  EXPECT_GT(mean_sun(3), 6.5);
}

TEST(SkyYear, IsDarkAtNight) {
  for (std::size_t day = 0; day < kDays; ++day) {
    const SkyDay& today = sky(1).days()[day];
    const double length = static_cast<double>(today.sunset - today.sunrise) * 24 / kStepsPerDay;
    ASSERT_GT(length, 11.1);
    ASSERT_LT(length, 13.0);
    for (std::size_t i = day * kStepsPerDay; i < (day + 1) * kStepsPerDay; ++i) {
      ASSERT_TRUE((i >= today.sunrise && i < today.sunset) || sky(1).yield(i) == 0) << i;
    }
  }
}

TEST(SkyYear, LetsRainCleanThePanelsAndDustCoverThem) {
  double dust_before_rain = 0;
  double dust_behind_rain = 0;
  double most = 0;
  std::size_t rains = 0;
  for (std::size_t day = 1; day + 1 < kDays; ++day) {
    most = std::max(most, sky(2).days()[day].dust_loss);
    if (sky(2).days()[day].rain) {
      dust_before_rain += sky(2).days()[day - 1].dust_loss;
      dust_behind_rain += sky(2).days()[day + 1].dust_loss;
      ++rains;
    }
  }
  EXPECT_GT(rains, 15U);
  EXPECT_LT(dust_behind_rain, 0.6 * dust_before_rain);
  EXPECT_GT(most, 0.15);
  EXPECT_LE(most, 0.45);
}

TEST(SkyYear, GathersFifteenPercentOfDustInTwentyThreeDays) {
  const auto& days = sky(3).days();
  std::size_t dry_spells = 0;
  for (std::size_t day = 0; day + 23 < kDays; ++day) {
    const auto begin = days.begin() + static_cast<std::ptrdiff_t>(day);
    const bool dry = std::none_of(begin, begin + 24, [](const SkyDay& today) {
      return today.rain || today.cleaned || today.optical_depth > 1 || today.kind == DayKind::Squall;
    });
    if (dry && days[day].dust_loss < 0.25) {
      EXPECT_NEAR(1 - (1 - days[day + 23].dust_loss) / (1 - days[day].dust_loss), 0.1529, 0.01);
      ++dry_spells;
    }
  }
  EXPECT_GT(dry_spells, 0U);
}

TEST(SkyYear, IsTheSameForTheSameSeedOnly) {
  const SkyYear again{kDays, 1};
  std::size_t differ = 0;
  for (std::size_t i = 0; i < again.steps(); ++i) {
    ASSERT_EQ(again.yield(i), sky(1).yield(i));
    differ += again.yield(i) != sky(2).yield(i) ? 1U : 0U;
  }
  EXPECT_GT(differ, again.steps() / 4);
}

TEST(ClearSky, LosesBeamMoreThanTheWholeToDust) {
  const Irradiance clean = clear_sky(0.9, 0.1, 2);
  const Irradiance dusty = clear_sky(0.9, 1.0, 2);
  EXPECT_NEAR(clean.global, 950, 60);
  EXPECT_LT(dusty.beam, 0.4 * clean.beam);
  EXPECT_GT(dusty.global, 0.6 * clean.global);
  EXPECT_NEAR(dusty.beam * 0.9 + dusty.diffuse, dusty.global, 0.01);
  EXPECT_EQ(clear_sky(-0.1, 0.1, 2).global, 0);
}

TEST(SimulatedSite, ConservesEnergyAndCharge) {
  for (const std::size_t scenario : {kLeadShunt, kIronShunt, kLead24}) {
    const SimulatedSite begun = SiteYear{scenarios().at(scenario), 1, kDays}.site;
    const SimulatedSite site = lived(scenario, 1, 0);
    const EnergyAccount& energy = site.account();
    EXPECT_NEAR(energy.panel - energy.charger, energy.load + energy.own_use + energy.battery_in - energy.battery_out,
                1e-6 * energy.panel);
    EXPECT_GT(energy.battery_in, energy.battery_out);
    const ChargeAccount& charge = site.charge();
    EXPECT_NEAR(charge.into - charge.out - charge.lost - charge.leaked - charge.aged,
                (site.stored() - begun.stored()).value(), 1e-6 * charge.into);
  }
}

TEST(SimulatedSite, KeepsTheChargersVoltageAndNeverOverfills) {
  for (const std::size_t scenario : {kLeadShunt, kIronShunt, kLead24}) {
    const ChargerSettings& charger = scenarios().at(scenario).site.charger;
    double highest = 0;
    double most = 0;
    const SimulatedSite site = lived(scenario, 2, 0, [&](const TrueState& state) {
      const double compensated = charger.volts_per_kelvin * (state.battery_temperature.value() - 25);
      highest = std::max(highest, state.voltage.value() - charger.absorption.value() - compensated);
      most = std::max(most, state.charge_current.value());
      ASSERT_LE(state.state_of_charge.value(), 100);
      ASSERT_GE(state.charge_current.value(), 0);
    });
    EXPECT_LT(highest, 0.05);
    EXPECT_LE(most, charger.limit.value());
    EXPECT_LT(site.stored() / site.state().capacity, 1.12);
  }
}

TEST(SimulatedSite, AgesInAYearOfHeat) {
  const auto fade = [](std::size_t scenario) {
    const SimulatedSite begun = SiteYear{scenarios().at(scenario), 3, kDays}.site;
    return 1 - lived(scenario, 3, 0).state().capacity.value() /
                   (begun.settings().battery.rated.value() * begun.settings().battery.true_capacity);
  };
  EXPECT_NEAR(fade(kLeadShunt), 0.11, 0.04);
  EXPECT_NEAR(fade(kIronShunt), 0.03, 0.015);
}

TEST(SimulatedSite, GivesBackNineTenthsOfLeadAcidsCharge) {
  const ChargeAccount lead = lived(kLeadShunt, 1, 0).charge();
  EXPECT_NEAR(lead.out / lead.into, 0.88, 0.04);
  const ChargeAccount iron = lived(kIronShunt, 1, 0).charge();
  EXPECT_NEAR(iron.out / iron.into, 0.98, 0.015);
}

TEST(SimulatedSite, TakesLessInEachDeeperStage) {
  const VillageYear village{30, 1};
  double before = 1e9;
  for (unsigned stage = 0; stage <= kDeepestStage; ++stage) {
    double sum = 0;
    for (std::size_t i = 0; i < 30 * kStepsPerDay; ++i) {
      sum += village.load(i, stage).value() / (30 * kStepsPerDay);
    }
    EXPECT_LT(sum, before);
    before = sum;
  }
  EXPECT_LT(before, 15);
}

// A battery of its own, with a constant current until a voltage.
template <class Truth>
double hours_until(Truth& battery, Amps into, Volts voltage) {
  double steps = 0;
  while (battery.voltage(into) > voltage && steps < 1e6) {
    battery.step(into, Celsius{25});
    steps += 1;
  }
  return steps * 24 / kStepsPerDay;
}

TEST(LeadAcidTruth, GivesItsRatingInTwentyHoursAndLessWhenHurried) {
  const BatteryMake make{.rated = AmpHours{200}, .cells = 6, .true_capacity = 1, .cell_bias = 0, .resistance = 1};
  LeadAcidTruth slow{make, Percent{100}};
  EXPECT_NEAR(hours_until(slow, Amps{-10}, Volts{10.8}) * 10, 200, 8);
  LeadAcidTruth fast{make, Percent{100}};
  EXPECT_NEAR(hours_until(fast, Amps{-50}, Volts{10.2}) * 50, 145, 20);
}

TEST(LeadAcidTruth, RecoversAtRest) {
  const BatteryMake make{.rated = AmpHours{200}, .cells = 6, .true_capacity = 1, .cell_bias = 0, .resistance = 1};
  LeadAcidTruth battery{make, Percent{60}};
  for (int i = 0; i < 240; ++i) {
    battery.step(Amps{-20}, Celsius{25});
  }
  const double at_once = battery.voltage(Amps{0}).value();
  for (int i = 0; i < 480; ++i) {
    battery.step(Amps{0}, Celsius{25});
  }
  EXPECT_GT(battery.voltage(Amps{0}).value(), at_once + 0.1);
}

TEST(IronPhosphateTruth, IsFlatAndRemembersWhereItCameFrom) {
  const BatteryMake make{.rated = AmpHours{100}, .cells = 4, .true_capacity = 1, .cell_bias = 0, .resistance = 1};
  const auto rested = [&](double from, double amps, int steps) {
    IronPhosphateTruth battery{make, Percent{from}};
    for (int i = 0; i < steps; ++i) {
      battery.step(Amps{amps}, Celsius{25});
    }
    for (int i = 0; i < 480; ++i) {
      battery.step(Amps{0}, Celsius{25});
    }
    return battery.voltage(Amps{0}).value();
  };
  EXPECT_LT(rested(80, -10, 120) - rested(60, -10, 120), 0.16);
  EXPECT_GT(rested(40, 10, 120) - rested(60, -10, 120), 0.03);
}

TEST(SurvivesNight, SeesBothEndsInEveryKindOfSite) {
  std::size_t all_close = 0;
  for (const std::size_t scenario : {kLeadShunt, kIronShunt, kLead24}) {
    std::size_t lives = 0;
    std::size_t deaths = 0;
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      SimulatedSite site = SiteYear{scenarios().at(scenario), seed, kDays}.site;
      while (!site.over()) {
        const bool evening = site.now() == site.sky().days()[site.now() / kStepsPerDay].sunset;
        if (evening && site.state().connected && site.state().state_of_charge.value() < 70) {
          (survives_night(site, 0) ? lives : deaths) += 1;
          all_close += is_close_night(site, 0) ? 1U : 0U;
        }
        site.step(0);
      }
    }
    EXPECT_GE(lives, 5U);
    EXPECT_GE(deaths, 1U);
  }
  EXPECT_GE(all_close, 8U);
}

TEST(SurvivesNight, LeavesTheSiteAlone) {
  SimulatedSite site = SiteYear{scenarios().front(), 1, 3}.site;
  while (site.now() < site.sky().days()[0].sunset) {
    site.step(0);
  }
  const double before = site.stored().value();
  EXPECT_TRUE(survives_night(site, 0));
  EXPECT_EQ(site.stored().value(), before);
}

TEST(SiteSensors, AreNearTheTruthAndSilentWhenAway) {
  SiteYear year{scenarios().front(), 5, 60};
  std::vector<double> errors;
  std::size_t away = 0;
  while (!year.site.over()) {
    const std::size_t at = year.site.now();
    year.site.step(0);
    away += year.sensors.agent(at) == SiteSensors::Agent::Runs ? 0U : 1U;
    const EnergySample sample = year.sensors.read(year.site.state(), at);
    if (sample.battery_current) {
      errors.push_back(std::abs((*sample.battery_current - year.site.state().battery_current).value()));
    }
    ASSERT_FALSE(sample.load_current);
    ASSERT_FALSE(sample.told_state_of_charge);
  }
  std::sort(errors.begin(), errors.end());
  EXPECT_LT(errors[errors.size() / 2], 0.2);
  EXPECT_GT(errors.back(), 100);  // a wild one
  EXPECT_GT(away, 100U);
  EXPECT_LT(away, 60 * kStepsPerDay / 10);
}

}  // namespace
}  // namespace karkara
