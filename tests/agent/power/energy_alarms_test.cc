// The alarms of the site's energy, each raised by what it is there for and taken back when that is over: a mast with a
// sun, dust and a battery of their own, seen by the whole energy watch.
#include <gtest/gtest.h>

#include <map>

#include "agent/power/energy_watch.h"
#include "tests/agent/power/sun/small_site.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class WatchedMast {
 public:
  explicit WatchedMast(const SmallSiteSetup& setup)
      : site{setup, day_number(2026, 2, 1)}, watch_{small_battery(), niamey_settings(), {}} {}

  void run(double days, Duration step = minutes{4}) {
    const auto steps = static_cast<int>(days * static_cast<double>(hours{24} / step));
    for (int i = 0; i < steps; ++i) {
      site.step(step);
      if (site.is_cut()) {
        continue;  // the router is off
      }
      EnergySample sample = site.sample();
      sample.told_state_of_charge = site.gauge().state_of_charge;
      if (told_capacity) {
        sample.told_capacity = told_capacity;
      }
      for (const Effect& effect : watch_.see(sample, 0, {site.now(), site.wall()}, events)) {
        if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
          take(*alarm);
        }
      }
    }
  }
  [[nodiscard]] bool is_raised(MessageId message) const { return raised_.contains(message); }
  [[nodiscard]] std::string field(MessageId message, std::string_view key) const {
    const auto alarm = raised_.find(message);
    for (const auto& [name, value] : alarm != raised_.end() ? alarm->second : Fields{}) {
      if (name == key) {
        return value;
      }
    }
    return {};
  }
  [[nodiscard]] bool was_raised(MessageId message) const { return ever_.contains(message); }

  SmallSite site;
  std::optional<AmpHours> told_capacity;
  PowerEvents events;

 private:
  void take(const SetAlarm& alarm) {
    if (alarm.raised) {
      raised_[alarm.key.message] = alarm.fields;
      ever_[alarm.key.message] = true;
    } else {
      raised_.erase(alarm.key.message);
    }
  }
  EnergyWatch watch_;
  std::map<MessageId, Fields> raised_;
  std::map<MessageId, bool> ever_;
};

// Two days behind a dust storm, then the sun again.
TEST(EnergyAlarms, ANightThatWillNotBeSurvivedAndADisconnectThatIsNearAreRaisedAndTakenBack) {
  SmallSiteSetup setup;
  setup.load = [](int, int, unsigned) { return 22.0; };
  WatchedMast mast{setup};
  mast.run(12);
  EXPECT_FALSE(mast.was_raised(MessageId::NightAtRisk));
  EXPECT_FALSE(mast.was_raised(MessageId::DisconnectNear));
  mast.site.set_clearness(0.02);
  for (int hour = 0; hour < 96 && !mast.site.is_cut(); ++hour) {
    mast.run(1.0 / 24);
  }
  ASSERT_TRUE(mast.site.is_cut());
  EXPECT_TRUE(mast.was_raised(MessageId::NightAtRisk));
  EXPECT_TRUE(mast.was_raised(MessageId::DisconnectNear)) << "hours before the cut";
  mast.site.set_clearness(1);
  mast.run(4);
  EXPECT_FALSE(mast.is_raised(MessageId::NightAtRisk));
  EXPECT_FALSE(mast.is_raised(MessageId::DisconnectNear));
  EXPECT_FALSE(mast.was_raised(MessageId::ArrayDirty)) << "a storm is no dust on the glass";
}

TEST(EnergyAlarms, DustThatSettlesIsRaisedUntilSomebodyWipes) {
  SmallSiteSetup dusty;
  dusty.dust_per_day = 0.007;
  dusty.load = [](int, int, unsigned) { return 45.0; };
  WatchedMast mast{dusty};
  mast.run(33);
  ASSERT_TRUE(mast.is_raised(MessageId::ArrayDirty));
  EXPECT_NE(mast.field(MessageId::ArrayDirty, "loss_per_day"), "");
  mast.site.wash();
  mast.run(6);
  EXPECT_FALSE(mast.is_raised(MessageId::ArrayDirty));
  const auto events = mast.events.newest_first();
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events[0].what, "cleaned");
}

TEST(EnergyAlarms, ABatteryThatHoldsMuchLessThanItsLabelIsRaised) {
  WatchedMast mast{{}};
  mast.told_capacity = AmpHours{92};
  mast.run(1);
  EXPECT_FALSE(mast.is_raised(MessageId::BatteryAged));
  for (const double capacity : {60.0, 59.0, 58.5, 58.0}) {  // its BMS has found out
    mast.told_capacity = AmpHours{capacity};
    mast.run(0.25);
  }
  EXPECT_TRUE(mast.is_raised(MessageId::BatteryAged));
  EXPECT_NE(mast.field(MessageId::BatteryAged, "capacity"), "");
}

TEST(EnergyAlarms, TheEndOfALongSpellWithoutAFullChargeIsAnEvent) {
  EnergyWatch watch{BatterySettings{}, std::nullopt, {}};
  PowerEvents events;
  Instant now{hours{1}};
  const auto live = [&](int for_hours, double volts, double amperes, ChargePhase phase) {
    EnergySample sample;
    sample.battery_voltage = Volts{volts};
    sample.battery_current = Amps{amperes};
    sample.phase = phase;
    for (const Instant end = now + hours{for_hours}; now < end; now = now + minutes{1}) {
      (void)watch.see(sample, 0, {now, std::nullopt}, events);
    }
  };
  const auto fill_up = [&] { live(3, 14.4, 0.5, ChargePhase::Absorption); };
  fill_up();
  live(12, 12.5, -2, ChargePhase::Off);
  live(3, 13.6, 10, ChargePhase::Bulk);
  fill_up();
  ASSERT_TRUE(watch.battery(now).since_full);
  EXPECT_TRUE(events.newest_first().empty()) << "full each day is nothing to tell";
  live(40, 12.4, -1, ChargePhase::Off);
  live(5, 13.6, 10, ChargePhase::Bulk);
  fill_up();
  ASSERT_EQ(events.newest_first().size(), 1U);
  EXPECT_EQ(events.newest_first()[0].what, "full");
  EXPECT_EQ(events.newest_first()[0].detail.find("for the first time in 1."), 0U) << events.newest_first()[0].detail;
}

}  // namespace
}  // namespace karkara
