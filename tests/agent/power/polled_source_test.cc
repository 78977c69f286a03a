// What every polled source has in common, whatever it speaks: a device that a test plays.
#include "agent/power/polled_source.h"

#include <gmock/gmock.h>

#include "agent/devices/quantities.h"

namespace karkara {
namespace {

using std::chrono::seconds;
using testing::IsEmpty;

class PlayedDevice final : public PolledDevice {
 public:
  struct State {
    QuantityReadings readings;
    std::optional<Instant> heard;
    std::uint64_t bad = 0;
    std::string trouble;
    std::uint64_t looks = 0;
    std::optional<std::uint32_t> uptime;
    std::string product = "Played 1";
    std::string model = "Played";
  };
  explicit PlayedDevice(const State& state) : state_{state} {}
  Effects start(Instant /*now*/) override { return {}; }
  Effects tick(Instant /*now*/) override { return {}; }
  Effects retire() override { return {}; }
  [[nodiscard]] Instant next_deadline() const override { return Instant::max(); }
  [[nodiscard]] const QuantityReadings& readings() const override { return state_.readings; }
  [[nodiscard]] std::optional<Instant> heard_at() const override { return state_.heard; }
  [[nodiscard]] std::string product() const override { return state_.product; }
  [[nodiscard]] CountedDevice counted() const override { return {state_.model, {}}; }
  [[nodiscard]] std::string trouble() const override { return state_.trouble; }
  [[nodiscard]] std::uint64_t bad_frames() const override { return state_.bad; }
  [[nodiscard]] std::uint64_t looks() const override { return state_.looks; }
  [[nodiscard]] std::optional<std::uint32_t> uptime_hundredths() const override { return state_.uptime; }

 private:
  const State& state_;
};

class Polled : public testing::Test {
 protected:
  Polled() : source_{settings(), std::make_unique<PlayedDevice>(device_)} { source_.start(now_); }

  static PowerSourceSettings settings() {
    return {
        .id = *DeviceId::parse("bms"), .kind = PowerSourceKind::Jk, .device = "/dev/ttyUSB0", .deadline = seconds{30}};
  }
  void hear(QuantityReadings readings) {
    device_.readings = std::move(readings);
    device_.heard = now_;
    ++device_.looks;
  }
  // A look ten seconds later at a device that says these counts.
  void count(double kilowatt_hours, double pulses) {
    hear(
        {{std::string{quantity::kYieldTotal}, "kWh", kilowatt_hours, "", 32, 0.01}, {"pulses", "", pulses, "", 32, 1}});
    pass(seconds{10});
  }
  double pulses() { return std::get<double>(source_.report(now_).quantities.at(0).value); }
  double yield() { return std::get<double>(value(SeriesId::YieldTotal)); }
  Effects pass(Duration time) {
    now_ = now_ + time;
    return source_.tick(now_);
  }
  std::vector<std::string> alarms(const Effects& effects) {
    std::vector<std::string> said;
    for (const Effect& effect : effects) {
      if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
        said.push_back(
            std::string{alarm->raised ? "+" : "-"} +
            (alarm->key.message == MessageId::PowerSourceLost ? "lost"
             : alarm->key.message == MessageId::BatteryAlarm  ? "battery"
                                                              : "fault") +
            (alarm->fields.size() > 1 || alarm->key.message == MessageId::BatteryAlarm ? detail_of(*alarm) : ""));
      }
    }
    return said;
  }
  static std::string detail_of(const SetAlarm& alarm) {
    const bool plain = alarm.fields.empty() || alarm.key.message == MessageId::PowerSourceLost;
    return plain ? "" : ": " + alarm.fields.back().second;
  }
  Value value(SeriesId series) {
    for (const Sample& sample : source_.samples(now_)) {
      if (sample.series == series) {
        return sample.value;
      }
    }
    return Absent::NoSuchObject;
  }

