#include "agent/uplink/lan_prefixes.h"

#include <gmock/gmock.h>

#include "tests/agent/uplink/uplink_village.h"

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::uint32_t kLan = 3;
constexpr std::uint32_t kWan = 4;

LinkAddress address(const char* prefix, std::uint32_t link = kLan) {
  LinkAddress result;
  result.link = link;
  result.prefix = *IpPrefix::parse(prefix);
  return result;
}

LinkAddress deprecated(LinkAddress of, bool by_us) {
  of.deprecated = true;
  of.deprecated_by_us = by_us;
  return of;
}

KernelSnapshot kernel_with(std::vector<LinkAddress> addresses) {
  KernelSnapshot kernel;
  Link lan;
  lan.index = kLan;
  lan.name = "br-lan";
  Link wan;
  wan.index = kWan;
  wan.name = "eth1";
  kernel.links = {lan, wan};
  kernel.addresses = std::move(addresses);
  return kernel;
}

DelegatedPrefix delegated(const char* prefix, std::optional<bool> carries) {
  return {*IpPrefix::parse(prefix), carries};
}

std::vector<AddressPreference> preferences(std::vector<LinkAddress> addresses,
                                           const std::vector<DelegatedPrefix>& prefixes) {
  return lan_preferences(kernel_with(std::move(addresses)), {"br-lan"}, prefixes);
}

AddressPreference to_be(bool preferred, const char* prefix = "2001:db8:a:1::1/64") {
  return {kLan, *IpPrefix::parse(prefix), preferred};
}

TEST(LanPrefixes, AnUplinkThatDoesNotCarryHasItsPrefixDeprecated) {
  EXPECT_THAT(preferences({address("2001:db8:a:1::1/64")}, {delegated("2001:db8:a::/48", false)}),
              ElementsAre(to_be(false)));
  EXPECT_THAT(preferences({deprecated(address("2001:db8:a:1::1/64"), true)}, {delegated("2001:db8:a::/48", true)}),
              ElementsAre(to_be(true)));
}

TEST(LanPrefixes, NothingElseIsSpokenOf) {
  LinkAddress own = address("2001:db8:a:1::2/64");
  own.ours = true;
  LinkAddress local = address("fe80::1/64");
  local.global = false;
  LinkAddress fresh = address("2001:db8:a:1::3/64");
  fresh.tentative = true;
  EXPECT_THAT(preferences({address("fd00:77::1/64"), address("2001:db8:b:1::1/64"), address("10.0.0.1/24"),
                           address("2001:db8:a:1::1/64", kWan), own, local, fresh},
                          {delegated("2001:db8:a::/48", false)}),
              IsEmpty());
}

TEST(LanPrefixes, BeforeTheFirstDecisionAllStaysAsItIs) {
  EXPECT_THAT(preferences({address("2001:db8:a:1::1/64")}, {delegated("2001:db8:a::/48", std::nullopt)}),
              ElementsAre(to_be(true)));
  EXPECT_THAT(
      preferences({deprecated(address("2001:db8:a:1::1/64"), true)}, {delegated("2001:db8:a::/48", std::nullopt)}),
      ElementsAre(to_be(false)));
}

TEST(LanPrefixes, WhatAnOperatorDeprecatedIsNotBroughtBack) {
  LinkAddress old = deprecated(address("2001:db8:a:1::1/64"), false);
  EXPECT_THAT(preferences({old}, {delegated("2001:db8:a::/48", true)}), ElementsAre(to_be(false)));
  old.permanent = true;  // no server speaks of such a one: on old kernels it is ours without a number
  EXPECT_THAT(preferences({old}, {delegated("2001:db8:a::/48", true)}), ElementsAre(to_be(true)));
}

