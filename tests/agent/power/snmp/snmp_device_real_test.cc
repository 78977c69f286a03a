// The whole way of an SNMP power device: shipped tables, net-snmp, and snmpsim with recordings of real devices.
#include <gtest/gtest.h>

#include "agent/config_bind/device_table.h"
#include "agent/devices/quantities.h"
#include "agent/power/snmp/snmp_device.h"
#include "tests/agent/io/snmp_asker.h"
#include "tests/agent/io/snmpsim_daemon.h"
#include "tests/support/snmprec.h"

namespace karkara {
namespace {

const std::string kSource = KARKARA_SOURCE_DIR;
const std::filesystem::path kRecordings = kSource + "/../shared/captures/snmprec";

constexpr const char* kOwnTycon =
    "1.3.6.1.2.1.1.1.0|4|TPDIN2\n"
    "1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.45621.2\n"
    "1.3.6.1.2.1.1.3.0|67|6000\n"
    "1.3.6.1.4.1.45621.2.2.1.0|2:writecache|value=1\n"
    "1.3.6.1.4.1.45621.2.2.5.0|4|26.4\n"
    "1.3.6.1.4.1.45621.2.2.9.0|4|.3\n";

// Gear that was never recorded, by its MIB: a few lines each, with what they mean.
struct Unrecorded {
  const char* table;
  const char* id;
  const char* lines;
  const char* quantity;
  double value;
};
constexpr std::array kUnrecorded{
    Unrecorded{"tycon-tpdin3", "45621.3", "1.3.6.1.4.1.45621.3.3.15.0|2|541\n1.3.6.1.4.1.45621.3.3.23.0|2|-400\n",
               "volts-1", 54.1},
    Unrecorded{"eltek-webpower", "12148.9", "1.3.6.1.4.1.12148.9.3.2.0|2|5485\n1.3.6.1.4.1.12148.9.3.3.0|4|-\n",
               "battery-volts", 54.85},
    Unrecorded{"vertiv-netsure", "885.3", "1.3.6.1.4.1.885.3.2.1.1.0|4|54.01\n1.3.6.1.4.1.885.3.2.1.7.0|4|-3.5\n",
               "battery-amperes", -3.5},
    Unrecorded{"ict-power", "39145.13", "1.3.6.1.4.1.39145.13.7.0|4|55.2\n1.3.6.1.4.1.39145.13.13.0|2|90\n",
               "output-volts", 55.2},
    Unrecorded{"ict-psu", "39145.11", "1.3.6.1.4.1.39145.11.7.0|4|13.8\n1.3.6.1.4.1.39145.11.8.0|4|7.5\n",
               "output-amperes", 7.5},
    Unrecorded{"alpha-cxc", "7309.5", "1.3.6.1.4.1.7309.5.3.1.12.0|2|53800\n1.3.6.1.4.1.7309.5.3.1.13.0|2|-4200\n",
               "battery-amperes", -4.2},
};

class PowerGear : public testing::Test {
 protected:
  void SetUp() override {
    if (!SnmpsimDaemon::is_installed()) {
      GTEST_SKIP() << "snmpsim is not installed";
    }
    simulator_.serve("own-tycon", kOwnTycon);
    simulator_.serve("nothing", "1.3.6.1.2.1.1.1.0|4|Box\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999\n");
    for (const Unrecorded& gear : kUnrecorded) {
      simulator_.serve(gear.table, std::string{"1.3.6.1.2.1.1.1.0|4|Gear\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1."} + gear.id +
                                       "\n1.3.6.1.2.1.1.3.0|67|6000\n" + gear.lines);
    }
    for (const char* name : kShared) {
      has_shared_ = simulator_.serve_shared(kRecordings, name) && has_shared_;
    }
    asker_.target = simulator_.start();
    asker_.target.community = "own-tycon";
    ASSERT_TRUE(asker_.wait_until_answered({oid_of("1.3.6.1.2.1.1.1.0")}, std::chrono::seconds{60}))
        << "see " << simulator_.log();
    const DeviceTables all = read_device_tables(kSource + "/configs/devices");
    tables_ = std::make_shared<const std::vector<DeviceTable>>(all.tables);
  }

  void open(const std::string& recording, SnmpVersion version) {
    SnmpTarget target = asker_.target;
    target.version = version;
    (version == SnmpVersion::V3 ? target.context : target.community) = recording;
    device_.emplace(SnmpDeviceSettings{DeviceId::parse("gear").value(), target}, tables_);
    run(device_->start(now_));
  }
  // One look more; the time between two looks is a number.
  void look() {
    now_ = std::max(now_, device_->next_deadline());
    run(device_->tick(now_));
  }
  void run(Effects effects) {
    while (!effects.empty()) {
      const auto* get = std::get_if<SnmpGet>(&effects.front());
      ASSERT_NE(get, nullptr);
      const std::uint64_t request = get->request;
      const DeviceId device = get->device;
      auto answer = asker_.run(*get);
      effects = device_->on(SnmpAnswered{device, request, std::move(answer)}, now_);
    }
  }
  // Recognised by the first question, read by the second one.
  const QuantityReadings& read(const std::string& recording, SnmpVersion version) {
    open(recording, version);
    look();
    EXPECT_EQ(device_->trouble(), "") << recording;
    return device_->readings();
  }

