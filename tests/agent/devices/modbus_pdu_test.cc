#include "agent/devices/modbus_pdu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/modbus_bytes.h"

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr ModbusReadRegisters kTwo{ModbusRegisterTable::Input, 0x331B, 2};

ErrorCode code_of(const auto& result) {
  return result.ok() ? ErrorCode{} : result.error().code;
}

TEST(ModbusPdu, AsksAsTheStandardWritesIt) {
  EXPECT_EQ(*encode(kTwo), from_hex("04 331B 0002"));
  EXPECT_EQ(*encode(ModbusReadRegisters{ModbusRegisterTable::Holding, 0x9013, 3}), from_hex("03 9013 0003"));
  EXPECT_EQ(*encode(ModbusReadBits{ModbusBitTable::Coils, 0x0002, 1}), from_hex("01 0002 0001"));
  EXPECT_EQ(*encode(ModbusReadBits{ModbusBitTable::DiscreteInputs, 0x200C, 2000}), from_hex("02 200C 07D0"));
  EXPECT_EQ(*encode(ModbusWriteCoil{0x00AC, true}), from_hex("05 00AC FF00"));
  EXPECT_EQ(*encode(ModbusWriteCoil{0x00AC, false}), from_hex("05 00AC 0000"));
  EXPECT_EQ(*encode(ModbusWriteRegister{0x0001, 0x0003}), from_hex("06 0001 0003"));
  EXPECT_EQ(*encode(ModbusWriteRegisters{0x0001, {0x000A, 0x0102}}), from_hex("10 0001 0002 04 000A 0102"));
  EXPECT_EQ(*encode(ModbusReadIdentification{3}), from_hex("2B 0E 01 03"));
}

TEST(ModbusPdu, AsksForNoMoreThanAFrameHolds) {
  const auto registers = [](std::uint16_t first, std::uint16_t count) {
    return code_of(encode(ModbusReadRegisters{ModbusRegisterTable::Holding, first, count}));
  };
  EXPECT_EQ(registers(0, 125), ErrorCode{});
  EXPECT_EQ(registers(0, 126), ErrorCode::InvalidArgument);
  EXPECT_EQ(registers(0, 0), ErrorCode::InvalidArgument);
  EXPECT_EQ(registers(65'535, 1), ErrorCode{});
  EXPECT_EQ(registers(65'535, 2), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_of(encode(ModbusReadBits{ModbusBitTable::Coils, 0, 2'001})), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_of(encode(ModbusWriteRegisters{0, std::vector<std::uint16_t>(124)})), ErrorCode::InvalidArgument);
  EXPECT_EQ(code_of(encode(ModbusWriteRegisters{0, {}})), ErrorCode::InvalidArgument);
  const auto longest = encode(ModbusWriteRegisters{0, std::vector<std::uint16_t>(123)});
  ASSERT_TRUE(longest);
  EXPECT_LE(longest->size(), kMostPdu);
}

TEST(ModbusPdu, ReadsRegistersHighByteFirst) {
  const auto registers = modbus_registers(kTwo, from_hex("04 04 FEA7 FFFF"));
  ASSERT_TRUE(registers);
  EXPECT_THAT(*registers, ElementsAre(0xFEA7, 0xFFFF));
}

TEST(ModbusPdu, TakesNoAnswerOfAnotherShape) {
  for (const char* answer : {"", "04", "04 04", "04 04 FEA7 FF", "04 04 FEA7 FFFF 00", "04 02 FEA7", "03 04 FEA7 FFFF",
                             "04 04 FEA7", "04 FF FEA7 FFFF", "84", "84 02 00", "83 02"}) {
    EXPECT_EQ(code_of(modbus_registers(kTwo, from_hex(answer))), ErrorCode::DataLoss) << answer;
  }
}

TEST(ModbusPdu, ReadsBitsLowestFirst) {
  const ModbusReadBits ten{ModbusBitTable::Coils, 0x13, 10};
  const auto bits = modbus_bits(ten, from_hex("01 02 CD 01"));
  ASSERT_TRUE(bits);
  EXPECT_THAT(*bits, ElementsAre(true, false, true, true, false, false, true, true, true, false));
  EXPECT_EQ(code_of(modbus_bits(ten, from_hex("01 01 CD"))), ErrorCode::DataLoss);
  EXPECT_EQ(code_of(modbus_bits(ten, from_hex("02 02 CD 01"))), ErrorCode::DataLoss);
}

TEST(ModbusPdu, AHoleIsToldFromAGatewayThatHearsNothing) {
  const auto hole = modbus_registers(kTwo, from_hex("84 02"));
  EXPECT_EQ(code_of(hole), ErrorCode::FailedPrecondition);
  EXPECT_EQ(hole.error().text, "illegal data address (exception 2)");
  EXPECT_EQ(modbus_exception(from_hex("84 02")), (ModbusException{4, ModbusException::kIllegalDataAddress}));

  const auto silent = modbus_registers(kTwo, from_hex("84 0B"));
  EXPECT_EQ(code_of(silent), ErrorCode::Unavailable);
  EXPECT_THAT(silent.error().text, HasSubstr("gateway"));
  EXPECT_TRUE(modbus_exception(from_hex("84 0A"))->is_from_gateway());

  EXPECT_FALSE(modbus_exception(from_hex("04 02")));
  EXPECT_FALSE(modbus_exception(from_hex("84")));
  EXPECT_EQ(modbus_exception(from_hex("84 63"))->text(), "unknown exception (exception 99)");
}

