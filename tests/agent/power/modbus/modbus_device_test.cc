// How a Modbus device is recognised and asked, with tables and devices of our own.
#include "agent/power/modbus/modbus_device.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agent/devices/quantities.h"
#include "tests/agent/power/modbus/fake_modbus.h"

namespace karkara {
namespace {

RegisterRow row(const std::string& id, std::uint16_t address, double scale = 1) {
  RegisterRow made;
  made.id = made.quantity = id;
  made.address = address;
  made.scale = scale;
  made.plausible = PlausibleRange{-1000, 70'000};
  return made;
}

DeviceTable charger() {
  DeviceTable table{"charger", "A charger"};
  table.firmware_marker = "V";
  table.modbus.emplace();
  table.modbus->matches = {{"Sahel Power", "SP-", "", {}, ""}};
  table.modbus->rows = {row("battery-volts", 10, 0.1), row("charge-amperes", 11, 0.1), row("panel-volts", 12, 0.1),
                        row("load-amperes", 30, 0.1)};
  return table;
}

FakeModbus charger_device(const std::string& revision = "V1.2") {
  FakeModbus device;
  device.identification = {{0, "Sahel Power"}, {1, "SP-30"}, {2, revision}};
  device.set(RegisterSpace::Holding, 10, {124, 55, 310});
  device.set(RegisterSpace::Holding, 30, {21});
  return device;
}

ModbusDeviceSettings settings(std::vector<DeviceTable> tables, const std::string& name = "") {
  ModbusDeviceSettings made;
  made.polling.id = *DeviceId::parse("charger");
  made.polling.bus = ModbusSerialBus{"/dev/ttyUSB0"};
  made.table = name;
  made.tables = std::make_shared<const std::vector<DeviceTable>>(std::move(tables));
  return made;
}

Value value(const PolledDevice& device, std::string_view quantity) {
  const QuantityReading* reading = find_reading(device.readings(), quantity);
  return reading != nullptr ? reading->value : Value{Absent::NotYet};
}

std::size_t times_asked(const FakeModbus& device, const std::string& what) {
  return static_cast<std::size_t>(std::ranges::count(device.asked, what));
}

TEST(ModbusDevice, IsRecognisedByItsIdentificationAndReadInFewBlocks) {
  ModbusDevice device{settings({charger()})};
  FakeModbus there = charger_device();
  there.set(RegisterSpace::Holding, 13, std::vector<std::uint16_t>(17));
  Polling polling{device, there};
  polling.look();
  EXPECT_EQ(device.product(), "SP-30, V1.2");
  EXPECT_EQ(there.asked, (std::vector<std::string>{"identification", "holding 0x000a 3", "holding 0x001e 1"}));
  EXPECT_EQ(value(device, "battery-volts"), Value{12.4});
  EXPECT_EQ(value(device, "load-amperes"), Value{2.1});
  EXPECT_EQ(device.trouble(), "");
  EXPECT_EQ(device.heard_at(), polling.now());
}

TEST(ModbusDevice, LooksAtItsPace) {
  ModbusDevice device{settings({charger()})};
  FakeModbus there = charger_device();
  Polling polling{device, there};
  const Instant began = polling.now();
  polling.look();
  EXPECT_EQ(device.next_deadline(), began + std::chrono::seconds{10});
  EXPECT_TRUE(device.tick(polling.now()).empty());
}

TEST(ModbusDevice, DividesARefusedBlockAndRemembersWhatDoesNotExist) {
  DeviceTable table = charger();
  table.modbus->rows.push_back(row("missing", 14));
  table.modbus->rows.push_back(row("charger-error", 15));
  ModbusDevice device{settings({table})};
  FakeModbus there = charger_device();
  there.set(RegisterSpace::Holding, 13, {0});
  there.set(RegisterSpace::Holding, 15, {7});
  Polling polling{device, there};
  polling.look();
  EXPECT_EQ(value(device, "battery-volts"), Value{12.4});
  EXPECT_EQ(value(device, "charger-error"), Value{7.0});
  EXPECT_EQ(value(device, "missing"), Value{Absent::NoSuchObject});
  EXPECT_EQ(device.missing(), (std::vector<RegisterBlock>{{RegisterSpace::Holding, 14, 1}}));

  const auto before = times_asked(there, "holding 0x000e 1");
  const auto whole = times_asked(there, "holding 0x000a 6");
  polling.looks(5);
  EXPECT_EQ(times_asked(there, "holding 0x000e 1"), before);
  EXPECT_EQ(times_asked(there, "holding 0x000a 6"), whole);
  EXPECT_EQ(value(device, "charger-error"), Value{7.0});

  polling.pass(std::chrono::hours{24});
  there.set(RegisterSpace::Holding, 14, {3});
  polling.look();
  EXPECT_EQ(value(device, "missing"), Value{3.0});
  EXPECT_TRUE(device.missing().empty());
}

TEST(ModbusDevice, NeverAsksAcrossHolesWhereTheTableSaysSo) {
  DeviceTable table = charger();
  table.modbus->line.refuses_holes = true;
  table.modbus->rows.push_back(row("charger-error", 14));
  ModbusDevice device{settings({table})};
  FakeModbus there = charger_device();
  there.set(RegisterSpace::Holding, 14, {0});
  Polling polling{device, there};
  polling.look();
  EXPECT_EQ(there.asked,
            (std::vector<std::string>{"identification", "holding 0x000a 3", "holding 0x000e 1", "holding 0x001e 1"}));
}

TEST(ModbusDevice, TakesStubbornSilenceOfOneBlockForItsAbsence) {
  DeviceTable table = charger();
  table.modbus->rows.push_back(row("missing", 50));
  ModbusDevice device{settings({table})};
  FakeModbus there = charger_device();
  there.silent_on_holes = true;
  Polling polling{device, there};
  polling.looks(2);
  EXPECT_TRUE(device.readings().empty());
  polling.look();
  EXPECT_EQ(value(device, "missing"), Value{Absent::NoSuchObject});
  EXPECT_EQ(value(device, "battery-volts"), Value{12.4});
}

// Neither may hide the other, nor what is behind them.
TEST(ModbusDevice, TwoSilentBlocksDoNotKeepTheRestFromBeingRead) {
  DeviceTable table = charger();
  table.modbus->rows.insert(table.modbus->rows.begin(), row("missing-first", 1));
  table.modbus->rows.push_back(row("missing-last", 50));
  ModbusDevice device{settings({table})};
  FakeModbus there = charger_device();
  there.silent_on_holes = true;
  Polling polling{device, there};
  polling.looks(9);
  EXPECT_EQ(value(device, "missing-first"), Value{Absent::NoSuchObject});
  EXPECT_EQ(value(device, "missing-last"), Value{Absent::NoSuchObject});
  EXPECT_EQ(value(device, "battery-volts"), Value{12.4});
  EXPECT_EQ(value(device, "load-amperes"), Value{2.1});
}

TEST(ModbusDevice, DoesNotTakeADeviceThatIsOffForOneWithoutRegisters) {
  DeviceTable table = charger();
  table.modbus->matches.clear();
  ModbusDevice device{settings({table}, "charger")};
  FakeModbus there = charger_device();
  there.silent = true;
  Polling polling{device, there};
  polling.looks(20);
  EXPECT_EQ(device.trouble(), "does not answer");
  EXPECT_FALSE(device.heard_at());
  EXPECT_TRUE(device.missing().empty());
  there.silent = false;
  polling.look();
  EXPECT_EQ(value(device, "battery-volts"), Value{12.4});
  EXPECT_EQ(device.trouble(), "");
}

TEST(ModbusDevice, LetsGoOfItsReadingsAfterThreeLooksInSilence) {
  ModbusDevice device{settings({charger()})};
  FakeModbus there = charger_device();
  Polling polling{device, there};
  polling.look();
  const auto heard = device.heard_at();
  there.silent = true;
  polling.looks(2);
  EXPECT_EQ(value(device, "battery-volts"), Value{12.4});
  polling.look();
  EXPECT_TRUE(device.readings().empty());
  EXPECT_EQ(device.heard_at(), heard);
}

TEST(ModbusDevice, AsksASecondTimeWhenAnAnswerIsDamaged) {
  ModbusDevice device{settings({charger()})};
  FakeModbus there = charger_device();
  Polling polling{device, there};
  polling.damage(1);
  polling.look();
  EXPECT_EQ(device.bad_frames(), 1U);
  EXPECT_EQ(value(device, "battery-volts"), Value{12.4});
  polling.damage(2);
  polling.look();
  EXPECT_EQ(device.bad_frames(), 3U);
  EXPECT_EQ(device.trouble(), "the check failed");
}

TEST(ModbusDevice, GivesReadingsOfAWholeLookOnly) {
  ModbusDevice device{settings({charger()})};
  FakeModbus there = charger_device();
  Polling polling{device, there};
  polling.look();
  there.set(RegisterSpace::Holding, 10, {131, 60, 350});
  there.registers[RegisterSpace::Holding].erase(30);
  there.silent_on_holes = true;
  polling.look();
  EXPECT_EQ(value(device, "battery-volts"), Value{12.4});
  EXPECT_EQ(value(device, "load-amperes"), Value{2.1});
}

TEST(ModbusDevice, StartsAnewWhenAnotherDeviceAnswers) {
  DeviceTable other = charger();
  other.id = "inverter";
  other.modbus->matches = {{"Niger Inverters", "", "", {}, ""}};
  other.modbus->rows = {row("ac-volts", 10), row("battery-volts", 30)};
  ModbusDevice device{settings({charger(), other})};
  FakeModbus first = charger_device();
  FakeModbus second = charger_device();
  second.identification = {{0, "Niger Inverters"}, {1, "NI-1"}};
  Polling polling{device, first};
  polling.look();
  polling.plug(second);
  polling.look();
  EXPECT_EQ(device.product(), "NI-1");
  EXPECT_EQ(value(device, "ac-volts"), Value{124.0});
  EXPECT_EQ(find_reading(device.readings(), "charge-amperes"), nullptr);

  FakeModbus stranger = charger_device();
  stranger.identification = {{0, "Somebody"}, {1, "X"}};
  polling.plug(stranger);
  polling.look();
  EXPECT_TRUE(device.readings().empty());
  EXPECT_EQ(device.trouble(), "says that it is 'Somebody X', which no device table matches");
}

TEST(ModbusDevice, ReadsByTheRowOfTheFirmwareThatIsThereNow) {
  DeviceTable table = charger();
  RegisterRow old = row("battery-volts", 10, 0.1);
  old.firmware.below = version_in("2", "");
  RegisterRow fine = row("battery-volts-fine", 10, 0.01);
  fine.quantity = "battery-volts";
  fine.firmware.from = version_in("2", "");
  table.modbus->rows = {old, fine};
  ModbusDevice device{settings({table})};
  FakeModbus there = charger_device("V1.9");
  Polling polling{device, there};
  polling.look();
  EXPECT_EQ(value(device, "battery-volts"), Value{12.4});
  there = charger_device("V2.0");
  there.set(RegisterSpace::Holding, 10, {1240});
  polling.look();
  EXPECT_EQ(value(device, "battery-volts"), Value{12.4});
  EXPECT_EQ(device.product(), "SP-30, V2.0");
}

// Its counts go on over an update; another product's are another's.
TEST(ModbusDevice, CountsAsTheSameOneAfterAnUpdateOfItsFirmware) {
  ModbusDevice device{settings({charger()})};
  FakeModbus there = charger_device("V1.9");
  Polling polling{device, there};
  polling.look();
  const CountedDevice before = device.counted();
  EXPECT_FALSE(before.empty());
  there = charger_device("V2.0");
  polling.look();
  EXPECT_EQ(device.product(), "SP-30, V2.0");
  EXPECT_EQ(device.counted(), before);
  there.identification[1] = "SP-60";
  polling.look();
  EXPECT_NE(device.counted(), before);
}

TEST(ModbusDevice, IsRecognisedByATextInItsRegisters) {
  DeviceTable by_text = charger();
  by_text.id = "by-text";
  by_text.modbus->matches = {{"", "", "", RegisterBlock{RegisterSpace::Holding, 100, 4}, "RNG"}};
  by_text.modbus->firmware_at = RegisterBlock{RegisterSpace::Holding, 110, 2};
  by_text.firmware_marker = "";
  by_text.modbus->rows[0].firmware.from = version_in("3", "");
  ModbusDevice device{settings({charger(), by_text})};
  FakeModbus there = charger_device();
  there.identification.clear();
  there.set_text(100, 4, "  RNG-30");
  there.set_text(110, 2, "2.9");
  Polling polling{device, there};
  polling.look();
  EXPECT_EQ(device.product(), "RNG-30");
  EXPECT_EQ(value(device, "battery-volts"), Value{Absent::NotImplemented});
  EXPECT_EQ(value(device, "charge-amperes"), Value{5.5});
  EXPECT_EQ(times_asked(there, "identification"), 1U);
  polling.looks(3);
  EXPECT_EQ(times_asked(there, "identification"), 1U) << "what told it once is asked first";
}

TEST(ModbusDevice, TakesTheNamedTableUnlessTheDeviceSaysOtherwise) {
  FakeModbus mute = charger_device();
  mute.identification.clear();
  ModbusDevice named{settings({charger()}, "charger")};
  Polling{named, mute}.look();
  EXPECT_EQ(value(named, "battery-volts"), Value{12.4});

  FakeModbus stranger = charger_device();
  stranger.identification = {{0, "Somebody"}, {1, "X"}};
  ModbusDevice contradicted{settings({charger()}, "charger")};
  Polling{contradicted, stranger}.look();
  EXPECT_TRUE(contradicted.readings().empty());
  EXPECT_EQ(contradicted.trouble(), "says that it is 'Somebody X', which the device table 'charger' does not match");
}

TEST(ModbusDevice, TellsThatItsTableIsMissingOrIsForSnmp) {
  DeviceTable snmp{"ups", "An UPS"};
  FakeModbus there = charger_device();
  ModbusDevice device{settings({charger(), snmp}, "ups")};
  Polling polling{device, there};
  polling.look();
  EXPECT_EQ(device.trouble(), "no device table for Modbus is called 'ups'");
  EXPECT_GT(device.next_deadline(), polling.now());
  EXPECT_EQ(polling.questions(), 0);
}

TEST(ModbusDevice, WaitsForTheLineWithoutAskingTwice) {
  ModbusDevice device{settings({charger()})};
  FakeModbus there = charger_device();
  Polling polling{device, there};
  polling.break_line(true);
  polling.look();
  EXPECT_EQ(polling.questions(), 1);
  EXPECT_EQ(device.trouble(), "the line is not open");
}

TEST(ModbusDevice, OutlivesAnAnswerThatNeverComesAndIgnoresAnOldOne) {
  ModbusDevice device{settings({charger()})};
  Instant now{std::chrono::seconds{1}};
  const Effects first = device.start(now);
  ASSERT_EQ(first.size(), 1U);
  now = device.next_deadline();
  const Effects again = device.tick(now);
  ASSERT_EQ(again.size(), 1U);
  const auto& old = std::get<ModbusAsk>(first.front());
  EXPECT_NE(std::get<ModbusAsk>(again.front()).request, old.request);
  EXPECT_TRUE(device.on(ModbusAnswered{old.device, old.request, Pdu{}}, now).empty());
  EXPECT_FALSE(device.heard_at());
  EXPECT_GT(device.next_deadline(), now);
}

TEST(ModbusDevice, AnAnswerToTheOneBeforeAnotherConfigurationIsNotTaken) {
  const Instant then{std::chrono::seconds{1}};
  ModbusDevice before{settings({charger()})};
  const Effects asked = before.start(then);
  ModbusDevice after{settings({charger()})};
  (void)after.start(then + std::chrono::milliseconds{1});
  const auto& old = std::get<ModbusAsk>(asked.at(0));
  EXPECT_TRUE(after.on(ModbusAnswered{old.device, old.request, Pdu{}}, then + std::chrono::seconds{1}).empty());
  EXPECT_EQ(after.bad_frames(), 0U);
}

TEST(ModbusDevice, ForgetsItsBusWhenItIsRetired) {
  ModbusDevice device{settings({charger()})};
  (void)device.start(Instant{});
  const Effects effects = device.retire();
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_EQ(std::get<ModbusForget>(effects.front()).device.text(), "charger");
  EXPECT_EQ(device.next_deadline(), Instant::max());
}

}  // namespace
}  // namespace karkara
