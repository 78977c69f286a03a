// Blocks and values of registers, each with the trap that a real device has.
#include "agent/devices/register_readings.h"

#include <gtest/gtest.h>

#include <cmath>

#include "agent/devices/register_blocks.h"

namespace karkara {
namespace {

RegisterRow row(std::uint16_t address, RegisterType type = RegisterType::U16) {
  RegisterRow made;
  made.id = made.quantity = "q" + std::to_string(address);
  made.address = address;
  made.type = type;
  return made;
}

ModbusTable table(std::vector<RegisterRow> rows) {
  ModbusTable made;
  made.rows = std::move(rows);
  return made;
}

Value read_one(const RegisterRow& only, std::vector<std::uint16_t> values) {
  return readings(table({only}), {{block_of(only), std::move(values)}}).front().value;
}

std::vector<RegisterBlock> blocks(const ModbusTable& of) {
  std::vector<RegisterBlock> all;
  for (const RegisterRequest& request : requests_for(of)) {
    all.push_back(request.block);
  }
  return all;
}

TEST(RegisterBlocks, JoinNeighboursButNeverAcrossSpacesOrTheLimit) {
  RegisterRow input = row(11);
  input.space = RegisterSpace::Input;
  ModbusTable made = table({row(12), row(10, RegisterType::U32), input, row(40)});
  EXPECT_EQ(blocks(made),
            (std::vector<RegisterBlock>{
                {RegisterSpace::Holding, 10, 3}, {RegisterSpace::Holding, 40, 1}, {RegisterSpace::Input, 11, 1}}));
  made.line.most_registers = 2;
  EXPECT_EQ(blocks(made).front(), (RegisterBlock{RegisterSpace::Holding, 10, 2})) << "both words in one";
}

TEST(RegisterBlocks, KeepANumberAndItsScaleTogether) {
  RegisterRow scaled = row(24);
  scaled.per_unit = {0, 2};
  EXPECT_EQ(block_of(scaled), (RegisterBlock{RegisterSpace::Holding, 0, 25}));
  const auto requests = requests_for(table({scaled, row(25)}));
  ASSERT_EQ(requests.size(), 1U);
  const auto [first, second] = halves(requests.front());
  EXPECT_EQ(first.block, block_of(scaled));
  EXPECT_EQ(second.block, (RegisterBlock{RegisterSpace::Holding, 25, 1}));
}

TEST(RegisterBlocks, ReachTheLastRegister) {
  EXPECT_EQ(blocks(table({row(65534, RegisterType::U32)})),
            (std::vector<RegisterBlock>{{RegisterSpace::Holding, 65534, 2}}));
}

TEST(RegisterReadings, TakeEachTypeAsItIs) {
  EXPECT_EQ(read_one(row(1, RegisterType::S16), {0xffff}), Value{-1.0});
  EXPECT_EQ(read_one(row(1, RegisterType::U32), {1, 2}), Value{65538.0});
  EXPECT_EQ(read_one(row(1, RegisterType::U32LowFirst), {2, 1}), Value{65538.0});
  EXPECT_EQ(read_one(row(1, RegisterType::S32), {0xffff, 0xfffe}), Value{-2.0});
  EXPECT_EQ(read_one(row(1, RegisterType::S32LowFirst), {0xfffe, 0xffff}), Value{-2.0});
  EXPECT_EQ(read_one(row(1, RegisterType::Float), {0x4148, 0}), Value{12.5});
  EXPECT_EQ(read_one(row(1, RegisterType::FloatLowFirst), {0, 0x4148}), Value{12.5});
  EXPECT_EQ(read_one(row(1, RegisterType::Float), {0x7fc0, 0}), Value{Absent::NotAvailable});
  EXPECT_EQ(read_one(row(1, RegisterType::HighByte), {0xfe01}), Value{254.0});
  EXPECT_EQ(read_one(row(1, RegisterType::LowByte), {0xfe01}), Value{1.0});
  EXPECT_EQ(read_one(row(1, RegisterType::HighByteSign), {0x8100}), Value{-1.0});
  EXPECT_EQ(read_one(row(1, RegisterType::LowByteSign), {0x1c85}), Value{-5.0});
  RegisterRow bits = row(1, RegisterType::Bits);
  bits.bit_from = 2;
  bits.bit_to = 3;
  EXPECT_EQ(read_one(bits, {0xfffb}), Value{2.0});
  bits.bit_from = 0;
  bits.bit_to = 15;
  EXPECT_EQ(read_one(bits, {0xfffb}), Value{65531.0});
}

TEST(RegisterReadings, KnowHalfFloats) {
  EXPECT_EQ(half_float(0x3c00), 1);
  EXPECT_EQ(half_float(0xc000), -2);
  EXPECT_EQ(half_float(0x7bff), 65504);
  EXPECT_EQ(half_float(0x0001), std::ldexp(1, -24));
  EXPECT_EQ(half_float(0x0000), 0);
  EXPECT_TRUE(std::isinf(half_float(0xfc00)));
  EXPECT_TRUE(std::isnan(half_float(0x7e00)));
}

TEST(RegisterReadings, ReadTextsAsWordsOrNumbers) {
  RegisterRow text = row(1, RegisterType::Text);
  text.length = 2;
  text.words = {{3, "bulk"}};
  EXPECT_EQ(read_one(text, {0x4255, 0x4c4b}), Value{3.0});
  EXPECT_EQ(read_one(text, {0x3132, 0x2e35}), Value{12.5});
  EXPECT_EQ(read_one(text, {0x2020, 0x0000}), Value{Absent::NotAvailable});
  EXPECT_EQ(register_text(std::vector<std::uint16_t>{0x41ff, 0x0a42}), "A??B");
}

TEST(RegisterReadings, GiveTheReasonOfEachAbsence) {
  RegisterRow sentinel = row(1);
  sentinel.absent_numbers = {0xffff};
  sentinel.plausible = PlausibleRange{0, 100};
  EXPECT_EQ(read_one(sentinel, {0xffff}), Value{Absent::NotAvailable});
  EXPECT_EQ(read_one(sentinel, {101}), Value{Absent::OutOfRange});
  const auto none = readings(table({sentinel}), {});
  EXPECT_EQ(none.front().value, Value{Absent::NoSuchObject});
  const auto refused = readings(table({sentinel}), {{block_of(sentinel), Absent::NotAvailable}});
  EXPECT_EQ(refused.front().value, Value{Absent::NotAvailable});
  const auto cut =
      readings(table({row(1, RegisterType::U32)}), {{{RegisterSpace::Holding, 1, 2}, std::vector<std::uint16_t>{1}}});
  EXPECT_EQ(cut.front().value, Value{Absent::BadFrame});
}

TEST(RegisterReadings, NeverPutANumberTogetherFromTwoAnswers) {
  const auto both =
      readings(table({row(1, RegisterType::U32)}), {{{RegisterSpace::Holding, 1, 1}, std::vector<std::uint16_t>{1}},
                                                    {{RegisterSpace::Holding, 2, 1}, std::vector<std::uint16_t>{2}}});
  EXPECT_EQ(both.front().value, Value{Absent::NoSuchObject});
}

TEST(RegisterReadings, TurnTheDevicesStatesIntoThoseOfTheQuantity) {
  RegisterRow state = row(1);
  state.words = {{5, "bulk", 3}, {3, "night", 0}};
  state.only_words = true;
  const auto bulk = readings(table({state}), {{block_of(state), std::vector<std::uint16_t>{5}}});
  EXPECT_EQ(bulk.front().value, Value{3.0});
  EXPECT_EQ(bulk.front().word, "bulk");
  EXPECT_EQ(read_one(state, {3}), Value{0.0});
  EXPECT_EQ(read_one(state, {4}), Value{Absent::OutOfRange});
}

}  // namespace
}  // namespace karkara
