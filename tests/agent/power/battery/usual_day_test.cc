// What is bridged when nobody measured: hours as they usually are, and what a restart keeps of them.
#include "agent/power/battery/usual_day.h"

#include <gtest/gtest.h>

#include "agent/power/battery/battery_memory.h"
#include "tests/agent/power/battery/trial_site.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// Night until six, sun until eighteen.
Amps at_hour(int hour) {
  return Amps{hour % 24 < 6 || hour % 24 >= 18 ? -2.0 : 5.0};
}

UsualDay after_days(int days) {
  UsualDay day;
  for (int minute = 0; minute < days * 1440 + 1; minute += 10) {
    day.see(at_hour((minute - 5) / 60), minutes{10}, Instant{minutes{minute}});
  }
  return day;
}

TEST(UsualDay, TellsWhatUsuallyFlowsInThoseHours) {
  const UsualDay day = after_days(6);
  const auto night = day.between(Instant{hours{24 * 6}}, Instant{hours{24 * 6 + 5}});
  EXPECT_NEAR(night.mean.value(), -2, 0.1);
  EXPECT_GT(night.known, 0.6);
  EXPECT_LT(night.known, 1);
  const auto both = day.between(Instant{hours{24 * 6 + 4}}, Instant{hours{24 * 6 + 8}});
  EXPECT_NEAR(both.mean.value(), 1.5, 0.1);
  EXPECT_NEAR(both.size.value(), 3.5, 0.1) << "what comes and goes does not cancel";
}

TEST(UsualDay, KnowsNothingOfHoursThatItNeverSaw) {
  EXPECT_EQ(UsualDay{}.between(Instant{}, Instant{hours{5}}).known, 0);
  const UsualDay half = [] {
    UsualDay day;
    for (int minute = 10; minute <= 720; minute += 10) {
      day.see(Amps{1}, minutes{10}, Instant{minutes{minute}});
    }
    return day;
  }();
  EXPECT_FALSE(half.kept(Instant{hours{12}}));
  EXPECT_EQ(half.between(Instant{hours{14}}, Instant{hours{20}}).known, 0);
}

TEST(UsualDay, IsKeptFromTheHourOn) {
  const auto kept = after_days(4).kept(Instant{hours{24 * 4 + 4}});
  ASSERT_TRUE(kept);
  EXPECT_NEAR(kept->amps[0].value(), -2, 0.1);
  EXPECT_NEAR(kept->amps[3].value(), 5, 0.1);
  UsualDay again;
  again.restore(*kept, Instant{hours{100}});
  EXPECT_NEAR(again.between(Instant{hours{103}}, Instant{hours{105}}).mean.value(), 5, 0.1);
}

TEST(BatteryMemory, KeepsTheUsualDayExactly) {
  BatteryMemory memory;
  memory.load = Amps{3.5};
  memory.day = UsualDay::Kept{7, {}};
  memory.day->amps.fill(Amps{-123});
  const std::string text = to_text(memory);
  EXPECT_LE(text.size(), 800U);
  const auto read = battery_memory_from(text);
  ASSERT_TRUE(read.ok()) << read.error().text;
  EXPECT_EQ(*read, memory);
  memory.day->amps[5] = Amps{std::numeric_limits<double>::quiet_NaN()};
  const auto without = battery_memory_from(to_text(memory));
  ASSERT_TRUE(without.ok());
  EXPECT_FALSE(without->day);
}

// Three hours of a night without an agent.
TEST(BatteryRestart, CountsTheHoursAwayAsTheyUsuallyAre) {
  for (const bool knows_the_day : {true, false}) {
    TrialSite site{{}, {}, Sensing::Shunt};
    site.days(10, {14, 3});
    BatteryMemory memory = site.estimator.memory(site.now);
    ASSERT_TRUE(memory.day);
    if (!knows_the_day) {
      memory.day.reset();
    }
    site.unseen(3, 0, 3);
    BatteryEstimator again{{}};
    again.restore(memory, hours{3});
    const BatteryState state = again.state(Instant{});
    ASSERT_TRUE(state.state_of_charge);
    const double error = state.state_of_charge->value() - 100 * site.truth.charge();
    EXPECT_LE(std::abs(error), state.error.value());
    if (knows_the_day) {
      EXPECT_LT(std::abs(error), 4);
    } else {
      EXPECT_GT(error, 6) << "the reason for a usual day";
    }
  }
}

