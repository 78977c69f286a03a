#include "agent/shaping/class_tree.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agent/shaping/framing.h"

namespace karkara {
namespace {

UplinkShaping uplink(const char* id, UplinkKind kind) {
  UplinkShaping made;
  made.id = *UplinkId::parse(id);
  made.kind = kind;
  made.framing = usual_cost(kind);
  made.down = made.up = RateLimits{BitsPerSecond{64e3}, BitsPerSecond{1e6}, BitsPerSecond{1e8}};
  return made;
}

ShapingSettings village() {
  ShapingSettings settings;
  settings.uplinks = {uplink("vsat", UplinkKind::Vsat), uplink("lte", UplinkKind::Cellular)};
  ClassShaping health;
  health.id = *ClassId::parse("health");
  health.terms.guarantee = Percent{30};
  ClassShaping open;
  open.id = *ClassId::parse("public");
  open.takes_everything = true;
  settings.classes = {health, open};
  return settings;
}

ShapingNow both_up() {
  ShapingNow now;
  now.uplinks = {{0, ShapedLink{10, 1500}, BitsPerSecond{2e6}, BitsPerSecond{512e3}},
                 {3, ShapedLink{11, 1428}, BitsPerSecond{8e6}, BitsPerSecond{1e6}}};
  now.lan = {{20, 1500}, {21, 1500}};
  now.abilities = TrafficAbilities{true, true, false, true};
  return now;
}

const Shaper* shaper_on(const WantedTraffic& wanted, std::uint32_t link) {
  const auto at = std::find_if(wanted.shapers.begin(), wanted.shapers.end(),
                               [&](const Shaper& shaper) { return shaper.link == link; });
  return at == wanted.shapers.end() ? nullptr : &*at;
}

const FramedClass* find_class(const Shaper& shaper, std::uint16_t minor) {
  const auto at = std::find_if(shaper.classes.begin(), shaper.classes.end(),
                               [&](const FramedClass& each) { return each.content.minor == minor; });
  return at == shaper.classes.end() ? nullptr : &*at;
}

TEST(ClassTree, EachUplinkHasATreeOfItsOwnAndDownloadsHaveOneForAll) {
  const WantedTraffic wanted = wanted_traffic(village(), both_up());
  EXPECT_TRUE(wanted.download_device);
  ASSERT_EQ(wanted.shapers.size(), 3U);
  const Shaper* vsat = shaper_on(wanted, 10);
  const Shaper* lte = shaper_on(wanted, 11);
  const Shaper* down = shaper_on(wanted, kDownloadLink);
  ASSERT_TRUE(vsat != nullptr && lte != nullptr && down != nullptr);
  EXPECT_EQ(vsat->classes.size(), 5U) << "a node, control, two classes, other";
  EXPECT_EQ(find_class(*vsat, slot_minor(0))->content.rate, 64'000U);
  EXPECT_EQ(find_class(*lte, slot_minor(3))->content.ceiling, 125'000U);
  EXPECT_EQ(find_class(*down, slot_minor(0))->content.rate, 250'000U);
  EXPECT_EQ(find_class(*down, slot_minor(3))->content.rate, 1'000'000U);
  EXPECT_EQ(down->classes.size(), 11U);
  EXPECT_EQ(down->default_minor, kLocalMinor);
  EXPECT_EQ(wanted.redirects, (std::vector<Redirect>{{20, kDownloadLink}, {21, kDownloadLink}}));
}

struct Lender {
  ShapingSettings settings = village();
  ShapingNow now = both_up();
  Lender() {
    ClassShaping guests;
    guests.id = *ClassId::parse("guests");
    guests.terms.ceiling = Percent{50};
    settings.classes.insert(settings.classes.begin(), guests);
    settings.uplinks.push_back(uplink("neighbour", UplinkKind::Mesh));
    settings.uplinks.back().interface = "bat0";
    settings.guests = GuestsSide{"bat0", *IpPrefix::parse("100.124.0.0/14"), 0};
    now.uplinks.push_back({5, ShapedLink{12, 1500}, BitsPerSecond{3e6}, BitsPerSecond{3e6}});
    now.guests = ShapedLink{12, 1500};
    now.abilities->by_network = true;
  }
};

// What is lent waits in the lender's own branch, with the village; the tree of what is borrowed only lets it through.
TEST(ClassTree, WhatNeighboursBorrowIsADownloadAlsoWhereTheMeshHasATree) {
  const Lender lender;
  const WantedTraffic wanted = wanted_traffic(lender.settings, lender.now);
  EXPECT_EQ(wanted.redirects.back(), (Redirect{12, kDownloadLink, IpPrefix::parse("100.124.0.0/14")}));
  const Shaper* mesh = shaper_on(wanted, 12);
  ASSERT_NE(mesh, nullptr);
  EXPECT_EQ(find_class(*mesh, slot_minor(5))->content.ceiling, 375'000U) << "what we send over a neighbour";
  for (const std::uint32_t slot : {0U, 3U}) {
    const FramedClass* through = find_class(*mesh, leaf_minor(slot, 1));
    ASSERT_NE(through, nullptr) << slot;
    EXPECT_EQ(through->content.parent, 0) << "not below the rate of the mesh";
    EXPECT_GT(through->content.rate, 1'000'000'000U);
  }
  EXPECT_EQ(find_class(*mesh, leaf_minor(5, 1))->content.parent, slot_minor(5));
  EXPECT_EQ(mesh->default_minor, leaf_minor(5, 0));
  EXPECT_EQ(find_class(*shaper_on(wanted, 10), leaf_minor(3, 1)), nullptr) << "the mesh alone has guests";
}

TEST(ClassTree, AMastThatOnlyLendsShapesItsGuestsWithoutAnInterfaceOfAVillage) {
  Lender lender;
  lender.now.lan.clear();
  const WantedTraffic wanted = wanted_traffic(lender.settings, lender.now);
  EXPECT_EQ(wanted.redirects, (std::vector<Redirect>{{12, kDownloadLink, IpPrefix::parse("100.124.0.0/14")}}));
  lender.now.guests.reset();
  EXPECT_TRUE(wanted_traffic(lender.settings, lender.now).redirects.empty());
}

TEST(ClassTree, WhereTheKernelCannotPickANetworkGuestsNeverHaveMoreThanTheirCeiling) {
  Lender lender;
  lender.now.abilities->by_network = false;
  const WantedTraffic wanted = wanted_traffic(lender.settings, lender.now);
  EXPECT_EQ(wanted.redirects, (std::vector<Redirect>{{20, kDownloadLink}, {21, kDownloadLink}}));
  const FramedClass* guests = find_class(*shaper_on(wanted, 12), leaf_minor(0, 1));
  ASSERT_NE(guests, nullptr);
  EXPECT_EQ(guests->content.ceiling, 125'000U) << "half of what the satellite brings, and no more";
}

TEST(ClassTree, ParentsComeFirstAndTheNumbersAreTheSameInEveryTree) {
  for (const Shaper& shaper : wanted_traffic(village(), both_up()).shapers) {
    std::vector<std::uint16_t> before{0};
    EXPECT_NE(find_class(shaper, shaper.default_minor), nullptr);
    for (const FramedClass& each : shaper.classes) {
      EXPECT_NE(std::find(before.begin(), before.end(), each.content.parent), before.end());
      EXPECT_EQ(each.content.leaf.has_value(), each.content.minor % kMinorsOfSlot != 0);
      EXPECT_LE(each.content.minor, kMostShaperClasses);
      before.push_back(each.content.minor);
    }
  }
}

TEST(ClassTree, BurstsAndQuantaFollowFromRateAndMtu) {
  ShapingNow now = both_up();
  for (const double bits : {64e3, 512e3, 5e6, 50e6, 900e6}) {
    now.uplinks[0].up = BitsPerSecond{bits};
    const WantedTraffic wanted = wanted_traffic(village(), now);
    for (const FramedClass& each : shaper_on(wanted, 10)->classes) {
      const ShaperClass& made = each.content;
      EXPECT_GE(made.burst, 1518 * 105 / 100) << bits;
      EXPECT_GE(made.burst, made.rate / 1000) << bits;
      EXPECT_GE(made.ceiling_burst, made.ceiling / 1000) << bits;
      EXPECT_LE(made.ceiling_burst, std::max<std::uint64_t>(1700, made.ceiling / 1000)) << bits;
      EXPECT_GE(made.quantum, 1514U);
      EXPECT_LE(made.quantum, 15'200U);
    }
  }
}

// The trees of all uplinks are there together: when traffic moves, the terms of the other kind hold at once.
TEST(ClassTree, EachUplinksTreeHasTheTermsHoursAndPriorityOfItsKind) {
  ShapingSettings settings = village();
  settings.classes[0].terms.priority = 6;
  settings.classes[0].on_kinds = {{UplinkKind::Cellular, {{}, {}, Percent{40}, 2}, {}}};
  ShapingNow now = both_up();
  now.classes.resize(2);
  now.classes[1].hours[number_of(UplinkKind::Cellular)].closed = true;  // the public, on SIMs, by its hours
  const WantedTraffic wanted = wanted_traffic(settings, now);
  const auto leaf = [&](std::uint32_t link, std::uint32_t slot, std::uint32_t number) {
    return find_class(*shaper_on(wanted, link), leaf_minor(slot, number))->content;
  };
  EXPECT_EQ(leaf(10, 0, 1).priority, 6);
  EXPECT_EQ(leaf(11, 3, 1).priority, 2);
  EXPECT_EQ(leaf(kDownloadLink, 0, 1).priority, 6);
  EXPECT_EQ(leaf(kDownloadLink, 3, 1).priority, 2);
  EXPECT_EQ(leaf(10, 0, 1).ceiling, 64'000U);
  EXPECT_EQ(leaf(11, 3, 1).ceiling, 50'000U);
  EXPECT_EQ(leaf(10, 0, 2).ceiling, 64'000U);
  EXPECT_EQ(leaf(11, 3, 2).ceiling, 1'000U);
}

TEST(ClassTree, WhatALinkAddsToAPacketIsCounted) {
  const WantedTraffic wanted = wanted_traffic(village(), both_up());
  EXPECT_EQ(shaper_on(wanted, 10)->classes[0].framing, (Framing{4, 64})) << "check sum; the header is in the length";
  EXPECT_EQ(shaper_on(wanted, 11)->classes[0].framing, (Framing{0, 0}));
  const Shaper* down = shaper_on(wanted, kDownloadLink);
  EXPECT_EQ(down->header, 14) << "of the village's Ethernet, which the modem's link does not have";
  EXPECT_EQ(find_class(*down, slot_minor(0))->framing, (Framing{18, 64}));
  EXPECT_EQ(find_class(*down, slot_minor(3))->framing, (Framing{0, 0}));
}

TEST(ClassTree, WhereEveryLinkHasAnEthernetHeaderItIsInTheLengthAlready) {
  ShapingSettings settings = village();
  settings.uplinks[1] = uplink("fibre", UplinkKind::Ethernet);
  const WantedTraffic wanted = wanted_traffic(settings, both_up());
  const Shaper* down = shaper_on(wanted, kDownloadLink);
  EXPECT_EQ(down->header, 0);
  EXPECT_EQ(find_class(*down, slot_minor(0))->framing, (Framing{4, 64}));
}

TEST(ClassTree, HostsShareAClassAndTheRoutersOwnFlowsDoNot) {
  ShapingNow now = both_up();
  now.abilities->by_host = true;
  now.tunnel = TunnelNow{{30, 1380}, 0, 60};
  const WantedTraffic wanted = wanted_traffic(village(), now);
  const auto fair = [&](std::uint32_t link, std::uint32_t slot, std::uint32_t number) {
    const FramedClass* found = find_class(*shaper_on(wanted, link), leaf_minor(slot, number));
    return std::get<FqCodelLeaf>(*found->content.leaf).fair;
  };
  EXPECT_EQ(fair(10, 0, 0), FairBy::Flows);
  EXPECT_EQ(fair(10, 0, 1), FairBy::HiddenSenders);
  EXPECT_EQ(fair(kDownloadLink, 0, 2), FairBy::Receivers);
  EXPECT_EQ(fair(30, kTunnelSlot, 1), FairBy::Senders);
}

TEST(ClassTree, WithoutARateThereIsNoTreeAndNobodyElsesIsTouched) {
  ShapingNow now = both_up();
  now.uplinks[0].up.reset();
  now.uplinks[0].down.reset();
  const WantedTraffic wanted = wanted_traffic(village(), now);
  EXPECT_EQ(shaper_on(wanted, 10), nullptr);
  EXPECT_EQ(find_class(*shaper_on(wanted, kDownloadLink), slot_minor(0)), nullptr);
  now.uplinks[1].down.reset();
  EXPECT_FALSE(wanted_traffic(village(), now).download_device);
}

TEST(ClassTree, DownloadsOfAnUplinkThatIsNotThereYetAreShapedBeforeItComes) {
  ShapingNow now = both_up();
  now.uplinks[1].link.reset();
  const WantedTraffic wanted = wanted_traffic(village(), now);
  EXPECT_EQ(shaper_on(wanted, 11), nullptr);
  EXPECT_NE(find_class(*shaper_on(wanted, kDownloadLink), slot_minor(3)), nullptr);
}

TEST(ClassTree, NothingIsDecidedBeforeTheKernelIsKnown) {
  ShapingNow now = both_up();
  now.abilities.reset();
  EXPECT_TRUE(wanted_traffic(village(), now).undecided);
  now.abilities = TrafficAbilities{};
  EXPECT_EQ(wanted_traffic(village(), now), WantedTraffic{});
  ShapingSettings off = village();
  off.enabled = false;
  EXPECT_EQ(wanted_traffic(off, both_up()), WantedTraffic{});
}

TEST(ClassTree, AKernelThatCannotRedirectShapesUploadsAlone) {
  ShapingNow now = both_up();
  now.abilities->redirect = false;
  const WantedTraffic wanted = wanted_traffic(village(), now);
  EXPECT_EQ(wanted.shapers.size(), 2U);
  EXPECT_FALSE(wanted.download_device);
  EXPECT_TRUE(wanted.redirects.empty());
}

TEST(ClassTree, ATunnelHasATreeOfItsOwnAtTheRateOfTheUplinkBelow) {
  ShapingNow now = both_up();
  now.tunnel = TunnelNow{{30, 1380}, 0, 60};
  const WantedTraffic wanted = wanted_traffic(village(), now);
  const Shaper* tunnel = shaper_on(wanted, 30);
  ASSERT_NE(tunnel, nullptr);
  EXPECT_EQ(find_class(*tunnel, slot_minor(kTunnelSlot))->content.rate, 64'000U);
  EXPECT_EQ(tunnel->classes[0].framing, (Framing{78, 64}));
  EXPECT_EQ(find_class(*shaper_on(wanted, kDownloadLink), slot_minor(0))->framing, (Framing{78, 64}));
  EXPECT_EQ(find_class(*tunnel, leaf_minor(kTunnelSlot, 1))->content.ceiling, 64'000U);
  now.tunnel->slot = 3;  // it moves: the same tree, another rate, and the terms of that kind of uplink
  ShapingSettings settings = village();
  settings.classes[0].on_kinds = {{UplinkKind::Cellular, {{}, {}, Percent{40}, 2}, {}}};
  const WantedTraffic moved = wanted_traffic(settings, now);
  EXPECT_EQ(find_class(*shaper_on(moved, 30), leaf_minor(kTunnelSlot, 1))->content.ceiling, 50'000U);
  EXPECT_EQ(find_class(*shaper_on(moved, 30), leaf_minor(kTunnelSlot, 1))->content.priority, 2);
  EXPECT_EQ(shaper_on(moved, 30)->default_minor, tunnel->default_minor);
  EXPECT_EQ(find_class(*shaper_on(moved, 30), slot_minor(kTunnelSlot))->content.rate, 125'000U);
}

}  // namespace
}  // namespace karkara
