#include "common/host/config_reader.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "karkara/v1/controller_config.pb.h"
#include "karkara/v1/enrolment.pb.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {
namespace {

constexpr std::string_view kSmallSite = R"(site: {id: sadore}
uplinks:
  - id: vsat
    kind: vsat
    interface: eth1
)";

std::string problems_of(std::string_view text) {
  v1::SiteConfig config;
  return read_config("site.yaml", text, config).text();
}

// What is wrong with one more line in a good file's uplink.
std::string problem_with(std::string_view line) {
  return problems_of(std::string{kSmallSite}.append("    ").append(line));
}

TEST(ConfigReader, TellsEverythingThatIsWrongInOneGo) {
  EXPECT_EQ(problems_of(R"(site:
  id: Sadoré
  name: "a\tb"
  lattitude: 13.245
  latitude: 130
  longitude: east
uplinks:
  - id: vsat
    kind: satellite
    intreface: eth1
    preference: 0
    active_echo_interval: 1
    standby_echo_interval: 50ms
    metered: yes
  - id: vsat
    kind: Cellular
    interface: a-name-far-too-long
    gateway: 192.168.100.300
    mtu: 1400.5
    mtu: 1400
  - kind: vsat
    interface:
  - plain
failover: 5s
lan:
  interfaces: br-lan
power: {}
telemetry:
  spool_limit: 12
  flush_interval: 2w
colour: blue
)"),
            R"(site.yaml:2:7: site.id: 'Sadoré' is not a name: 1 to 40 of a-z, 0-9 and '-', with no '-' at either end
site.yaml:3:9: site.name: must not hold control characters
site.yaml:4:3: site.lattitude: is not a known key; did you mean 'latitude'?
site.yaml:5:13: site.latitude: '130' is out of range: must be -90 to 90
site.yaml:6:14: site.longitude: 'east' is not a number of degrees: write it like 13.245
site.yaml:8:5: uplinks[vsat].interface: is required: The Linux interface; may appear later. Allowed: a Linux interface name; for example eth1
site.yaml:9:11: uplinks[vsat].kind: 'satellite' is not known: must be one of ethernet (Fibre, microwave or anything that gives Ethernet), vsat (A satellite terminal by Ethernet), cellular (A modem with a SIM), mesh (A neighbour village that lends its own way out)
site.yaml:10:5: uplinks[vsat].intreface: is not a known key; did you mean 'interface'?
site.yaml:11:17: uplinks[vsat].preference: '0' is out of range: must be 1 to 1000
site.yaml:12:27: uplinks[vsat].active_echo_interval: '1' has no unit: write it like 30s, 250ms, 5m, 2h, 1d
site.yaml:13:28: uplinks[vsat].standby_echo_interval: '50ms' is out of range: must be 200ms to 1d
site.yaml:14:14: uplinks[vsat].metered: 'yes' is neither true nor false
site.yaml:15:9: uplinks[#2].id: 'vsat' is already in the list, in line 8: must be unique
site.yaml:16:11: uplinks[#2].kind: 'Cellular' is not known: must be one of ethernet (Fibre, microwave or anything that gives Ethernet), vsat (A satellite terminal by Ethernet), cellular (A modem with a SIM), mesh (A neighbour village that lends its own way out); did you mean 'cellular'?
site.yaml:17:16: uplinks[#2].interface: 'a-name-far-too-long' is not a Linux interface name: 1 to 15 characters, no space, '/', ':' or '%'
site.yaml:18:14: uplinks[#2].gateway: '192.168.100.300' is not an address: IPv4 or IPv6, such as 192.168.100.1
site.yaml:19:10: uplinks[#2].mtu: '1400.5' is not a whole number
site.yaml:20:5: uplinks[#2].mtu: is given twice, first in line 19
site.yaml:21:5: uplinks[#3].id: is required: Name of the uplink in commands, alarms and metrics. Allowed: a name; for example vsat
site.yaml:22:5: uplinks[#3].interface: has no value: must be a Linux interface name, or leave the key out
site.yaml:23:5: uplinks[#4]: 'plain' is a single value: must be a section with 'key: value' lines
site.yaml:24:11: failover: '5s' is a single value: must be a section with 'key: value' lines
site.yaml:26:15: lan.interfaces: 'br-lan' is a single value: must be a list, each element after '- '
site.yaml:27:1: power: is a section: must be a list, each element after '- '
site.yaml:29:16: telemetry.spool_limit: '12' has no unit: write it like 512KiB, 20MB, 4MiB
site.yaml:30:19: telemetry.flush_interval: '2w' is not a duration: write it like 30s, 250ms, 5m, 2h, 1d
site.yaml:31:1: colour: is not a known key: must be one of site, uplinks, failover, lan, power, telemetry, clock, agent, classes, truth, tunnel, battery, solar, shedding, radios, neighbours, wifi, shaping
)");
}

TEST(ConfigReader, TellsWhatIsMissing) {
  EXPECT_EQ(problems_of("clock: {set_system_clock: false}\n"),
            "site.yaml:1:1: site: is required: Which village this is.\n"
            "site.yaml:1:1: uplinks: is required: The ways out, any order. Allowed: a list, 1 to 8 elements\n");
  EXPECT_EQ(problems_of("site: {id: x}\nuplinks: []\n"),
            "site.yaml:2:1: uplinks: has 0 elements: must be 1 to 8 elements\n");
  EXPECT_EQ(problems_of("- site\n"), "site.yaml:1:1: is a list: must be a section with 'key: value' lines\n");
  EXPECT_EQ(problems_of("site\n"),
            "site.yaml:1:1: 'site' is a single value: must be a section with 'key: value' lines\n");
}

TEST(ConfigReader, RefusesTooManyElements) {
  std::string text = "site: {id: x}\nuplinks:\n";
  for (int i = 0; i < 9; ++i) {
    text += "  - {id: u" + std::to_string(i) + ", kind: vsat, interface: eth" + std::to_string(i) + "}\n";
  }
  EXPECT_EQ(problems_of(text), "site.yaml:2:1: uplinks: has 9 elements: must be 1 to 8 elements\n");
}

TEST(ConfigReader, TakesValuesInEverySpelling) {
  EXPECT_EQ(problem_with("standby_echo_interval: 1.5h"), "");
  EXPECT_EQ(problem_with("standby_echo_interval: \"10s\""), "");
  EXPECT_EQ(problem_with("standby_echo_interval: 0"),
            "site.yaml:6:28: uplinks[vsat].standby_echo_interval: '0' is out of range: must be 200ms to 1d\n");
  EXPECT_EQ(problem_with("preference: -1"),
            "site.yaml:6:17: uplinks[vsat].preference: '-1' is out of range: must be 1 to 1000\n");
}

TEST(ConfigReader, FillsInDefaultsAlsoOfSectionsThatWereLeftOut) {
  v1::SiteConfig config;
  ASSERT_EQ(read_config("f", kSmallSite, config).text(), "");
  EXPECT_EQ(config.uplinks(0).preference(), 100U);
  EXPECT_FALSE(config.uplinks(0).has_active_echo_interval()) << "depends on kind and metered";
  EXPECT_TRUE(config.uplinks(0).has_metered());
  EXPECT_FALSE(config.uplinks(0).has_standby_echo_interval()) << "depends on metered";
  EXPECT_FALSE(config.uplinks(0).has_mtu());
  EXPECT_EQ(config.failover().hold_down_max(), 300'000U);
  EXPECT_EQ(config.telemetry().spool_limit(), 4U << 20U);
  EXPECT_TRUE(config.lan().masquerade());
  EXPECT_TRUE(config.clock().set_system_clock());
  EXPECT_EQ(config.agent().state_dir(), "/var/lib/karkara");
}

TEST(ConfigReader, ADefaultNeverReplacesWhatWasSaid) {
  v1::SiteConfig config;
  ASSERT_EQ(
      read_config("f", std::string{kSmallSite} + "failover: {hold_down: 0}\nlan: {masquerade: false}\n", config).text(),
      "");
  EXPECT_EQ(config.failover().hold_down(), 0U);
  EXPECT_FALSE(config.lan().masquerade());
  EXPECT_EQ(config.failover().min_dwell(), 30'000U);
}

TEST(ConfigReader, KeepsThePlaceOfWhatWasWritten) {
  v1::SiteConfig config;
  const ConfigReading reading = read_config("f", std::string{kSmallSite} + "lan: {interfaces: [a, b]}\n", config);
  EXPECT_EQ(reading.places.at("site.id"), (ConfigPlace{1, 12}));
  EXPECT_EQ(reading.places.at("uplinks[vsat].interface"), (ConfigPlace{5, 16}));
  EXPECT_EQ(reading.places.at("lan.interfaces[#2]"), (ConfigPlace{6, 23}));
  EXPECT_EQ(place_of(reading.places, "uplinks[vsat].mtu"), (ConfigPlace{3, 5})) << "the section around it";
  EXPECT_EQ(place_of(reading.places, "failover.hold_down"), (ConfigPlace{1, 1}));
}

TEST(ConfigReader, TextsOfOneLineStayOneLine) {
  v1::EnrolmentBundle bundle;
  const std::string problems = read_config("b", R"(site_id: ""
token: short
controller: nowhere
enrolment: controller.karkara.ne:7444
ca_certificate: |
  -----BEGIN CERTIFICATE-----
  MIIBszCCAVmgAwIBAgIUQ0FSS0FSQSBub3QgYSByZWFsIGNlcnRpZmljYXRlAAAA
  -----END CERTIFICATE-----
trust_domain: |
  karkara.ne
anchor_key_id: 4294967296
anchor_key: 00
made_at: -1
anchors: [{id: a, endpoint: "10.0.0.1:7445"}]
)",
                                           bundle)
                                   .text();
  EXPECT_EQ(problems, R"(b:1:10: site_id: '' is not a name: 1 to 40 of a-z, 0-9 and '-', with no '-' at either end
b:2:8: token: has 5 characters: must be 16 to 200 characters
b:3:13: controller: 'nowhere' is not an endpoint: HOST:PORT or [IPV6]:PORT, with a port of 1 to 65535
b:9:15: trust_domain: must be a single line
b:11:16: anchor_key_id: '4294967296' is out of range: must be 0 to 4294967295
b:12:13: anchor_key: has 2 characters: must be exactly 64 characters
b:13:10: made_at: '-1' is out of range: must be at least 0
)");
  EXPECT_EQ(bundle.ca_certificate().substr(0, 10), "-----BEGIN");
}

TEST(ConfigReader, CountsCharactersNotBytes) {
  std::string accents;
  for (int i = 0; i < 80; ++i) {
    accents += "é";
  }
  EXPECT_EQ(problems_of("site: {id: x, name: " + accents + "}\nuplinks: [{id: a, kind: vsat, interface: b}]\n"), "");
  EXPECT_EQ(problems_of("site: {id: x, name: " + accents + "e}\nuplinks: [{id: a, kind: vsat, interface: b}]\n"),
            "site.yaml:1:21: site.name: has 81 characters: must be at most 80 characters\n");
}

TEST(ConfigReader, ShowsHostileKeysHarmless) {
  EXPECT_EQ(problems_of(std::string{kSmallSite} + "\"a\\e[2J\\n\": 1\n"),
            "site.yaml:6:1: a\\x1b[2J\\x0a: is not a known key: must be one of site, uplinks, failover, lan, power, "
            "telemetry, "
            "clock, agent, classes, truth, tunnel, battery, solar, shedding, radios, neighbours, wifi, shaping\n");
}

TEST(ConfigReader, StopsTellingAfterAHundredProblems) {
  std::string text{kSmallSite};
  for (int i = 0; i < 5'000; ++i) {
    text += "key" + std::to_string(i) + ": 1\n";
  }
  v1::SiteConfig config;
  const ConfigReading reading = read_config("f", text, config);
  ASSERT_EQ(reading.problems.size(), 101U);
  EXPECT_EQ(to_string(reading.problems.back()), "f:105:1: more problems are not shown");
}

TEST(ConfigReader, AnAliasIsAProblemOnceAndTheRestIsReadOn) {
  EXPECT_EQ(
      problems_of("site: {id: &x sadore}\nuplinks:\n  - id: vsat\n    kind: vsat\n    interface: *x\n    mtu: 1\n"),
      "site.yaml:1:12: an anchor (&name) is not allowed: write the value out where it is needed\n"
      "site.yaml:5:16: an alias (*name) is not allowed: write the value out\n"
      "site.yaml:6:10: uplinks[vsat].mtu: '1' is out of range: must be 576 to 9000\n");
}

class ConfigFile : public testing::Test {
 protected:
  ConfigFile() { EXPECT_NE(mkdtemp(folder_.data()), nullptr); }
  ~ConfigFile() override { std::filesystem::remove_all(folder_); }
  std::string problems_at(const std::string& name) {
    v1::SiteConfig config;
    std::string text = read_config_file(folder_ + "/" + name, config).text();
    return text.starts_with(folder_) ? text.substr(folder_.size()) : text;
  }
  std::string folder_ = testing::TempDir() + "config-XXXXXX";
};

TEST_F(ConfigFile, ThatIsMissingOrNoFileIsAProblemLikeAnyOther) {
  EXPECT_EQ(problems_at("no.yaml"), "/no.yaml: cannot be opened: No such file or directory\n");
  EXPECT_EQ(problems_at(""), "/: cannot be read: Is a directory\n");
}

TEST_F(ConfigFile, ThatIsTooLargeIsNotReadToItsEnd) {
  std::ofstream{folder_ + "/big.yaml"} << std::string(3U << 20U, '#');
  EXPECT_EQ(problems_at("big.yaml"), "/big.yaml: is larger than 1 MiB\n");
  v1::SiteConfig config;
  EXPECT_EQ(read_config_file("/dev/zero", config).text(), "/dev/zero: is larger than 1 MiB\n");
}

TEST_F(ConfigFile, IsReadLikeItsText) {
  std::ofstream{folder_ + "/site.yaml"} << kSmallSite;
  EXPECT_EQ(problems_at("site.yaml"), "");
}

}  // namespace
}  // namespace karkara
