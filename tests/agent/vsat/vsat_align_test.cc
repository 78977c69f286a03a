// What somebody who turns the dish sees: while he looks, the terminal is asked often and told unsmoothed.
#include <gtest/gtest.h>

#include "tests/agent/vsat/vsat_village.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(VsatAlignment, WhileSomebodyLooksTheTerminalIsAskedEachSecondAndThenRarelyAgain) {
  VsatVillage village;
  village.run(minutes{1});
  EXPECT_LE(village.questions_in(minutes{2}), 9U) << "object and column, each 30 s";
  village.feature->set_attended(true, village.now);
  EXPECT_GE(village.questions_in(seconds{20}), 36U);
  village.feature->set_attended(false, village.now);
  EXPECT_LE(village.questions_in(minutes{2}), 12U);
  EXPECT_TRUE(village.raised.empty());
}

TEST(VsatAlignment, ASiteThatSavesEnergyStillHelpsWhoTurnsItsDish) {
  VsatVillage village;
  village.feature->set_saving(true, village.now);
  village.run(minutes{12});
  village.feature->set_attended(true, village.now);
  EXPECT_GE(village.questions_in(seconds{20}), 36U);
}

TEST(VsatAlignment, TheLiveLevelFollowsTheHandsWhereTheSmoothedOneLags) {
  VsatVillage village;
  village.feature->set_attended(true, village.now);
  village.run(minutes{1});
  village.es_n0 = std::int32_t{70};
  village.run(milliseconds{1500});
  const LiveSignal live = village.feature->live_signals(village.now).at(kVsat);
  EXPECT_EQ(live.es_n0, Value{7.0});
  EXPECT_LE(live.age.value(), milliseconds{1100});
  EXPECT_EQ(live.pace, seconds{1});
  EXPECT_EQ(live.receive_locked, true);
  EXPECT_GT(village.advice().es_n0.value(), Db{11}) << "the watch for fades has to wait";
}

TEST(VsatAlignment, ALevelWithoutLockIsToldAndASilentTerminalsIsNot) {
  VsatVillage village;
  village.feature->set_attended(true, village.now);
  EXPECT_FALSE(village.feature->live_signals(village.now).at(kVsat).age) << "nothing was told yet";
  village.locked = 0;
  village.run(seconds{5});
  LiveSignal live = village.feature->live_signals(village.now).at(kVsat);
  EXPECT_EQ(live.es_n0, Value{12.0});
  EXPECT_EQ(live.receive_locked, false);
  village.es_n0 = std::int32_t{-1000};
  village.run(seconds{2});
  EXPECT_FALSE(has_value(village.feature->live_signals(village.now).at(kVsat).es_n0));
  village.is_dead = true;
  village.run(seconds{30});
  live = village.feature->live_signals(village.now).at(kVsat);
  EXPECT_EQ(live.es_n0, Value{Absent::Stale});
  EXPECT_GE(live.age.value(), seconds{29});
}

}  // namespace
}  // namespace karkara
