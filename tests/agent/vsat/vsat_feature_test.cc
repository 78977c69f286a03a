#include "agent/vsat/vsat_feature.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "tests/agent/vsat/vsat_village.h"

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(VsatFeature, RecognisesTheTerminalAndReadsIt) {
  VsatVillage village;
  village.run(minutes{3});
  const VsatAdvice advice = village.advice();
  EXPECT_FALSE(advice.drain);
  EXPECT_EQ(advice.locked, true);
  ASSERT_TRUE(advice.es_n0);
  EXPECT_NEAR(advice.es_n0->value(), 12, 0.01);
  EXPECT_NEAR(advice.margin->value(), 7, 0.01);
  EXPECT_EQ(advice.modcod_name, "QPSK 9/10");
  EXPECT_TRUE(village.says.empty());
}

TEST(VsatFeature, AsksOnceASecondWhileActiveAndRarelyOtherwise) {
  VsatVillage village;
  village.run(minutes{3});
  EXPECT_NEAR(static_cast<double>(village.questions_in(minutes{10})), 2 * 20, 4);  // objects and columns
  village.feature->set_active(kVsat, village.now);
  EXPECT_NEAR(static_cast<double>(village.questions_in(minutes{1})), 2 * 60, 6);
  village.feature->set_saving(true, village.now);
  EXPECT_NEAR(static_cast<double>(village.questions_in(minutes{10})), 2 * 20, 4);
  village.feature->set_active(UplinkId{}, village.now);
  EXPECT_NEAR(static_cast<double>(village.questions_in(minutes{60})), 2 * 12, 4);
  EXPECT_TRUE(village.says.empty());
}

TEST(VsatFeature, ARainFrontIsAdvisedAndSaid) {
  VsatVillage village;
  village.feature->set_active(kVsat, village.now);
  village.run(minutes{2});
  const Instant begin = village.now;
  village.run(seconds{55}, [&] {
    const double fallen = std::chrono::duration<double>(village.now - begin).count() * 0.1;
    village.es_n0 = static_cast<std::int32_t>(120 - fallen * 10);
  });
  EXPECT_TRUE(village.advice().drain);
  EXPECT_EQ(village.advice().kind, FadeKind::Rain);
  EXPECT_TRUE(village.raised.contains(VsatMessage::FadePredicted));
  EXPECT_EQ(village.says.size(), 1U);
  village.es_n0 = 120;
  village.run(minutes{6});
  EXPECT_FALSE(village.advice().drain);
  EXPECT_TRUE(village.raised.empty());
}

TEST(VsatFeature, SilenceIsToldOnceAndItsReadingsAreStale) {
  VsatVillage village;
  village.feature->set_active(kVsat, village.now);
  village.run(minutes{1});
  village.is_dead = true;
  village.run(minutes{1});
  EXPECT_EQ(village.raised, std::set{VsatMessage::TerminalSilent});
  EXPECT_EQ(village.says.size(), 1U);
  EXPECT_FALSE(village.advice().locked);
  EXPECT_FALSE(village.advice().es_n0);
  const auto readings = village.feature->readings(village.now);
  for (const QuantityReading& reading : readings.at(kVsat)) {
    EXPECT_EQ(reading.value, Value{Absent::Stale}) << reading.quantity;
  }
  village.is_dead = false;
  village.run(seconds{10});
  EXPECT_TRUE(village.raised.empty());
  EXPECT_TRUE(village.advice().es_n0);
}

TEST(VsatFeature, AnAnswerThatNeverComesDoesNotStopTheAsking) {
  VsatVillage village;
  village.answer_after = minutes{60};
  village.run(minutes{5});
  EXPECT_GT(village.asked.size(), 5U);
  EXPECT_TRUE(village.raised.contains(VsatMessage::TerminalSilent));
}

TEST(VsatFeature, ALateAnswerToAnEarlierQuestionIsNotTaken) {
  VsatVillage village;
  village.run(minutes{2});
  SnmpGet old = village.asked.back();
  village.es_n0 = 30;
  village.take(village.feature->on(village.answer(old), village.now));
  EXPECT_NEAR(village.advice().es_n0->value(), 12, 0.01);
}

TEST(VsatFeature, WithoutLockThereIsNoSignalWhateverTheTerminalSays) {
  VsatVillage village;
  village.feature->set_active(kVsat, village.now);
  village.run(minutes{1});
  village.locked = 0;
  village.es_n0 = 120;  // it repeats its last value
  village.run(seconds{30});
  EXPECT_EQ(village.advice().locked, false);
  EXPECT_TRUE(village.raised.contains(VsatMessage::NotLocked));
  EXPECT_EQ(village.advice().kind, FadeKind::Unknown);
  EXPECT_FALSE(village.advice().drain);
  village.locked = 1;
  village.run(seconds{5});
  EXPECT_TRUE(village.raised.empty());
}

