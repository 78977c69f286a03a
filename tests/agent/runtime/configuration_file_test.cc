// The configuration and the device tables beside it, read again while the agent runs.
#include "agent/runtime/configuration_file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "agent/config_bind/site_config.h"
#include "common/host/system_clock.h"
#include "tests/support/test_folder.h"

namespace karkara {
namespace {

constexpr const char* kMeter =
    "id: meter\ntitle: A meter\nmodbus: {baud: 19200}\nregisters:\n"
    "  - {id: volts, register: 1, min: 0, max: 60}\n";

class ConfigurationFileTest : public testing::Test {
 protected:
  ConfigurationFileTest() {
    std::filesystem::create_directory(folder_.path() / "devices");
    write("devices/meter.yaml", kMeter);
    write("site.yaml",
          "site: {id: sadore}\nuplinks: [{id: vsat, kind: vsat, interface: eth1}]\nagent: {device_tables: " +
              folder_.path().string() +
              "/devices}\npower:\n"
              "  - {id: load, kind: modbus, device: /dev/ttyUSB0, device_table: meter}\n"
              "  - {id: tracer, kind: modbus, device: /dev/ttyUSB0, unit: 2, baud: 19200}\n");
  }
  ~ConfigurationFileTest() override { std::fclose(log_file_); }
  void write(const char* file, const std::string& text) const { std::ofstream{folder_.path() / file} << text; }
  [[nodiscard]] std::string site_file() const { return folder_.path() / "site.yaml"; }

  TestFolder folder_;
  std::FILE* log_file_ = std::tmpfile();
  SystemClock clock_;
  Log log_{log_file_, clock_, false};
};

TEST_F(ConfigurationFileTest, ATableThatCannotBeReadAtAReloadIsToldAndTheLastGoodOneStays) {
  auto first = read_site_config_file(site_file());
  ASSERT_TRUE(first) << first.error().text;
  EXPECT_TRUE(first->settings.unread_tables.empty());
  ConfigurationFile file{site_file(), std::move(*first), log_};
  write("devices/meter.yaml", "id: meter\n");
  for (int again = 0; again < 2; ++again) {
    const auto change = file.reload("SIGHUP");
    ASSERT_TRUE(change);
    ASSERT_EQ(change->settings.unread_tables.size(), 1U);
    EXPECT_TRUE(change->settings.unread_tables[0].kept_last);
    EXPECT_EQ(change->settings.power, change->old_settings.power) << "its devices go on";
  }
  write("devices/meter.yaml", kMeter);
  EXPECT_TRUE(file.reload("SIGHUP")->settings.unread_tables.empty());
}

// The line of a device without its table is not known: it must not contradict that of its neighbour.
TEST_F(ConfigurationFileTest, ATableThatCannotBeReadAtStartCostsItsOwnDevicesOnly) {
  write("devices/meter.yaml", "id: meter\n");
  const auto read = read_site_config_file(site_file());
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->settings.power.sources.size(), 2U);
  ASSERT_EQ(read->settings.unread_tables.size(), 1U);
  EXPECT_NE(read->settings.unread_tables[0].why.find("meter.yaml:1:1: title"), std::string::npos)
      << read->settings.unread_tables[0].why;
}

}  // namespace
}  // namespace karkara
