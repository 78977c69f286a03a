// The tables of power gear, against recordings of real devices where these are at hand, and against a few lines of our
// own with the same traps.
#include <fstream>

#include "agent/devices/quantities.h"
#include "tests/agent/devices/shipped_tables.h"

namespace karkara {
namespace {

class PowerDevice : public RecordedDevice {};

TEST_P(PowerDevice, IsReadAsTheOracleDoes) {
  const auto device = recording(GetParam().recording);
  if (!device) {
    GTEST_SKIP() << "no recording " << kRecordings << GetParam().recording << ".snmprec";
  }
  compare_with_the_oracle(*device);
}

INSTANTIATE_TEST_SUITE_P(
    Shared, PowerDevice,
    testing::Values(
        Recorded{"deltaups", "rfc1628-ups", true, {}, 10},
        // The oracle takes tenths of volts for volts: 2300 V.
        Recorded{"deltaups_rfc1628string", "rfc1628-ups", true, {"input-volts", "output-volts"}, 8},
        // 0 minutes at 100 % are unknown.
        Recorded{"marathonups", "rfc1628-ups", true, {"minutes-left"}, 8},
        Recorded{"orvaldi-ups", "rfc1628-ups", true, {}, 10}, Recorded{"cxc_ups", "alpha-cxc", true, {}, 7},
        // The oracle divides texts that have tenths once more: 5.41 V.
        Recorded{"tpdin", "tycon-tpdin2", true, {"volts-1", "volts-3", "temperature", "external-temperature"}, 0},
        Recorded{"sitemonitor", "packetflux-base2", true, {"shunt-raw"}, 5},
        Recorded{"sitemonitor3", "packetflux-base3", true, {}, 9},
        Recorded{"algcom-dc-ups", "algcom-dc-ups", true, {"input-volts", "external-temperature"}, 7},
        Recorded{"ict-swi", "ict-swi", true, {}, 5},
        // The oracle has the mains' supply among them, as a battery of 0 V, and 0 of "not known" as a number.
        Recorded{"edgeos-ep",
                 "ubiquiti-edgepower",
                 false,
                 {"battery-volts", "guessed-charge", "minutes-left", "charging-1", "replace-battery-2"},
                 11},
        Recorded{"netonix_wispswitch", "netonix", true, {}, 22},
        // The oracle takes tenths of A for A, and a quality of 0, a test that was never made, for a quality.
        Recorded{"enexus",
                 "eltek-smartpack",
                 true,
                 {"battery-amperes", "load-amperes", "rectifier-1-raw", "battery-health", "remaining-percent"},
                 7},
        Recorded{"enexus_smartpacks",
                 "eltek-smartpack",
                 true,
                 {"battery-amperes", "load-amperes", "rectifier-total-raw", "rectifier-1-raw", "battery-health",
                  "remaining-percent"},
                 7},
        Recorded{"enexus_sp2touch", "eltek-smartpack", true, {"battery-health", "remaining-percent"}, 7}),
    name_of);

TEST(PowerTables, AnEdgePowersBatteryIsTheSupplyOfDirectCurrent) {
  const auto device = recording("edgeos-ep");
  if (!device) {
    GTEST_SKIP() << "no recording of an EdgePower";
  }
  const auto all = read(shipped_table("ubiquiti-edgepower"), *device);
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kBatteryVoltage), 40.356);
  EXPECT_EQ(value_of(all, quantity::kGuessedCharge), Value{Absent::NotAvailable}) << "0 % at 13.45 V a block";
  EXPECT_NEAR(*number_of(all, "minutes-left"), 2, 1e-6);
  EXPECT_EQ(find_reading(all, "charging-2")->word, "on");
  EXPECT_EQ(value_of(all, "charging-1"), Value{Absent::NotAvailable});
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kLoadPower), 22);
  EXPECT_EQ(find_reading(all, quantity::kLoadCurrent), nullptr);
}

TEST(PowerTables, AnEdgePowerFromTheMainsAloneHasNoBattery) {
  const auto all = read_own("ubiquiti-edgepower",
                            "1.3.6.1.4.1.41112.1.5.3.2.1.2.1|2|1\n1.3.6.1.4.1.41112.1.5.3.2.1.2.2|2|1\n"
                            "1.3.6.1.4.1.41112.1.5.3.2.1.5.1|2|0\n1.3.6.1.4.1.41112.1.5.3.2.1.5.2|2|40356\n");
  EXPECT_FALSE(number_of(all, quantity::kBatteryVoltage));
}

