// The tables that are shipped, against recordings of real devices where these are at hand, and against a few lines of
// our own with the same traps.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <filesystem>

#include "agent/devices/count_book.h"
#include "agent/devices/quantities.h"
#include "tests/agent/devices/shipped_tables.h"

namespace karkara {
namespace {

TEST(DeviceTables, AllThatAreShippedCanBeReadAndHaveTheNameOfTheirFile) {
  const DeviceTables all = read_device_tables(kTables);
  EXPECT_TRUE(all.unread.empty()) << all.unread.front().why;
  EXPECT_GE(all.tables.size(), 25U);
  for (const DeviceTable& each : all.tables) {
    EXPECT_TRUE(std::filesystem::exists(kTables + "/" + each.id + ".yaml")) << each.id;
  }
}

TEST(DeviceTables, OneBadFileDoesNotCostTheOthers) {
  const DeviceTables none = read_device_tables("/nonexistent");
  EXPECT_EQ(none.unread.size(), 1U);
  EXPECT_TRUE(none.tables.empty());
}

TEST(DeviceTables, ATerminalOfOurOwnWritingShowsAllTraps) {
  const auto device = SnmpRecording::parse(
      "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8000\n"
      "1.3.6.1.4.1.8000.22.2.1.0|2|97\n"
      "1.3.6.1.4.1.8000.22.2.3.0|66|403\n"
      "1.3.6.1.4.1.8000.22.5.2.1.0|2|14\n"
      "1.3.6.1.4.1.8000.22.5.5.6.0|66|4294967286\n"
      "1.3.6.1.4.1.8000.22.9.4.0|66|2\n");
  const auto all = read(shipped_table("uhp"), device);
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kEsN0), 9.7);
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kReceiveLevel), -40.3);
  EXPECT_DOUBLE_EQ(*number_of(all, "tx-adjustment"), -1.0);
  EXPECT_EQ(find_reading(all, "network-state")->word, "acquisition");
  EXPECT_EQ(number_of(all, quantity::kReceiveLocked), 0.0);
  EXPECT_EQ(number_of(all, quantity::kNetworkJoined), 0.0);
  EXPECT_EQ(find_reading(all, quantity::kCarrierToNoise)->value, Value{Absent::NotAvailable});
  EXPECT_EQ(find_reading(all, quantity::kTransmitLevel)->value, Value{Absent::NoSuchObject});
}

TEST(DeviceTables, AModemThatMeasuresNothingIsNotLocked) {
  const auto device = SnmpRecording::parse(
      "1.3.6.1.4.1.5835.5.2.3300.1.5.1.4.1|2|-1000\n"
      "1.3.6.1.4.1.5835.5.2.3300.1.5.1.14.1|2|11\n"
      "1.3.6.1.4.1.5835.5.2.3300.1.5.1.19.1|2|-1000\n");
  const auto all = read(shipped_table("newtec-mdm"), device);
  EXPECT_EQ(find_reading(all, quantity::kEsN0)->value, Value{Absent::NotAvailable});
  EXPECT_EQ(find_reading(all, quantity::kLinkMargin)->value, Value{Absent::NotAvailable});
  EXPECT_EQ(number_of(all, quantity::kReceiveLocked), 0.0);
  EXPECT_EQ(find_reading(all, quantity::kModcod)->word, "QPSK 9/10");
}

TEST(DeviceTables, TheUhpRecordingIsReadByItsMib) {
  const auto device = recording("uhp");
  if (!device) {
    GTEST_SKIP() << "no recording " << kRecordings << "uhp.snmprec";
  }
  const auto all = read(shipped_table("uhp"), *device);
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kEsN0), 13.5);
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kCarrierToNoise), 13.6);
  EXPECT_DOUBLE_EQ(*number_of(all, quantity::kReceiveLevel), -11.9);
  EXPECT_DOUBLE_EQ(*number_of(all, "tx-adjustment"), -2.1);
  EXPECT_EQ(number_of(all, quantity::kReceiveLocked), 1.0);
  EXPECT_EQ(number_of(all, quantity::kNetworkJoined), 1.0);
  EXPECT_EQ(number_of(all, quantity::kTemperature), 65.0);
}

TEST_P(RecordedDevice, IsReadAsTheOracleDoes) {
  const auto device = recording(GetParam().recording);
  if (!device) {
    GTEST_SKIP() << "no recording " << kRecordings << GetParam().recording << ".snmprec";
  }
  compare_with_the_oracle(*device);
}

