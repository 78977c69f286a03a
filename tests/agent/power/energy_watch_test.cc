// The belief about a site's battery, through the whole feature.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "agent/power/energy_watch.h"
#include "common/crc32c.h"
#include "tests/agent/power/small_mast.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::Contains;
using testing::HasSubstr;

void fill_up(SmallMast& mast) {
  mast.say(14.4, 6, 90, 4, 1);
  mast.run_for(hours{2});
  mast.say(13.6, 0.3, 18, 5, 1);
  mast.run_for(hours{1});
}

TEST(EnergyWatch, CountsFromAFullChargeAndSaysHowFarItMayBeOff) {
  SmallMast mast;
  fill_up(mast);
  ASSERT_TRUE(mast.value(SeriesId::BatteryCharge));
  EXPECT_GT(*mast.value(SeriesId::BatteryCharge), 0.93);
  mast.say(12.5, -5, 0, 0, 5);
  mast.run_for(hours{4});
  EXPECT_NEAR(*mast.value(SeriesId::BatteryCharge), 0.79, 0.06) << "20 of 100 Ah went out";
  EXPECT_LT(*mast.value(SeriesId::BatteryChargeError), 0.15);
}

TEST(EnergyWatch, WhatWasBelievedSurvivesARestart) {
  SmallMast mast;
  mast.know_time(niamey_at(14));
  fill_up(mast);
  mast.say(12.5, -5, 0, 0, 5);
  mast.run_for(hours{4});
  mast.take(mast.feature().stop(mast.time_now()));
  SmallMast again{mast_settings(), mast.kept()};
  again.know_time(*mast.time_now().wall + minutes{1});
  again.say(12.5, -5, 0, 0, 5);
  again.run_for(minutes{1});
  ASSERT_TRUE(again.value(SeriesId::BatteryCharge));
  EXPECT_NEAR(*again.value(SeriesId::BatteryCharge), *mast.value(SeriesId::BatteryCharge), 0.03);
}

// Three starts without a clock before the time comes at last: the usual day is still that of the hours it was learned
// in.
TEST(EnergyWatch, AUsualDaySurvivesStartsThatDoNotKnowTheTime) {
  SmallMast mast;
  mast.know_time(niamey_at(6));
  for (int day = 0; day < 2; ++day) {
    mast.say(14.0, 9, 130, 3, 1);
    mast.run_for(hours{12});
    mast.say(12.5, -5, 0, 0, 5);
    mast.run_for(hours{12});
  }
  mast.take(mast.feature().stop(mast.time_now()));
  std::map<std::string, std::string> kept = mast.kept();
  const auto day_of = [](const std::string& text) {
    return text.substr(text.find(" day="), text.find(" crc=") - text.find(" day="));
  };
  const std::string learned = day_of(kept.at("battery"));
  ASSERT_FALSE(learned.empty());
  const std::string written_at = kept.at("battery").substr(0, kept.at("battery").find(' '));
  for (int start = 0; start < 3; ++start) {
    SmallMast dark{mast_settings(), kept};
    dark.say(12.5, -5, 0, 0, 5);
    dark.run_for(minutes{2});
    dark.take(dark.feature().stop(dark.time_now()));
    kept = dark.kept();
    EXPECT_EQ(kept.at("battery").substr(0, kept.at("battery").find(' ')), "0/" + written_at);
    EXPECT_EQ(day_of(kept.at("battery")), learned);
  }
  SmallMast again{mast_settings(), kept};
  again.say(12.5, -5, 0, 0, 5);
  again.run_for(minutes{10});
  again.know_time(*mast.time_now().wall + hours{30});
  again.run_for(minutes{1});
  again.take(again.feature().stop(again.time_now()));
  const std::string& line = again.kept().at("battery");
  EXPECT_EQ(line.find('/'), std::string::npos) << "placed: it begins with the line again";
  EXPECT_NE(day_of(line), learned) << "six hours and ten minutes on";
  EXPECT_FALSE(day_of(line).empty());
}

