// Temperatures that a charger tells only when it is asked, through the whole power feature.
#include "tests/agent/power/missed_days.h"

namespace karkara {
namespace {

using fixtures::VeDirectCharger;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// What the text of a charger lacks.
class Temperatures : public MissedDays {
 protected:
  Temperatures() {
    charger_.kelvin_hundredths = 30'465;  // 31.5 degrees
    charger_.inside_hundredths = 4'120;
  }
  Value battery() {
    for (const Sample& sample : feature_->source_samples(now_)) {
      if (sample.series == SeriesId::BatteryTemperature) {
        return sample.value;
      }
    }
    return Absent::NoSuchObject;
  }
  Value inside() {
    const std::vector<PowerSourceReport> reports = feature_->reports(now_);
    for (const QuantityReport& each : reports.at(0).quantities) {
      if (each.name == "hex-charger-temperature") {
        return each.value;
      }
    }
    return Absent::NoSuchObject;
  }
  unsigned registers_asked() { return std::exchange(charger_.registers_asked, 0); }
};

TEST_F(Temperatures, AreAskedForBehindTheDaysAndThenEveryFiveMinutes) {
  listen(seconds{59});
  EXPECT_EQ(registers_asked(), 0U);
  listen(minutes{2});
  EXPECT_EQ(registers_asked(), 2U);
  EXPECT_EQ(asked(), 13U) << "no day is left out";
  ASSERT_TRUE(has_value(battery()));
  EXPECT_NEAR(std::get<double>(battery()), 31.5, 1e-9);
  EXPECT_EQ(inside(), Value{41.2});
  charger_.kelvin_hundredths = 30'565;
  for (int minute = 0; minute < 60; ++minute) {
    listen(minutes{1});
    ASSERT_TRUE(has_value(battery())) << minute;
  }
  EXPECT_NEAR(registers_asked(), 24, 2);
  EXPECT_NEAR(std::get<double>(battery()), 32.5, 1e-9);
  EXPECT_EQ(feature_->reports(now_).at(0).quantities.size() > 1, true);
}

TEST_F(Temperatures, AProbeThatIsUnpluggedIsAbsentAndOneThatTheChargerLacksIsNotAskedForAgain) {
  charger_.kelvin_hundredths = 0xFFFF;
  charger_.inside_hundredths.reset();
  listen(minutes{50});
  EXPECT_EQ(registers_asked(), 2U);
  EXPECT_EQ(battery(), Value{Absent::NotAvailable});
  EXPECT_FALSE(has_value(inside()));
  charger_.kelvin_hundredths = 29'815;
  listen(minutes{20});
  EXPECT_EQ(registers_asked(), 2U) << "once an hour a probe may be there, and then in its pace";
  EXPECT_NEAR(std::get<double>(battery()), 25, 1e-9);
  charger_.hex = VeDirectCharger::Hex::IsNotConnected;
  listen(minutes{12});
  EXPECT_FALSE(has_value(battery())) << "of eleven minutes ago";
}

TEST_F(Temperatures, AreNotAskedForWhereNothingAnswersHexOrTheConfigurationForbidsIt) {
  charger_.hex = VeDirectCharger::Hex::IsNotConnected;
  listen(minutes{30});
  EXPECT_EQ(questions_, 3) << "those for its days";
  settings_.sources[0].ask_history = false;
  charger_.hex = VeDirectCharger::Hex::Answers;
  questions_ = 0;
  start();
  listen(minutes{30});
  EXPECT_EQ(questions_, 0);
}

TEST_F(Temperatures, AChargerThatTellsThemByItselfIsNotAsked) {
  listen(seconds{30});
  for (int minute = 0; minute < 20; ++minute) {
    listen(minutes{1});
    hear(fixtures::vedirect_hex("AECED000177") + fixtures::vedirect_hex("ADBED00680B"));
  }
  EXPECT_LE(registers_asked(), 2U);
}

TEST_F(Temperatures, ThreeQuestionsThatNobodyAnswersAreEnoughForADay) {
  listen(minutes{4});
  registers_asked();
  charger_.hex = VeDirectCharger::Hex::IsNotConnected;
  questions_ = 0;
  listen(hours{2});
  EXPECT_EQ(questions_, 3);
  EXPECT_EQ(alarms_, 0);
}

}  // namespace
}  // namespace karkara
