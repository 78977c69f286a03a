#include "controller/fleet/fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/series.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

SiteId site_id(const std::string& text) {
  return SiteId::parse(text).value();
}

template <class T>
std::vector<T> of_kind(const FleetEffects& effects) {
  std::vector<T> found;
  for (const FleetEffect& effect : effects) {
    if (const T* one = std::get_if<T>(&effect)) {
      found.push_back(*one);
    }
  }
  return found;
}

class FleetTest : public testing::Test {
 protected:
  FleetTest() { at(0s, SiteRegistered{record("sadore")}); }

  static SiteRecord record(const char* id) {
    SiteRecord one;
    one.id = site_id(id);
    return one;
  }
  static Moment moment(Duration offset) {
    return {Instant{1000s + offset},
            WallTime{1'790'000'000s + std::chrono::duration_cast<std::chrono::microseconds>(offset)}};
  }
  FleetEffects at(Duration offset, const FleetEvent& event) { return fleet_.on(event, moment(offset)); }
  FleetEffects tick(Duration offset) { return fleet_.tick(moment(offset)); }
  FleetEffects greet(Duration offset, std::vector<AlarmSubject> alarms = {}) {
    return at(offset, SiteGreeted{sadore_, "1.0", {}, std::move(alarms), moment(offset).wall});
  }
  FleetEffects signal(Duration offset, const char* message, bool raised, Duration device) {
    return at(offset, SiteSignalled{sadore_, {{message, "vsat"}, raised, moment(device).wall, {}}});
  }
  [[nodiscard]] SiteState state() const { return fleet_.find(sadore_)->state; }

  SiteId sadore_ = site_id("sadore");
  Fleet fleet_{FleetPolicy{4min}};
};

TEST_F(FleetTest, ARegisteredSiteIsUnknownUntilItIsHeard) {
  EXPECT_EQ(state(), SiteState::Unknown);
  EXPECT_EQ(fleet_.next_deadline(), Instant::max());
  const auto changes = of_kind<SiteStateChanged>(greet(1s));
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].to, SiteState::Up);
}

TEST_F(FleetTest, ASiteIsUnreachableAfterTwoAndAHalfSilentIntervalsThoughItsSessionIsOpen) {
  greet(0s);
  EXPECT_THAT(tick(10min - 1ns), IsEmpty());
  EXPECT_EQ(state(), SiteState::Up);
  const FleetEffects effects = tick(10min);
  EXPECT_EQ(state(), SiteState::Unreachable);
  EXPECT_THAT(of_kind<SessionSilent>(effects), SizeIs(1));
  EXPECT_EQ(fleet_.next_deadline(), Instant::max());
}

TEST_F(FleetTest, AnyFrameKeepsASiteUp) {
  greet(0s);
  for (int i = 1; i < 20; ++i) {
    at(i * 4min, SiteHeard{sadore_});
    tick(i * 4min);
    ASSERT_EQ(state(), SiteState::Up) << i;
    ASSERT_GT(fleet_.next_deadline(), moment(i * 4min).at);
  }
}

TEST_F(FleetTest, TheEndOfASessionIsNoVerdict) {
  greet(0s);
  at(1s, SiteHungUp{sadore_});
  EXPECT_EQ(state(), SiteState::Up);
  EXPECT_FALSE(fleet_.find(sadore_)->session_open);
  const FleetEffects effects = tick(10min);
  EXPECT_EQ(state(), SiteState::Unreachable);
  EXPECT_THAT(of_kind<SessionSilent>(effects), IsEmpty());
}

TEST_F(FleetTest, TheLateEndOfAnOlderSessionLeavesTheNewerOneOpen) {
  SiteGreeted older{sadore_, "1.0", {}, {}, moment(0s).wall, 1};
  SiteGreeted newer{sadore_, "1.0", {}, {}, moment(1s).wall, 2};
  at(0s, older);
  at(1s, newer);
  at(2s, SiteHungUp{sadore_, 1});
  EXPECT_TRUE(fleet_.find(sadore_)->session_open);
  at(3s, SiteHungUp{sadore_, 2});
  EXPECT_FALSE(fleet_.find(sadore_)->session_open);
}

TEST_F(FleetTest, AnUnreachableSiteIsUpAgainWithItsNextFrame) {
  greet(0s);
  tick(10min);
  at(11min, SiteHeard{sadore_});
  EXPECT_EQ(state(), SiteState::Up);
  tick(21min);
  EXPECT_EQ(state(), SiteState::Unreachable);
}

SoilingFound found(SoilingVerdict verdict) {
  SoilingFinding finding;
  finding.verdict = verdict;
  finding.loss = 0.14;
  finding.since = 20'500;
  return {site_id("sadore"), finding};
}