TEST(PowerTables, TyconTextsHaveTheirTenthsAlready) {
  const auto device = recording("tpdin");
  if (!device) {
    GTEST_SKIP() << "no recording of a Tycon";
  }
  const auto all = read(shipped_table("tycon-tpdin2"), *device);
  EXPECT_EQ(value_of(all, "volts-1"), Value{54.1});
  EXPECT_EQ(value_of(all, "volts-2"), Value{0.0});
  EXPECT_EQ(value_of(all, "volts-3"), Value{23.9});
  EXPECT_EQ(value_of(all, "external-temperature"), Value{14.4});
  EXPECT_EQ(value_of(all, quantity::kTemperature), Value{25.4});
  EXPECT_EQ(value_of(all, "relay-2"), Value{1.0});
  EXPECT_EQ(value_of(all, "relay-3"), Value{0.0});
}

TEST(PowerTables, AGenStarsTextsAreNumbersAndItsNanIsNone) {
  const auto device = recording("morningstar-mppt");
  if (!device) {
    GTEST_SKIP() << "no recording of a GenStar";
  }
  const DeviceTables tables = read_device_tables(kTables);
  const DeviceTable* by = find_table(tables.tables, device->identity());
  ASSERT_NE(by, nullptr);
  EXPECT_EQ(by->id, "morningstar");
  const auto all = read(*by, *device);
  EXPECT_EQ(value_of(all, quantity::kBatteryVoltage), Value{53.9375});
  EXPECT_EQ(value_of(all, quantity::kChargeCurrent), Value{26.7344});
  EXPECT_EQ(value_of(all, quantity::kLoadCurrent), Value{7.3203});
  EXPECT_EQ(value_of(all, quantity::kBatteryTemperature), Value{24.2969});
  EXPECT_EQ(value_of(all, quantity::kStateOfCharge), Value{Absent::NotAvailable});
  EXPECT_EQ(value_of(all, quantity::kChargeState), Value{3.0});
  EXPECT_EQ(find_reading(all, quantity::kChargeState)->word, "bulk");
  EXPECT_EQ(find_reading(all, "load-state")->word, "on");
  EXPECT_EQ(value_of(all, quantity::kYieldToday), Value{1.063994});
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kYieldTotal), 834.1);
  for (const char* faults : {"charger-error", "load-faults", "system-faults", "power-stage-faults", "charger-alarms"}) {
    EXPECT_EQ(value_of(all, faults), Value{0.0}) << faults;
  }
  EXPECT_EQ(value_of(all, "panel-volts"), Value{117.0625});
  EXPECT_EQ(value_of(all, "charge-watts"), Value{1442.0});
}

TEST(PowerTables, AMorningstarsFaultsAreItsBitsByName) {
  const auto genstar = read_own("morningstar",
                                "1.3.6.1.4.1.33333.10.53.0|4x|5000000000000000\n"
                                "1.3.6.1.4.1.33333.10.51.0|4x|8000000040\n");
  EXPECT_EQ(value_of(genstar, quantity::kChargerError), Value{10.0});
  EXPECT_EQ(find_reading(genstar, quantity::kChargerError)->word, "battery voltage too high, temperature sensor lost");
  EXPECT_EQ(find_reading(genstar, "charger-alarms")->word, "no temperature sensor, clock battery low");
  const auto tristar = read_own("morningstar", "1.3.6.1.4.1.33333.2.55.0|4x|0110\n1.3.6.1.4.1.33333.2.32.0|2|1000\n");
  EXPECT_EQ(find_reading(tristar, quantity::kChargerError)->word, "temperature sensor shorted, slave timeout");
  EXPECT_DOUBLE_EQ(*number_of(tristar, quantity::kPanelPower), 109.86328125);
  const auto high = read_own("morningstar", "1.3.6.1.4.1.33333.7.36.0|4|52.1\n1.3.6.1.4.1.33333.7.46.0|2|6\n");
  EXPECT_EQ(value_of(high, quantity::kBatteryVoltage), Value{52.1});
  EXPECT_EQ(value_of(high, quantity::kChargeState), Value{4.0});
  const auto sunsaver = read_own("morningstar", "1.3.6.1.4.1.33333.3.30.0|66|4260\n1.3.6.1.4.1.33333.3.40.0|4x|0800\n");
  EXPECT_NEAR(*number_of(sunsaver, quantity::kBatteryVoltage), 13.0, 0.01);
  EXPECT_EQ(find_reading(sunsaver, quantity::kChargerError)->word, "panel voltage too high");
  const auto no_sense_wire =
      read_own("morningstar", "1.3.6.1.4.1.33333.5.36.0|4|0.0\n1.3.6.1.4.1.33333.5.30.0|4|12.6\n");
  EXPECT_EQ(value_of(no_sense_wire, quantity::kBatteryVoltage), Value{12.6});
}