TEST(EnergyWatch, TellsOfADarkTimeOnceTheTimeIsKnown) {
  SmallMast mast;
  mast.know_time(niamey_at(14));
  fill_up(mast);
  mast.take(mast.feature().stop(mast.time_now()));
  SmallMast again{mast_settings(), mast.kept()};
  again.say(12.5, -5, 0, 0, 5);
  again.run_for(minutes{10});
  const auto events = [&] { return again.feature().energy_report(again.time_now()).events; };
  EXPECT_TRUE(events().empty());
  again.know_time(*mast.time_now().wall + hours{5} + minutes{30});
  again.run_for(minutes{1});
  ASSERT_EQ(events().size(), 1U);
  EXPECT_EQ(events()[0].what, "dark");
  EXPECT_EQ(events()[0].detail, "nobody measured for 5 h 20 min");
  again.run_for(minutes{30});
  EXPECT_EQ(events().size(), 1U) << "once";
}

TEST(EnergyWatch, AMemoryOfAnotherBatteryIsToldAndNotBelieved) {
  SmallMast mast;
  mast.know_time(niamey_at(14));
  fill_up(mast);
  mast.take(mast.feature().stop(mast.time_now()));
  PowerSettings larger = mast_settings();
  larger.battery->capacity = AmpHours{200};
  larger.battery->chemistry = Chemistry::LithiumIronPhosphate;
  SmallMast again{larger, mast.kept()};
  again.know_time(*mast.time_now().wall + minutes{1});
  again.say(13.2, -5, 0, 0, 5);
  again.run_for(minutes{1});
  EXPECT_THAT(again.notes(),
              Contains("why=it is of another battery than the configured one: lead-acid of 100 Ah at 12 V"));
  EXPECT_FALSE(again.is_raised(MessageId::BatteryAged));
  EXPECT_FALSE(again.value(SeriesId::BatteryHealth)) << "learned of the one before";
}

TEST(EnergyWatch, ALineOfTheReleaseBeforeIsTakenWhole) {
  SmallMast mast;
  mast.know_time(niamey_at(14));
  fill_up(mast);
  mast.take(mast.feature().stop(mast.time_now()));
  std::map<std::string, std::string> kept = mast.kept();
  std::string& line = kept["battery"];
  const std::size_t from = line.find(" rated=");
  const std::size_t to = line.find(" day=") != std::string::npos ? line.find(" day=") : line.find(" crc=");
  ASSERT_NE(from, std::string::npos);
  line.erase(from, to - from);
  const std::size_t text = line.find(' ') + 1;
  line.resize(line.find(" crc="));
  line += fmt::format(" crc={:08x}", crc32c(std::as_bytes(std::span{line}.subspan(text))));
  SmallMast again{mast_settings(), kept};
  again.know_time(*mast.time_now().wall + minutes{1});
  again.say(13.2, -5, 0, 0, 5);
  again.run_for(minutes{1});
  EXPECT_THAT(again.notes(), testing::IsEmpty());
  EXPECT_GT(again.value(SeriesId::BatteryCharge).value_or(0), 0.9);
}

TEST(EnergyWatch, ABatteryThatIsTakenOutOfTheConfigurationAndPutBackIsKnownAgain) {
  SmallMast mast;
  mast.know_time(niamey_at(14));
  fill_up(mast);
  const double before = mast.value(SeriesId::BatteryCharge).value_or(0);
  PowerSettings without = mast_settings();
  without.battery.reset();
  mast.take(mast.feature().reconfigure(without, mast.time_now().now));
  mast.run_for(minutes{1});
  EXPECT_FALSE(mast.value(SeriesId::BatteryCharge));
  mast.take(mast.feature().stop(mast.time_now()));
  SmallMast started_without{without, mast.kept()};
  for (SmallMast* each : {&mast, &started_without}) {
    each->know_time(*mast.time_now().wall);
    each->take(each->feature().reconfigure(mast_settings(), each->time_now().now));
    each->say(13.0, -0.2, 0, 0, 0.2);
    each->run_for(minutes{2});
  }
  EXPECT_NEAR(mast.value(SeriesId::BatteryCharge).value_or(0), before, 0.03);
  EXPECT_NEAR(started_without.value(SeriesId::BatteryCharge).value_or(0), before, 0.05) << "from the disk";
}

TEST(EnergyWatch, ADamagedMemoryIsToldAndNotBelieved) {
  for (const std::string& damaged : {std::string{"garbage"}, std::string{"0 also garbage"}, std::string{" "}}) {
    SmallMast mast{mast_settings(), {{"battery", damaged}, {"energy", damaged}}};
    mast.say(12.5, 0, 0, 0, 0);
    mast.run_for(minutes{1});
    EXPECT_THAT(mast.notes(), Contains(HasSubstr("what=battery"))) << damaged;
    EXPECT_THAT(mast.notes(), Contains(HasSubstr("what=forecast"))) << damaged;
  }
}

