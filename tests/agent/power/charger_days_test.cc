// A charger's missed days through the whole power feature, against a charger of our own that keeps a month.
#include "agent/power/charger_days.h"

#include "tests/agent/power/missed_days.h"

namespace karkara {
namespace {

using fixtures::ChargerDayRecord;
using fixtures::VeDirectCharger;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_F(MissedDays, AreAskedForOnceTextFlowsAndToldOnce) {
  listen(seconds{15});
  EXPECT_EQ(asked(), 0U) << "first the charger's own text";
  listen(minutes{2});
  EXPECT_EQ(asked(), 13U) << "today's, eleven days, and the first empty slot";
  ASSERT_EQ(past_.size(), 11U);
  EXPECT_EQ(past_.front().at, WallTime{std::chrono::days{kDate - 11} + hours{11}});
  EXPECT_EQ(past_.back().at, WallTime{std::chrono::days{kDate - 1} + hours{11}});
  EXPECT_EQ(past_.back().samples[0], (Sample{SeriesId::DayYield, "charger", 1.19}));
  EXPECT_EQ(history().days.size(), 12U);
  EXPECT_EQ(history().days[1].from, DayFrom::Charger);
  EXPECT_EQ(history().days[1].date, kDate - 1);
  EXPECT_EQ(history().state, "no day is missing");
  EXPECT_EQ(charger_.totals_asked, 1U);
  ASSERT_TRUE(history().totals);
  EXPECT_EQ(*history().totals,
            (ChargerTotals{WattHours{135'270}, WattHours{48'030}, Volts{101}, Volts{14.62}, 12, {34}}));
  listen(minutes{30});
  EXPECT_EQ(asked(), 0U);
  EXPECT_EQ(past_.size(), 11U);
  ASSERT_EQ(feature_->energy_report(at()).events.size(), 1U);
  EXPECT_EQ(feature_->energy_report(at()).events[0].what, "missed days");
}

TEST_F(MissedDays, OfAnOutageAreFilledAndNoneTwice) {
  listen(minutes{3});
  asked();
  past_.clear();
  be_off(3);
  listen(minutes{3});
  EXPECT_EQ(asked(), 4U) << "today's, and the three that ended meanwhile";
  ASSERT_EQ(past_.size(), 3U);
  EXPECT_EQ(past_[0].at, WallTime{std::chrono::days{kDate} + hours{11}});
  EXPECT_EQ(past_[0].samples[0].value, Value{0.90});
  EXPECT_EQ(past_[2].samples[0].value, Value{0.92});
  be_off(0);
  listen(minutes{3});
  EXPECT_EQ(asked(), 0U);
  EXPECT_EQ(past_.size(), 3U);
}

TEST_F(MissedDays, TheAgentsOwnDaysAreNotAskedFor) {
  listen(minutes{3});
  asked();
  past_.clear();
  charger_.today().yield += 3;
  listen(minutes{1});
  charger_.next_day();
  listen(minutes{3});
  // The day at whose noon the agent came was missed for the most part; the one after it is not.
  EXPECT_EQ(asked(), 2U);
  past_.clear();
  charger_.today().yield = 80;
  listen(minutes{1});
  charger_.next_day();
  listen(minutes{3});
  EXPECT_EQ(asked(), 0U);
  EXPECT_TRUE(past_.empty());
  EXPECT_EQ(history().days[1].from, DayFrom::Agent);
  EXPECT_EQ(history().days[1].yield, WattHours{800});
}

TEST_F(MissedDays, WaitForTheTime) {
  knows_time_ = false;
  listen(minutes{3});
  EXPECT_TRUE(past_.empty());
  EXPECT_EQ(history().days[1].days_ago, 1U);
  EXPECT_EQ(history().days[1].date, std::nullopt);
  knows_time_ = true;
  pass(seconds{1});
  EXPECT_EQ(past_.size(), 11U);
  EXPECT_EQ(asked(), 13U);
}

TEST_F(MissedDays, AChargerWithoutHexIsAskedThreeTimesADay) {
  charger_.hex = VeDirectCharger::Hex::IsNotConnected;
  listen(minutes{10});
  EXPECT_EQ(questions_, 3);
  EXPECT_NE(history().state.find("no answer to HEX"), std::string::npos) << history().state;
  EXPECT_EQ(alarms_, 0);
  EXPECT_EQ(history().days.size(), 1U);
  charger_.hex = VeDirectCharger::Hex::Answers;
  be_off(0);
  listen(minutes{3});
  EXPECT_EQ(asked(), 0U) << "not before the next day";
  charger_.next_day();
  listen(minutes{3});
  EXPECT_EQ(asked(), 14U);
}

TEST_F(MissedDays, ALineThatEchoesIsNeitherAnAnswerNorInTheWayOfOne) {
  const auto listen_with_echo = [&](seconds time) {
    for (seconds gone{0}; gone < time; gone += seconds{1}) {
      pass(seconds{1});
      hear(charger_.block());
      if (const std::string question = std::exchange(wire_, {}); !question.empty()) {
        hear(question);
        hear(charger_.take(question));
      }
    }
  };
  charger_.hex = VeDirectCharger::Hex::IsNotConnected;
  listen_with_echo(minutes{2});
  EXPECT_NE(history().state.find("no answer to HEX"), std::string::npos) << history().state;
  EXPECT_TRUE(past_.empty());
  charger_.hex = VeDirectCharger::Hex::Answers;
  charger_.next_day();
  listen_with_echo(minutes{2});
  EXPECT_EQ(past_.size(), 12U);
}

TEST_F(MissedDays, AChargerWithoutHistoryIsNeverAskedAgain) {
  charger_.hex = VeDirectCharger::Hex::HasNoHistory;
  listen(minutes{3});
  charger_.hex = VeDirectCharger::Hex::Answers;
  charger_.next_day();
  be_off(1);
  listen(minutes{3});
  EXPECT_EQ(asked(), 0U);
  EXPECT_NE(history().state.find("keeps no history"), std::string::npos) << history().state;
}

TEST_F(MissedDays, ABatteryMonitorIsNotAskedAndHasNone) {
  for (int second = 0; second < 60; ++second) {
    pass(seconds{1});
    hear(fixtures::vedirect_block({{"PID", "0x203"}, {"V", "12065"}, {"SOC", "839"}}));
  }
  EXPECT_EQ(questions_, 0);
  EXPECT_TRUE(feature_->history().chargers.empty());
}

TEST_F(MissedDays, NothingIsWrittenWhereTheConfigurationForbidsIt) {
  settings_.sources[0].ask_history = false;
  start();
  listen(minutes{3});
  EXPECT_EQ(questions_, 0);
  EXPECT_EQ(history().state, "not asked: turned off by ask_history");
}

TEST_F(MissedDays, ASwappedChargerDropsWhatWasBegunWithTheOneBefore) {
  listen(seconds{28});
  ASSERT_GT(asked(), 1U);
  charger_.serial = "HQ9999OTHER";
  charger_.days = fixtures::month_of_days(3);
  charger_.days[1].yield = 55;
  listen(minutes{2});
  ASSERT_EQ(past_.size(), 2U) << "of the new one alone";
  EXPECT_EQ(past_.back().samples[0].value, Value{0.55});
  EXPECT_EQ(history().days.size(), 3U);
}

TEST_F(MissedDays, ASunriseInTheMiddleBeginsAnew) {
  listen(seconds{28});
  ASSERT_GT(asked(), 1U);
  charger_.next_day();
  listen(minutes{2});
  ASSERT_EQ(past_.size(), 12U);
  std::ranges::sort(past_, {}, &PastSample::at);  // those before the sunrise came first
  for (std::size_t i = 1; i < past_.size(); ++i) {
    EXPECT_EQ(past_[i].at - past_[i - 1].at, hours{24});
  }
}

TEST_F(MissedDays, FirmwareThatHoldsItsTextBackIsNotTakenForSilent) {
  const auto is_up = [&] {
    for (const Sample& sample : feature_->source_samples(now_)) {
      if (sample.series == SeriesId::BatteryVoltage && !has_value(sample.value)) {
        return false;
      }
    }
    return true;
  };
  for (int i = 0; i < 400 && past_.empty(); ++i) {
    listen(seconds{1});
    if (std::exchange(charger_.asked, {}).empty()) {
      continue;
    }
    for (int silent = 0; silent < 7; ++silent) {
      pass(seconds{1});
      EXPECT_TRUE(is_up());
    }
  }
  EXPECT_EQ(past_.size(), 11U);
  EXPECT_EQ(alarms_, 0);
}

TEST_F(MissedDays, ARestartInTheMiddleTellsEachDayOnce) {
  listen(seconds{30});
  ASSERT_LT(asked(), 13U);
  ASSERT_TRUE(past_.empty());
  be_off(0);
  listen(minutes{2});
  EXPECT_EQ(past_.size(), 11U);
  be_off(0);
  listen(minutes{2});
  EXPECT_EQ(past_.size(), 11U);
}

TEST_F(MissedDays, WhatAChargerToldOfItsWholeLifeIsKeptOverARestart) {
  listen(minutes{2});
  be_off(0);
  listen(seconds{5});
  ASSERT_TRUE(history().totals);
  EXPECT_EQ(history().totals->yield, WattHours{135'270});
  charger_.serial = "HQ9999OTHER";
  listen(seconds{5});
  EXPECT_FALSE(history().totals) << "of the charger before";
}

TEST_F(MissedDays, AMemoryThatIsDamagedIsToldOfAndBeginsAnew) {
  listen(minutes{2});
  be_off(0);
  kept_[ChargerDays::key(id())] += "what";
  feature_ = std::make_unique<PowerFeature>(settings_, kept_);
  const Effects effects = feature_->start(now_);
  EXPECT_EQ(std::get<Note>(effects[0]).id, MessageId::PowerStateUnread);
}

TEST_F(MissedDays, AnotherPortOfTheSameChargerKeepsItsDays) {
  listen(minutes{2});
  asked();
  settings_.sources[0].device = "/dev/ttyUSB1";
  perform(feature_->reconfigure(settings_, now_));
  perform(feature_->on(SerialOpened{id()}, now_));
  listen(minutes{2});
  EXPECT_EQ(asked(), 0U);
  EXPECT_EQ(history().days.size(), 12U);
}

}  // namespace
}  // namespace karkara