// Its log has the energy of each hour: the oracle that is the device's own.
TEST(PowerTables, AnElteksCurrentsAreWhatItsOwnEnergyLogSays) {
  const auto device = recording("enexus");
  if (!device) {
    GTEST_SKIP() << "no recording of an Eltek";
  }
  const auto all = read(shipped_table("eltek-smartpack"), *device);
  const double volts = *number_of(all, quantity::kBatteryVoltage);
  EXPECT_DOUBLE_EQ(volts, 54.16);
  const auto last_whole_hour = [&](ObjectId log) {
    log.push_back(51);
    const VarBind bind = device->get(log);
    const auto* watt_hours = std::get_if<std::int32_t>(&bind.value);
    return watt_hours != nullptr ? *watt_hours : 0;
  };
  const int load = last_whole_hour({1, 3, 6, 1, 4, 1, 12148, 10, 9, 8, 3, 1, 2});
  const int battery = last_whole_hour({1, 3, 6, 1, 4, 1, 12148, 10, 10, 20, 3, 1, 2});
  EXPECT_NEAR(volts * *number_of(all, quantity::kLoadCurrent), load, 5) << load << " Wh";
  EXPECT_NEAR(volts * *number_of(all, quantity::kBatteryCurrent), battery, 3) << battery << " Wh";
  EXPECT_EQ(find_reading(all, quantity::kChargeCurrent), nullptr);
  EXPECT_EQ(value_of(all, "rectifier-total-raw"), Value{63.0});
  EXPECT_EQ(value_of(all, quantity::kBatteryTemperature), Value{18.0});
  EXPECT_EQ(value_of(all, quantity::kBatteryHealth), Value{Absent::NotAvailable});
}

TEST(PowerTables, APwmControllerIsRecognisedAndHasNothing) {
  const auto device = recording("morningstar-pwm");
  if (!device) {
    GTEST_SKIP() << "no recording of a GS-PWM";
  }
  const DeviceTables tables = read_device_tables(kTables);
  const DeviceTable* by = find_table(tables.tables, device->identity());
  ASSERT_NE(by, nullptr);
  for (const QuantityReading& each : read(*by, *device)) {
    EXPECT_EQ(each.value, Value{Absent::NoSuchObject}) << each.quantity;
  }
}

// The totals, the rectifiers and the battery's own current of one system fit no scale: 63 against 31 + 33 + 28.
TEST(PowerTables, AnIctSupplyTellsItsFirmware) {
  const auto device = recording("ict-psu");
  if (!device) {
    GTEST_SKIP() << "no recording of an ICT supply";
  }
  const DeviceTable by = shipped_table("ict-psu");
  EXPECT_EQ(firmware_of(by, device->identity(), device->poll(by)), version_in("1.08", ""));
}

// --- our own lines: the same traps without the recordings ---

TEST(PowerTables, ATyconOfTheThirdKindSendsSignedTenths) {
  const auto all = read_own("tycon-tpdin3",
                            "1.3.6.1.4.1.45621.3.3.1.0|2|1\n"
                            "1.3.6.1.4.1.45621.3.3.15.0|2|541\n"
                            "1.3.6.1.4.1.45621.3.3.19.0|66|4294967295\n"
                            "1.3.6.1.4.1.45621.3.3.23.0|2|-400\n"
                            "1.3.6.1.4.1.45621.3.3.24.0|66|4294967246\n");
  EXPECT_DOUBLE_EQ(*number_of(all, "volts-1"), 54.1);
  EXPECT_DOUBLE_EQ(*number_of(all, "amperes-1"), -0.1);
  EXPECT_EQ(value_of(all, "external-temperature"), Value{Absent::NotAvailable});
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kTemperature), -5.0);
  EXPECT_EQ(value_of(all, "relay-1"), Value{1.0});
  EXPECT_EQ(value_of(all, "relay-2"), Value{Absent::NoSuchObject});
}

TEST(PowerTables, NoSpellingOfNotANumberIsANumber) {
  for (const char* sent :
       {"nan", "NaN", "NAN", "-nan", "nan(ind)", "inf", "-inf", "1e999", "0x1p3", "n/a", "", " ", "--"}) {
    const auto all = read_own("morningstar", std::string{"1.3.6.1.4.1.33333.10.30.0|4|"} + sent +
                                                 "\n1.3.6.1.4.1.33333.10.41.0|4|" + sent + "\n");
    for (const QuantityReading& each : all) {
      EXPECT_FALSE(has_value(each.value)) << each.quantity << " of '" << sent << "'";
    }
  }
}

