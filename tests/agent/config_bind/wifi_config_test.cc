// What the configuration says of the radios that are set up: how it is bound, and what is refused with its place.
#include "agent/config_bind/wifi_config.h"

#include <gmock/gmock.h>

#include "tests/agent/config_bind/site_text.h"

namespace karkara {
namespace {

using testing::HasSubstr;

std::string wifi(std::string_view radios, std::string_view head = "country: NE, stand_in: BF") {
  return with(std::string{"wifi: {"}.append(head).append(", radios: [").append(radios).append("]}\n"));
}

TEST(WifiConfig, IsBoundWithItsDefaults) {
  const WifiSettings settings =
      settings_of(wifi("{id: mast, phy: phy0, channel: 6, access_points: [{interface: village0, ssid: Sadoré, "
                       "security: wpa2_wpa3, passphrase: eau-fraiche}], mesh: {interface: mesh0, mesh_id: karkara, "
                       "passphrase: entre-les-mats, batman: {}}}"))
          .wifi;
  EXPECT_EQ(settings.country, "NE");
  EXPECT_EQ(settings.stand_in, "BF");
  EXPECT_EQ(settings.folder, "/run/karkara/wifi");
  EXPECT_EQ(settings.hostapd, "/usr/sbin/hostapd");
  EXPECT_TRUE(settings.recover);
  ASSERT_EQ(settings.radios.size(), 1U);
  const WifiRadioSettings& mast = settings.radios.front();
  EXPECT_EQ(mast.width, 20U);
  EXPECT_EQ(mast.access_points.front(),
            (AccessPointSettings{"village0", "Sadoré", WifiSecurity::Wpa2Wpa3, "eau-fraiche"}));
  EXPECT_EQ(*mast.mesh, (MeshPointSettings{"mesh0", "karkara", "entre-les-mats", BatmanSettings{"bat0", "BATMAN_V"}}));
}

TEST(WifiConfig, WithoutTheSectionNoRadioIsSetUp) {
  EXPECT_TRUE(settings_of(kSite).wifi.radios.empty());
}

TEST(WifiConfig, WhatNoRadioCouldDoIsRefusedWithItsPlace) {
  const auto errors = [](std::string_view radio) { return errors_of(wifi(radio)); };
  EXPECT_THAT(errors_of(wifi("{id: a, phy: p, channel: 6, mesh: {interface: m0, mesh_id: k}}", "country: ne")),
              HasSubstr("site.yaml:6:17: wifi.country: 'ne' must be two capital letters (ISO 3166), like NE"));
  EXPECT_THAT(
      errors_of(wifi("{id: a, phy: p, channel: 6, mesh: {interface: m0, mesh_id: k}}", "country: NE, stand_in: NE")),
      HasSubstr("wifi.stand_in: is the country itself"));
  EXPECT_THAT(errors("{id: a, phy: p, channel: 37, mesh: {interface: m0, mesh_id: k}}"),
              HasSubstr("wifi.radios[a].channel: there is no channel 37"));
  EXPECT_THAT(errors("{id: a, phy: p, channel: 11, width: 80, mesh: {interface: m0, mesh_id: k}}"),
              HasSubstr("wifi.radios[a].channel: channel 11 cannot be 80 MHz wide"));
  EXPECT_THAT(errors("{id: a, phy: p, channel: 52, mesh: {interface: m0, mesh_id: k}}"),
              HasSubstr("wifi.radios[a].channel: channel 52 needs somebody who looks for radar (DFS)"));
  EXPECT_THAT(errors("{id: a, phy: p, mesh: {interface: m0, mesh_id: k}}"),
              HasSubstr("wifi.radios[a]: needs 'channel': all masts of a mesh must be on the same one"));
  EXPECT_THAT(errors("{id: a, phy: p, channel: 6, mesh: {interface: m0, mesh_id: k, passphrase: court}}"),
              HasSubstr("wifi.radios[a].mesh.passphrase: has 5 characters: must be 8 to 63"));
  EXPECT_THAT(errors("{id: a, phy: p, channel: 6, access_points: [{interface: v0, ssid: s, security: wpa2}]}"),
              HasSubstr("wifi.radios[a].access_points[v0]: needs a 'passphrase', or 'security: open'"));
  EXPECT_THAT(errors("{id: a, phy: p, channels: [1, 100], access_points: [{interface: v0, ssid: s, security: open}]}"),
              HasSubstr("wifi.radios[a].channels: channel 100 may be left at any moment for a radar (DFS)"));
  EXPECT_THAT(errors("{id: a, phy: p, channel: 6}"), HasSubstr("does nothing: needs 'access_points' or 'mesh'"));
}

TEST(WifiConfig, APassphraseCannotWriteALineOfADaemonsConfiguration) {
  EXPECT_THAT(errors_of(wifi("{id: a, phy: p, channel: 6, access_points: [{interface: v0, ssid: s, security: wpa2, "
                             "passphrase: \"12345678\\nbss=evil0\"}]}")),
              HasSubstr("access_points[v0].passphrase"));
}

TEST(WifiConfig, AMeshWithoutBatmanHasNone) {
  const WifiSettings settings =
      settings_of(wifi("{id: mast, phy: phy0, channel: 6, mesh: {interface: mesh0, mesh_id: karkara}}")).wifi;
  ASSERT_EQ(settings.radios.size(), 1U);
  EXPECT_EQ(settings.radios.front().mesh->batman, std::nullopt) << "802.11s forwards by itself";
}

TEST(WifiConfig, ARadioThatIsWrittenInTwoWaysIsOne) {
  const auto errors = [](std::string_view one, std::string_view other) {
    return errors_of(wifi("{id: a, phy: \"" + std::string{one} +
                          "\", channel: 6, mesh: {interface: m0, mesh_id: k}}, {id: b, phy: \"" + std::string{other} +
                          "\", channel: 6, mesh: {interface: m1, mesh_id: l}}"));
  };
  for (const auto& [one, other] :
       {std::pair{"02:00:00:AA:BB:cc", "02:00:00:aa:bb:CC"},
        std::pair{"platform/soc/18000000.wifi", "/sys/devices/platform/soc/18000000.wifi/"},
        std::pair{"platform/soc/18000000.wifi", "/sys/devices/platform/soc//18000000.wifi/ieee80211/phy1"}}) {
    EXPECT_THAT(errors(one, other), HasSubstr("wifi.radios[b].phy: already belongs to radio 'a'")) << other;
  }
  EXPECT_EQ(errors("pci0000:00/0000:00:1c.0", "pci0000:00/0000:00:1c.1"), "");
}

TEST(WifiConfig, TheMeshIsInNoBridgeAndOnNoVillagesSide) {
  const auto errors = [](std::string_view bridge, std::string_view more = "") {
    const std::string radios =
        "{id: mast, phy: phy0, channel: 6, mesh: {interface: mesh0, mesh_id: k, batman: {}}}, "
        "{id: porch, phy: phy1, channel: 11, access_points: [{interface: v0, ssid: s, "
        "security: open, bridge: " +
        std::string{bridge} + "}]}";
    return errors_of(wifi(radios) + std::string{more});
  };
  const std::string lends = "neighbours: {interface: bat1, lend: {metered: never}}\n";
  EXPECT_EQ(errors("br-lan"), "");
  EXPECT_EQ(errors("br-lan", lends), "");
  EXPECT_THAT(errors("bat0"), HasSubstr("wifi.radios[porch].access_points[v0].bridge: 'bat0' is the mesh's "
                                        "(wifi.radios[mast].mesh): villages are never bridged into it"));
  EXPECT_THAT(errors("mesh0"), HasSubstr("'mesh0' is the mesh's"));
  EXPECT_THAT(errors("bat1", lends), HasSubstr("'bat1' is the mesh's (neighbours.interface)"));
  EXPECT_THAT(errors("bat0.10"), HasSubstr("'bat0.10' is the mesh's")) << "a VLAN carries what its link does";
  EXPECT_THAT(errors("br-lan", "neighbours: {interface: v0, lend: {metered: never}}\n"),
              HasSubstr("'v0' is an access point's"));
}

TEST(WifiConfig, TheVillagesSideHoldsNothingOfAnyRadiosMesh) {
  const auto errors = [](std::string_view name, std::string_view more = "") {
    return errors_of(
        "site: {id: sadore}\nuplinks: [{id: vsat, kind: vsat, interface: eth1}]\nlan: {interfaces: [br-lan, " +
        std::string{name} +
        "]}\nwifi: {country: NE, radios: [{id: a, phy: p, channel: 1, mesh: {interface: m0, mesh_id: k, "
        "batman: {}}}, {id: b, phy: q, channel: 6, mesh: {interface: m1, mesh_id: k}}]}\n" +
        std::string{more});
  };
  EXPECT_EQ(errors("br-school"), "");
  for (const char* name : {"m0", "m1", "bat0", "bat0.7"}) {
    EXPECT_THAT(errors(name), HasSubstr(std::string{"'"} + name + "' is on the village's side")) << name;
  }
  EXPECT_THAT(errors("bat3", "neighbours: {interface: bat3, lend: {metered: never}}\n"),
              HasSubstr("neighbours.interface: 'bat3' is on the village's side"));
}

TEST(WifiConfig, TwoMeshesOnOneRadioAndSharedInterfacesAreRefused) {
  EXPECT_THAT(errors_of(wifi("{id: a, phy: phy0, channel: 6, mesh: {interface: m0, mesh_id: k}}, "
                             "{id: b, phy: phy0, channel: 6, mesh: {interface: m1, mesh_id: l}}")),
              HasSubstr("wifi.radios[b].phy: already belongs to radio 'a': a radio has one channel and one mesh"));
  EXPECT_THAT(errors_of(wifi("{id: a, phy: p, channel: 6, mesh: {interface: eth1, mesh_id: k}}")),
              HasSubstr("'eth1' already belongs to uplink 'vsat'"));
  EXPECT_THAT(
      errors_of(wifi("{id: a, phy: p, channel: 6, mesh: {interface: m0, mesh_id: k, batman: {interface: br-lan}}}")),
      HasSubstr("'br-lan' is on the village's side: masts and villages must not be one network"));
}

}  // namespace
}  // namespace karkara
