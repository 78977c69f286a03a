// What the configuration says of neighbours: how it is bound, and what contradicts itself.
#include "agent/config_bind/neighbours_config.h"

#include <gmock/gmock.h>

#include "tests/agent/config_bind/site_text.h"

namespace karkara {
namespace {

using testing::HasSubstr;

constexpr std::string_view kMast = R"(site: {id: say}
uplinks:
  - {id: vsat, kind: vsat, interface: eth1, rate_down: 4Mbit, rate_up: 1Mbit}
  - {id: neighbour, kind: mesh, interface: bat0, preference: 200}
lan: {interfaces: [br-lan]}
)";

std::string mast(std::string_view more) {
  return std::string{kMast}.append(more);
}

TEST(NeighboursConfig, GuestsAreTheFirstClassAndTheVillageStaysOne) {
  const SiteSettings settings = settings_of(mast(R"(neighbours:
  interface: bat0
  borrow_from: [kollo, torodi]
  lend: {to: [kollo], metered: within_pace, bytes_per_day: 500MB, ceiling_percent: 25, until_stage: 2}
)"));
  ASSERT_TRUE(settings.neighbours.has_value());
  EXPECT_EQ(settings.neighbours->site.text(), "say");
  EXPECT_EQ(settings.neighbours->uplink, *UplinkId::parse("neighbour"));
  EXPECT_EQ(settings.neighbours->max_hops, 1U);
  EXPECT_EQ(settings.neighbours->port, 7449);
  EXPECT_EQ(settings.neighbours->transit.text(), "100.124.0.0/14");
  EXPECT_EQ(settings.neighbours->borrow_from.size(), 2U);
  EXPECT_EQ(settings.neighbours->lending->bytes_per_day, 500'000'000U);
  EXPECT_EQ(settings.neighbours->lending->until_stage, 2U);
  ASSERT_EQ(settings.uplink.classes.size(), 2U);
  EXPECT_TRUE(settings.uplink.classes[0].guests);
  EXPECT_FALSE(settings.uplink.classes[0].takes_everything());
  EXPECT_EQ(settings.uplink.classes[0].metered, MeteredUse::WithinPace);
  EXPECT_EQ(settings.uplink.classes[1].id.text(), "village");
  EXPECT_TRUE(settings.uplink.classes[1].takes_everything());
  ASSERT_EQ(settings.shaping.classes.size(), 2U);
  EXPECT_EQ(settings.shaping.classes[0].id.text(), "guests");
  EXPECT_EQ(settings.shaping.classes[0].terms.ceiling, Percent{25});
  EXPECT_EQ(settings.uplink.guests_part, 0.25);
  EXPECT_EQ(settings.shaping.lan_interfaces.back(), "bat0");
}

// There a download is what goes to the masts' network: what we send over a neighbour has a tree of its own.
TEST(NeighboursConfig, WhereTheMeshIsShapedAsAnUplinkGuestsAreStillDownloads) {
  const auto shaping = [](std::string_view mesh) {
    return settings_of(
               "site: {id: say}\nuplinks:\n  - {id: vsat, kind: vsat, interface: eth1, rate_down: 4Mbit, rate_up: "
               "1Mbit}\n  - {id: neighbour, kind: mesh, interface: bat0" +
               std::string{mesh} +
               "}\nlan: {interfaces: [br-lan]}\nneighbours: {interface: bat0, lend: {metered: never}}\n")
        .shaping;
  };
  EXPECT_EQ(shaping("").lan_interfaces, (std::vector<std::string>{"br-lan", "bat0"}));
  EXPECT_EQ(shaping("").guests, std::nullopt);
  for (const char* shaped : {", rate_up: 2Mbit", ", rate_down: 2Mbit", ", shaping: {adaptive: true}"}) {
    EXPECT_EQ(shaping(shaped).lan_interfaces, std::vector<std::string>{"br-lan"}) << shaped;
    EXPECT_EQ(shaping(shaped).guests, (GuestsSide{"bat0", *IpPrefix::parse("100.124.0.0/14"), 0})) << shaped;
  }
}

// Files from before guests had a part are as good as they were.
TEST(NeighboursConfig, AGuaranteeThatNobodySaidIsWhatTheClassesLeave) {
  const auto guaranteed = [](std::string_view classes, std::string_view more = "") {
    const SiteSettings settings = settings_of(mast(std::string{classes}
                                                       .append("\nneighbours: {interface: bat0, lend: {metered: never")
                                                       .append(more)
                                                       .append("}}\n")));
    return settings.shaping.classes.empty() ? std::nullopt : settings.shaping.classes[0].terms.guarantee;
  };
  EXPECT_EQ(guaranteed(""), Percent{5});
  EXPECT_EQ(guaranteed("classes: [{id: clinic, subnets: [10.9.1.0/24], guarantee_percent: 60}, {id: village, "
                       "guarantee_percent: 40}]"),
            Percent{0});
  EXPECT_EQ(guaranteed("classes: [{id: village, guarantee_percent: 20, on_uplinks: [{kind: vsat, guarantee_percent: "
                       "98}]}]"),
            Percent{2})
      << "on any kind of uplink";
  EXPECT_EQ(guaranteed("classes: [{id: village, guarantee_percent: 60}]", ", guarantee_percent: 30"), Percent{30});
}

TEST(NeighboursConfig, WithoutTheSectionNothingIsLentOrSpoken) {
  EXPECT_FALSE(settings_of(kSite).neighbours.has_value());
  const SiteSettings borrows = settings_of(mast("neighbours: {interface: bat0}\n"));
  ASSERT_TRUE(borrows.neighbours.has_value());
  EXPECT_FALSE(borrows.neighbours->lending.has_value());
  EXPECT_TRUE(borrows.uplink.classes.empty());
}

TEST(NeighboursConfig, AMeshUplinkNeedsToKnowWhereNeighboursMeet) {
  EXPECT_THAT(errors_of(kMast), HasSubstr("there is no section 'neighbours'"));
  EXPECT_THAT(errors_of(mast("neighbours: {interface: mesh0}\n")),
              HasSubstr("is not the interface on which neighbours meet"));
}

TEST(NeighboursConfig, WhatCannotWorkIsRefusedWithTheReason) {
  EXPECT_THAT(errors_of(mast("neighbours: {interface: bat0, transit: \"fd00::/48\"}\n")), HasSubstr("IPv4 network"));
  EXPECT_THAT(errors_of(mast("neighbours: {interface: bat0, borrow_from: [say]}\n")),
              HasSubstr("names this site itself"));
  EXPECT_THAT(errors_of(with("neighbours: {interface: bat0}\n")), HasSubstr("neither lends"));
  EXPECT_THAT(errors_of(with("neighbours: {interface: br-lan, lend: {metered: never}}\n")),
              HasSubstr("village's side"));
  EXPECT_THAT(errors_of(with("neighbours: {interface: eth1, lend: {metered: never}}\n")),
              HasSubstr("not of the kind mesh"));
  EXPECT_THAT(errors_of(with("classes: [{id: village, guarantee_percent: 100}]\nneighbours: {interface: bat0, lend: "
                             "{metered: never, guarantee_percent: 5}}\n")),
              HasSubstr("neighbours.lend.guarantee_percent: the guarantees up to this class are 105 percent: must be "
                        "at most 100 in all"))
      << "guests have a part too";
  EXPECT_THAT(errors_of(with("classes: [{id: guests}]\nneighbours: {interface: bat0, lend: {metered: never}}\n")),
              HasSubstr("give it another name"));
  EXPECT_THAT(errors_of(with("neighbours: {interface: bat0, lend: {}}\n")), HasSubstr("metered"));
}

}  // namespace
}  // namespace karkara
