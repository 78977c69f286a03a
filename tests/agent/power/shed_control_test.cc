// Shedding, through the whole feature: what the ladder says reaches classes, uplinks, relays, the disk and people.
#include "agent/power/shed_control.h"

#include <gmock/gmock.h>

#include "tests/agent/power/small_mast.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

PowerSettings with_a_ladder() {
  PowerSettings settings = mast_settings();
  ShedStage evening{.id = "evening", .below = Percent{60}};
  evening.actions = {ShedClassCeiling{"public", Percent{25}}};
  ShedStage night{.id = "night", .below = Percent{45}};
  night.actions = {ShedClassOff{"public"}, RestUplink{*UplinkId::parse("vsat"), minutes{15}, hours{1}, {}},
                   RelayOff{*DeviceId::parse("camera")}};
  settings.shedding.stages = {evening, night};
  settings.shedding.relays = {{*DeviceId::parse("camera"), GpioRelay{"/dev/gpiochip0", 17, false}}};
  settings.shedding.follow_forecast = false;
  return settings;
}

// From full to about `percent` of 100 Ah.
void drain_to(SmallMast& mast, int percent) {
  mast.say(14.4, 6, 90, 4, 1);
  mast.run_for(hours{2});
  mast.say(13.6, 0.3, 18, 5, 1);
  mast.run_for(hours{1});
  mast.say(12.3, -10, 0, 0, 10);
  mast.run_for(minutes{6 * (100 - percent)});
  mast.say(12.3, -0.2, 0, 0, 0.2);
  mast.run_for(minutes{30});
}

std::vector<bool> orders_of(SmallMast& mast, const char* relay) {
  std::vector<bool> orders;
  for (const Effect& effect : mast.asked()) {
    if (const auto* order = std::get_if<SwitchRelay>(&effect); order && order->relay.text() == relay) {
      orders.push_back(order->on);
    }
  }
  return orders;
}

TEST(ShedControl, AFullBatteryShedsNothing) {
  SmallMast mast{with_a_ladder()};
  drain_to(mast, 90);
  EXPECT_EQ(mast.feature().shedding().stage, 0U);
  EXPECT_THAT(mast.feature().shedding().classes, IsEmpty());
  EXPECT_FALSE(mast.is_raised(MessageId::LoadShed));
  EXPECT_EQ(mast.value(SeriesId::ShedStage), 0.0);
}

TEST(ShedControl, ALowBatteryTurnsOffWhatItsStageNames) {
  SmallMast mast{with_a_ladder()};
  drain_to(mast, 35);
  const Shedding shedding = mast.feature().shedding();
  ASSERT_EQ(shedding.stage, 2U) << *mast.value(SeriesId::BatteryCharge);
  EXPECT_THAT(shedding.classes, Contains(testing::Field(&ShedClass::off, true)));
  ASSERT_THAT(orders_of(mast, "camera"), testing::Not(IsEmpty()));
  EXPECT_FALSE(orders_of(mast, "camera").back());
  EXPECT_TRUE(mast.is_raised(MessageId::LoadShed));
  const EnergyReport report = mast.feature().energy_report(mast.time_now());
  ASSERT_EQ(report.stages.size(), 2U);
  EXPECT_TRUE(report.stages[0].active && report.stages[1].active);
  EXPECT_THAT(report.events.at(0).detail, HasSubstr("night"));
  // A quarter of each hour the satellite is awake.
  int awake = 0;
  for (int i = 0; i < 60; ++i) {
    mast.run_for(minutes{1});
    awake += mast.feature().shedding().resting.empty() ? 1 : 0;
  }
  EXPECT_NEAR(awake, 15, 1);
}

TEST(ShedControl, ARestartDoesNotPutEverythingOn) {
  SmallMast mast{with_a_ladder()};
  drain_to(mast, 35);
  ASSERT_EQ(mast.feature().shedding().stage, 2U);
  mast.take(mast.feature().stop(mast.time_now()));
  SmallMast again{with_a_ladder(), mast.kept()};
  again.say(12.2, -0.2, 0, 0, 0.2);
  again.run_for(minutes{1});
  EXPECT_EQ(again.feature().shedding().stage, 2U);
  EXPECT_THAT(again.feature().energy_report(again.time_now()).events.at(0).detail, HasSubstr("night"));
}

TEST(ShedControl, ARelayThatDoesNotObeyIsToldAndRaised) {
  SmallMast mast{with_a_ladder()};
  drain_to(mast, 35);
  for (int i = 0; i < 20; ++i) {
    for (const Effect& effect : std::exchange(mast.asked(), {})) {
      if (const auto* order = std::get_if<SwitchRelay>(&effect)) {
        mast.take(mast.feature().on(
            RelaySwitched{order->relay, order->request, order->on, Error{ErrorCode::Unavailable, "no such chip"}},
            mast.time_now()));
      }
    }
    mast.run_for(minutes{5});
  }
  EXPECT_TRUE(mast.is_raised(MessageId::RelayStuck));
  EXPECT_THAT(mast.feature().energy_report(mast.time_now()).explanation, Contains(HasSubstr("no such chip")));
}

