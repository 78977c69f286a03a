// What the check of a configuration refuses of modems, terminals and what they share, and what it doubts.
#include <gmock/gmock.h>

#include "common/host/config_problem.h"
#include "tests/agent/config_bind/site_text.h"

namespace karkara {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string uplinks(const std::string& lines, const std::string& more = "") {
  return "site: {id: sadore}\nuplinks:\n" + lines + more;
}

// The second line of uplinks is line 4.
constexpr const char* kFirst =
    "  - {id: lte1, kind: cellular, interface: wwan0, cellular: {imei: \"490154203237518\", "
    "sims: [{id: airtel, apn: internet}]}}\n";

std::string modem(const std::string& keys, const std::string& more = "") {
  return uplinks(
      "  - id: lte\n    kind: cellular\n    interface: wwan0\n    cellular:\n      sims: [{id: airtel, apn: "
      "internet}]\n" +
          keys,
      more);
}

std::string warnings_of(const std::string& text) {
  const auto read = read_site_config("site.yaml", text);
  EXPECT_TRUE(read) << read.error().text;
  return read ? to_text(read->warnings) : "";
}

TEST(LinkChecks, OneModemHasOneUplink) {
  EXPECT_EQ(errors_of(uplinks(std::string{kFirst} +
                              "  - {id: lte2, kind: cellular, interface: wwan1, cellular: {imei: \"490154203237518\", "
                              "sims: [{id: moov, apn: internet}]}}\n")),
            "site.yaml:4:67: uplinks[lte2].cellular.imei: names the modem of uplink 'lte1': each uplink needs its own");
  EXPECT_THAT(errors_of(modem("      device: /sys/a\n", "") +
                        "  - {id: b, kind: cellular, interface: wwan1, cellular: {device: /sys/a, sims: [{id: moov, "
                        "apn: internet}]}}\n"),
              HasSubstr("uplinks[b].cellular.device: names the modem of uplink 'lte'"));
  EXPECT_THAT(errors_of(modem("") + "  - {id: b, kind: cellular, interface: wwan1, cellular: {sims: [{id: moov, apn: "
                                    "internet}]}}\n"),
              HasSubstr("uplinks[b].cellular: takes any modem, as uplink 'lte' does"));
  EXPECT_EQ(errors_of(uplinks(std::string{kFirst} + "  - {id: b, kind: cellular, interface: wwan1, cellular: {sims: "
                                                    "[{id: moov, apn: internet}]}}\n")),
            "")
      << "the other one takes what is left";
}

// Interfaces can be claimed twice, and are refused; marks and tables are the agent's own to give, so that a file that
// claims one is refused as a whole, with the place of each.
TEST(LinkChecks, TwoUplinksCannotClaimOneInterfaceMarkOrTable) {
  const auto two = [](const std::string& first, const std::string& second) {
    return errors_of(uplinks("  - {id: a, kind: vsat, interface: eth1" + first +
                             "}\n  - {id: b, kind: vsat, interface: " + second + "}\n"));
  };
  EXPECT_THAT(two("", "eth1"), HasSubstr("site.yaml:4:36: uplinks[b].interface: 'eth1' already belongs to uplink 'a'"));
  for (const std::string key : {"mark", "table"}) {
    const std::string refused = two(", " + key + ": 10001", "eth2, " + key + ": 10001");
    EXPECT_THAT(refused, HasSubstr("site.yaml:3:42: uplinks[a]." + key)) << refused;
    EXPECT_THAT(refused, HasSubstr("site.yaml:4:42: uplinks[b]." + key)) << refused;
  }
  EXPECT_EQ(two("", "eth2"), "");
}

TEST(LinkChecks, OneSlotHasOneSim) {
  const std::string found = errors_of(uplinks(
      "  - id: lte\n    kind: cellular\n    interface: wwan0\n    cellular:\n      sims:\n        - {id: airtel, "
      "apn: internet}\n        - {id: moov, apn: internet, slot: 1}\n"));
  EXPECT_EQ(
      found,
      "site.yaml:9:43: uplinks[lte].cellular.sims[moov].slot: is slot 1, as is SIM 'airtel': each SIM needs a slot "
      "of its own");
}

TEST(LinkChecks, WhatBelongsToAnotherKindIsRefused) {
  EXPECT_EQ(errors_of(uplinks("  - {id: v, kind: vsat, interface: eth1, cellular: {sims: [{id: a, apn: b}]}}\n")),
            "site.yaml:3:42: uplinks[v].cellular: is for uplinks of kind cellular; this one is vsat");
  EXPECT_EQ(errors_of(uplinks("  - {id: f, kind: ethernet, interface: eth1, terminal: {kind: starlink}}\n")),
            "site.yaml:3:63: uplinks[f].terminal.kind: is a satellite dish, and this uplink is ethernet: its kind must "
            "be vsat");
  EXPECT_THAT(
      errors_of(modem("    terminal: {kind: snmp, table: rutos-rutx, snmp: {endpoint: \"192.168.1.1:161\"}}\n")),
      HasSubstr("uplinks[lte].terminal: is for a device that has its own management"));
  EXPECT_EQ(errors_of(uplinks("  - {id: l, kind: ethernet, interface: eth1, terminal: {kind: snmp, table: rutos-rutx, "
                              "snmp: {endpoint: \"192.168.1.1:161\"}}}\n")),
            "")
      << "an LTE router by Ethernet is read for its signal";
}

TEST(LinkChecks, ATerminalIsAskedInOneWay) {
  EXPECT_EQ(errors_of(uplinks("  - {id: v, kind: vsat, interface: eth1, terminal: {kind: snmp}}\n")),
            "site.yaml:3:59: uplinks[v].terminal.kind: needs 'snmp' beside it: how the terminal is asked");
  EXPECT_THAT(errors_of(uplinks("  - {id: v, kind: vsat, interface: eth1, terminal: {kind: starlink, table: uhp}}\n")),
              HasSubstr("uplinks[v].terminal.table: is for terminals of kind snmp"));
  EXPECT_THAT(errors_of(uplinks("  - {id: v, kind: vsat, interface: eth1, terminal: {kind: snmp, snmp: {endpoint: "
                                "\"10.0.0.1:161\", version: v3, auth: sha512}}}\n")),
              testing::AllOf(HasSubstr("terminal.snmp.auth: 'sha512' must be one of none, md5, sha1, sha256"),
                             HasSubstr("terminal.snmp.version: is v3, which needs 'user'"),
                             HasSubstr("is v3, which needs 'auth_password' for its auth")));
}

TEST(LinkChecks, WhatAModemIsToldMakesSense) {
  EXPECT_THAT(errors_of(modem("      imei: \"49015420323751x\"\n")), HasSubstr(".imei: must be digits only"));
  EXPECT_THAT(errors_of(modem("      usb_port: usb1/1-1\n")), HasSubstr(".usb_port: must be a port below"));
  EXPECT_EQ(errors_of(modem("      usb_port: 1-1.2\n")), "");
  EXPECT_THAT(errors_of(modem("      spare_check_nights: 7\n")), HasSubstr("spare_check_nights: needs a second SIM"));
  EXPECT_THAT(errors_of(modem("      spare_check_nights: 61\n")), HasSubstr("spare_check_nights"));
  EXPECT_EQ(
      errors_of(modem("      power_command: [power-cycle]\n")),
      "site.yaml:8:23: uplinks[lte].cellular.power_command[#1]: 'power-cycle' must be a program's whole path, such "
      "as /usr/sbin/power-cycle");
  EXPECT_THAT(errors_of(modem("", "agent: {reboot_command: [reboot]}\n")),
              HasSubstr("agent.reboot_command[#1]: 'reboot' must be a program's whole path"));
  EXPECT_THAT(
      errors_of(uplinks("  - {id: l, kind: cellular, interface: w, cellular: {sims: [{id: a, apn: b, pin: "
                        "\"12a4\", auth: none, user: x, balance: {code: \"*1#\", patterns: [\"{nonsense}\"]}}]}}\n")),
      testing::AllOf(HasSubstr("sims[a].pin: must be 4 to 8 digits"),
                     HasSubstr("sims[a].auth: is none beside a user or password"),
                     HasSubstr("patterns[#1]: '{nonsense}'")));
}

constexpr const char* kRelay = "shedding:\n  relays:\n    - {id: modem-feed, gpio: {chip: /dev/gpiochip0, line: 17}}\n";

TEST(LinkChecks, ThePowerRelayIsARelayOfTheModemsOwn) {
  EXPECT_EQ(errors_of(modem("      power_relay: modem-feed\n")),
            "site.yaml:8:20: uplinks[lte].cellular.power_relay: there is no relay 'modem-feed' in shedding.relays");
  EXPECT_EQ(errors_of(modem("      power_relay: modem-feed\n", kRelay)), "") << "and it needs no battery";
  EXPECT_THAT(errors_of(modem("      power_relay: modem-feed\n      usb_port: 1-1\n", kRelay)),
              HasSubstr("power_relay: stands beside usb_port: say one way to cut the modem's power"));
  EXPECT_THAT(errors_of(modem("      power_relay: modem-feed\n",
                              std::string{kRelay} + "  stages: [{id: night, below: 40, relays_off: [modem-feed]}]\n"
                                                    "battery: {chemistry: lfp, capacity: 100Ah}\n")),
              HasSubstr("is also opened by stage 'night'"));
  const SiteSettings settings = settings_of(modem("      power_relay: modem-feed\n", kRelay));
  ASSERT_EQ(settings.feeds.size(), 1U);
  EXPECT_EQ(settings.feeds[0].id.text(), "modem-feed");
  EXPECT_TRUE(settings.power.shedding.relays.empty()) << "the ladder must not switch it";
  EXPECT_EQ(settings.cellular.uplinks.at(0).power_relay, "modem-feed");
}

TEST(LinkChecks, TheRebootCommandGoesToTheModemsThatMayNeedIt) {
  const SiteSettings settings = settings_of(modem("", "agent: {reboot_command: [/sbin/reboot, -f]}\n"));
  EXPECT_EQ(settings.cellular.uplinks.at(0).reboot_command, (std::vector<std::string>{"/sbin/reboot", "-f"}));
}

TEST(LinkChecks, AddressesThatNobodyHasAreRefused) {
  const auto of = [](const std::string& key) {
    return errors_of(uplinks("  - {id: f, kind: ethernet, interface: eth1, " + key + "}\n"));
  };
  EXPECT_EQ(of("gateway: 0.0.0.0"), "site.yaml:3:55: uplinks[f].gateway: '0.0.0.0' is no host's address");
  EXPECT_THAT(of("gateway: 127.0.0.1"), HasSubstr("is the router itself"));
  EXPECT_THAT(of("resolvers: [192.0.2.1, 127.0.0.53]"),
              HasSubstr("resolvers[#2]: '127.0.0.53' is the router itself, which would ask itself for names"));
  EXPECT_THAT(of("resolvers: [\"fe80::1\"]"), HasSubstr("is of one link only"));
  EXPECT_EQ(of("gateway: \"fe80::1\", resolvers: [192.0.2.1]"), "");
}

TEST(LinkChecks, APrefixComesWithOneUplink) {
  EXPECT_THAT(
      errors_of(uplinks("  - {id: a, kind: ethernet, interface: eth1, delegated_prefixes: [\"2001:db8::/32\"]}\n"
                        "  - {id: b, kind: vsat, interface: eth2, delegated_prefixes: [\"2001:db8:7::/48\"]}\n")),
      HasSubstr("uplinks[b].delegated_prefixes[#1]: '2001:db8:7::/48' meets 2001:db8::/32 of uplink 'a'"));
}

TEST(LinkDoubts, Ipv6AloneIsAcceptedWithAWord) {
  const std::string v6 = uplinks(
      "  - {id: l, kind: cellular, interface: wwan0, cellular: {sims: [{id: a, apn: b, ip_type: "
      "v6}]}}\n");
  EXPECT_THAT(warnings_of(v6), HasSubstr("site.yaml:3:90: uplinks[l].cellular.sims[a].ip_type: warning (ipv6-alone)"));
  EXPECT_EQ(settings_of(v6).cellular.uplinks.at(0).sims.at(0).ip_type, PdpType::V6);
  EXPECT_THAT(warnings_of(modem("")), Not(HasSubstr("ipv6-alone")));
}

TEST(LinkDoubts, AUsbPortBesideACommandHasNoUse) {
  EXPECT_THAT(warnings_of(modem("      usb_port: 1-1\n      power_command: [/usr/sbin/cycle]\n")),
              HasSubstr("usb-port-without-effect"));
}

}  // namespace
}  // namespace karkara