TEST_F(FleetTest, DirtyPanelsAreAnAlarmUntilTheComparisonSaysOtherwise) {
  greet(0s);
  const auto raised = of_kind<AlarmChanged>(at(1s, found(SoilingVerdict::CleanPanels)));
  ASSERT_THAT(raised, SizeIs(1));
  EXPECT_EQ(raised[0].record.key, panels_dirty());
  EXPECT_EQ(raised[0].record.level, Level::Warning);
  EXPECT_THAT(raised[0].record.fields, testing::Contains(testing::Pair("since", "2026-02-16")));
  EXPECT_THAT(of_kind<AlarmChanged>(at(2s, found(SoilingVerdict::CleanPanels))), IsEmpty());
  EXPECT_THAT(of_kind<AlarmChanged>(at(3s, found(SoilingVerdict::NoData))), IsEmpty()) << "nothing new is known";
  EXPECT_THAT(of_kind<AlarmChanged>(at(4s, found(SoilingVerdict::TooFewNeighbours))), IsEmpty());
  const auto cleared = of_kind<AlarmChanged>(at(5s, found(SoilingVerdict::Fine)));
  ASSERT_THAT(cleared, SizeIs(1));
  EXPECT_FALSE(cleared[0].opened);
  EXPECT_THAT(at(6s, SoilingFound{site_id("nowhere"), {}}), IsEmpty());
}

TEST_F(FleetTest, NoSiteRaisesOrClearsTheControllersAlarm) {
  greet(0s);
  const AlarmSignal forged{panels_dirty(), true, moment(1s).wall, {}};
  EXPECT_THAT(of_kind<AlarmChanged>(at(1s, SiteSignalled{sadore_, forged})), IsEmpty());
  EXPECT_THAT(of_kind<AlarmChanged>(greet(2s, {panels_dirty()})), IsEmpty());
  at(3s, found(SoilingVerdict::CleanPanels));
  EXPECT_THAT(of_kind<AlarmChanged>(greet(4s)), IsEmpty()) << "it is in no site's list";
  AlarmSignal end = forged;
  end.raised = false;
  EXPECT_THAT(of_kind<AlarmChanged>(at(5s, SiteSignalled{sadore_, end})), IsEmpty());
  EXPECT_TRUE(fleet_.find(sadore_)->alarms.active().contains(panels_dirty()));
}

TEST_F(FleetTest, ASitesClearDaysAreKeptAndAClockAheadSpeaksOfNone) {
  const auto tell = [&](Duration offset, Duration measured, Value value) {
    at(offset,
       SiteSampled{sadore_, {{{static_cast<std::uint16_t>(SeriesId::ArrayClear), ""}, moment(measured).wall, value}}});
  };
  const std::int64_t today = solar_day(moment(0s).wall, std::nullopt);
  tell(0s, 0s, 95.5);
  tell(0s, -24h, 94.0);  // replayed after an outage
  tell(0s, 48h, 500.0);
  tell(0s, 0s, Absent::NotAvailable);
  const ArrayDays& days = fleet_.find(sadore_)->array_days;
  EXPECT_EQ(days.newest(), today - 1);
  EXPECT_EQ(days.level(today - 1)->value(), 95.5);
  EXPECT_EQ(days.level(today - 2)->value(), 94);
  const SiteMemory memory = memory_of(*fleet_.find(sadore_));
  Fleet again{FleetPolicy{4min}};
  again.on(SiteRegistered{record("sadore")}, moment(1s));
  again.on(SiteRemembered{memory, {}}, moment(1s));
  EXPECT_EQ(again.find(sadore_)->array_days, days);
}

TEST_F(FleetTest, AnErrorAlarmDegradesAndItsClearRestores) {
  greet(0s);
  signal(1s, "UPLINK_DOWN", true, 1s);
  EXPECT_EQ(state(), SiteState::Degraded);
  signal(2s, "UPLINK_DOWN", false, 2s);
  EXPECT_EQ(state(), SiteState::Up);
}

TEST_F(FleetTest, AWarningDoesNotDegradeButAnUnknownMessageDoes) {
  greet(0s);
  signal(1s, "UPLINK_SWITCHED", true, 1s);
  EXPECT_EQ(state(), SiteState::Up);
  signal(2s, "SOMETHING_OF_NEXT_YEAR", true, 2s);
  EXPECT_EQ(state(), SiteState::Degraded);
}