TEST(EnergyWatch, ASunThatStandsHighAndChargesNothingIsAnAlarmAfterAnHour) {
  SmallMast mast;
  mast.know_time(niamey_at(11));
  mast.say(12.4, -2, 0, 0, 2);
  mast.run_for(minutes{50});
  EXPECT_FALSE(mast.is_raised(MessageId::NoChargeByDay));
  mast.run_for(minutes{20});
  EXPECT_TRUE(mast.is_raised(MessageId::NoChargeByDay));
  mast.say(12.9, 6, 80, 3, 2);
  mast.run_for(minutes{2});
  EXPECT_FALSE(mast.is_raised(MessageId::NoChargeByDay));
}

// Its cable was pulled out while it charged: what it gives now nobody knows, and the alarm is another one.
TEST(EnergyWatch, AChargerThatFellSilentIsNotOneThatGivesNothing) {
  PowerSettings settings = mast_settings();
  const DeviceId second = *DeviceId::parse("second");
  settings.sources.push_back({.id = second, .device = "/dev/ttyUSB1"});
  SmallMast mast{settings};
  mast.know_time(niamey_at(11));
  mast.say(12.4, -2, 0, 0, 2);
  mast.take(mast.feature().on(SerialOpened{second}, mast.time_now().now));
  const std::string block = fixtures::vedirect_block({{"PID", "0xA053"},
                                                      {"SER#", "HQ0000OTHER"},
                                                      {"V", "12400"},
                                                      {"I", "6000"},
                                                      {"VPV", "33000"},
                                                      {"PPV", "80"},
                                                      {"CS", "3"},
                                                      {"ERR", "0"}});
  const auto bytes = std::as_bytes(std::span{block});
  mast.take(mast.feature().on(SerialBytes{second, {bytes.begin(), bytes.end()}}, mast.time_now().now));
  mast.run_for(minutes{90});
  EXPECT_TRUE(mast.is_raised(MessageId::PowerSourceLost));
  EXPECT_FALSE(mast.is_raised(MessageId::NoChargeByDay));
}

TEST(EnergyWatch, AtNightNobodyExpectsACharge) {
  SmallMast mast;
  mast.know_time(niamey_at(20));
  mast.say(12.4, -2, 0, 0, 2);
  mast.run_for(hours{6});
  EXPECT_FALSE(mast.is_raised(MessageId::NoChargeByDay));
}

TEST(EnergyWatch, SaysWhyNothingIsForetold) {
  SmallMast mast;
  mast.say(12.4, -2, 0, 0, 2);
  mast.run_for(minutes{1});
  EXPECT_THAT(mast.feature().energy_report(mast.time_now()).explanation, Contains(HasSubstr("does not know the time")));
  PowerSettings nowhere = mast_settings();
  nowhere.sun.reset();
  SmallMast lost{nowhere};
  lost.say(12.4, -2, 0, 0, 2);
  lost.run_for(minutes{1});
  EXPECT_THAT(lost.feature().energy_report(lost.time_now()).explanation, Contains(HasSubstr("site.latitude")));
  PowerSettings bare = mast_settings();
  bare.battery.reset();
  SmallMast without{bare};
  EXPECT_THAT(without.feature().energy_report(without.time_now()).explanation, Contains(HasSubstr("'battery'")));
}

TEST(EnergyWatch, TakesItsAlarmsBackWhenTheBatteryIsConfiguredNoLonger) {
  SmallMast mast;
  mast.know_time(niamey_at(10));
  mast.say(12.4, -2, 0, 0, 2);
  mast.run_for(hours{2});
  ASSERT_TRUE(mast.is_raised(MessageId::NoChargeByDay));
  PowerSettings bare = mast_settings();
  bare.battery.reset();
  mast.take(mast.feature().reconfigure(bare, mast.time_now().now));
  EXPECT_FALSE(mast.is_raised(MessageId::NoChargeByDay));
  EXPECT_FALSE(mast.value(SeriesId::BatteryCharge));
}

}  // namespace
}  // namespace karkara
