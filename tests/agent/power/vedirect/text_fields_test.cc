#include "agent/power/vedirect/text_fields.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "agent/power/vedirect/names.h"

namespace karkara::vedirect {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Value read(std::string_view label, std::string_view text) {
  const FieldRule* rule = find_field(label);
  if (rule == nullptr) {
    ADD_FAILURE() << label;
    return Absent::NotYet;
  }
  return read_field(*rule, text);
}

TEST(VeDirectFields, ScaleToTheUnitsOfTheSeries) {
  EXPECT_EQ(read("V", "12530"), Value{12.53});
  EXPECT_EQ(read("I", "-7625"), Value{-7.625});
  EXPECT_EQ(read("PPV", "8"), Value{8.0});
  EXPECT_EQ(read("SOC", "839"), Value{0.839});
  EXPECT_EQ(read("CE", "-65473"), Value{-65.473});
  EXPECT_EQ(read("H19", "8272"), Value{82.72});
  EXPECT_EQ(read("TTG", "942"), Value{942.0 * 60});
  EXPECT_EQ(read("T", "-5"), Value{-5.0});
  EXPECT_EQ(read("OR", "0x00000101"), Value{257.0});
  EXPECT_EQ(read("PID", "0xA042"), Value{41026.0});
}

TEST(VeDirectFields, TellAbsentFromZero) {
  for (const char* label : {"SOC", "CE", "T", "TTG", "V"}) {
    EXPECT_EQ(read(label, "---"), Value{Absent::NotAvailable}) << label;
  }
  EXPECT_EQ(read("TTG", "-1"), Value{std::numeric_limits<double>::infinity()});
  EXPECT_EQ(read("I", "0"), Value{0.0});
}

TEST(VeDirectFields, RefuseWhatIsNoNumber) {
  for (const char* text : {"", "-", "12.5", "12 ", " 12", "+5", "1e3", "0x10", "12V", "99999999999999999999"}) {
    EXPECT_EQ(read("V", text), Value{Absent::BadFrame}) << text;
  }
  for (const char* text : {"", "0x", "1", "0x-1", "0xG", "x1"}) {
    EXPECT_EQ(read("OR", text), Value{Absent::BadFrame}) << text;
  }
  EXPECT_EQ(read("LOAD", "maybe"), Value{Absent::BadFrame});
}

TEST(VeDirectFields, RefuseTheImplausible) {
  EXPECT_EQ(read("V", "-1"), Value{Absent::OutOfRange});
  EXPECT_EQ(read("V", "655350"), Value{Absent::OutOfRange});
  EXPECT_EQ(read("SOC", "1001"), Value{Absent::OutOfRange});
  EXPECT_EQ(read("T", "382"), Value{Absent::OutOfRange});
  EXPECT_EQ(read("TTG", "-2"), Value{Absent::OutOfRange});
  EXPECT_EQ(read("PPV", "-1"), Value{Absent::OutOfRange});
}

TEST(VeDirectFields, KnowSwitchesAndLabelsInAnyCase) {
  EXPECT_EQ(read("load", "On"), Value{1.0});
  EXPECT_EQ(read("Relay", "OFF"), Value{0.0});
  EXPECT_EQ(read("ALARM", "on"), Value{1.0});
  EXPECT_EQ(find_field("SER#"), nullptr);
  EXPECT_EQ(find_field("XYZ"), nullptr);
}

TEST(VeDirectNames, SayWhatNumbersMeanAndShowUnknownOnesAsTheyAre) {
  EXPECT_EQ(product_name(0xA042), "BlueSolar MPPT 75/15");
  EXPECT_EQ(product_name(0x0203), "BMV-700");
  EXPECT_EQ(product_name(0xA38B), "SmartShunt 2000A/50mV");
  EXPECT_EQ(product_name(0xA0FF), "product 0xA0FF");
  EXPECT_EQ(charge_state_name(3), "bulk");
  EXPECT_EQ(charge_state_name(77), "state 77");
  EXPECT_EQ(charger_error_name(33), "panel voltage too high");
  EXPECT_EQ(charger_error_name(200), "error 200");
  EXPECT_EQ(tracker_name(1), "limited");
  EXPECT_THAT(off_reasons(0x101), ElementsAre("no input power", "analysing input"));
  EXPECT_THAT(off_reasons(0), IsEmpty());
  EXPECT_THAT(alarm_reasons(0x80000005), ElementsAre("low voltage", "low state of charge", "bit 2147483648"));
}

TEST(VeDirectNames, WriteFirmwareAsPeopleDo) {
  EXPECT_EQ(firmware_version("208"), "2.08");
  EXPECT_EQ(firmware_version("0308"), "3.08");
  EXPECT_EQ(firmware_version("C208"), "2.08-rc-C");
  EXPECT_EQ(firmware_version("0208FF"), "2.08");
  EXPECT_EQ(firmware_version("020804"), "2.08-beta-04");
  for (const char* odd : {"", "8", "C", "v2", "1.23", "C20x", "02x8FF"}) {
    EXPECT_EQ(firmware_version(odd), odd);
  }
}

}  // namespace
}  // namespace karkara::vedirect