TEST_F(FleetTest, HelloClearsTheAlarmsThatItDoesNotList) {
  greet(0s);
  signal(1s, "UPLINK_DOWN", true, 1s);
  const auto changes = of_kind<AlarmChanged>(greet(100s));
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_FALSE(changes[0].record.active);
  EXPECT_EQ(changes[0].record.cleared, moment(100s).wall);
  EXPECT_EQ(state(), SiteState::Up);
}

TEST_F(FleetTest, AlarmIdsAreNeverUsedTwiceAcrossSitesAndARestart) {
  at(0s, SiteRegistered{record("borgo-darey")});
  greet(0s, {{"UPLINK_DOWN", "vsat"}});
  const auto other = of_kind<AlarmChanged>(
      at(1s, SiteGreeted{site_id("borgo-darey"), "1.0", {}, {{"UPLINK_DOWN", "vsat"}}, moment(1s).wall}));
  ASSERT_THAT(other, SizeIs(1));
  EXPECT_EQ(other[0].record.id, 2U);

  Fleet restarted{FleetPolicy{4min}};
  restarted.on(SiteRegistered{record("sadore")}, moment(0s));
  restarted.on(SiteRemembered{memory_of(*fleet_.find(sadore_)), {other[0].record}}, moment(2s));
  const auto next = of_kind<AlarmChanged>(
      restarted.on(SiteSignalled{sadore_, {{"NO_UPLINK", ""}, true, moment(3s).wall, {}}}, moment(3s)));
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].record.id, 3U);
}

TEST_F(FleetTest, ARestartKeepsStateAndAgeAndGivesEachSiteOneLimitToCall) {
  greet(0s);
  const SiteMemory memory = memory_of(*fleet_.find(sadore_));
  Fleet restarted{FleetPolicy{4min}};
  restarted.on(SiteRegistered{record("sadore")}, moment(60min));
  restarted.on(SiteRemembered{memory, {}}, moment(60min));
  const SiteView& site = *restarted.find(sadore_);
  EXPECT_EQ(site.state, SiteState::Up);
  EXPECT_EQ(moment(60min).at - *site.heard, 60min);
  EXPECT_EQ(restarted.next_deadline(), moment(70min).at);
  restarted.tick(moment(70min));
  EXPECT_EQ(site.state, SiteState::Unreachable);
}

TEST_F(FleetTest, AWallClockThatWasSetBackMakesNoNegativeAge) {
  greet(0s);
  const SiteMemory memory = memory_of(*fleet_.find(sadore_));
  Fleet restarted{FleetPolicy{4min}};
  restarted.on(SiteRegistered{record("sadore")}, moment(-1h));
  restarted.on(SiteRemembered{memory, {}}, moment(-1h));
  EXPECT_EQ(*restarted.find(sadore_)->heard, moment(-1h).at);
}

TEST_F(FleetTest, ReplayedSamplesLeaveTheNewestValueAlone) {
  greet(0s);
  const SeriesKey volts{200, "charger"};
  at(100s, SiteSampled{sadore_, {{volts, moment(90s).wall, 25.0}}});
  const FleetEffects effects = at(101s, SiteSampled{sadore_, {{volts, moment(10s).wall, 21.0}}});
  EXPECT_THAT(of_kind<SiteChanged>(effects), IsEmpty());
  EXPECT_EQ(std::get<double>(fleet_.find(sadore_)->values.find(volts)->value), 25.0);
}

TEST_F(FleetTest, EventsOfASiteThatIsNotRegisteredChangeNothing) {
  EXPECT_THAT(at(0s, SiteHeard{site_id("nowhere")}), IsEmpty());
  EXPECT_THAT(at(0s, SiteGreeted{site_id("nowhere"), "1.0", {}, {}, {}}), IsEmpty());
  EXPECT_THAT(fleet_.sites(), SizeIs(1));
}

// The law of every core: after tick(now), next_deadline() > now, whatever came before.
TEST_F(FleetTest, AfterATickTheNextDeadlineIsInTheFuture) {
  for (int i = 0; i < 50; ++i) {
    at(0s, SiteRegistered{record(("s" + std::to_string(i)).c_str())});
  }
  unsigned random = 1;
  for (int step = 0; step < 2000; ++step) {
    random = random * 1664525U + 1013904223U;
    const SiteId site = site_id("s" + std::to_string(random % 50));
    const Duration now = step * 7s;
    at(now, SiteHeard{site});
    tick(now);
    ASSERT_GT(fleet_.next_deadline(), moment(now).at);
    for (const auto& [id, view] : fleet_.sites()) {
      const bool fresh = view.heard && moment(now).at - *view.heard < 10min;
      ASSERT_EQ(view.state == SiteState::Up, fresh) << id.text() << " at step " << step;
    }
  }
}

}  // namespace
}  // namespace karkara