// A power cut, and the time comes ten minutes after the start: from then on a silent shunt costs less.
TEST(BatteryRestart, ThePlacedDayBridgesWhatNobodyMeasuresAfterAPowerCut) {
  for (const bool learns_the_time : {true, false}) {
    TrialSite site{{}, {}, Sensing::Shunt};
    site.days(10, {14, 3});
    const BatteryMemory memory = site.estimator.memory(site.now);
    const Instant kept_at = site.now;
    site.unseen(3, 0, 3);
    site.estimator = BatteryEstimator{{}};
    site.estimator.restore(memory, std::nullopt);
    EXPECT_TRUE(site.estimator.has_unplaced_day());
    EXPECT_EQ(site.estimator.memory(site.now).day, memory.day) << "kept as it was, until its hour is known";
    site.hours(1, 0, 3);
    site.estimator.place_day(learns_the_time ? std::optional{kept_at} : std::nullopt);
    EXPECT_FALSE(site.estimator.has_unplaced_day());
    const auto error = [&] {
      return site.estimator.state(site.now).state_of_charge.value_or(Percent{}).value() - 100 * site.truth.charge();
    };
    const double before = error();
    site.unseen(3, 0, 3);
    if (learns_the_time) {
      EXPECT_LT(std::abs(error() - before), 4);
    } else {
      EXPECT_GT(std::abs(error() - before), 5) << "the reason to place it";
    }
  }
}

TEST(BatteryRestart, ADayThatWasLearnedMeanwhileIsWorthMoreThanAnOldOne) {
  BatteryMemory memory;
  memory.state_of_charge = Percent{80};
  memory.error = Percent{5};
  memory.day = UsualDay::Kept{10, {}};
  memory.day->amps.fill(Amps{-9});
  TrialSite site{{}, {}, Sensing::Shunt};
  site.estimator.restore(memory, std::nullopt);
  site.days(3, {14, 3});
  site.estimator.place_day(Instant{});
  ASSERT_TRUE(site.estimator.memory(site.now).day);
  EXPECT_GT(site.estimator.memory(site.now).day->amps[0].value(), -5);
}

TEST(BatteryRestart, KnowsTheUsualLoadOfAShuntThatStaysSilent) {
  TrialSite site{{}, {}, Sensing::Shunt};
  const auto metered = [&](EnergySample& sample) { sample.charge_current = site.truth.by_meters().charge_current; };
  site.days(3, {}, metered);
  const BatteryMemory memory = site.estimator.memory(site.now);
  ASSERT_TRUE(memory.load);
  BatteryEstimator again{{}};
  again.restore(memory, minutes{5});
  EnergySample sample;
  sample.battery_voltage = Volts{12.6};
  sample.charge_current = Amps{4};
  again.see(sample, Instant{minutes{1}});
  ASSERT_TRUE(again.state(Instant{minutes{1}}).current);
  EXPECT_NEAR(again.state(Instant{minutes{1}}).current->value(), 4 - memory.load->value(), 0.3);
}

TEST(BatteryRestart, KeepsACapacityThatIsHalfLearned) {
  TrialSite site{lithium_truth(), lithium_battery(), Sensing::Shunt};
  site.hours(1, 0, 1, [](EnergySample& sample) { sample.told_capacity = AmpHours{93}; });
  const BatteryMemory memory = site.estimator.memory(site.now);
  EXPECT_LT(memory.capacity.value(), 99);
  BatteryEstimator again{lithium_battery()};
  again.restore(memory, minutes{1});
  EXPECT_NEAR(again.memory(Instant{}).capacity.value(), memory.capacity.value(), 0.01);
}

// The load comes back at one voltage; how hard it is charged then says how much of that is charge.
TEST(BatteryRestart, ALithiumBatteryThatComesBackIsWhereItsVoltageSays) {
  const auto charge_at = [](double amps) {
    BatteryMemory memory;
    memory.state_of_charge = Percent{4};
    memory.error = Percent{6};
    BatteryEstimator estimator{lithium_battery()};
    estimator.restore(memory, std::nullopt);
    EnergySample sample;
    sample.battery_voltage = Volts{13.15};
    sample.battery_current = Amps{amps};
    estimator.see(sample, Instant{minutes{2}});
    return estimator.state(Instant{minutes{2}});
  };
  const BatteryState hard = charge_at(9);
  ASSERT_TRUE(hard.state_of_charge);
  EXPECT_NEAR(hard.state_of_charge->value(), 22, 6);
  EXPECT_LT(hard.error.value(), 30);
  const BatteryState softly = charge_at(1);
  ASSERT_TRUE(softly.state_of_charge);
  EXPECT_GT(softly.state_of_charge->value(), hard.state_of_charge->value() + 8);
}

}  // namespace
}  // namespace karkara
