// Recordings served by snmpsim, a simulator that is not ours, read over the wire by the tables that are shipped.
#include <gtest/gtest.h>

#include <set>

#include "agent/config_bind/device_table.h"
#include "agent/devices/quantities.h"
#include "agent/devices/readings.h"
#include "tests/agent/io/snmp_asker.h"
#include "tests/agent/io/snmpsim_daemon.h"
#include "tests/support/snmprec.h"

namespace karkara {
namespace {

const std::string kSource = KARKARA_SOURCE_DIR;
const std::filesystem::path kRecordings = kSource + "/../shared/captures/snmprec";

constexpr const char* kOwnTerminal =
    "1.3.6.1.2.1.1.1.0|4|UHP VSAT Terminal Software\n"
    "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.8000\n"
    "1.3.6.1.2.1.1.3.0|67|6000\n"
    "1.3.6.1.4.1.8000.22.2.1.0|2|97\n"
    "1.3.6.1.4.1.8000.22.2.3.0|66|403\n"
    "1.3.6.1.4.1.8000.22.5.2.1.0|2|17\n"
    "1.3.6.1.4.1.8000.22.5.5.6.0|66|4294967286\n"
    "1.3.6.1.4.1.8000.22.9.4.0|66|96\n";

class Snmpsim : public testing::Test {
 protected:
  void SetUp() override {
    if (!SnmpsimDaemon::is_installed()) {
      GTEST_SKIP() << "snmpsim is not installed";
    }
    simulator_.serve("own", kOwnTerminal);
    for (const char* name : kShared) {
      simulator_.serve_shared(kRecordings, name);
    }
    asker_.target = simulator_.start();
    asker_.target.community = "own";
    ASSERT_TRUE(asker_.wait_until_answered({oid_of("1.3.6.1.2.1.1.1.0")}, std::chrono::seconds{60}))
        << "see " << simulator_.log();
  }

  QuantityReadings read(const DeviceTable& table) {
    const ObjectsToAsk objects = objects_of(table);
    VarBinds all;
    for (const bool next : {false, true}) {
      const auto& oids = next ? objects.columns : objects.exact;
      const auto answer = oids.empty() ? Result<VarBinds>{VarBinds{}} : asker_.ask(oids, next);
      EXPECT_TRUE(answer) << (answer ? "" : answer.error().text);
      if (answer) {
        all.insert(all.end(), answer->begin(), answer->end());
      }
    }
    return readings(table, all);
  }
  static DeviceTable table(const std::string& id) {
    return read_device_table_file(kSource + "/configs/devices/" + id + ".yaml").value();
  }

  static constexpr std::array kShared{"uhp",          "rutos-2xx_rut240v7", "rutos-rutx_rutx11", "pepwave",
                                      "airos_airos8", "routeros_ltap-mini", "routeros_rblhgr",   "airos",
                                      "epmp"};
  SnmpsimDaemon simulator_;
  SnmpAsker asker_;
};

TEST_F(Snmpsim, ATerminalOfOurOwnWritingIsReadOverEveryVersion) {
  for (const SnmpVersion version : {SnmpVersion::V1, SnmpVersion::V2c, SnmpVersion::V3}) {
    asker_.target.version = version;
    asker_.target.context = version == SnmpVersion::V3 ? "own" : "";
    const auto all = read(table("uhp"));
    ASSERT_TRUE(number_of(all, quantity::kEsN0)) << static_cast<int>(version);
    EXPECT_DOUBLE_EQ(*number_of(all, quantity::kEsN0), 9.7);
    EXPECT_DOUBLE_EQ(*number_of(all, quantity::kReceiveLevel), -40.3);
    EXPECT_DOUBLE_EQ(*number_of(all, "tx-adjustment"), -1.0);
    EXPECT_EQ(number_of(all, quantity::kReceiveLocked), 1.0);
    EXPECT_EQ(number_of(all, quantity::kNetworkJoined), 1.0);
    EXPECT_EQ(find_reading(all, quantity::kTransmitLevel)->value, Value{Absent::NoSuchObject});
  }
}

TEST_F(Snmpsim, AnUnknownCommunityIsSilence) {
  asker_.target.community = "nobody";
  asker_.deadline = std::chrono::milliseconds{600};
  const auto answer = asker_.ask({oid_of("1.3.6.1.2.1.1.1.0")});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::DeadlineExceeded);
}

TEST_F(Snmpsim, TheSharedRecordingsReadTheSameOverTheWireAsFromTheirFiles) {
  if (!std::filesystem::exists(kRecordings)) {
    GTEST_SKIP() << "no recordings in " << kRecordings;
  }
  const std::map<std::string, std::string> tables{{"uhp", "uhp"},
                                                  {"rutos-2xx_rut240v7", "rutos-2xx"},
                                                  {"rutos-rutx_rutx11", "rutos-rutx"},
                                                  {"pepwave", "pepwave"},
                                                  {"routeros_ltap-mini", "routeros-lte"},
                                                  {"routeros_rblhgr", "routeros-lte"},
                                                  {"airos", "airos"},
                                                  {"airos_airos8", "airos"},
                                                  {"epmp", "epmp"}};
  for (const auto& [recording, id] : tables) {
    asker_.target.community = recording;
    const DeviceTable by = table(id);
    const auto file = SnmpRecording::read((kRecordings / (recording + ".snmprec")).string());
    ASSERT_TRUE(file);
    const QuantityReadings over_the_wire = read(by);
    const QuantityReadings from_file = readings(by, file->poll(by));
    ASSERT_EQ(over_the_wire.size(), from_file.size());
    int present = 0;
    for (std::size_t i = 0; i < from_file.size(); ++i) {
      EXPECT_EQ(over_the_wire[i], from_file[i]) << recording << " " << from_file[i].quantity;
      present += has_value(over_the_wire[i].value) ? 1 : 0;
    }
    EXPECT_GE(present, 3) << recording;
  }
}

}  // namespace
}  // namespace karkara
