#include "agent/power/power_feature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/fixtures/vedirect_stream.h"

namespace karkara {
namespace {

using fixtures::charger_second;
using fixtures::Labels;
using fixtures::vedirect_block;
using fixtures::vedirect_hex;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;

DeviceId device(std::string_view id) {
  return *DeviceId::parse(id);
}

PowerSourceSettings source(std::string_view id, std::string path) {
  return {.id = device(id), .kind = PowerSourceKind::VeDirect, .device = std::move(path)};
}

const Labels kCharger{{"PID", "0xA053"}, {"FW", "164"}, {"SER#", "HQ0000KARKA"},
                      {"V", "13200"},    {"I", "-250"}, {"VPV", "33580"},
                      {"PPV", "48"},     {"CS", "3"},   {"ERR", "0"},
                      {"H19", "8272"},   {"H20", "12"}};

Labels charger_with(const std::string& label, const std::string& value) {
  Labels labels = kCharger;
  for (auto& [name, text] : labels) {
    text = name == label ? value : text;
  }
  return labels;
}

// One charger on a port of its own; time is a number.
class Bench {
 public:
  explicit Bench(Duration deadline = seconds{5}) : settings_{{source("charger", "/dev/ttyUSB0")}}, feature_{settings_} {
    settings_.sources[0].deadline = deadline;
    feature_ = PowerFeature{settings_};
    feature_.start(now_);
  }
  Effects open() { return feature_.on(SerialOpened{device("charger")}, now_); }
  Effects close(const std::string& why) { return feature_.on(SerialClosed{device("charger"), why}, now_); }
  Effects hear(std::string_view bytes) {
    const auto all = std::as_bytes(std::span{bytes});
    return feature_.on(SerialBytes{device("charger"), {all.begin(), all.end()}}, now_);
  }
  Effects hear(const Labels& labels) { return hear(vedirect_block(labels)); }
  Effects pass(Duration time) {
    now_ = now_ + time;
    Effects effects = feature_.tick({now_, std::nullopt});
    EXPECT_GT(feature_.next_deadline(), now_);
    return effects;
  }
  Value value(SeriesId series) const {
    for (const Sample& sample : feature_.samples({now_, std::nullopt})) {
      if (sample.series == series) {
        return sample.value;
      }
    }
    ADD_FAILURE() << "no such series";
    return Absent::NotYet;
  }
  PowerSourceReport report() const { return feature_.reports(now_).at(0); }
  PowerFeature& feature() { return feature_; }
  PowerSettings& settings() { return settings_; }
  Instant now() const { return now_; }