  static constexpr std::array kShared{
      "tpdin",        "morningstar-mppt", "cxc_ups", "deltaups",    "enexus",      "enexus_sp2touch",   "sitemonitor",
      "sitemonitor3", "algcom-dc-ups",    "ict-swi", "marathonups", "orvaldi-ups", "netonix_wispswitch"};
  SnmpsimDaemon simulator_;
  SnmpAsker asker_;
  SnmpPoll::Tables tables_;
  std::optional<SnmpDevice> device_;
  Instant now_{std::chrono::hours{1}};
  bool has_shared_ = true;
};

TEST_F(PowerGear, IsRecognisedAndReadInEveryVersion) {
  for (const SnmpVersion version : {SnmpVersion::V1, SnmpVersion::V2c, SnmpVersion::V3}) {
    const auto& all = read("own-tycon", version);
    EXPECT_EQ(number_of(all, "volts-1"), 26.4) << static_cast<int>(version);
    EXPECT_EQ(number_of(all, "amperes-1"), 0.3);
    EXPECT_EQ(number_of(all, "relay-1"), 1.0);
    EXPECT_EQ(find_reading(all, "volts-2")->value, Value{Absent::NoSuchObject});
    EXPECT_EQ(device_->product(), "Tycon TPDIN-Monitor-WEB2");
  }
}

TEST_F(PowerGear, ARelayThatIsSwitchedIsReadSwitched) {
  EXPECT_EQ(number_of(read("own-tycon", SnmpVersion::V2c), "relay-1"), 1.0);
  asker_.target.community = "own-tycon";
  EXPECT_TRUE(asker_.set(device_->object_of("relay-1").value(), std::int32_t{0}).ok());
  look();
  EXPECT_EQ(number_of(device_->readings(), "relay-1"), 0.0);
}

TEST_F(PowerGear, SilenceAndStrangersAreTrouble) {
  open("nobody", SnmpVersion::V2c);
  EXPECT_NE(device_->trouble().find("no answer"), std::string::npos) << device_->trouble();
  EXPECT_TRUE(device_->readings().empty());
  open("nothing", SnmpVersion::V2c);
  EXPECT_NE(device_->trouble().find("no device table fits"), std::string::npos) << device_->trouble();
}

TEST_F(PowerGear, RecordedDevicesAreReadTheSameOverTheWireAsFromTheirFiles) {
  if (!has_shared_) {
    GTEST_SKIP() << "no recordings in " << kRecordings;
  }
  const std::map<std::string, std::string> ids{{"tpdin", "tycon-tpdin2"},
                                               {"morningstar-mppt", "morningstar"},
                                               {"cxc_ups", "alpha-cxc"},
                                               {"deltaups", "rfc1628-ups"},
                                               {"marathonups", "rfc1628-ups"},
                                               {"orvaldi-ups", "rfc1628-ups"},
                                               {"enexus", "eltek-smartpack"},
                                               {"enexus_sp2touch", "eltek-smartpack"},
                                               {"sitemonitor", "packetflux-base2"},
                                               {"sitemonitor3", "packetflux-base3"},
                                               {"algcom-dc-ups", "algcom-dc-ups"},
                                               {"ict-swi", "ict-swi"},
                                               {"netonix_wispswitch", "netonix"}};
  for (const auto& [recording, id] : ids) {
    const auto file = SnmpRecording::read((kRecordings / (recording + ".snmprec")).string());
    ASSERT_TRUE(file);
    const DeviceTable* by = find_table(*tables_, id);
    ASSERT_NE(by, nullptr);
    const VarBinds answer = file->poll(*by);
    const QuantityReadings from_file = readings(*by, answer, firmware_of(*by, file->identity(), answer));
    for (const SnmpVersion version : {SnmpVersion::V2c, SnmpVersion::V3}) {
      EXPECT_EQ(read(recording, version), from_file) << recording;
      EXPECT_GE(std::ranges::count_if(from_file, [](const auto& each) { return has_value(each.value); }), 5)
          << recording;
    }
  }
}

TEST_F(PowerGear, GearThatWasNeverRecordedIsRecognisedByItsNumberAndReadByItsMib) {
  for (const Unrecorded& gear : kUnrecorded) {
    for (const SnmpVersion version : {SnmpVersion::V1, SnmpVersion::V2c}) {
      const auto& all = read(gear.table, version);
      EXPECT_EQ(device_->product().substr(0, 3), find_table(*tables_, gear.table)->title.substr(0, 3));
      EXPECT_NEAR(number_of(all, gear.quantity).value_or(-1e9), gear.value, 1e-9) << gear.table;
    }
  }
}

TEST_F(PowerGear, AGenStarsBatteryIsSeenInEveryVersion) {
  if (!has_shared_) {
    GTEST_SKIP() << "no recordings in " << kRecordings;
  }
  for (const SnmpVersion version : {SnmpVersion::V1, SnmpVersion::V2c, SnmpVersion::V3}) {
    const auto& all = read("morningstar-mppt", version);
    EXPECT_EQ(number_of(all, quantity::kBatteryVoltage), 53.9375) << static_cast<int>(version);
    EXPECT_EQ(number_of(all, quantity::kChargeCurrent), 26.7344);
    EXPECT_EQ(find_reading(all, quantity::kStateOfCharge)->value, Value{Absent::NotAvailable});
  }
}

}  // namespace
}  // namespace karkara
