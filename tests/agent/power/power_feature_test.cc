#include "agent/power/power_feature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/agent/power/charger_bench.h"

namespace karkara {
namespace {

using fixtures::charger_second;
using fixtures::vedirect_block;
using fixtures::vedirect_hex;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;

TEST(PowerFeature, AsksForEachPortOnceAtStart) {
  PowerFeature feature{{{source("charger", "/dev/ttyUSB0"), source("bmv", "/dev/ttyUSB1")}}};
  const Effects effects = feature.start(Instant{});
  ASSERT_THAT(effects, SizeIs(2));
  const auto& second = std::get<OpenSerial>(effects[1]);
  EXPECT_EQ(second.device, device("bmv"));
  EXPECT_EQ(second.path, "/dev/ttyUSB1");
  EXPECT_EQ(second.baud, 19'200U);
}

TEST(PowerFeature, ForgetsValuesAtTheDeadlineAndRaisesTheAlarmOnce) {
  ChargerBench bench;
  bench.open();
  bench.hear(kCharger);
  EXPECT_EQ(bench.feature().next_deadline(), bench.now() + seconds{5});
  EXPECT_THAT(bench.pass(milliseconds{4'999}), IsEmpty());
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{13.2});
  const Effects effects = bench.pass(milliseconds{1});
  EXPECT_EQ(alarms(effects), (std::vector<Said>{{MessageId::PowerSourceLost, true, "nothing that verifies for 5 s"}}));
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{Absent::Stale});
  EXPECT_EQ(bench.value(SeriesId::SourceUp), Value{0.0});
  EXPECT_EQ(bench.report().state, "silent");
  EXPECT_EQ(bench.report().product, "SmartSolar MPPT 75/15, firmware 1.64");
  EXPECT_THAT(bench.pass(minutes{10}), IsEmpty());
  EXPECT_EQ(alarms(bench.hear(kCharger)), (std::vector<Said>{{MessageId::PowerSourceLost, false, ""}}));
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{13.2});
}

TEST(PowerFeature, RaisesTheAlarmForAPortThatOpensAndStaysSilent) {
  ChargerBench bench{seconds{30}};
  EXPECT_THAT(bench.pass(minutes{10}), IsEmpty());  // not there yet: waiting, no alarm
  bench.open();
  EXPECT_THAT(bench.pass(seconds{29}), IsEmpty());
  EXPECT_THAT(alarms(bench.pass(seconds{1})), SizeIs(1));
}

TEST(PowerFeature, TellsALostPortAtOnceButNotOneThatNeverWorked) {
  ChargerBench bench;
  EXPECT_THAT(alarms(bench.close("No such file or directory")), IsEmpty());
  EXPECT_EQ(bench.report().state, "waiting for device: No such file or directory");
  EXPECT_THAT(bench.feature().waiting(), testing::ElementsAre("power device charger (/dev/ttyUSB0)"));
  bench.open();
  bench.hear(kCharger);
  EXPECT_THAT(bench.feature().waiting(), IsEmpty());
  EXPECT_EQ(alarms(bench.close("the device is gone")),
            (std::vector<Said>{{MessageId::PowerSourceLost, true, "the device is gone"}}));
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{Absent::Stale});
  EXPECT_EQ(bench.value(SeriesId::SourceUp), Value{0.0});
  bench.open();
  EXPECT_EQ(alarms(bench.hear(kCharger)), (std::vector<Said>{{MessageId::PowerSourceLost, false, ""}}));
}

TEST(PowerFeature, RaisesAndClearsTheChargersFault) {
  ChargerBench bench;
  bench.open();
  EXPECT_THAT(alarms(bench.hear(kCharger)), IsEmpty());
  EXPECT_EQ(alarms(bench.hear(charger_with("ERR", "33"))),
            (std::vector<Said>{{MessageId::ChargerFault, true, "panel voltage too high"}}));
  EXPECT_THAT(alarms(bench.hear(charger_with("ERR", "33"))), IsEmpty());
  EXPECT_EQ(alarms(bench.hear(charger_with("ERR", "2"))),
            (std::vector<Said>{{MessageId::ChargerFault, true, "battery voltage too high"}}));
  EXPECT_EQ(alarms(bench.hear(kCharger)), (std::vector<Said>{{MessageId::ChargerFault, false, ""}}));
}

TEST(PowerFeature, IgnoresTheSensorErrorOfAChargerThatJustStarted) {
  ChargerBench bench;
  bench.open();
  for (int second = 0; second < 300; ++second) {
    ASSERT_THAT(alarms(bench.hear(charger_with("ERR", "21"))), IsEmpty()) << second;
    bench.pass(seconds{1});
  }
  EXPECT_EQ(alarms(bench.hear(charger_with("ERR", "21"))),
            (std::vector<Said>{{MessageId::ChargerFault, true, "current sensor"}}));
}

TEST(PowerFeature, WritesNothingToThePortButItsQuestions) {
  ChargerBench bench;
  bench.open();
  for (unsigned second = 0; second < 400; ++second) {
    for (const Effect& effect : bench.hear(charger_second(second) + vedirect_hex("7D5ED00A404"))) {
      if (const auto* write = std::get_if<WriteSerial>(&effect)) {
        const std::string text{reinterpret_cast<const char*>(write->bytes.data()), write->bytes.size()};
        const bool is_history = text.substr(0, 2) + text.substr(4, 4) == ":71000";  // a get of 0x10..
        EXPECT_TRUE(is_history || text.starts_with(":7ECED00") || text.starts_with(":7DBED00")) << text;
      }
    }
    bench.pass(seconds{1});
  }
}

TEST(PowerFeature, KeepsUnchangedSourcesOverAReload) {
  ChargerBench bench;
  bench.open();
  bench.hear(charger_with("ERR", "33"));
  PowerSettings wanted = bench.settings();
  wanted.sources.push_back(source("bmv", "/dev/ttyUSB1"));
  wanted.sources[0].deadline = seconds{60};
  const Effects effects = bench.feature().reconfigure(wanted, bench.now());
  ASSERT_THAT(effects, SizeIs(1));
  EXPECT_EQ(std::get<OpenSerial>(effects[0]).device, device("bmv"));
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{13.2});
  EXPECT_EQ(bench.feature().next_deadline(), bench.now() + seconds{60});
  EXPECT_THAT(bench.feature().samples({bench.now(), std::nullopt}), SizeIs(26));
}

TEST(PowerFeature, ClosesRemovedSourcesAndClearsTheirAlarms) {
  ChargerBench bench;
  bench.open();
  bench.hear(charger_with("ERR", "33"));
  bench.pass(seconds{5});
  const Effects effects = bench.feature().reconfigure({}, bench.now());
  ASSERT_THAT(effects, SizeIs(3));
  EXPECT_EQ(std::get<CloseSerial>(effects[0]).device, device("charger"));
  EXPECT_EQ(alarms(effects),
            (std::vector<Said>{{MessageId::PowerSourceLost, false, ""}, {MessageId::ChargerFault, false, ""}}));
  EXPECT_THAT(bench.open(), IsEmpty());  // a late event of a device that is no longer ours
  EXPECT_THAT(bench.hear(kCharger), IsEmpty());
  EXPECT_THAT(bench.feature().samples({bench.now(), std::nullopt}), IsEmpty());
  EXPECT_EQ(bench.feature().next_deadline(), Instant::max());
}

TEST(PowerFeature, OpensAnotherPortAnewAndIgnoresWhatIsLeftOfTheOldOne) {
  ChargerBench bench;
  bench.open();
  bench.hear(kCharger);
  PowerSettings wanted = bench.settings();
  wanted.sources[0].device = "/dev/ttyUSB7";
  const Effects effects = bench.feature().reconfigure(wanted, bench.now());
  ASSERT_THAT(effects, SizeIs(2));
  EXPECT_EQ(std::get<CloseSerial>(effects[0]).device, device("charger"));
  EXPECT_EQ(std::get<OpenSerial>(effects[1]).path, "/dev/ttyUSB7");
  bench.hear(kCharger);
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{Absent::NotYet});
  bench.open();
  bench.hear(charger_with("V", "12000"));
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{12.0});
}

TEST(PowerFeature, KeepsItsPromisesUnderAnyOrderOfEvents) {
  std::mt19937 random{5};
  for (int round = 0; round < 50; ++round) {
    ChargerBench bench;
    for (int step = 0; step < 200; ++step) {
      switch (random() % 6) {
        case 0: bench.open(); break;
        case 1: bench.close("gone"); break;
        case 2: bench.hear(kCharger); break;
        case 3: bench.hear(vedirect_block(kCharger).substr(random() % 100, random() % 100)); break;
        case 4: bench.hear(charger_with("ERR", "2")); break;
        default: bench.pass(milliseconds{random() % 7'000}); break;
      }
      bench.pass(Duration{0});  // checks next_deadline() > now
      const bool up = bench.value(SeriesId::SourceUp) == Value{1.0};
      EXPECT_EQ(up, bench.report().state == "answering");
      EXPECT_TRUE(up || !has_value(bench.value(SeriesId::BatteryVoltage)));
    }
  }
}

}  // namespace
}  // namespace karkara