TEST(ModbusPdu, BelievesAWriteOnlyWhenExactlyItWasConfirmed) {
  EXPECT_TRUE(modbus_written(ModbusWriteCoil{2, true}, from_hex("05 0002 FF00")));
  EXPECT_TRUE(modbus_written(ModbusWriteRegister{2, 7}, from_hex("06 0002 0007")));
  EXPECT_TRUE(modbus_written(ModbusWriteRegisters{2, {1, 2}}, from_hex("10 0002 0002")));
  EXPECT_EQ(code_of(modbus_written(ModbusWriteCoil{2, true}, from_hex("05 0002 0000"))), ErrorCode::DataLoss);
  EXPECT_EQ(code_of(modbus_written(ModbusWriteCoil{2, true}, from_hex("05 0002 FF00 00"))), ErrorCode::DataLoss);
  EXPECT_EQ(code_of(modbus_written(ModbusWriteRegister{2, 7}, from_hex("06 0003 0007"))), ErrorCode::DataLoss);
  EXPECT_EQ(code_of(modbus_written(ModbusWriteRegisters{2, {1, 2}}, from_hex("10 0002 0001"))), ErrorCode::DataLoss);
  EXPECT_EQ(code_of(modbus_written(ModbusWriteCoil{2, true}, from_hex("85 01"))), ErrorCode::FailedPrecondition);
  EXPECT_EQ(code_of(modbus_written(kTwo, from_hex("04 04 FEA7 FFFF"))), ErrorCode::InvalidArgument);
}

TEST(ModbusPdu, ReadsWhoADeviceIs) {
  const auto whole = modbus_identification({}, from_hex("2B 0E 01 01 00 00 02 00 02 4142 02 03 312E30"));
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->objects.at(ModbusIdentification::kVendor), "AB");
  EXPECT_EQ(whole->objects.at(ModbusIdentification::kRevision), "1.0");
  EXPECT_FALSE(whole->next);

  const auto part = modbus_identification({}, from_hex("2B 0E 01 01 FF 02 01 00 01 41"));
  ASSERT_TRUE(part);
  EXPECT_EQ(part->next, 2);
}

TEST(ModbusPdu, IsNotLedInACircleByAnIdentification) {
  EXPECT_EQ(code_of(modbus_identification({2}, from_hex("2B 0E 01 01 FF 02 01 02 01 41"))), ErrorCode::DataLoss);
  for (const char* answer : {"2B", "2B 0E 01 01 00 00", "2B 0E 02 01 00 00 00", "2B 0D 01 01 00 00 00",
                             "2B 0E 01 01 07 00 00", "2B 0E 01 01 00 00 01", "2B 0E 01 01 00 00 01 00 05 41",
                             "2B 0E 01 01 00 00 01 00 01 41 42", "2B 0E 01 01 00 00 02 00 01 41 00 01 42"}) {
    EXPECT_EQ(code_of(modbus_identification({}, from_hex(answer))), ErrorCode::DataLoss) << answer;
  }
}

// A question as the recorded master sent it, read back into what was asked.
std::uint16_t word(const ModbusBytes& bytes, std::size_t at) {
  return static_cast<std::uint16_t>(std::to_integer<unsigned>(bytes[at]) << 8U |
                                    std::to_integer<unsigned>(bytes[at + 1]));
}

bool is_good(const ModbusBytes& asked, const ModbusBytes& answer) {
  const unsigned function = std::to_integer<unsigned>(asked[0]);
  if (modbus_exception(answer)) {
    return true;
  }
  if (function == 0x2B) {
    return modbus_identification({}, answer).ok();
  }
  if (function <= 2) {
    return modbus_bits({static_cast<ModbusBitTable>(function), word(asked, 1), word(asked, 3)}, answer).ok();
  }
  return modbus_registers({static_cast<ModbusRegisterTable>(function), word(asked, 1), word(asked, 3)}, answer).ok();
}

TEST(ModbusPdu, ReadsEveryRecordedAnswer) {
  const auto pairs = recorded_pairs("epever_tracer2215bn");
  if (pairs.empty()) {
    GTEST_SKIP() << "the recordings are not here";
  }
  EXPECT_EQ(pairs.size(), 232U);
  for (const ModbusPair& pair : pairs) {
    EXPECT_TRUE(is_good(pdu_of(pair.question), pdu_of(pair.answer)));
  }
  const auto who = modbus_identification({}, pdu_of(pairs[0].answer));
  ASSERT_TRUE(who);
  EXPECT_EQ(who->objects.at(ModbusIdentification::kProduct), "Tracer2215BN");
  EXPECT_EQ(who->objects.at(ModbusIdentification::kRevision), "V02.05+V07.12");
}

}  // namespace
}  // namespace karkara
