// Resolvers that DHCP told: when they are looked for, which win, and what becomes of them.
#include "agent/uplink/lease_book.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "agent/uplink/uplink_feature.h"
#include "tests/agent/uplink/uplink_village.h"

namespace karkara {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const UplinkId kVsat = *UplinkId::parse("vsat");

IpAddress ip(const char* text) {
  return IpAddress::parse(text).value();
}

ReadLease wanted(const char* address = "10.0.1.2", std::uint32_t link = 1) {
  return {kVsat, "vsat0", link, {ip(address)}};
}

LeaseRead told(std::vector<IpAddress> resolvers, std::uint32_t link = 1) {
  return {kVsat, link, std::move(resolvers), "systemd-networkd"};
}

TEST(LeaseBook, LooksSoonAfterTheAddressesChangedAndThenEachMinute) {
  LeaseBook book;
  Instant now{seconds{100}};
  std::vector<long> at;
  for (; now < Instant{seconds{300}}; now = now + seconds{1}) {
    if (!book.see({wanted()}, now).empty()) {
      at.push_back(std::chrono::duration_cast<seconds>(now.since_boot()).count());
    }
  }
  EXPECT_THAT(at, ElementsAre(100, 101, 104, 114, 174, 234, 294));
  EXPECT_THAT(book.see({wanted("10.0.1.3")}, now), SizeIs(1)) << "another address: perhaps another network";
}

TEST(LeaseBook, ALookThatFindsNothingUnderTheSameAddressesChangesNothing) {
  LeaseBook book;
  book.see({wanted()}, {});
  EXPECT_TRUE(book.on(told({ip("192.0.2.1")})));
  EXPECT_FALSE(book.on(told({ip("192.0.2.1")})));
  EXPECT_FALSE(book.on(told({})));
  ASSERT_NE(book.find(kVsat), nullptr);
  book.see({wanted("10.0.1.3")}, {});
  EXPECT_TRUE(book.on(told({}))) << "what the old network told does not hold in the new one";
  EXPECT_EQ(book.find(kVsat), nullptr);
}

TEST(LeaseBook, WhatWasToldOfAnotherInterfaceIsForgotten) {
  LeaseBook book;
  book.see({wanted()}, {});
  book.on(told({ip("192.0.2.1")}));
  book.see({wanted("10.0.1.2", 2)}, {});
  EXPECT_EQ(book.find(kVsat), nullptr);
  EXPECT_FALSE(book.on(told({ip("192.0.2.1")}, 1))) << "a late answer";
}

class LeasedVillage : public testing::Test {
 protected:
  static UplinkFeatureSettings settings(std::vector<IpAddress> of_vsat = {}) {
    UplinkFeatureSettings settings;
    settings.uplinks = {uplink_settings("vsat", "vsat0", 10), uplink_settings("fibre", "fibre0", 20)};
    settings.uplinks[0].resolvers = std::move(of_vsat);
    return settings;
  }
  static std::vector<SimulatedLink> links() { return {{1, "vsat0", seconds{1}}, {2, "fibre0", seconds{1}}}; }
  std::string details(UplinkVillage& village, std::size_t index = 0) {
    std::string all;
    const StateReport report = village.feature().report(village.now(), WallTime{});
    for (const std::string& line : report.uplinks.at(index).details) {
      all += line + "\n";
    }
    return all;
  }
};

TEST_F(LeasedVillage, TheResolversOfTheLeaseAreWrittenAndNamed) {
  UplinkVillage village{settings(), links()};
  village.boot();
  village.run_for(seconds{30});
  EXPECT_THAT(village.deeds(), Not(Contains(HasSubstr("resolve"))));
  EXPECT_THAT(details(village), HasSubstr("resolvers: nobody named any"));
  village.take(village.feature().on(told({ip("192.0.2.1"), ip("192.0.2.2")}), village.now()));
  EXPECT_THAT(village.deeds(), Contains("resolve 192.0.2.1"));
  EXPECT_THAT(details(village), HasSubstr("resolvers 192.0.2.1, 192.0.2.2 (from systemd-networkd)"));
}

TEST_F(LeasedVillage, TheCheckOnSiteSaysWhereNobodyNamedAny) {
  UplinkVillage village{settings(), links()};
  village.boot();
  village.run_for(seconds{30});
  const auto item = [&] {
    const auto items = village.feature().check();
    const auto found = std::ranges::find(items, "names over vsat", &CheckItem::name);
    return found != items.end() ? *found : CheckItem{};
  };
  EXPECT_EQ(item().verdict, CheckVerdict::Warn);
  EXPECT_THAT(item().advice, HasSubstr("resolvers"));
  village.take(village.feature().on(told({ip("192.0.2.1")}), village.now()));
  EXPECT_EQ(item().verdict, CheckVerdict::Pass);
  EXPECT_THAT(item().detail, HasSubstr("192.0.2.1 (from systemd-networkd)"));
}

TEST_F(LeasedVillage, TheyFollowTheUplink) {
  UplinkVillage village{settings(), links()};
  village.boot();
  village.run_for(seconds{30});
  village.take(village.feature().on(told({ip("192.0.2.1")}), village.now()));
  village.take(
      village.feature().on(LeaseRead{*UplinkId::parse("fibre"), 2, {ip("198.51.100.1")}, "dhclient"}, village.now()));
  village.set_carrier("vsat0", false);
  EXPECT_THAT(village.deeds(), Contains("resolve 198.51.100.1"));
}

TEST_F(LeasedVillage, ConfiguredOnesWinAndTheLeaseIsNotEvenLookedAt) {
  UplinkVillage village{settings({ip("203.0.113.53")}), links()};
  village.boot();
  village.run_for(seconds{30});
  village.take(village.feature().on(told({ip("192.0.2.1")}), village.now()));
  EXPECT_THAT(village.deeds(), ElementsAre("resolve 203.0.113.53"));
  EXPECT_THAT(details(village), HasSubstr("resolvers 203.0.113.53 (from the configuration)"));
}

TEST_F(LeasedVillage, AModemsNetworkWinsOverALease) {
  UplinkVillage village{settings(), links()};
  village.boot();
  village.run_for(seconds{30});
  UplinkAdvice advice;
  advice.uplink = kVsat;
  advice.resolvers = {ip("10.9.9.9")};
  village.take(village.feature().on(told({ip("192.0.2.1")}), village.now()));
  village.take(village.feature().advise(advice, village.now()));
  EXPECT_THAT(details(village), HasSubstr("resolvers 10.9.9.9 (from the modem's network)"));
}

}  // namespace
}  // namespace karkara
