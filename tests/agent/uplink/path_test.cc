#include "agent/uplink/path.h"

#include <gmock/gmock.h>

namespace karkara {
namespace {

constexpr std::uint32_t kVsat = 3;
constexpr std::uint32_t kLte = 4;

Route learned(std::uint32_t link, const char* gateway, std::uint32_t metric = 1024) {
  Route route;
  route.gateway = IpAddress::parse(gateway);
  route.destination = IpPrefix::everything(route.gateway->family());
  route.table = kMainTable;
  route.metric = metric;
  route.link = link;
  return route;
}

KernelSnapshot two_links() {
  KernelSnapshot kernel;
  for (const auto& [index, name] : {std::pair{kVsat, "vsat0"}, std::pair{kLte, "lte0"}}) {
    Link link;
    link.index = index;
    link.name = name;
    link.admin_up = true;
    link.carrier = true;
    kernel.links.push_back(link);
  }
  return kernel;
}

UplinkPath path_over(const KernelSnapshot& kernel, const char* interface) {
  UplinkSettings settings;
  settings.interface = interface;
  return find_path(kernel, settings, nullptr);
}

// As the decoder tells one default route over two gateways.
TEST(UplinkPath, LearnsItsGatewayFromANextHopOfASharedRoute) {
  KernelSnapshot kernel = two_links();
  kernel.routes = {learned(kVsat, "fe80::1"), learned(kLte, "fe80::2"), learned(kVsat, "10.1.0.1"),
                   learned(kLte, "10.2.0.1")};
  for (Route& route : kernel.routes) {
    route.other_attributes = true;
  }
  EXPECT_EQ(path_over(kernel, "vsat0").v6.gateway, IpAddress::parse("fe80::1"));
  EXPECT_EQ(path_over(kernel, "lte0").v6.gateway, IpAddress::parse("fe80::2"));
  EXPECT_EQ(path_over(kernel, "vsat0").v4.gateway, IpAddress::parse("10.1.0.1"));
  EXPECT_EQ(path_over(kernel, "lte0").v4.gateway, IpAddress::parse("10.2.0.1"));
}

TEST(UplinkPath, TakesTheBetterOfTwoGatewaysOnItsLink) {
  KernelSnapshot kernel = two_links();
  kernel.routes = {learned(kVsat, "10.1.0.1", 20), learned(kVsat, "10.1.0.7", 10), learned(kLte, "10.2.0.1", 1)};
  EXPECT_EQ(path_over(kernel, "vsat0").v4.gateway, IpAddress::parse("10.1.0.7"));
}

TEST(UplinkPath, RefusesToGuessFromARouteThatSaysNothing) {
  KernelSnapshot kernel = two_links();
  kernel.routes = {learned(kVsat, "10.1.0.1"), learned(kVsat, "10.1.0.7")};
  kernel.routes[0].type = RouteType::Other;
  kernel.routes[1].table = 5000;
  EXPECT_EQ(path_over(kernel, "vsat0").v4.gateway, std::nullopt);
  EXPECT_FALSE(path_over(kernel, "vsat0").v4.no_gateway_needed);
}

}  // namespace
}  // namespace karkara