TEST(VsatFeature, SentinelsAreHolesAndNoFade) {
  VsatVillage village;
  village.feature->set_active(kVsat, village.now);
  village.run(minutes{1});
  village.es_n0 = -1000;
  village.run(seconds{5});
  village.es_n0 = 120;
  village.run(seconds{60});
  EXPECT_FALSE(village.advice().drain);
  EXPECT_TRUE(village.says.empty());
}

TEST(VsatFeature, ARebootIsNotedAndStartsThePredictionAnew) {
  VsatVillage village;
  village.feature->set_active(kVsat, village.now);
  village.run(minutes{2});
  village.booted = village.now;
  village.es_n0 = 80;
  village.run(seconds{60});
  ASSERT_EQ(village.says.size(), 1U);
  EXPECT_EQ(village.says[0].message, VsatMessage::TerminalRebooted);
  EXPECT_FALSE(village.advice().drain);
  EXPECT_NEAR(village.advice().es_n0->value(), 8, 0.1);
}

TEST(VsatFeature, AnUnknownDeviceIsToldAndNotCalledSilent) {
  VsatVillage village;
  village.object_id = {1, 3, 6, 1, 4, 1, 5};
  village.run(minutes{30});
  EXPECT_EQ(village.raised, std::set{VsatMessage::TerminalUnknown});
  EXPECT_LT(village.asked.size(), 10U);
  village.object_id = {1, 3, 6, 1, 4, 1, 99999};
  village.run(minutes{6});
  EXPECT_TRUE(village.raised.empty());
}

TEST(VsatFeature, ADriftOverDaysRaisesAnAlarmAndNoDrain) {
  VsatVillage village;
  const Instant begin = village.now;
  village.run(std::chrono::hours{24 * 9}, [&] {
    const double days = std::chrono::duration<double>(village.now - begin).count() / 86'400;
    village.es_n0 = static_cast<std::int32_t>(std::lround(130 - 3 * days));  // 0.3 dB a day
  });
  EXPECT_TRUE(village.raised.contains(VsatMessage::SignalDrift));
  EXPECT_FALSE(village.advice().drain);
  for (const VsatSays& said : village.says) {
    EXPECT_EQ(said.message, VsatMessage::SignalDrift);
  }
}

TEST(VsatFeature, AStepTogetherWithTheBatteryIsSaidToBePowerAndMovesNothing) {
  VsatVillage village;
  village.feature->set_active(kVsat, village.now);
  double volts = 12.6;
  Instant next = village.now;
  const auto battery = [&] {
    if (village.now >= next) {
      village.feature->on_battery(Volts{volts}, village.now);
      next = village.now + seconds{1};
    }
  };
  village.run(minutes{3}, battery);
  EXPECT_TRUE(village.says.empty());
  volts = 11.7;
  village.es_n0 = 98;
  village.run(seconds{30}, battery);
  EXPECT_EQ(village.raised, std::set{VsatMessage::PowerSag});
  EXPECT_FALSE(village.advice().drain);
  EXPECT_EQ(village.advice().kind, FadeKind::PowerSag);
  volts = 12.6;
  village.es_n0 = 120;
  village.run(minutes{2}, battery);
  EXPECT_TRUE(village.raised.empty());
}

TEST(VsatFeature, WhatAClearSkyGivesSurvivesARestart) {
  VsatVillage village;
  village.run(std::chrono::hours{30});
  const auto memories = village.feature->memories();
  ASSERT_TRUE(memories.contains(kVsat));
  VsatVillage restarted;
  restarted.feature->recall(kVsat, memories.at(kVsat));
  restarted.es_n0 = 95;
  restarted.run(std::chrono::hours{8});
  EXPECT_TRUE(restarted.raised.contains(VsatMessage::SignalDrift));
}

TEST(VsatFeature, AReloadKeepsWhatIsUnchangedAndForgetsTheRest) {
  VsatVillage village;
  village.run(minutes{2});
  village.take(village.feature->reconfigure(village.settings, village.now));
  EXPECT_EQ(village.forgotten, 0);
  EXPECT_TRUE(village.advice().es_n0);
  VsatSettings none;
  village.take(village.feature->reconfigure(none, village.now));
  EXPECT_EQ(village.forgotten, 1);
  EXPECT_EQ(village.advice().why, "no terminal");
  EXPECT_EQ(village.feature->next_deadline(), Instant::max());
}

}  // namespace
}  // namespace karkara
