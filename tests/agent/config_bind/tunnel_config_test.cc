// The tunnel in a site's configuration: what it becomes, and what is refused with its place.
#include <gmock/gmock.h>

#include "agent/config_bind/site_config.h"

namespace karkara {
namespace {

using testing::HasSubstr;

constexpr std::string_view kSite = R"(site: {id: sadore}
uplinks:
  - {id: vsat, kind: vsat, interface: eth1}
lan: {interfaces: [br-lan]}
classes:
  - {id: health, subnets: [10.20.1.0/24]}
)";
constexpr std::string_view kTunnel = R"(tunnel:
  hub: 198.51.100.7:51820
  hub_key: mMfhTZ0s8xrGgSlDfhI8C5cGFbWdLJRfsGuqZ9uoPXQ=
  addresses: [10.99.0.2/24]
)";

std::string site_with(std::string tunnel) {
  return std::string{kSite} + tunnel;
}

std::string error_of(const std::string& tunnel) {
  const auto read = read_site_config("site.yaml", site_with(tunnel));
  return read ? "" : read.error().text;
}

TEST(TunnelConfig, SaysNothingByDefault) {
  const auto read = read_site_config("site.yaml", kSite);
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_FALSE(read->settings.tunnel);
}

TEST(TunnelConfig, KeepsItsKeyBesideTheAgentsState) {
  const auto read = read_site_config("site.yaml", site_with(std::string{kTunnel}));
  ASSERT_TRUE(read) << read.error().text;
  ASSERT_TRUE(read->settings.tunnel);
  const TunnelSettings& tunnel = *read->settings.tunnel;
  EXPECT_EQ(tunnel.interface, TunnelSettings{}.interface);
  EXPECT_EQ(tunnel.keepalive, TunnelSettings{}.keepalive);
  EXPECT_EQ(tunnel.hub.text(), "198.51.100.7:51820");
  EXPECT_EQ(tunnel.key_file, read->settings.state_dir + "/tunnel.key");
  EXPECT_EQ(tunnel.addresses, std::vector{*IpPrefix::parse("10.99.0.2/24")});
  EXPECT_TRUE(tunnel.classes.empty());
  EXPECT_FALSE(tunnel.mtu);
}

TEST(TunnelConfig, TakesWhatIsSaid) {
  const auto read = read_site_config(
      "site.yaml", site_with(std::string{kTunnel} + "  classes: [health]\n  mtu: 1380\n  keepalive: 0s\n"
                                                    "  key_file: /etc/karkara/t.key\n  interface: wg0\n"));
  ASSERT_TRUE(read) << read.error().text;
  const TunnelSettings& tunnel = *read->settings.tunnel;
  EXPECT_EQ(tunnel.classes, std::vector{*ClassId::parse("health")});
  EXPECT_EQ(tunnel.mtu, 1380U);
  EXPECT_EQ(tunnel.keepalive, std::chrono::seconds{0});
  EXPECT_EQ(tunnel.key_file, "/etc/karkara/t.key");
  EXPECT_EQ(tunnel.interface, "wg0");
}

TEST(TunnelConfig, RefusesANameForTheHubSinceNothingCouldResolveIt) {
  EXPECT_THAT(error_of("tunnel:\n  hub: hub.karkara.ne:51820\n"
                       "  hub_key: mMfhTZ0s8xrGgSlDfhI8C5cGFbWdLJRfsGuqZ9uoPXQ=\n  addresses: [10.99.0.2/24]\n"),
              HasSubstr("site.yaml:8:8: tunnel.hub: is not an IP address and port"));
}

TEST(TunnelConfig, RefusesAKeyThatIsNone) {
  EXPECT_THAT(error_of("tunnel:\n  hub: 198.51.100.7:51820\n"
                       "  hub_key: mMfhTZ0s8xrGgSlDfhI8C5cGFbWdLJRfsGuqZ9uoPXQQ\n  addresses: [10.99.0.2/24]\n"),
              HasSubstr("tunnel.hub_key: is not a WireGuard key"));
}

TEST(TunnelConfig, RefusesWhatBelongsToAnother) {
  EXPECT_THAT(error_of(std::string{kTunnel} + "  interface: eth1\n"),
              HasSubstr("tunnel.interface: 'eth1' already belongs to an uplink"));
  EXPECT_THAT(error_of(std::string{kTunnel} + "  interface: br-lan\n"),
              HasSubstr("tunnel.interface: 'br-lan' already belongs to the village's side"));
  EXPECT_THAT(error_of(std::string{kTunnel} + "  classes: [school]\n"),
              HasSubstr("there is no class 'school' in 'classes'"));
}

}  // namespace
}  // namespace karkara