  PlayedDevice::State device_;
  PolledSource source_;
  Instant now_{seconds{100}};
};

const QuantityReadings kBattery{{std::string{quantity::kBatteryVoltage}, "V", 13.2},
                                {std::string{quantity::kBatteryCurrent}, "A", -4.5},
                                {std::string{quantity::kStateOfCharge}, "%", 63.0},
                                {std::string{quantity::kBatteryTemperature}, "degC", Absent::NotAvailable},
                                {"cell-spread", "V", 0.012}};

TEST_F(Polled, GivesQuantitiesToTheirSeriesAndTheRestToTheReport) {
  hear(kBattery);
  EXPECT_EQ(value(SeriesId::BatteryVoltage), Value{13.2});
  EXPECT_EQ(value(SeriesId::StateOfCharge), Value{0.63});
  EXPECT_EQ(value(SeriesId::BatteryTemperature), Value{Absent::NotAvailable});
  EXPECT_EQ(value(SeriesId::SourceUp), Value{1.0});
  const PowerSourceReport report = source_.report(now_);
  EXPECT_EQ(report.state, "answering");
  EXPECT_EQ(report.product, "Played 1");
  ASSERT_EQ(report.quantities.size(), 1U);
  EXPECT_EQ(report.quantities[0], (QuantityReport{"cell-spread", "V", 0.012}));
}

TEST_F(Polled, TellsItsPartOfTheSitesEnergy) {
  hear(kBattery);
  const EnergySample energy = source_.energy(now_);
  EXPECT_EQ(energy.battery_current, Amps{-4.5});
  EXPECT_EQ(energy.told_state_of_charge, Percent{63});
  EXPECT_FALSE(energy.battery_temperature);
  EXPECT_FALSE(energy.charge_current) << "what nobody told is absent, never 0";
}

TEST_F(Polled, ValuesAreStaleBehindTheDeadlineAndTheAlarmIsRaisedOnce) {
  hear(kBattery);
  EXPECT_THAT(alarms(pass(seconds{29})), IsEmpty());
  EXPECT_THAT(alarms(pass(seconds{1})), testing::ElementsAre("+lost"));
  EXPECT_THAT(alarms(pass(seconds{30})), IsEmpty());
  EXPECT_EQ(value(SeriesId::BatteryVoltage), Value{Absent::Stale});
  EXPECT_EQ(value(SeriesId::SourceUp), Value{0.0});
  EXPECT_EQ(source_.energy(now_), EnergySample{});
  hear(kBattery);
  EXPECT_THAT(alarms(pass(seconds{1})), testing::ElementsAre("-lost"));
}

TEST_F(Polled, ALineThatClosesIsLostAtOnceAndWhatItSaidCountsNoLonger) {
  hear(kBattery);
  EXPECT_THAT(alarms(source_.on(SerialClosed{settings().id, "No such device"}, now_)), testing::ElementsAre("+lost"));
  EXPECT_EQ(source_.waiting_for(), "/dev/ttyUSB0");
  EXPECT_EQ(value(SeriesId::BatteryVoltage), Value{Absent::Stale});
  pass(seconds{1});
  source_.on(SerialOpened{settings().id}, now_);
  EXPECT_EQ(source_.waiting_for(), "");
  EXPECT_EQ(value(SeriesId::BatteryVoltage), Value{Absent::Stale}) << "said before the cable was pulled";
  pass(seconds{1});
  hear(kBattery);
  EXPECT_THAT(alarms(pass(seconds{1})), testing::ElementsAre("-lost"));
}

TEST_F(Polled, AChargersErrorIsAnAlarmUntilItIsGone) {
  hear({{std::string{quantity::kChargerError}, "", 17.0}});
  EXPECT_THAT(alarms(pass(seconds{1})), testing::ElementsAre("+fault"));
  EXPECT_THAT(alarms(pass(seconds{1})), IsEmpty());
  hear({{std::string{quantity::kChargerError}, "", 0.0}});
  EXPECT_THAT(alarms(pass(seconds{1})), testing::ElementsAre("-fault"));
}

TEST_F(Polled, AChargersErrorIsToldByItsName) {
  hear({{std::string{quantity::kChargerError}, "", 9.0, "over-current, software"}});
  EXPECT_THAT(alarms(pass(seconds{1})), testing::ElementsAre("+fault: over-current, software"));
}

TEST_F(Polled, AChargerThatOnlySaysThatItIsInFaultIsAnAlarmToo) {
  hear({{std::string{quantity::kChargeState}, "", 2.0, "wrong battery voltage"}});
  EXPECT_THAT(alarms(pass(seconds{1})), testing::ElementsAre("+fault: wrong battery voltage"));
  hear({{std::string{quantity::kChargeState}, "", Absent::NotAvailable}});
  EXPECT_THAT(alarms(pass(seconds{1})), IsEmpty()) << "what is not known now takes nothing back";
  hear({{std::string{quantity::kChargeState}, "", 3.0, "bulk"}});
  EXPECT_THAT(alarms(pass(seconds{1})), testing::ElementsAre("-fault"));
}

TEST_F(Polled, WhatABatterysManagementReportsIsAnAlarmUntilItIsGone) {
  hear({{std::string{quantity::kBatteryAlarms}, "", 0.0, "none"}});
  EXPECT_THAT(alarms(pass(seconds{1})), IsEmpty());
  hear({{std::string{quantity::kBatteryAlarms}, "", 16.0, "battery hot"}});
  EXPECT_THAT(alarms(pass(seconds{1})), testing::ElementsAre("+battery: battery hot"));
  hear({{std::string{quantity::kBatteryAlarms}, "", 2064.0, "battery hot, cell voltage low"}});
  EXPECT_THAT(alarms(pass(seconds{1})), testing::ElementsAre("+battery: battery hot, cell voltage low"));
  EXPECT_THAT(alarms(source_.retire()), testing::ElementsAre("-battery"));
}

TEST_F(Polled, ACountGoesOnWhereTheDeviceWasSetBackOrCameRound) {
  count(100, 4294967290);
  count(100.01, 4294967295);
  count(0, 4);
  count(0, 4);
  count(0.01, 5);
  EXPECT_NEAR(yield(), 100.02, 1e-9);
  EXPECT_EQ(pulses(), 4294967301);
  EXPECT_EQ(source_.counts().take_resets().size(), 1U);
}

TEST_F(Polled, ARebootIsNoWrapOfWhatADeviceForgetsWithoutPower) {
  device_.uptime = 90'000'000;
  count(1, 4294967000);
  *device_.uptime += 1000;
  count(1, 4294967290);
  device_.uptime = 500;
  count(1, 4);
  *device_.uptime += 1000;
  count(1, 10);
  EXPECT_EQ(pulses(), 4294967296) << "six since it is up";
  *device_.uptime += 1000;
  count(1, 12);
  EXPECT_EQ(pulses(), 4294967298);
}

TEST_F(Polled, OneLookIsCountedOnceHoweverOftenItIsLookedAt) {
  count(100, 0);
  count(100.01, 0);
  count(5000, 0);  // wild
  pass(seconds{1});
  pass(seconds{1});
  EXPECT_NEAR(yield(), 100.01, 1e-9);
  count(100.02, 0);
  EXPECT_NEAR(yield(), 100.02, 1e-9);
}

TEST_F(Polled, AnotherDevicesCountsAreItsOwn) {
  count(100, 7);
  device_.model = "Other";
  count(30, 2);
  EXPECT_NEAR(yield(), 30, 1e-9) << "never the total of the one before";
  count(30, 2);
  EXPECT_NEAR(yield(), 30.0, 1e-9);
  EXPECT_EQ(pulses(), 2);
}

TEST_F(Polled, CountsGoOnOverAnUpdateOfTheFirmware) {
  count(100, 7);
  count(100.01, 7);
  count(0, 7);
  count(0, 7);
  count(0.02, 8);
  ASSERT_NEAR(yield(), 100.03, 1e-9);
  device_.product = "Played 2";
  count(0.03, 9);
  EXPECT_NEAR(yield(), 100.04, 1e-9) << "what was counted before the reset is nowhere else";
  EXPECT_EQ(source_.counts().take_resets().size(), 1U) << "of the reset";
}

TEST_F(Polled, SaysWhyThereAreNoReadings) {
  device_.trouble = "no table fits 'Foo 3000'";
  EXPECT_EQ(source_.report(now_).state, "no table fits 'Foo 3000'");
}

}  // namespace
}  // namespace karkara
