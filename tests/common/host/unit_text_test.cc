#include "common/host/unit_text.h"

#include <gtest/gtest.h>

#include <random>

namespace karkara {
namespace {

std::string whole(std::string_view text, v1::Unit unit) {
  const auto parsed = parse_whole(text, unit);
  return parsed ? (parsed->negative ? "-" : "") + std::to_string(parsed->magnitude) : parsed.error().text;
}

TEST(UnitText, ReadsEveryUnitOfDurations) {
  EXPECT_EQ(whole("250ms", v1::UNIT_MILLISECONDS), "250");
  EXPECT_EQ(whole("30s", v1::UNIT_MILLISECONDS), "30000");
  EXPECT_EQ(whole("5m", v1::UNIT_MILLISECONDS), "300000");
  EXPECT_EQ(whole("2h", v1::UNIT_MILLISECONDS), "7200000");
  EXPECT_EQ(whole("1d", v1::UNIT_MILLISECONDS), "86400000");
  EXPECT_EQ(whole("1.5h", v1::UNIT_MILLISECONDS), "5400000");
  EXPECT_EQ(whole("0.25s", v1::UNIT_MILLISECONDS), "250");
}

TEST(UnitText, ReadsRatesInThousandsAndSizesInBoth) {
  EXPECT_EQ(whole("64kbit", v1::UNIT_BITS_PER_SECOND), "64000");
  EXPECT_EQ(whole("1.5Mbit", v1::UNIT_BITS_PER_SECOND), "1500000");
  EXPECT_EQ(whole("2Gbit", v1::UNIT_BITS_PER_SECOND), "2000000000");
  EXPECT_EQ(whole("512KiB", v1::UNIT_BYTES), "524288");
  EXPECT_EQ(whole("20MB", v1::UNIT_BYTES), "20000000");
  EXPECT_EQ(whole("4MiB", v1::UNIT_BYTES), "4194304");
  EXPECT_EQ(whole("1500B", v1::UNIT_BYTES), "1500");
}

TEST(UnitText, ReadsPhysicalQuantitiesAsRealNumbers) {
  EXPECT_EQ(parse_real("23.6V", v1::UNIT_VOLTS).value(), 23.6);
  EXPECT_EQ(parse_real("200Ah", v1::UNIT_AMPERE_HOURS).value(), 200);
  EXPECT_EQ(parse_real("1.2kW", v1::UNIT_WATTS).value(), 1200);
  EXPECT_EQ(parse_real("4.5km", v1::UNIT_METRES).value(), 4500);
  EXPECT_EQ(parse_real("-13.245", v1::UNIT_DEGREES).value(), -13.245);
}

TEST(UnitText, RefusesANumberWithoutItsUnitUnlessItIsZero) {
  EXPECT_EQ(whole("30", v1::UNIT_MILLISECONDS), "'30' has no unit: write it like 30s, 250ms, 5m, 2h, 1d");
  EXPECT_EQ(whole("0", v1::UNIT_MILLISECONDS), "0");
  EXPECT_EQ(whole("0.0", v1::UNIT_BYTES), "0");
  EXPECT_EQ(whole("-0s", v1::UNIT_MILLISECONDS), "0");
  EXPECT_EQ(parse_real("23.6", v1::UNIT_VOLTS).error().text, "'23.6' has no unit: write it like 23.6V");
}

TEST(UnitText, RefusesWhatIsNotANumberOfThatKind) {
  EXPECT_EQ(whole("soon", v1::UNIT_MILLISECONDS), "'soon' is not a duration: write it like 30s, 250ms, 5m, 2h, 1d");
  for (const char* text :
       {"", "s", "30 s", "30sec", "30S", "1h30m", ".5s", "5.s", "+5s", "1e3s", "0x10s", "30V", "--5s", "٣s"}) {
    EXPECT_FALSE(parse_whole(text, v1::UNIT_MILLISECONDS)) << text;
  }
  EXPECT_EQ(whole("5s", v1::UNIT_NONE), "'5s' is not a whole number: write it like 5");
  for (const char* text : {"", "nan", "inf", "-inf", "1e5", "V", "1,5V", "23.6mV", "23.6v"}) {
    EXPECT_FALSE(parse_real(text, v1::UNIT_VOLTS)) << text;
  }
}

TEST(UnitText, RefusesFractionsThatAWholeFieldCannotHold) {
  EXPECT_EQ(whole("0.5ms", v1::UNIT_MILLISECONDS), "'0.5ms' is finer than 1ms");
  EXPECT_EQ(whole("1.2345678901234567s", v1::UNIT_MILLISECONDS), "'1.2345678901234567s' is finer than 1ms");
  EXPECT_EQ(whole("0.3KiB", v1::UNIT_BYTES), "'0.3KiB' is finer than 1B");
  EXPECT_EQ(whole("0.5KiB", v1::UNIT_BYTES), "512");
  EXPECT_EQ(whole("2.5", v1::UNIT_NONE), "'2.5' is not a whole number");
  EXPECT_EQ(whole("2.50000000000000000000000000s", v1::UNIT_MILLISECONDS), "2500");
  EXPECT_EQ(whole("2.0", v1::UNIT_NONE), "2");
}

TEST(UnitText, RefusesNumbersPastEveryField) {
  EXPECT_EQ(whole("18446744073709551615", v1::UNIT_NONE), "18446744073709551615");
  EXPECT_EQ(whole("18446744073709551616", v1::UNIT_NONE), "'18446744073709551616' is too large");
  EXPECT_EQ(whole("9999999999999999999d", v1::UNIT_MILLISECONDS), "'9999999999999999999d' is too large");
  EXPECT_FALSE(parse_real(std::string(500, '9') + "V", v1::UNIT_VOLTS));
}

TEST(UnitText, WritesTheLargestUnitThatLeavesAWholeNumber) {
  EXPECT_EQ(whole_text({false, 90'000}, v1::UNIT_MILLISECONDS), "90s");
  EXPECT_EQ(whole_text({false, 60'000}, v1::UNIT_MILLISECONDS), "1m");
  EXPECT_EQ(whole_text({false, 0}, v1::UNIT_MILLISECONDS), "0");
  EXPECT_EQ(whole_text({false, 4'194'304}, v1::UNIT_BYTES), "4MiB");
  EXPECT_EQ(whole_text({false, 20'000'000}, v1::UNIT_BYTES), "20MB");
  EXPECT_EQ(whole_text({true, 5}, v1::UNIT_NONE), "-5");
  EXPECT_EQ(real_text(23.6, v1::UNIT_VOLTS), "23.6V");
  EXPECT_EQ(real_text(0.00001, v1::UNIT_DEGREES), "0.00001");
}

TEST(UnitText, WhatItWritesItReadsBackToTheSameValue) {
  std::mt19937_64 random{7};
  for (int i = 0; i < 20'000; ++i) {
    const auto unit = static_cast<v1::Unit>(random() % v1::Unit_ARRAYSIZE);
    const WholeNumber number{random() % 2 == 0, random() >> (random() % 64)};
    const auto parsed = parse_whole(whole_text(number, unit), unit);
    ASSERT_TRUE(parsed) << whole_text(number, unit);
    ASSERT_EQ(parsed->magnitude, number.magnitude);
    ASSERT_EQ(parsed->negative, number.negative && number.magnitude != 0);
    const double real = (static_cast<double>(random() % 2'000'000) - 1e6) / static_cast<double>(1 + random() % 10'000);
    ASSERT_EQ(parse_real(real_text(real, unit), unit).value(), real) << real_text(real, unit);
  }
}

TEST(UnitText, EveryUnitOfTheSchemaHasItsWords) {
  for (int i = 1; i < v1::Unit_ARRAYSIZE; ++i) {
    EXPECT_NE(noun(static_cast<v1::Unit>(i)), noun(v1::UNIT_NONE)) << v1::Unit_Name(i);
  }
}

}  // namespace
}  // namespace karkara