 private:
  PowerSettings settings_;
  PowerFeature feature_;
  Instant now_{seconds{100}};
};

struct Said {
  MessageId message;
  bool raised;
  std::string detail;
  friend bool operator==(const Said&, const Said&) = default;
};

// The alarms among the effects; their last field is the detail.
std::vector<Said> alarms(const Effects& effects) {
  std::vector<Said> said;
  for (const Effect& effect : effects) {
    if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
      said.push_back({alarm->key.message, alarm->raised, alarm->fields.empty() ? "" : alarm->fields.back().second});
    }
  }
  return said;
}

TEST(PowerFeature, AsksForEachPortOnceAtStart) {
  PowerFeature feature{{{source("charger", "/dev/ttyUSB0"), source("bmv", "/dev/ttyUSB1")}}};
  const Effects effects = feature.start(Instant{});
  ASSERT_THAT(effects, SizeIs(2));
  const auto& second = std::get<OpenSerial>(effects[1]);
  EXPECT_EQ(second.device, device("bmv"));
  EXPECT_EQ(second.path, "/dev/ttyUSB1");
  EXPECT_EQ(second.baud, 19'200U);
}

TEST(PowerFeature, TellsWhatTheChargerSaysInTheUnitsOfTheSeries) {
  Bench bench;
  bench.open();
  bench.hear(kCharger);
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{13.2});
  EXPECT_EQ(bench.value(SeriesId::BatteryCurrent), Value{-0.25});
  EXPECT_EQ(bench.value(SeriesId::PanelVoltage), Value{33.58});
  EXPECT_EQ(bench.value(SeriesId::PanelPower), Value{48.0});
  EXPECT_EQ(bench.value(SeriesId::ChargeState), Value{3.0});
  EXPECT_EQ(bench.value(SeriesId::ChargerError), Value{0.0});
  EXPECT_EQ(bench.value(SeriesId::YieldTotal), Value{82.72});
  EXPECT_EQ(bench.value(SeriesId::YieldToday), Value{0.12});
  EXPECT_EQ(bench.value(SeriesId::SourceUp), Value{1.0});
  EXPECT_EQ(bench.value(SeriesId::BadFrames), Value{0.0});
  EXPECT_EQ(bench.report().state, "answering");
  EXPECT_EQ(bench.report().product, "SmartSolar MPPT 75/15, firmware 1.64");
  EXPECT_EQ(bench.report().device, "/dev/ttyUSB0");
}

TEST(PowerFeature, ShowsWhatHasNoSeriesWithItsWord) {
  Bench bench;
  bench.open();
  Labels labels = kCharger;
  labels.insert(labels.end(), {{"MPPT", "1"}, {"OR", "0x00000101"}, {"LOAD", "ON"}, {"TTG", "-1"}, {"CE", "---"}});
  bench.hear(labels);
  const auto quantity = [&](std::string_view name) {
    for (const QuantityReport& each : bench.report().quantities) {
      if (each.name == name) {
        return each;
      }
    }
    return QuantityReport{};
  };
  EXPECT_EQ(quantity("tracker"), (QuantityReport{"tracker", "", 1.0, "limited"}));
  EXPECT_EQ(quantity("off-reasons"), (QuantityReport{"off-reasons", "", 257.0, "no input power, analysing input"}));
  EXPECT_EQ(quantity("load-switched-on").value, Value{1.0});
  EXPECT_EQ(quantity("time-to-go"), (QuantityReport{"time-to-go", "s", Absent::NotAvailable}));
  EXPECT_EQ(quantity("consumed-ampere-hours"), (QuantityReport{"consumed-ampere-hours", "Ah", Absent::NotAvailable}));
  EXPECT_EQ(quantity("battery-watts"), QuantityReport{}) << "a charger never says it";
  bench.pass(seconds{5});
  EXPECT_EQ(quantity("tracker").value, Value{Absent::Stale});
  bench.hear({{"PID", "0xA060"}, {"V", "12000"}});
  EXPECT_EQ(quantity("tracker"), QuantityReport{}) << "of the charger that was there before";
}

// Seen in the recording of a SmartSolar 250/70: registers that change are told unasked.
TEST(PowerFeature, HearsWhatAChargerSaysByHex) {
  Bench bench;
  bench.open();
  bench.hear(kCharger);
  EXPECT_FALSE(has_value(bench.value(SeriesId::BatteryTemperature)));
  bench.hear(vedirect_hex("AECED00316F") + vedirect_hex("ADBED00680B"));  // 284.65 K, 29.20 degrees
  EXPECT_NEAR(std::get<double>(bench.value(SeriesId::BatteryTemperature)), 11.5, 1e-9);
  const auto quantities = bench.report().quantities;
  const auto inside = std::ranges::find(quantities, "hex-charger-temperature", &QuantityReport::name);
  ASSERT_NE(inside, quantities.end());
  EXPECT_EQ(inside->value, Value{29.2});
  EXPECT_EQ(inside->unit, "°C");
  bench.hear(vedirect_hex("AECED00FFFF"));  // the probe was unplugged
  EXPECT_FALSE(has_value(bench.value(SeriesId::BatteryTemperature)));
  bench.hear(vedirect_hex("AECED00316F"));
  for (int second = 0; second < 61; ++second) {
    bench.pass(seconds{1});
    bench.hear(kCharger);
  }
  EXPECT_FALSE(has_value(bench.value(SeriesId::BatteryTemperature))) << "not told for a minute";
}

TEST(PowerFeature, SaysWhyAValueIsAbsent) {
  Bench bench;
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{Absent::NotYet});
  bench.open();
  bench.hear(charger_with("VPV", "---"));
  EXPECT_EQ(bench.value(SeriesId::PanelVoltage), Value{Absent::NotAvailable});
  EXPECT_EQ(bench.value(SeriesId::StateOfCharge), Value{Absent::NotYet});  // it may come in the next block
  for (int second = 0; second < 6; ++second) {
    bench.pass(seconds{1});
    bench.hear(charger_with("V", "655350"));
  }
  EXPECT_EQ(bench.value(SeriesId::StateOfCharge), Value{Absent::NotImplemented});
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{Absent::OutOfRange});
}

