#include "agent/config_bind/site_config.h"

#include <gtest/gtest.h>

#include "common/host/config_reader.h"
#include "tests/agent/config_bind/site_text.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(SiteConfigBinding, TurnsUnitsAndTextsIntoTheAgentsOwnTypes) {
  const SiteSettings settings = settings_of(R"(site: {id: sadore, name: Péta, latitude: 13.245, longitude: 2.305}
uplinks:
  - {id: vsat, kind: vsat, interface: eth1, gateway: 192.168.100.1, preference: 10, active_echo_interval: 250ms, mtu: 1400}
power: [{id: charger, kind: vedirect, device: /dev/ttyUSB0, deadline: 7s}]
telemetry: {spool_limit: 8MiB}
)");
  EXPECT_EQ(settings.id.text(), "sadore");
  EXPECT_EQ(settings.latitude, Degrees{13.245});
  ASSERT_EQ(settings.uplink.uplinks.size(), 1U);
  const UplinkSettings& vsat = settings.uplink.uplinks[0];
  EXPECT_EQ(vsat.kind, UplinkKind::Vsat);
  EXPECT_EQ(vsat.gateway, IpAddress::parse("192.168.100.1"));
  EXPECT_EQ(vsat.active_echo_interval, milliseconds{250});
  EXPECT_EQ(vsat.mtu, 1400U);
  EXPECT_EQ(settings.power.sources.at(0).deadline, seconds{7});
  EXPECT_EQ(settings.telemetry.spool_limit_bytes, 8U << 20U);
}

TEST(SiteConfigBinding, AsksAMeteredStandbyRarely) {
  const SiteSettings settings = settings_of(kSite);
  EXPECT_EQ(settings.uplink.uplinks.at(0).standby_echo_interval, seconds{10});
  EXPECT_EQ(settings.uplink.uplinks.at(1).standby_echo_interval, minutes{15});
  const SiteSettings said = settings_of(
      "site: {id: a}\nuplinks: [{id: b, kind: cellular, interface: c, metered: true, "
      "standby_echo_interval: 1m}]\n");
  EXPECT_EQ(said.uplink.uplinks.at(0).standby_echo_interval, minutes{1});
}

// The defaults are written twice: in the schema for people, in settings.h for tests of the cores.
TEST(SiteConfigBinding, TheSchemasDefaultsAreThoseOfTheSettings) {
  const SiteSettings settings = settings_of("site: {id: a}\nuplinks: [{id: b, kind: ethernet, interface: c}]\n");
  UplinkFeatureSettings uplink;
  UplinkSettings& only = uplink.uplinks.emplace_back();
  only.id = *UplinkId::parse("b");
  only.interface = "c";
  EXPECT_EQ(settings.uplink, uplink);
  EXPECT_EQ(settings.telemetry, TelemetrySettings{});
  EXPECT_EQ(settings.power, PowerSettings{});
  EXPECT_EQ(settings.set_system_clock, SiteSettings{}.set_system_clock);
  const SiteSettings power = settings_of(with("power: [{id: a, kind: vedirect, device: /dev/x}]\n"));
  EXPECT_EQ(power.power.sources.at(0).deadline, PowerSourceSettings{}.deadline);
}