// Not at the next look, ten seconds later: what was off would be on for so long at each restart.
TEST(ShedControl, ARestartShedsAtOnceAsBefore) {
  SmallMast mast{with_a_ladder()};
  drain_to(mast, 35);
  ASSERT_EQ(mast.feature().shedding().stage, 2U);
  mast.take(mast.feature().stop(mast.time_now()));
  SmallMast again{with_a_ladder(), mast.kept()};
  again.take(again.feature().tick(again.time_now()));
  EXPECT_EQ(again.feature().shedding().stage, 2U);
  EXPECT_THAT(orders_of(again, "camera"), testing::ElementsAre(false)) << "never on";
}

// A Tycon that lost its power has its relays on again.
TEST(ShedControl, ARelayWhoseDeviceCameBackIsOrderedAgain) {
  PowerSettings settings = with_a_ladder();
  SnmpTarget target;
  target.endpoint = *IpEndpoint::parse("10.0.0.7:161");
  PowerSourceSettings tycon{.id = *DeviceId::parse("tycon"), .kind = PowerSourceKind::Snmp};
  tycon.snmp = target;
  tycon.deadline = minutes{1};
  settings.sources.push_back(tycon);
  settings.shedding.relays[0].by = SnmpRelay{target, {1, 3, 6, 1, 4, 1, 45621, 2, 2, 1}, 1, 0};
  SmallMast mast{settings};
  const auto answer_all = [&](bool talks) {
    std::vector<SnmpSet> orders;
    for (const Effect& effect : std::exchange(mast.asked(), {})) {
      if (const auto* set = std::get_if<SnmpSet>(&effect)) {
        orders.push_back(*set);
        mast.take(mast.feature().on(SnmpSetDone{set->device, set->request, {}}, mast.time_now().now));
      } else if (const auto* get = std::get_if<SnmpGet>(&effect); get != nullptr && talks) {
        mast.take(mast.feature().on(SnmpAnswered{get->device, get->request, VarBinds{}}, mast.time_now().now));
      }
    }
    return orders;
  };
  drain_to(mast, 35);
  (void)answer_all(true);
  mast.run_for(minutes{2});
  EXPECT_TRUE(mast.is_raised(MessageId::PowerSourceLost));
  (void)answer_all(false);
  mast.run_for(minutes{6});
  const std::vector<SnmpSet> before = answer_all(true);
  EXPECT_THAT(before, IsEmpty()) << "it is confirmed";
  EXPECT_FALSE(mast.is_raised(MessageId::PowerSourceLost));
  const std::vector<SnmpSet> orders = answer_all(true);
  ASSERT_THAT(orders, testing::SizeIs(1));
  EXPECT_EQ(orders[0].value, SnmpValue{std::int32_t{0}});
}

TEST(ShedControl, AReloadKeepsTheStageAndWhatItsRelaysAre) {
  SmallMast mast{with_a_ladder()};
  drain_to(mast, 35);
  for (int i = 0; i < 60; ++i) {
    for (const Effect& effect : std::exchange(mast.asked(), {})) {
      if (const auto* order = std::get_if<SwitchRelay>(&effect)) {
        mast.take(mast.feature().on(RelaySwitched{order->relay, order->request, order->on, {}}, mast.time_now()));
      }
    }
    mast.run_for(std::chrono::seconds{10});
  }
  const EnergyReport before = mast.feature().energy_report(mast.time_now());
  ASSERT_EQ(before.stage, 2U);
  PowerSettings settings = with_a_ladder();
  settings.sources[0].deadline = std::chrono::seconds{20};
  mast.take(mast.feature().reconfigure(settings, mast.time_now().now));
  const EnergyReport after = mast.feature().energy_report(mast.time_now());
  EXPECT_EQ(after.stage, 2U);
  EXPECT_EQ(after.stage_reason, before.stage_reason);
  mast.run_for(minutes{10});
  EXPECT_EQ(mast.feature().shedding().stage, 2U);
  EXPECT_THAT(orders_of(mast, "camera"), IsEmpty()) << "it is off, and that was confirmed";
  mast.take(mast.feature().reconfigure(mast_settings(), mast.time_now().now));
  mast.run_for(minutes{1});
  ASSERT_THAT(orders_of(mast, "camera"), testing::Not(IsEmpty()));
  EXPECT_TRUE(orders_of(mast, "camera").front());
}

TEST(ShedControl, ALadderThatIsTakenAwayPutsItsRelaysBackOn) {
  SmallMast mast{with_a_ladder()};
  drain_to(mast, 35);
  ASSERT_FALSE(orders_of(mast, "camera").back());
  mast.take(mast.feature().reconfigure(mast_settings(), mast.time_now().now));
  mast.run_for(minutes{1});
  EXPECT_TRUE(orders_of(mast, "camera").back());
  EXPECT_EQ(mast.feature().shedding(), Shedding{});
  EXPECT_FALSE(mast.is_raised(MessageId::LoadShed));
}

}  // namespace
}  // namespace karkara