TEST(PowerFeature, ForgetsValuesAtTheDeadlineAndRaisesTheAlarmOnce) {
  Bench bench;
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
  Bench bench{seconds{30}};
  EXPECT_THAT(bench.pass(minutes{10}), IsEmpty());  // not there yet: waiting, no alarm
  bench.open();
  EXPECT_THAT(bench.pass(seconds{29}), IsEmpty());
  EXPECT_THAT(alarms(bench.pass(seconds{1})), SizeIs(1));
}

TEST(PowerFeature, TellsALostPortAtOnceButNotOneThatNeverWorked) {
  Bench bench;
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

TEST(PowerFeature, MergesBlocksOfADeviceThatSplitsThem) {
  Bench bench;
  bench.open();
  bench.hear(Labels{{"PID", "0x203"}, {"V", "12065"}, {"SOC", "839"}, {"TTG", "-1"}});
  bench.hear(Labels{{"H1", "-149322"}, {"H19", "8272"}});
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{12.065});
  EXPECT_EQ(bench.value(SeriesId::StateOfCharge), Value{0.839});
  EXPECT_EQ(bench.value(SeriesId::YieldTotal), Value{82.72});
  // One half stops coming: its values go stale although the device answers.
  for (int second = 0; second < 5; ++second) {
    bench.pass(seconds{1});
    bench.hear(Labels{{"PID", "0x203"}, {"V", "12065"}, {"SOC", "---"}});
  }
  EXPECT_EQ(bench.value(SeriesId::YieldTotal), Value{Absent::Stale});
  EXPECT_EQ(bench.value(SeriesId::StateOfCharge), Value{Absent::NotAvailable});
  EXPECT_EQ(bench.value(SeriesId::SourceUp), Value{1.0});
  EXPECT_EQ(bench.report().product, "BMV-700");
}

TEST(PowerFeature, CommitsNothingFromABlockThatDoesNotVerify) {
  Bench bench;
  bench.open();
  std::string flipped = vedirect_block(charger_with("PID", "0xA042"));
  flipped[12] = static_cast<char>(flipped[12] ^ 4);
  EXPECT_THAT(bench.hear(flipped), IsEmpty());  // may be the middle of a block: not an error
  EXPECT_EQ(bench.value(SeriesId::BadFrames), Value{0.0});
  const Effects effects = bench.hear(flipped);
  ASSERT_THAT(effects, SizeIs(1));
  EXPECT_EQ(std::get<Note>(effects[0]).id, MessageId::PowerBadFrames);
  EXPECT_THAT(bench.hear(flipped + ":BAD\n"), IsEmpty());  // said once
  EXPECT_EQ(bench.value(SeriesId::BadFrames), Value{3.0});
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{Absent::BadFrame});
  EXPECT_EQ(bench.report().product, "");
  EXPECT_EQ(bench.report().state, "opened");
  bench.hear(kCharger);
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{13.2});
  EXPECT_EQ(bench.value(SeriesId::BadFrames), Value{3.0});
}

TEST(PowerFeature, DoesNotMixTwoDevicesOnOneCable) {
  Bench bench;
  bench.open();
  bench.hear(charger_with("ERR", "33"));
  const Effects effects = bench.hear(Labels{{"PID", "0xA389"}, {"SER#", "HQ9"}, {"SOC", "500"}});
  EXPECT_EQ(alarms(effects), (std::vector<Said>{{MessageId::ChargerFault, false, ""}}));
  EXPECT_EQ(bench.value(SeriesId::StateOfCharge), Value{0.5});
  EXPECT_EQ(bench.value(SeriesId::PanelVoltage), Value{Absent::NotYet});
  EXPECT_EQ(bench.report().product, "SmartShunt 500A/50mV");
}

