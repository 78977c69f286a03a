#include "agent/devices/readings.h"

#include <gtest/gtest.h>

#include <limits>

namespace karkara {
namespace {

const ObjectId kOid{1, 3, 6, 1, 4, 1, 99999, 1, 0};

ObjectRow row(double scale = 1) {
  ObjectRow made;
  made.id = "level";
  made.quantity = "level";
  made.unit = "dB";
  made.oid = kOid;
  made.scale = scale;
  return made;
}

Value read(const ObjectRow& only, const SnmpValue& value) {
  DeviceTable table;
  table.rows = {only};
  return readings(table, {{kOid, value}}).at(0).value;
}

TEST(Readings, ScaleAndOffsetAreApplied) {
  ObjectRow scaled = row(0.1);
  scaled.offset = -40;
  EXPECT_EQ(read(scaled, 135), Value{-26.5});
}

TEST(Readings, ANegativeNumberInAGaugeIsOneOnlyWhenTheTableSaysSo) {
  ObjectRow declared = row();
  declared.sign = RawSign::Signed32;
  EXPECT_EQ(read(declared, SnmpGauge32{4294967261U}), Value{-35.0});
  EXPECT_EQ(read(row(), SnmpGauge32{4294967261U}), Value{4294967261.0});
}

TEST(Readings, ACountSentAsIntegerIsNeverNegative) {
  ObjectRow bytes = row();
  bytes.sign = RawSign::Unsigned32;
  EXPECT_EQ(read(bytes, -1183791572), Value{3111175724.0});
}

TEST(Readings, ExceptionsAreNoZeroes) {
  for (const auto exception : {SnmpException::NoSuchObject, SnmpException::NoSuchInstance, SnmpException::EndOfMib}) {
    EXPECT_EQ(read(row(), exception), Value{Absent::NoSuchObject});
  }
  EXPECT_EQ(read(row(), SnmpNull{}), Value{Absent::NotAvailable});
  EXPECT_EQ(read(row(), SnmpOther{0x44}), Value{Absent::BadFrame});
}

TEST(Readings, AnObjectThatWasNotAnsweredIsAbsent) {
  DeviceTable table;
  table.rows = {row()};
  EXPECT_EQ(readings(table, {}).at(0).value, Value{Absent::NoSuchObject});
}

TEST(Readings, SentinelsAreAbsent) {
  ObjectRow made = row(0.1);
  made.absent_numbers = {-9999, -1000};
  made.absent_words = {"none"};
  EXPECT_EQ(read(made, -9999), Value{Absent::NotAvailable});
  EXPECT_EQ(read(made, -1000), Value{Absent::NotAvailable});
  EXPECT_EQ(read(made, SnmpOctets{"-9999"}), Value{Absent::NotAvailable});
  for (const char* text : {"None", "", "  ", "N/A", "nan", "NaN"}) {
    EXPECT_EQ(read(made, SnmpOctets{text}), Value{Absent::NotAvailable}) << text;
  }
  EXPECT_EQ(read(made, std::numeric_limits<double>::quiet_NaN()), Value{Absent::NotAvailable});
}

TEST(Readings, TheSameObjectMayBeANumberOrAText) {
  EXPECT_EQ(read(row(), 16), Value{16.0});
  EXPECT_EQ(read(row(), SnmpOctets{"16.1"}), Value{16.1});
  EXPECT_EQ(read(row(), SnmpOctets{"garbage"}), Value{Absent::BadFrame});
}

TEST(Readings, WhatIsNotPlausibleIsAbsent) {
  ObjectRow made = row(0.1);
  made.plausible = PlausibleRange{-10, 40};
  EXPECT_EQ(read(made, 400), Value{40.0});
  EXPECT_EQ(read(made, 401), Value{Absent::OutOfRange});
  EXPECT_EQ(read(made, SnmpGauge32{4294967275U}), Value{Absent::OutOfRange});
}

TEST(Readings, ARangeOfRawNumbersMakesAYesOrNo) {
  ObjectRow locked = row();
  locked.true_when = PlausibleRange{3, 250};
  EXPECT_EQ(read(locked, SnmpGauge32{136}), Value{1.0});
  EXPECT_EQ(read(locked, SnmpGauge32{2}), Value{0.0});
  EXPECT_EQ(read(locked, SnmpException::NoSuchObject), Value{Absent::NoSuchObject});
}

TEST(Readings, WordsAndNumbersNameEachOther) {
  DeviceTable table;
  table.rows = {row()};
  table.rows[0].words = {{17, "operation"}, {8, "no reception"}};
  EXPECT_EQ(readings(table, {{kOid, 17}}).at(0).word, "operation");
  EXPECT_EQ(readings(table, {{kOid, SnmpOctets{"No Reception "}}}).at(0).value, Value{8.0});
  EXPECT_EQ(readings(table, {{kOid, 5}}).at(0).word, "");
}

TEST(Readings, ABitStringsFirstBitIsTheHighestOfItsFirstOctet) {
  ObjectRow faults = row();
  faults.bits = BitRange{0, 15};
  faults.words = {{0, "over-current"}, {9, "too hot"}};
  DeviceTable table;
  table.rows = {faults};
  const auto read_one = [&](SnmpValue value) { return readings(table, {{kOid, std::move(value)}}).at(0); };
  using namespace std::string_literals;
  EXPECT_EQ(read_one(SnmpOctets{"\0\0"s}).value, Value{0.0});
  EXPECT_EQ(read_one(SnmpOctets{"\0\0"s}).word, "");
  EXPECT_EQ(read_one(SnmpOctets{"\x80\x40"s}).value, Value{513.0});  // bits 0 and 9
  EXPECT_EQ(read_one(SnmpOctets{"\x80\x40"s}).word, "over-current, too hot");
  EXPECT_EQ(read_one(SnmpOctets{"\x20"s}).word, "bit 2");  // zero octets at the end are left out
  EXPECT_EQ(read_one(SnmpOctets{""}).value, Value{0.0});
  EXPECT_EQ(read_one(SnmpOctets{" 1"s}).value, Value{4.0 + 1024 + 2048 + 32768});  // no text, though it looks like one
  EXPECT_EQ(read_one(SnmpException::NoSuchObject).value, Value{Absent::NoSuchObject});
  EXPECT_EQ(read_one(ObjectId{1, 3}).value, Value{Absent::BadFrame});
}

TEST(Readings, ThePartOfABitStringIsCountedFromItsFirst) {
  ObjectRow part = row();
  part.bits = BitRange{8, 11};
  EXPECT_EQ(read(part, SnmpOctets{std::string{"\xff\x10", 2}}), Value{8.0});
  part.bits = BitRange{0, 52};  // as much as a number holds
  EXPECT_EQ(read(part, SnmpOctets{std::string(8, '\xff')}), Value{9007199254740991.0});
}

TEST(Readings, BitsOfAWholeNumberBeginAtItsLowest) {
  ObjectRow part = row();
  part.bits = BitRange{4, 35};
  EXPECT_EQ(read(part, 0x35), Value{3.0});
  EXPECT_EQ(read(part, -1), Value{static_cast<double>(0x0fffffff)});
  EXPECT_EQ(read(part, SnmpGauge32{0x80000000U}), Value{static_cast<double>(0x08000000)});
}

TEST(Readings, TheFirstPlausibleRowOfAQuantityCounts) {
  DeviceTable table;
  table.rows = {row(), row(1e-7)};
  for (ObjectRow& each : table.rows) {
    each.plausible = PlausibleRange{-40, 130};
  }
  EXPECT_EQ(readings(table, {{kOid, 66}}).at(0).value, Value{66.0});
  EXPECT_EQ(readings(table, {{kOid, 160000000}}).at(0).value, Value{16.0});
  EXPECT_EQ(readings(table, {{kOid, 66}}).size(), 1U);
}

TEST(Readings, ARowOfAnotherFirmwareDoesNotHold) {
  DeviceTable table;
  table.rows = {row(), row(10)};
  table.rows[0].firmware.below = version_in("8.7", "");
  table.rows[1].firmware.from = version_in("8.7", "");
  EXPECT_EQ(readings(table, {{kOid, 5}}, version_in("8.6", "")).at(0).value, Value{5.0});
  EXPECT_EQ(readings(table, {{kOid, 5}}, version_in("8.7.1", "")).at(0).value, Value{50.0});
  table.rows.pop_back();
  EXPECT_EQ(readings(table, {{kOid, 5}}, version_in("9", "")).at(0).value, Value{Absent::NotImplemented});
}

TEST(Readings, AColumnGivesItsFirstRowWhateverItsIndex) {
  DeviceTable table;
  table.rows = {row()};
  table.rows[0].oid = {1, 3, 6, 5};
  table.rows[0].first_of_column = true;
  EXPECT_EQ(readings(table, {{{1, 3, 6, 5, 7}, 11}}).at(0).value, Value{11.0});
  EXPECT_EQ(readings(table, {{{1, 3, 6, 6, 1}, 11}}).at(0).value, Value{Absent::NoSuchObject});
}

TEST(FindTable, TheClosestMatchWins) {
  std::vector<DeviceTable> tables(3);
  tables[0].id = "maker";
  tables[0].matches = {{{1, 3, 6, 1, 4, 1, 8072}, ""}};
  tables[1].id = "model";
  tables[1].matches = {{{1, 3, 6, 1, 4, 1, 8072}, "RUT240"}};
  tables[2].id = "other";
  const DeviceIdentity rut{{1, 3, 6, 1, 4, 1, 8072, 3}, "Linux Teltonika-RUT240.com"};
  EXPECT_EQ(find_table(tables, rut)->id, "model");
  EXPECT_EQ(find_table(tables, DeviceIdentity{{1, 3, 6, 1, 4, 1, 8072, 3}, "Linux"})->id, "maker");
  EXPECT_EQ(find_table(tables, DeviceIdentity{{1, 3, 6, 1, 4, 1, 9}, "IOS"}), nullptr);
  EXPECT_EQ(find_table(tables, "other"), &tables[2]);
}

}  // namespace
}  // namespace karkara
