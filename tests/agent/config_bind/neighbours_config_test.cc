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
  EXPECT_THAT(errors_of(with("classes: [{id: guests}]\nneighbours: {interface: bat0, lend: {metered: never}}\n")),
              HasSubstr("give it another name"));
  EXPECT_THAT(errors_of(with("neighbours: {interface: bat0, lend: {}}\n")), HasSubstr("metered"));
}

}  // namespace
}  // namespace karkara
