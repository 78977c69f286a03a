// What uninterruptible supplies say by RFC 1628, each maker in units of its own: recordings where these are at hand,
// and lines of our own with the same traps.
#include "agent/devices/quantities.h"
#include "tests/agent/devices/shipped_tables.h"

namespace karkara {
namespace {

TEST(PowerTables, ADeltaThatSendsTenthsOfVoltsHas230V) {
  const auto device = recording("deltaups_rfc1628string");
  if (!device) {
    GTEST_SKIP() << "no recording of a Delta";
  }
  const auto all = read(shipped_table("rfc1628-ups"), *device);
  EXPECT_EQ(value_of(all, "output-volts"), Value{230.0});
  EXPECT_EQ(value_of(all, "input-volts"), Value{236.0});
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kBatteryVoltage), 55.4);
  EXPECT_EQ(value_of(all, "ups-battery-amperes"), Value{Absent::NotAvailable});  // NULL
  EXPECT_EQ(value_of(all, quantity::kGuessedCharge), Value{29.0});
  EXPECT_EQ(find_reading(all, quantity::kStateOfCharge), nullptr);
}

TEST(PowerTables, AMarathonDoesNotKnowItsMinutes) {
  const auto device = recording("marathonups");
  if (!device) {
    GTEST_SKIP() << "no recording of a Marathon";
  }
  const auto all = read(shipped_table("rfc1628-ups"), *device);
  EXPECT_EQ(value_of(all, "minutes-left"), Value{Absent::NotAvailable});
  EXPECT_EQ(value_of(all, "ups-battery-amperes"), Value{Absent::NoSuchObject});
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kBatteryVoltage), 27.2);
}

TEST(PowerTables, VoltagesOfAUpsAreReadInTheUnitThatIsPlausible) {
  struct Sent {
    const char* battery;
    double volts;
    const char* mains;
    double mains_volts;
    const char* hertz;
  };
  for (const Sent& sent : {Sent{"538", 53.8, "1222", 122.2, "600"}, Sent{"273", 27.3, "244", 244, "499"},
                           Sent{"54", 54, "2360", 236, "50"}, Sent{"5440", 54.4, "119", 119, "6000"},
                           Sent{"1365", 13.65, "119", 119, "5000"}}) {
    const auto all = read_own("rfc1628-ups", std::string{"1.3.6.1.2.1.33.1.2.5.0|2|"} + sent.battery +
                                                 "\n1.3.6.1.2.1.33.1.3.3.1.3.1|2|" + sent.mains +
                                                 "\n1.3.6.1.2.1.33.1.4.2.0|2|" + sent.hertz + "\n");
    ASSERT_TRUE(number_of(all, quantity::kBatteryVoltage)) << sent.battery;
    EXPECT_NEAR(*number_of(all, quantity::kBatteryVoltage), sent.volts, 1e-9);
    EXPECT_NEAR(number_of(all, "input-volts").value_or(0), sent.mains_volts, 1e-9);
  }
  const auto none = read_own("rfc1628-ups", "1.3.6.1.2.1.33.1.2.5.0|2|600000\n1.3.6.1.2.1.33.1.2.6.0|5|\n");
  EXPECT_EQ(value_of(none, quantity::kBatteryVoltage), Value{Absent::OutOfRange});
  EXPECT_EQ(value_of(none, "ups-battery-amperes"), Value{Absent::NotAvailable});
}

