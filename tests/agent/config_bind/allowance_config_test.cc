// Bundles and money of uplinks and SIMs in a site's configuration.
#include <gmock/gmock.h>

#include "tests/agent/config_bind/site_text.h"

namespace karkara {
namespace {

using testing::HasSubstr;

std::string two_sims(const std::string& first, const std::string& more = "") {
  return R"(site: {id: sadore}
uplinks:
  - id: lte
    kind: cellular
    interface: wwan0
    allowance: {bytes: 10GB, cycle_day: 5}
    cellular:
      sims:
        - {id: airtel, slot: 1, apn: internet)" +
         first + "}\n        - {id: moov, slot: 2, apn: web}\n" + more;
}

TEST(AllowanceConfig, ASimMayHaveItsOwn) {
  const SiteSettings settings = settings_of(
      two_sims(", allowance: {bytes: 2GB, cycle_day: 20, price_per_megabyte: 3, spend: 5000}",
               "classes:\n  - {id: health, subnets: [10.20.1.0/24], may_overspend: true}\n  - {id: public}\n"));
  const UplinkSettings& lte = settings.uplink.uplinks.at(0);
  ASSERT_EQ(lte.sim_allowances.size(), 1U);
  const AllowanceSettings& airtel = lte.sim_allowances.at(1);
  EXPECT_EQ(airtel.bytes_per_cycle, 2'000'000'000U);
  EXPECT_EQ(airtel.cycle, CycleRule{MonthlyCycle{20}});
  EXPECT_EQ(airtel.spend_per_cycle, Fcfa{5'000});
  EXPECT_DOUBLE_EQ(airtel.reserve_share, 0.05);
  EXPECT_EQ(lte.allowance.bytes_per_cycle, 10'000'000'000U) << "of all others";
  EXPECT_TRUE(settings.uplink.classes.at(0).may_overspend);
  EXPECT_FALSE(settings.uplink.classes.at(1).may_overspend);
}

TEST(AllowanceConfig, TheBundleOfASimIsCheckedAsTheUplinksIs) {
  EXPECT_THAT(errors_of(two_sims(", allowance: {bought: 2026-02-31, valid_until: 2026-03-01}")),
              HasSubstr("uplinks[lte].cellular.sims[airtel].allowance.bought: is not a day"));
  EXPECT_THAT(errors_of(two_sims(", allowance: {bought: 2026-02-01}")),
              HasSubstr("uplinks[lte].cellular.sims[airtel].allowance.bought: needs both"));
}

TEST(AllowanceConfig, ACeilingOfMoneyNeedsAPrice) {
  EXPECT_THAT(errors_of(two_sims(", allowance: {spend: 5000}")),
              HasSubstr("uplinks[lte].cellular.sims[airtel].allowance.spend: needs a price"));
  EXPECT_THAT(errors_of(two_sims(", allowance: {spend: 5000, price_per_cycle: 9000}")), HasSubstr("needs a price"));
  EXPECT_EQ(errors_of(two_sims(", allowance: {spend: 5000, price_per_cycle: 9000, bytes: 3GB}")), "");
}

}  // namespace
}  // namespace karkara