TEST(PowerTables, EachMorningstarFamilyIsReadFromItsOwnPart) {
  const auto prostar = read_own("morningstar",
                                "1.3.6.1.4.1.33333.5.33.0|4|12.5\n1.3.6.1.4.1.33333.5.34.0|4|-0.02\n"
                                "1.3.6.1.4.1.33333.5.36.0|4|26.41\n1.3.6.1.4.1.33333.5.45.0|2|8\n");
  EXPECT_EQ(value_of(prostar, quantity::kBatteryVoltage), Value{26.41});
  EXPECT_EQ(value_of(prostar, quantity::kChargeCurrent), Value{12.5});
  EXPECT_EQ(value_of(prostar, quantity::kLoadCurrent), Value{-0.02});
  EXPECT_EQ(value_of(prostar, quantity::kChargeState), Value{7.0});
  const auto tristar = read_own("morningstar",
                                "1.3.6.1.4.1.33333.2.36.0|2|4915\n1.3.6.1.4.1.33333.2.42.0|66|4294967286\n"
                                "1.3.6.1.4.1.33333.2.46.0|2|9\n");
  EXPECT_NEAR(*number_of(tristar, quantity::kBatteryVoltage), 27.0, 0.01);
  EXPECT_NEAR(*number_of(tristar, quantity::kChargeCurrent), -0.024, 0.001);
  EXPECT_EQ(value_of(tristar, quantity::kChargeState), Value{Absent::NoSuchObject});  // a slave's phase is its master's
}

TEST(PowerTables, ACordexSendsThousandthsAndHours) {
  const auto all = read_own("alpha-cxc",
                            "1.3.6.1.4.1.7309.5.3.1.11.0|2|12345\n1.3.6.1.4.1.7309.5.3.1.12.0|2|53800\n"
                            "1.3.6.1.4.1.7309.5.3.1.13.0|2|-4200\n1.3.6.1.4.1.7309.5.3.1.30.0|2|87500\n"
                            "1.3.6.1.4.1.7309.5.3.1.31.0|2|31700\n1.3.6.1.2.1.33.1.2.5.0|2|999\n");
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kLoadCurrent), 12.345);
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kBatteryVoltage), 53.8);
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kBatteryCurrent), -4.2);
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kGuessedCharge), 87.5);
  EXPECT_DOUBLE_EQ(*number_of(all, "minutes-left"), 1902.0);
}

TEST(PowerTables, AnElteksCurrentsFollowItsFlag) {
  const std::string currents = "1.3.6.1.4.1.12148.10.10.6.5.0|2|-73\n1.3.6.1.4.1.12148.10.9.2.5.0|2|51\n";
  const auto tenths = read_own("eltek-smartpack", currents + "1.3.6.1.4.1.12148.10.2.15.0|2|1\n");
  EXPECT_DOUBLE_EQ(*number_of(tenths, quantity::kBatteryCurrent), -7.3);
  EXPECT_DOUBLE_EQ(*number_of(tenths, quantity::kLoadCurrent), 5.1);
  const auto whole = read_own("eltek-smartpack", currents + "1.3.6.1.4.1.12148.10.2.15.0|2|0\n");
  EXPECT_EQ(value_of(whole, quantity::kBatteryCurrent), Value{-73.0});
  EXPECT_EQ(value_of(whole, quantity::kLoadCurrent), Value{51.0});
  EXPECT_EQ(value_of(read_own("eltek-smartpack", currents), quantity::kLoadCurrent), Value{Absent::NotImplemented})
      << "a scale that nobody tells is none";
}

TEST(PowerTables, AnEltekInFahrenheitAndPerCentIsReadByItsFlags) {
  const std::string lines =
      "1.3.6.1.4.1.12148.10.2.16.0|2|1\n1.3.6.1.4.1.12148.10.2.17.0|2|1\n"
      "1.3.6.1.4.1.12148.10.10.9.5.0|2|64\n1.3.6.1.4.1.12148.10.10.11.5.0|2|100\n"
      "1.3.6.1.4.1.12148.10.10.18.3.1.6.1.1|2|104\n";
  const auto all = read_own("eltek-smartpack", lines);
  EXPECT_NEAR(*number_of(all, quantity::kBatteryTemperature), 40.0, 1e-4);
  EXPECT_EQ(value_of(all, "remaining-percent"), Value{64.0});
  EXPECT_EQ(value_of(all, "remaining-ampere-hours"), Value{Absent::NotImplemented});
  EXPECT_EQ(value_of(all, quantity::kBatteryCapacity), Value{Absent::NotImplemented});
  const auto no_flags = read_own("eltek-smartpack", lines.substr(lines.find("1.3.6.1.4.1.12148.10.10.9")));
  EXPECT_EQ(value_of(no_flags, quantity::kBatteryTemperature), Value{Absent::NotImplemented});
}