TEST(SiteConfigBinding, TellsEveryContradictionWithItsPlace) {
  EXPECT_EQ(errors_of(R"(site: {id: sadore, latitude: 13.245}
uplinks:
  - {id: vsat, kind: vsat, interface: eth1}
  - {id: lte, kind: cellular, interface: eth1}
failover: {hold_down: 10m}
lan: {interfaces: [br-lan, eth1, br-lan]}
power:
  - {id: charger, kind: vedirect, device: /dev/ttyUSB0}
  - {id: monitor, kind: vedirect, device: /dev/ttyUSB0}
telemetry: {sample_interval: 20m}
)"),
            R"(site.yaml:1:30: site.latitude: needs site.longitude beside it: give both or none
site.yaml:4:42: uplinks[lte].interface: 'eth1' already belongs to uplink 'vsat': each uplink needs an interface of its own
site.yaml:5:23: failover.hold_down: is longer than failover.hold_down_max: must be at most that
site.yaml:6:28: lan.interfaces[#2]: 'eth1' already belongs to uplink 'vsat': an interface is either an uplink or on the village's side, once
site.yaml:6:34: lan.interfaces[#3]: 'br-lan' already belongs to the village's side: an interface is either an uplink or on the village's side, once
site.yaml:9:43: power[monitor].device: is already read as 'charger': a serial port has one reader
site.yaml:10:30: telemetry.flush_interval: is shorter than telemetry.sample_interval: must be at least that)");
}

TEST(SiteConfigBinding, TellsContradictionsAndRefusedValuesInOneGo) {
  EXPECT_EQ(errors_of(with("failover: {hold_down: 1d}\nsite: {}\ntelemetry: {sample_interval: 20m, flush_interval: 0}\n"
                           "clock: {set_system_clock: perhaps}\nagent: {local_socket: /" +
                           std::string(107, 's') + "}\n")),
            "site.yaml:6:23: failover.hold_down: '1d' is out of range: must be 0 to 1h\n"
            "site.yaml:7:1: site: is given twice, first in line 1\n"
            "site.yaml:8:51: telemetry.flush_interval: '0' is out of range: must be 1s to 1d\n"
            "site.yaml:9:27: clock.set_system_clock: 'perhaps' is neither true nor false\n"
            "site.yaml:10:23: agent.local_socket: has 108 bytes: a socket's path has at most 107");
}

TEST(SiteConfigBinding, EqualTimesAreNoContradiction) {
  EXPECT_EQ(
      errors_of(
          with("failover: {hold_down: 5m, hold_down_max: 5m}\ntelemetry: {sample_interval: 1m, flush_interval: 1m}\n")),
      "");
}

TEST(SiteConfigBinding, ResolversOfSomeUplinksOnlyAreDoubted) {
  const auto warnings = [](std::string_view of_vsat, std::string_view of_lte) {
    const auto read =
        read_site_config("site.yaml", "site: {id: sadore}\nuplinks:\n  - {id: vsat, kind: vsat, interface: eth1" +
                                          std::string{of_vsat} + "}\n  - {id: lte, kind: cellular, interface: wwan0" +
                                          std::string{of_lte} + "}\nlan: {interfaces: [br-lan]}\n");
    EXPECT_TRUE(read) << read.error().text;
    return read ? to_text(read->warnings) : "";
  };
  constexpr std::string_view kResolvers = ", resolvers: [192.0.2.53]";
  const std::string doubt = warnings("", kResolvers);
  EXPECT_NE(doubt.find("uplinks[vsat]: warning (uplink-without-resolvers)"), std::string::npos) << doubt;
  EXPECT_EQ(warnings("", ""), "");
  EXPECT_EQ(warnings(kResolvers, kResolvers), "");
  EXPECT_EQ(warnings(kResolvers, ", cellular: {sims: [{id: airtel, slot: 1, apn: internet}]}"), "")
      << "a modem tells its own";
}

TEST(SiteConfigBinding, RefusesAMessageThatNeverPassedTheReader) {
  v1::SiteConfig config;
  EXPECT_FALSE(bind_site(config));
  config.mutable_site()->set_id("a");
  config.add_uplinks()->set_id("b");
  EXPECT_EQ(bind_site(config).error().text, "uplinks: an uplink has no kind");
  config.mutable_uplinks(0)->set_kind(v1::UPLINK_KIND_VSAT);
  config.mutable_uplinks(0)->set_gateway("somewhere");
  EXPECT_EQ(bind_site(config).error().text, "uplinks: gateway 'somewhere' is not an address");
}

TEST(SiteConfigBinding, TheHashIsOfWhatIsSaidNotOfHow) {
  const SiteSettings settings = settings_of(kSite);
  EXPECT_NE(settings.hash, 0U);
  EXPECT_EQ(settings.hash, settings_of(with("# a comment\nfailover: {hold_down: 5000ms}\n")).hash);
  EXPECT_NE(settings.hash, settings_of(with("failover: {hold_down: 6s}\n")).hash);
}

// It is compared between agent and controller and across versions: it must never move by itself.
TEST(SiteConfigBinding, TheHashIsStableAcrossBuilds) {
  v1::SiteConfig config;
  EXPECT_EQ(config_hash(config), 0xcbf29ce484222325U) << "FNV-1a of nothing";
  config.mutable_site()->set_id("a");  // 0a 03 0a 01 61
  EXPECT_EQ(config_hash(config), 0xacf0128a2f6e1966U);
}

// A device of the clinic has addresses of both families.
TEST(ShippedSites, NoClassIsOfOneFamilyAlone) {
  for (const char* name : {"site.sadore.yaml", "site.borgo-darey.yaml"}) {
    const auto read = read_site_config_file(std::string{KARKARA_SOURCE_DIR "/configs/"} + name);
    ASSERT_TRUE(read.ok()) << read.error().text;
    for (const ClassSettings& of : read->settings.uplink.classes) {
      bool v4 = false;
      bool v6 = false;
      for (const IpPrefix& subnet : of.subnets) {
        (subnet.address.family() == IpFamily::V4 ? v4 : v6) = true;
      }
      EXPECT_EQ(v4, v6) << name << ": class " << of.id.text();
    }
    for (const ConfigProblem& warning : read->warnings) {
      EXPECT_EQ(warning.what.find("class-"), std::string::npos) << warning.what;
    }
  }
}

TEST(ShippedSites, Bind) {
  for (const char* name : {"site.sadore.yaml", "site.borgo-darey.yaml"}) {
    const auto read = read_site_config_file(std::string{KARKARA_SOURCE_DIR "/configs/"} + name);
    EXPECT_TRUE(read.ok()) << read.error().text;
  }
  const auto missing = read_site_config_file("/nowhere/site.yaml");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().text, "/nowhere/site.yaml: cannot be opened: No such file or directory");
}

}  // namespace
}  // namespace karkara