// What was written to disk, by key; the newest of each.
void keep_all(const Effects& effects, std::map<std::string, std::string>& kept) {
  for (const Effect& effect : effects) {
    if (const auto* persist = std::get_if<Persist>(&effect)) {
      kept[persist->key] = persist->bytes;
    }
  }
}

TEST(PowerFeature, GoesOnCountingWhereAUserSetTheYieldBackAlsoOverARestart) {
  Bench bench;
  bench.open();
  std::map<std::string, std::string> kept;
  const auto hear = [&](Bench& at, const char* yield) {
    at.hear(charger_with("H19", yield));
    keep_all(at.pass(seconds{1}), kept);
  };
  for (const char* yield : {"8272", "8272", "8273", "0", "0", "1"}) {
    hear(bench, yield);
  }
  EXPECT_NEAR(std::get<double>(bench.value(SeriesId::YieldTotal)), 82.74, 1e-9);
  const auto events = bench.feature().energy_report({bench.now(), std::nullopt}).events;
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].detail, "charger: yield-total was set from 82.73 to 0 kWh");
  ASSERT_TRUE(kept.contains("counts-charger")) << "at once: what it came to before is nowhere else";
  PowerFeature again{bench.settings(), kept};
  again.start(Instant{seconds{20}});
  again.on(SerialOpened{device("charger")}, Instant{seconds{21}});
  const std::string block = vedirect_block(charger_with("H19", "151"));
  const auto all = std::as_bytes(std::span{block});
  again.on(SerialBytes{device("charger"), {all.begin(), all.end()}}, Instant{seconds{22}});
  for (const Sample& sample : again.samples({Instant{seconds{22}}, std::nullopt})) {
    if (sample.series == SeriesId::YieldTotal) {
      EXPECT_NEAR(std::get<double>(sample.value), 84.24, 1e-9) << "1.5 kWh while the agent was off";
    }
  }
}

TEST(PowerFeature, DamagedCountsAreToldAndBeginAnew) {
  Bench bench;
  PowerFeature feature{bench.settings(), {{"counts-charger", "counts1 x\ncrc 00000000"}}};
  const Effects effects = feature.start(bench.now());
  const auto note =
      std::ranges::find_if(effects, [](const Effect& effect) { return std::holds_alternative<Note>(effect); });
  ASSERT_NE(note, effects.end());
  EXPECT_EQ(std::get<Note>(*note).id, MessageId::PowerStateUnread);
}

TEST(PowerFeature, ABatteryMonitorsCountOfWhatWasDrawnGoesDownwards) {
  Bench bench;
  bench.open();
  for (const char* drawn : {"-1000", "-1001", "-1002", "0", "0", "-1"}) {
    bench.hear(Labels{{"PID", "0x203"}, {"V", "12065"}, {"H6", drawn}});
    bench.pass(seconds{1});
  }
  const auto quantities = bench.report().quantities;
  const auto drawn = std::ranges::find(quantities, "ampere-hours-drawn", &QuantityReport::name);
  ASSERT_NE(drawn, quantities.end());
  EXPECT_NEAR(std::get<double>(drawn->value), -1.003, 1e-9);
}

TEST(PowerFeature, RaisesAndClearsTheChargersFault) {
  Bench bench;
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
  Bench bench;
  bench.open();
  for (int second = 0; second < 300; ++second) {
    ASSERT_THAT(alarms(bench.hear(charger_with("ERR", "21"))), IsEmpty()) << second;
    bench.pass(seconds{1});
  }
  EXPECT_EQ(alarms(bench.hear(charger_with("ERR", "21"))),
            (std::vector<Said>{{MessageId::ChargerFault, true, "current sensor"}}));
}

TEST(PowerFeature, WritesNothingToThePortButItsQuestions) {
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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
  Bench bench;
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
    Bench bench;
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