// 24 V in hundredths or 240 V in tenths; 48 V in hundredths or 480 V in tenths.
TEST(PowerTables, ABatteryVoltageThatMayBeInEitherUnitIsAbsentAndNeverWrong) {
  for (const char* sent : {"1365", "2731", "2250", "4800", "4999", "5440", "800"}) {
    const auto all =
        read_own("rfc1628-ups", std::string{"1.3.6.1.2.1.33.1.2.5.0|2|"} + sent + "\n1.3.6.1.2.1.33.1.4.2.0|2|500\n");
    EXPECT_EQ(value_of(all, quantity::kBatteryVoltage), Value{Absent::OutOfRange}) << sent;
  }
  // Two blocks in tenths, or twenty in volts: nothing vouches for either.
  for (const char* hertz : {"", "1.3.6.1.2.1.33.1.4.2.0|2|50\n", "1.3.6.1.2.1.33.1.4.2.0|5|\n"}) {
    for (const char* sent : {"272", "136", "538", "5440"}) {
      const auto all = read_own("rfc1628-ups", std::string{"1.3.6.1.2.1.33.1.2.5.0|2|"} + sent + "\n" + hertz);
      EXPECT_FALSE(number_of(all, quantity::kBatteryVoltage)) << sent << " beside " << hertz;
    }
  }
  const auto off = read_own("rfc1628-ups",
                            "1.3.6.1.2.1.33.1.2.5.0|2|272\n1.3.6.1.2.1.33.1.4.2.0|2|0\n"
                            "1.3.6.1.2.1.33.1.3.3.1.2.1|2|499\n");
  EXPECT_NEAR(number_of(off, quantity::kBatteryVoltage).value_or(0), 27.2, 1e-9) << "the mains tell, too";
  const auto string = read_own("rfc1628-ups",
                               "1.3.6.1.2.1.33.1.2.5.0|2|2731\n"
                               "1.3.6.1.4.1.21111.1.1.3.14.0|2|20\n");
  EXPECT_NEAR(number_of(string, quantity::kBatteryVoltage).value_or(0), 273.1, 1e-9) << "twenty blocks of 12 V";
  for (const char* sent : {"1999", "3001"}) {
    const auto none = read_own(
        "rfc1628-ups", std::string{"1.3.6.1.2.1.33.1.2.5.0|2|"} + sent + "\n1.3.6.1.4.1.21111.1.1.3.14.0|2|20\n");
    EXPECT_EQ(value_of(none, quantity::kBatteryVoltage), Value{Absent::OutOfRange}) << "no voltage of twenty blocks";
  }
  const auto sixteen = read_own("rfc1628-ups",
                                "1.3.6.1.2.1.33.1.2.5.0|2|2184\n"
                                "1.3.6.1.4.1.21111.1.1.3.14.0|2|16\n");
  EXPECT_FALSE(number_of(sixteen, quantity::kBatteryVoltage)) << "nobody wrote that row";
}

// Every voltage that a battery of 12, 24 or 48 V has, in the unit of the frequency beside it or whole, is read as it
// is.
TEST(PowerTables, EachVoltageOfABatteryOf12To48VoltsIsReadAsItIs) {
  const auto volts_of = [](int sent, const char* hertz) {
    const auto all = read_own("rfc1628-ups", "1.3.6.1.2.1.33.1.2.5.0|2|" + std::to_string(sent) +
                                                 "\n1.3.6.1.2.1.33.1.4.2.0|2|" + hertz + "\n");
    return number_of(all, quantity::kBatteryVoltage).value_or(0);
  };
  for (const int nominal : {12, 24, 48}) {
    const int blocks = nominal / 12;
    for (int tenths = 105 * blocks; tenths <= 150 * blocks; ++tenths) {
      EXPECT_NEAR(volts_of(tenths, "501"), tenths / 10.0, 1e-9);
      EXPECT_NEAR(volts_of(10 * tenths, "5010"), tenths / 10.0, 1e-9);
    }
    for (int volts = (105 * blocks + 9) / 10; volts <= 15 * blocks; ++volts) {
      EXPECT_NEAR(volts_of(volts, "50"), volts, 1e-9);
    }
  }
}

TEST(PowerTables, MinutesAreMinutesAndZeroIsUnknown) {
  EXPECT_EQ(value_of(read_own("rfc1628-ups", "1.3.6.1.2.1.33.1.2.3.0|2|25\n"), "minutes-left"), Value{25.0});
  EXPECT_EQ(value_of(read_own("rfc1628-ups", "1.3.6.1.2.1.33.1.2.3.0|2|0\n"), "minutes-left"),
            Value{Absent::NotAvailable});
}

}  // namespace
}  // namespace karkara