TEST(LanPrefixes, TheLongestPrefixDecidesAndOfEqualOnesAnyThatCarries) {
  const std::vector<LinkAddress> there{address("2001:db8:a:1::1/64")};
  EXPECT_THAT(preferences(there, {delegated("2001:db8::/32", true), delegated("2001:db8:a::/48", false)}),
              ElementsAre(to_be(false)));
  EXPECT_THAT(preferences(there, {delegated("2001:db8:a::/48", false), delegated("2001:db8::/32", true)}),
              ElementsAre(to_be(false)));
  EXPECT_THAT(preferences(there, {delegated("2001:db8:a::/48", false), delegated("2001:db8:a::/48", true)}),
              ElementsAre(to_be(true)));
  EXPECT_THAT(preferences(there, {delegated("2001:db8:a::/48", false), delegated("2001:db8:a::/48", std::nullopt)}),
              ElementsAre(to_be(true)));
}

TEST(LanPrefixes, APrefixMayEndWithinAByte) {
  EXPECT_THAT(preferences({address("2001:db8:a:10::1/64"), address("2001:db8:a:20::1/64")},
                          {delegated("2001:db8:a:10::/60", false)}),
              ElementsAre(to_be(false, "2001:db8:a:10::1/64")));
}

TEST(LanPrefixes, CountingDownChangesNothing) {
  LinkAddress now = address("2001:db8:a:1::1/64");
  now.terms = {0, 3600};
  LinkAddress later = now;
  later.terms = {0, 3540};
  EXPECT_EQ(now, later);
}

UplinkVillage village_with_a_prefix(Duration for_time) {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("vsat", "vsat0", 10), uplink_settings("lte", "lte0", 20, true)};
  settings.uplinks[0].delegated_prefixes = {*IpPrefix::parse("2001:db8:a::/48")};
  settings.lan_interfaces = {"br-lan"};
  UplinkVillage village{settings,
                        {{4, "vsat0", std::chrono::milliseconds{620}}, {5, "lte0", std::chrono::milliseconds{60}}}};
  village.add_lan("br-lan", kLan, "2001:db8:a:1::1/64");
  village.boot();
  village.run_for(for_time);
  return village;
}

TEST(LanPrefixes, FollowTheUplinkThroughLossAndReturn) {
  UplinkVillage village = village_with_a_prefix(std::chrono::seconds{20});
  ASSERT_EQ(village.active(), "vsat");
  EXPECT_THAT(village.feature().wanted().preferences, ElementsAre(to_be(true)));
  village.set_carrier("vsat0", false);
  ASSERT_EQ(village.active(), "lte");
  EXPECT_THAT(village.feature().wanted().preferences, ElementsAre(to_be(false)));
  village.set_carrier("vsat0", true);
  village.run_for(std::chrono::minutes{5});
  ASSERT_EQ(village.active(), "vsat");
  EXPECT_THAT(village.feature().wanted().preferences, ElementsAre(to_be(true)));
}

TEST(LanPrefixes, OfTheFirstChoiceAfterABootAreLeftAloneWhileItProvesItself) {
  UplinkVillage village = village_with_a_prefix(std::chrono::seconds{1});
  ASSERT_EQ(village.state("vsat"), "probation");
  EXPECT_THAT(village.feature().wanted().preferences, ElementsAre(to_be(true)));
}

CheckItem offload_item(UplinkVillage& village) {
  for (const CheckItem& item : village.feature().check()) {
    if (item.name == "flow offload") {
      return item;
    }
  }
  return {};
}

TEST(SiteCheck, FailsWhereFlowsOfOursAreOffloaded) {
  UplinkVillage village = village_with_a_prefix(std::chrono::seconds{20});
  EXPECT_EQ(offload_item(village).verdict, CheckVerdict::Pass);
  village.offload("eth9");
  village.see_kernel();
  EXPECT_EQ(offload_item(village).verdict, CheckVerdict::Warn) << "it may be a part of a bridge or VLAN of ours";
  village.offload("br-lan");
  village.offload("lte0");
  village.see_kernel();
  EXPECT_EQ(offload_item(village).verdict, CheckVerdict::Fail);
  EXPECT_EQ(offload_item(village).detail, "in a flowtable: br-lan, lte0");
  EXPECT_NE(offload_item(village).advice, "");
}

}  // namespace
}  // namespace karkara
