#include "agent/codec/lease_text.h"

#include <gmock/gmock.h>

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

IpAddress ip(const char* text) {
  return IpAddress::parse(text).value();
}

TEST(LeaseText, NetworkdTellsALinksNamesWithWhatBelongsToThem) {
  EXPECT_THAT(networkd_resolvers("# This is private data. Do not parse.\nADMIN_STATE=configured\n"
                                 "DNS=192.0.2.1 192.0.2.2:53 [2001:db8::53]:53%eth1#dns.example 2001:db8::54#x\n"
                                 "NTP=192.0.2.9\n"),
              ElementsAre(ip("192.0.2.1"), ip("192.0.2.2"), ip("2001:db8::53"), ip("2001:db8::54")));
}

TEST(LeaseText, AnotherPortThanThatOfNamesCannotBeWrittenDown) {
  EXPECT_THAT(networkd_resolvers("DNS=192.0.2.1:5353 nonsense\nDNSSEC=192.0.2.3\n"), IsEmpty());
}

TEST(LeaseText, AFileOfOneInterfaceNamesThemLineByLine) {
  EXPECT_THAT(listed_resolvers("domain village\nnameserver 192.0.2.1\n nameserver\t192.0.2.2 # second\n"
                               "nameservers 192.0.2.3\n#nameserver 192.0.2.4\nnameserver 192.0.2"),
              ElementsAre(ip("192.0.2.1"), ip("192.0.2.2")));
}

TEST(LeaseText, InASharedFileOnlyTheLinesMarkedForTheInterfaceCount) {
  constexpr std::string_view kText =
      "nameserver 192.0.2.1 # eth1\nnameserver 192.0.2.2 # eth10\nnameserver 192.0.2.3\n";
  EXPECT_THAT(marked_resolvers(kText, "eth1"), ElementsAre(ip("192.0.2.1")));
  EXPECT_THAT(marked_resolvers(kText, "eth2"), IsEmpty());
}

constexpr std::string_view kNetifd = R"(config interface 'loopback'
	option device 'lo'
config interface 'wan'
	option device 'eth1'
	option proto 'dhcp'
config interface 'wan6'
	option device '@wan'
config interface "old"
	option ifname "eth2"
config interface dsl
	option proto 'pppoe'
	option device 'eth3'
config device
	option device 'eth1'
)";

TEST(LeaseText, NetifdsNamesOfAnInterfaceAreInItsConfiguration) {
  EXPECT_THAT(netifd_interfaces(kNetifd, "eth1"), ElementsAre("wan", "wan6"));
  EXPECT_THAT(netifd_interfaces(kNetifd, "eth2"), ElementsAre("old"));
  EXPECT_THAT(netifd_interfaces(kNetifd, "pppoe-dsl"), ElementsAre("dsl"));
  EXPECT_THAT(netifd_interfaces(kNetifd, "eth"), IsEmpty());
  EXPECT_THAT(netifd_interfaces("config interface 'wan\noption device", "eth1"), IsEmpty());
}

TEST(LeaseText, NetifdsCommonFileIsReadBelowTheInterfacesName) {
  constexpr std::string_view kText =
      "# Interface lan\nnameserver 192.0.2.9\n# Interface wan\nnameserver 192.0.2.1\nsearch isp.example\n"
      "# Interface wan6\nnameserver 2001:db8::53\nnameserver fe80::1%eth1\n# Interface wwan_4\nnameserver 192.0.2.4\n";
  const std::vector<std::string> wan{"wan", "wan6"};
  EXPECT_THAT(netifd_resolvers(kText, wan), ElementsAre(ip("192.0.2.1"), ip("2001:db8::53")));
  const std::vector<std::string> wwan{"wwan"};
  EXPECT_THAT(netifd_resolvers(kText, wwan), ElementsAre(ip("192.0.2.4")));
  EXPECT_THAT(netifd_resolvers(kText, {}), IsEmpty());
}

constexpr std::string_view kLeases = R"(lease {
  interface "eth1";
  fixed-address 192.0.2.10;
  option domain-name-servers 192.0.2.1;
  expire 4 2026/11/26 10:00:00;
}
lease {
  interface "eth1";
  fixed-address 192.0.2.10;
  option domain-name-servers 192.0.2.2,192.0.2.3;
}
lease {
  interface "eth1";
  fixed-address 198.51.100.7;
  option domain-name-servers 198.51.100.1;
}
lease {
  interface "eth2";
  fixed-address 192.0.2.10;
  option domain-name-servers 203.0.113.1;
}
lease {
  interface "eth1";
  fixed-address 192.0.2.10;
  option domain-name-servers 203.0.113.99;
)";

TEST(LeaseText, DhclientsLastWholeLeaseOfAnAddressThatIsHeldCounts) {
  EXPECT_THAT(dhclient_resolvers(kLeases, "eth1", std::vector{ip("192.0.2.10")}),
              ElementsAre(ip("192.0.2.2"), ip("192.0.2.3")));
  EXPECT_THAT(dhclient_resolvers(kLeases, "eth1", std::vector{ip("198.51.100.7")}), ElementsAre(ip("198.51.100.1")));
  EXPECT_THAT(dhclient_resolvers(kLeases, "eth1", std::vector{ip("192.0.2.99")}), IsEmpty()) << "an old network's";
  EXPECT_THAT(dhclient_resolvers(kLeases, "eth", std::vector{ip("192.0.2.10")}), IsEmpty());
}

TEST(LeaseText, NetworkManagersPropertiesOfEitherFamily) {
  BusDict v4;
  v4["NameserverData"] = {BusList{{BusDict{{"address", {std::string{"192.0.2.53"}}}}}, {std::string{"wrong"}}}};
  v4["Nameservers"] = {BusList{{std::uint64_t{0x352a'00c0}}}};
  EXPECT_THAT(network_manager_resolvers(v4), ElementsAre(ip("192.0.2.53")));
  BusList bytes(16, BusValue{std::uint64_t{0}});
  bytes[0] = {std::uint64_t{0x20}};
  bytes[15] = {std::uint64_t{0x53}};
  BusList long_one(16, BusValue{std::uint64_t{256}});
  BusDict v6;
  v6["Nameservers"] = {BusList{{bytes}, {BusList{}}, {long_one}}};
  EXPECT_THAT(network_manager_resolvers(v6), ElementsAre(ip("2000::53")));
}

TEST(LeaseText, WhomNobodyShouldAskIsLeftOut) {
  const std::vector<IpAddress> held{ip("192.0.2.10")};
  EXPECT_THAT(fit_resolvers({ip("0.0.0.0"), ip("127.0.0.53"), ip("192.0.2.10"), ip("169.254.1.1"), ip("224.0.0.251"),
                             ip("fe80::1"), ip("::1"), ip("ff02::fb"), ip("192.0.2.1"), ip("192.0.2.1"),
                             ip("2001:db8::53"), ip("192.0.2.2"), ip("192.0.2.3")},
                            held),
              ElementsAre(ip("192.0.2.1"), ip("2001:db8::53"), ip("192.0.2.2")));
}

}  // namespace
}  // namespace karkara