TEST(PowerTables, TextsAndDashesOfDcPlantsAreRead) {
  const auto netsure =
      read_own("vertiv-netsure", "1.3.6.1.4.1.885.3.2.1.1.0|4|54.01\n1.3.6.1.4.1.885.3.2.1.7.0|4|-3.5\n");
  EXPECT_EQ(value_of(netsure, quantity::kBatteryVoltage), Value{54.01});
  EXPECT_EQ(value_of(netsure, quantity::kBatteryCurrent), Value{-3.5});
  const auto webpower = read_own("eltek-webpower",
                                 "1.3.6.1.4.1.12148.9.3.2.0|2|5485\n1.3.6.1.4.1.12148.9.3.3.0|2|5\n"
                                 "1.3.6.1.4.1.12148.9.3.4.0|4|-\n1.3.6.1.4.1.12148.9.3.20.1.0|4|-\n");
  EXPECT_DOUBLE_EQ(*number_of(webpower, quantity::kBatteryVoltage), 54.85);
  EXPECT_EQ(find_reading(webpower, quantity::kBatteryCurrent), nullptr);
  EXPECT_EQ(value_of(webpower, quantity::kBatteryTemperature), Value{Absent::NotAvailable});
  const auto ict = read_own("ict-power",
                            "1.3.6.1.4.1.39145.13.7.0|4|55.2\n1.3.6.1.4.1.39145.13.13.0|2|90\n"
                            "1.3.6.1.4.1.39145.13.9.0|2|2\n");
  EXPECT_EQ(value_of(ict, "output-volts"), Value{55.2});
  EXPECT_EQ(value_of(ict, quantity::kGuessedCharge), Value{90.0});
  EXPECT_EQ(find_reading(ict, "output-switch")->word, "off");
}

// By the lines that the table's own comment has for it.
TEST(PowerTables, ASiteThatKnowsItsScaleNamesTheCurrentsOfAWebpower) {
  std::ifstream shipped{kTables + "/eltek-webpower.yaml"};
  std::string text;
  std::string ready_rows;
  for (std::string line; std::getline(shipped, line);) {
    const bool is_ready = line.starts_with("#   - {id: ");
    (is_ready ? ready_rows : text) += (is_ready ? line.substr(2) : line) + "\n";
  }
  const auto table = read_device_table("our-webpower.yaml", text + ready_rows);
  ASSERT_TRUE(table) << table.error().text;
  const auto all =
      read(*table, SnmpRecording::parse("1.3.6.1.4.1.12148.9.3.3.0|4|-52\n1.3.6.1.4.1.12148.9.4.1.0|4|-\n"));
  EXPECT_NEAR(number_of(all, quantity::kBatteryCurrent).value_or(0), -5.2, 1e-9);
  EXPECT_EQ(value_of(all, quantity::kLoadCurrent), Value{Absent::NotAvailable});
}

TEST(PowerTables, AnAlgcomsProbeAndMainsOfZeroAreAbsent) {
  const auto all = read_own("algcom-dc-ups",
                            "1.3.6.1.4.1.49136.1.1.2.0|2|1374\n1.3.6.1.4.1.49136.1.2.2.0|66|4294965715\n"
                            "1.3.6.1.4.1.49136.1.2.3.0|2|1\n1.3.6.1.4.1.49136.1.4.2.0|2|0\n"
                            "1.3.6.1.4.1.49136.1.6.1.0|2|0\n");
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kLoadCurrent), 1.374);
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kBatteryCurrent), -1.581);  // in a Gauge32
  EXPECT_EQ(value_of(all, quantity::kChargeState), Value{2.0});
  EXPECT_EQ(value_of(all, "external-temperature"), Value{Absent::NotAvailable});
  EXPECT_EQ(value_of(all, "input-volts"), Value{Absent::NotAvailable});
}

TEST(PowerTables, AnObjectThatIsNotThereIsNeverZero) {
  for (const char* id : {"rfc1628-ups", "tycon-tpdin2", "tycon-tpdin3", "morningstar", "alpha-cxc", "vertiv-netsure",
                         "netonix", "algcom-dc-ups", "packetflux-base2", "packetflux-base3", "eltek-webpower"}) {
    for (const QuantityReading& each : read_own(id, "")) {
      EXPECT_EQ(each.value, Value{Absent::NoSuchObject}) << id << " " << each.quantity;
    }
  }
}

}  // namespace
}  // namespace karkara
