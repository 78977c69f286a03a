// Modbus tables as engineers write them, and what they are told when they err.
#include <gtest/gtest.h>

#include "agent/config_bind/device_table.h"

namespace karkara {
namespace {

constexpr const char* kWhole =
    "id: charger\n"
    "title: A charger\n"
    "matches:\n"
    "  - {vendor: Sahel, product: SP-, product_without: 600V}\n"
    "  - {text: RNG, text_register: 0x000C, text_length: 4}\n"
    "firmware: {register: 20, length: 2, space: input, after: V}\n"
    "modbus: {baud: 19200, parity: even, stop_bits: 2, deadline: 2s, gap: 100ms, most_registers: 60, refuses_holes: "
    "true}\n"
    "registers:\n"
    "  - {id: battery-volts, register: 0x18, type: s16, per_unit: [0x0000], unit: V, scale: 0.5, min: 5, max: 80}\n"
    "  - {id: state, register: 50, space: input, type: bits, bit_from: 2, bit_to: 3, words: [{word: bulk, number: 1, "
    "value: 3}]}\n"
    "  - {id: night, register: 7, space: discrete}\n";

TEST(RegisterTableFile, IsReadAsWritten) {
  const auto read = read_device_table("charger.yaml", kWhole);
  ASSERT_TRUE(read) << read.error().text;
  ASSERT_TRUE(read->modbus);
  const ModbusTable& table = *read->modbus;
  EXPECT_EQ(table.line, (ModbusLine{19'200, SerialParity::Even, 2, std::chrono::seconds{2},
                                    std::chrono::milliseconds{100}, 60, true}));
  ASSERT_EQ(table.matches.size(), 2U);
  EXPECT_EQ(table.matches[0], (ModbusMatch{"Sahel", "SP-", "600V", {}, ""}));
  EXPECT_EQ(table.matches[1].text_at, (RegisterBlock{RegisterSpace::Holding, 12, 4}));
  EXPECT_EQ(table.firmware_at, (RegisterBlock{RegisterSpace::Input, 20, 2}));
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[0].address, 24);
  EXPECT_EQ(table.rows[0].type, RegisterType::S16);
  EXPECT_EQ(table.rows[0].per_unit, (std::vector<std::uint16_t>{0}));
  EXPECT_EQ(table.rows[1].bit_to, 3);
  EXPECT_EQ(table.rows[1].words.front().value, 3.0);
  EXPECT_TRUE(table.rows[1].only_words);
  EXPECT_EQ(table.rows[2].space, RegisterSpace::Discrete);
}

std::string problems(const std::string& text) {
  const auto read = read_device_table("bad.yaml", text);
  return read ? "" : read.error().text;
}

TEST(RegisterTableFile, IsEitherForSnmpOrForModbus) {
  const std::string head = "id: a\ntitle: A\n";
  const std::string object = "objects:\n  - {id: b, oid: 1.3.6}\n";
  const std::string registers = "registers:\n  - {id: b, register: 1, min: 0, max: 1}\n";
  const auto says = [](const std::string& text, const std::string& what) {
    EXPECT_NE(problems(text).find(what), std::string::npos) << problems(text);
  };
  says(head, "bad.yaml:1:1");
  says(head, "must have either objects (a device with SNMP) or registers (a device with Modbus)");
  says(head + object + registers, "bad.yaml:5:1: registers: must have either objects");
  says(head + "modbus: {baud: 9600}\n" + object, "bad.yaml:3:1: modbus: is for a table with registers");
  says(head + "matches: [{vendor: X}]\n" + object, "bad.yaml:3:11: matches[#1]: is for Modbus");
  says(head + "matches: [{sys_object_id: 1.3}]\n" + registers, "bad.yaml:3:11: matches[#1]: is for SNMP");
  says(head + "firmware: {oid: 1.3.6}\n" + registers, "firmware.oid: is for SNMP");
  says(head + "firmware: {register: 1}\n" + object, "firmware.register: is for Modbus");
  EXPECT_EQ(problems(head + object), "");
  EXPECT_EQ(problems(head + registers), "");
}

TEST(RegisterTableFile, TellsEverythingThatIsWrongWithItsPlace) {
  const std::string text = problems(
      "id: bad\n"
      "title: Bad\n"
      "matches:\n"
      "  - {product_without: X}\n"
      "  - {text: X}\n"
      "modbus: {most_registers: 10}\n"
      "registers:\n"
      "  - {id: a, register: 0x10000, min: 0, max: 1}\n"
      "  - {id: b, register: 5}\n"
      "  - {id: c, register: 65535, type: u32, min: 0, max: 1}\n"
      "  - {id: d, register: 20, per_unit: [0], min: 0, max: 1}\n"
      "  - {id: e, register: 1, bit_from: 3, min: 0, max: 1}\n"
      "  - {id: f, register: 1, type: text, min: 0, max: 1}\n"
      "  - {id: g, register: 1, space: coil, type: s16}\n"
      "  - {id: h, register: 1x, min: 0, max: 1}\n"
      "  - {id: i, register: 1, type: bits, bit_from: 4, bit_to: 2, min: 0, max: 1}\n");
  for (const char* problem :
       {"bad.yaml:4:5: matches[#1]: must say either vendor or product, or text and text_register",
        "bad.yaml:5:5: matches[#2]: must say", "bad.yaml:8:23: registers[a].register: '0x10000' is no register",
        "bad.yaml:9:5: registers[b]: says nothing of what is plausible", "registers[c].register: goes past the last",
        "registers[d].register: needs 21 registers in one request, and 10 are the most",
        "registers[e].bit_from: type bits", "registers[f].type: type text and length",
        "registers[g].space: has bits only", "registers[h].register: '1x' is no register",
        "registers[i].type: type bits"}) {
    EXPECT_NE(text.find(problem), std::string::npos) << problem << "\n" << text;
  }
}

}  // namespace
}  // namespace karkara
