// Default routes with several next hops, as the real kernel makes and tells them, and what an uplink learns of them.
#include <gmock/gmock.h>

#include "agent/reconcile/ownership.h"
#include "agent/uplink/path.h"
#include "tests/support/live_network.h"

namespace karkara {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

class NextHopsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!NetSandbox::possible()) {
      GTEST_SKIP() << "needs the right to make network namespaces";
    }
    village_ = std::make_unique<VillageNetworks>();
    inside_ = std::make_unique<NetSandbox::Inside>(village_->router);
    network_ = std::make_unique<LiveNetwork>();
    ASSERT_TRUE(network_->run_until([this] { return network_->fresh; }));
  }

  [[nodiscard]] UplinkPath path(const std::string& interface) const {
    UplinkSettings settings;
    settings.interface = interface;
    return find_path(network_->seen, settings, nullptr);
  }
  // Both gateways of a family, when the adapter has seen the change by itself.
  bool learns(FamilyPath UplinkPath::*family, const char* first, const char* second) {
    return network_->run_until([&] {
      const FamilyPath w0 = path("w0").*family;
      const FamilyPath w1 = path("w1").*family;
      return w0.usable() && w1.usable() && w0.gateway == IpAddress::parse(first) &&
             w1.gateway == IpAddress::parse(second);
    });
  }

  std::unique_ptr<VillageNetworks> village_;
  std::unique_ptr<NetSandbox::Inside> inside_;
  std::unique_ptr<LiveNetwork> network_;
};

TEST_F(NextHopsTest, OfOneIpv6DefaultAreTheGatewaysOfTwoUplinks) {
  village_->router.run("ip -6 route add default metric 1024 nexthop via fe80::1 dev w0 nexthop via fe80::2 dev w1");
  EXPECT_TRUE(learns(&UplinkPath::v6, "fe80::1", "fe80::2"));
}

TEST_F(NextHopsTest, AreFoundWhenTheKernelJoinsTwoRoutesOfARouterAdvertisementsClient) {
  village_->router.run(
      "ip -6 route add default via fe80::1 dev w0 proto ra metric 1024\n"
      "ip -6 route append default via fe80::2 dev w1 proto ra metric 1024\n"
      "ip -6 route show default | grep -q nexthop\n");
  EXPECT_TRUE(learns(&UplinkPath::v6, "fe80::1", "fe80::2"));
  village_->router.run("ip -6 route del default via fe80::1 dev w0 proto ra metric 1024");
  EXPECT_TRUE(network_->run_until([&] { return !path("w0").v6.usable(); })) << "one of them taken back";
  EXPECT_EQ(path("w1").v6.gateway, IpAddress::parse("fe80::2"));
}

TEST_F(NextHopsTest, OfOneIpv4DefaultAreTheGatewaysOfTwoUplinks) {
  village_->router.run("ip route add default nexthop via 10.1.0.1 dev w0 nexthop via 10.2.0.1 dev w1 weight 3");
  EXPECT_TRUE(learns(&UplinkPath::v4, "10.1.0.1", "10.2.0.1"));
}

TEST_F(NextHopsTest, StayKnownWhileTheirLinkHasNoCarrier) {
  village_->router.run("ip -6 route add default metric 1024 nexthop via fe80::1 dev w0 nexthop via fe80::2 dev w1");
  ASSERT_TRUE(learns(&UplinkPath::v6, "fe80::1", "fe80::2"));
  VillageNetworks::set_up(village_->outside, "p0", false);
  ASSERT_TRUE(network_->run_until([&] { return !path("w0").carrier; }));
  network_->fresh = false;
  ASSERT_TRUE(network_->run_until([&] { return network_->fresh; }));
  EXPECT_FALSE(path("w0").usable());
  EXPECT_EQ(path("w0").v6.gateway, IpAddress::parse("fe80::1"));
  EXPECT_EQ(path("w1").v6.gateway, IpAddress::parse("fe80::2"));
}

TEST_F(NextHopsTest, OfNextHopObjectsAreLearnedToo) {
  village_->router.run(
      "ip nexthop add id 1 via fe80::1 dev w0\nip nexthop add id 2 via fe80::2 dev w1\n"
      "ip nexthop add id 3 group 1/2\nip -6 route add default nhid 3 metric 1024\n");
  EXPECT_TRUE(learns(&UplinkPath::v6, "fe80::1", "fe80::2"));
}

TEST_F(NextHopsTest, ThatAreNotIpv4AreNoGateways) {
  village_->router.run("ip route add default nexthop via 10.1.0.1 dev w0 nexthop via inet6 fe80::2 dev w1");
  ASSERT_TRUE(network_->run_until([&] { return path("w0").v4.usable(); }));
  EXPECT_FALSE(path("w1").v4.usable());
}

TEST_F(NextHopsTest, InATableOfOursAreSomebodyElses) {
  village_->router.run(
      "ip route add default table 10000 metric 100 proto 107 nexthop via 10.1.0.1 dev w0 nexthop via 10.2.0.1 dev w1\n"
      "ip -6 route add default table 10000 metric 100 proto 107 nexthop via fe80::1 dev w0 nexthop via fe80::2 dev w1");
  const auto there = [&] {
    std::vector<Route> found;
    for (const Route& route : network_->seen.routes) {
      if (route.table == kChoiceTable) {
        found.push_back(route);
      }
    }
    return found;
  };
  ASSERT_TRUE(network_->run_until([&] { return there().size() == 4; }));
  for (const Route& route : there()) {
    EXPECT_FALSE(is_ours(route)) << route.gateway->text();
  }
  EXPECT_THAT(left_to_do({}), IsEmpty());
  network_->want({});
  ASSERT_TRUE(network_->settle());
  EXPECT_THAT(there(), SizeIs(4));
}

}  // namespace
}  // namespace karkara