INSTANTIATE_TEST_SUITE_P(
    Shared, RecordedDevice,
    testing::Values(
        // Levels are below 0 dBm, the adjustment has a sign, 136 is 13.6 dB, and the oracle's temperature is the SNR's.
        Recorded{"uhp",
                 "uhp",
                 true,
                 {"rx-level", "tx-level", "tx-level-limit", "tx-adjustment", "carrier-noise", "frequency-offset",
                  "received-bytes", "sent-bytes"}},
        Recorded{"rutos-2xx_rut240v7", "rutos-2xx", true, {"lte-registered", "sent-bytes", "received-bytes"}},
        Recorded{"rutos-rutx_rutx11", "rutos-rutx", false, {"lte-registered", "sent-bytes"}},
        Recorded{"pepwave", "pepwave", true, {}}, Recorded{"routeros_ltap-mini", "routeros-lte", true, {}},
        Recorded{"routeros_rblhgr", "routeros-lte", true, {}},
        Recorded{"airos", "airos", true, {"link-distance"}},  // kilometres there
        Recorded{"airos_airos8", "airos", true, {"link-distance"}}, Recorded{"epmp", "epmp", true, {}}),
    name_of);

// Whatever its width, unit and scale: set back to 0 adds nothing, coming round adds what went by.
TEST(DeviceTables, EveryCountOfEveryTableTellsAResetFromAWrap) {
  std::vector<QuantityRow> counts;
  for (const DeviceTable& table : read_device_tables(kTables).tables) {
    counts.insert(counts.end(), table.rows.begin(), table.rows.end());
    if (table.modbus) {
      counts.insert(counts.end(), table.modbus->rows.begin(), table.modbus->rows.end());
    }
  }
  std::erase_if(counts, [](const QuantityRow& row) { return row.counter_bits == 0; });
  EXPECT_GE(counts.size(), 10U);
  for (const QuantityRow& row : counts) {
    const auto total_after = [&](const std::vector<double>& steps) {
      CountBook book;
      Instant now;
      for (const double said : steps) {
        now = now + std::chrono::hours{10};
        book.see({row.quantity, row.unit, said * row.scale, "", row.counter_bits, row.scale}, std::nullopt, now);
      }
      return book.total(row.quantity).value_or(-1) / row.scale;
    };
    EXPECT_NEAR(total_after({1000, 1001, 0, 0, 2}), 1003, 1e-3) << row.id;
    const double round = std::ldexp(1.0, static_cast<int>(row.counter_bits));
    EXPECT_NEAR(total_after({round - 2, round - 1, 1}), round + 1, 1e-3) << row.id;
  }
}

TEST(DeviceTableFile, TellsEverythingThatIsWrongWithItsPlace) {
  const auto read = read_device_table("bad.yaml",
                                      "id: bad\n"
                                      "title: Bad\n"
                                      "matches:\n"
                                      "  - {}\n"
                                      "objects:\n"
                                      "  - {id: a, oid: 1.3.x}\n"
                                      "  - {id: b, oid: 1.3.6, min: 5}\n"
                                      "  - {id: c, oid: 1.3.6, counter_bits: 33}\n"
                                      "  - {id: d, oid: 1.3.6, firmware_from: new}\n"
                                      "  - {id: e, oid: 1.3.6, bit_from: 8}\n"
                                      "  - {id: f, oid: 1.3.6, bit_from: 9, bit_to: 8}\n"
                                      "  - {id: g, oid: 1.3.6, bit_from: 0, bit_to: 53}\n"
                                      "  - {id: h, oid: 1.3.6, bit_from: 0, bit_to: 3, words: [{word: x, number: 4}]}\n"
                                      "  - {id: i, oid: 1.3.6, only_when: {oid: 1.3.7}}\n"
                                      "  - {id: j, oid: 1.3.6, only_when: {oid: 1.3.7, from: 5, to: 4}}\n"
                                      "  - {id: k, oid: 1.3.6, only_when: {oid: 1.3.7, number: 5, from: 4, to: 6}}\n");
  ASSERT_FALSE(read);
  const std::string& text = read.error().text;
  EXPECT_NE(text.find("bad.yaml:4:"), std::string::npos) << text;
  EXPECT_NE(text.find("bad.yaml:6:18: objects[a].oid"), std::string::npos) << text;
  EXPECT_NE(text.find("objects[b].min"), std::string::npos) << text;
  EXPECT_NE(text.find("objects[c].counter_bits: must be 16, 32 or 64"), std::string::npos) << text;
  EXPECT_NE(text.find("objects[d].firmware_from"), std::string::npos) << text;
  for (const char* row : {"objects[e].bit_from", "objects[f].bit_from", "objects[g].bit_from", "objects[h].words",
                          "objects[i].only_when", "objects[j].only_when", "objects[k].only_when"}) {
    EXPECT_NE(text.find(row), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace karkara
