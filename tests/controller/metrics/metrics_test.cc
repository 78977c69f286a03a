#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include "common/series.h"
#include "controller/metrics/coverage_metrics.h"
#include "controller/metrics/fleet_metrics.h"
#include "controller/metrics/site_metrics.h"
#include "tests/controller/metrics/sample_coverage.h"
#include "tests/controller/support/fixed_fleet.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

std::string text(const std::vector<prometheus::MetricFamily>& families) {
  return prometheus::TextSerializer{}.Serialize(families);
}
std::string probe(const FixedFleet& fleet, const std::string& site) {
  return text(probe_families(fleet, SiteId::parse(site).value()).value());
}
std::size_t series_in(const std::vector<prometheus::MetricFamily>& families) {
  std::size_t series = 0;
  for (const auto& family : families) {
    series += family.metric.size();
  }
  return series;
}

TEST(FleetMetrics, CountsSitesByRegionStateAndUplinkKind) {
  FixedFleet fleet;
  fleet.add("sadore", "Tillabéri");
  fleet.add("borgo-darey", "Tillabéri");
  fleet.add("agadez-1", "Agadez");
  fleet.greet("sadore", "vsat", "vsat");
  fleet.greet("borgo-darey", "sat2", "a kind of next year");
  const std::string metrics = text(FleetMetrics{fleet}.Collect());
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_fleet_sites{region="Tillabéri",state="up",uplink="vsat"} 1)"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_fleet_sites{region="Tillabéri",state="up",uplink="other"} 1)"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_fleet_sites{region="Agadez",state="unknown",uplink="none"} 1)"));
}

TEST(FleetMetrics, DoesNotGrowWithTheFleetNorWithWhatPeopleType) {
  FixedFleet fleet;
  for (int i = 0; i < 5000; ++i) {
    fleet.add("s" + std::to_string(i), "region " + std::to_string(i));
  }
  EXPECT_LE(series_in(FleetMetrics{fleet}.Collect()), FleetMetrics::kMostRegions + 10);
}

// Nothing is lost: the sums over regions stay those of the fleet.
TEST(FleetMetrics, SitesOfSurplusRegionsAreCountedTogetherAsOther) {
  constexpr int kSurplus = 6;
  FixedFleet fleet;
  for (int i = 0; i < static_cast<int>(FleetMetrics::kMostRegions) + kSurplus; ++i) {
    fleet.add("s" + std::to_string(100 + i), "region " + std::to_string(i));
  }
  fleet.add("s900", "region 0");
  fleet.add("s901", "");
  fleet.greet("s169", "vsat", "vsat");
  fleet.apply(SiteSignalled{SiteId::parse("s169").value(), {{"UPLINK_DOWN", "vsat"}, true, fleet.now.wall, {}}});
  const std::string metrics = text(FleetMetrics{fleet}.Collect());
  const auto sites = [](const std::string& region, int count) {
    return "karkara_fleet_sites{region=\"" + region + R"(",state="unknown",uplink="none"} )" + std::to_string(count);
  };
  EXPECT_THAT(metrics, HasSubstr(sites("region 0", 2))) << "known before the bound, known behind it";
  EXPECT_THAT(metrics, HasSubstr(sites("region 63", 1)));
  EXPECT_THAT(metrics, HasSubstr(sites("other", kSurplus - 1)));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_fleet_sites{region="other",state="degraded",uplink="vsat"} 1)"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_fleet_alarms{region="other",level="error"} 1)"));
  EXPECT_THAT(metrics, HasSubstr(sites("unknown", 1)));
  EXPECT_THAT(metrics, Not(HasSubstr("region 64")));
}

TEST(FleetMetrics, TellsWhatTheComparisonOfTheSunFound) {
  FixedFleet fleet;
  fleet.add("sadore", "Tillabéri");
  fleet.add("kokorou", "Tillabéri");
  EXPECT_THAT(text(FleetMetrics{fleet}.Collect()), Not(HasSubstr("soiling"))) << "not compared yet";
  SoilingFinding finding;
  finding.verdict = SoilingVerdict::CleanPanels;
  finding.loss = 0.25;
  finding.error = 0.0625;
  finding.haze = 0.125;
  finding.lost_a_day = WattHours{150};
  fleet.apply(SoilingFound{SiteId::parse("sadore").value(), finding});
  fleet.apply(SoilingFound{SiteId::parse("kokorou").value(), {}});
  const std::string metrics = text(FleetMetrics{fleet}.Collect());
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_fleet_soiling_sites{region="Tillabéri",verdict="clean panels"} 1)"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_fleet_soiling_sites{region="Tillabéri",verdict="no data"} 1)"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_fleet_soiling_lost_watt_hours_per_day{region="Tillabéri"} 150)"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_fleet_haze_ratio{region="Tillabéri"} 0.125)"));
  const std::string sites = text(site_families(fleet, {}));
  EXPECT_THAT(sites, HasSubstr(R"(karkara_site_soiling_loss_ratio{site="sadore"} 0.25)"));
  EXPECT_THAT(sites, HasSubstr(R"(karkara_site_soiling_loss_error_ratio{site="sadore"} 0.0625)"));
  EXPECT_THAT(sites, Not(HasSubstr(R"(karkara_site_soiling_loss_ratio{site="kokorou"})")));
  EXPECT_THAT(probe(fleet, "sadore"), HasSubstr("karkara_site_soiling_clean_panels 1"));
}

TEST(CoverageMetrics, TellsPeopleByAreaAndPhase) {
  const std::string metrics = text(CoverageMetrics{[] { return sample_coverage(3); }}.Collect());
  const std::string country = R"(level="country",region="",department="",commune="")";
  const std::string commune = R"(level="commune",region="Tahoua",department="Abalak",commune="commune 0")";
  EXPECT_THAT(metrics, HasSubstr("karkara_coverage_people{" + country + "} 30"));
  EXPECT_THAT(metrics, HasSubstr("karkara_coverage_people_planned{" + country + "} 10"));
  EXPECT_THAT(metrics, HasSubstr("karkara_coverage_people_served{" + commune + "} 10"));
  EXPECT_THAT(metrics, HasSubstr("karkara_coverage_people_phase{" + country + R"(,phase="2"} 10)"));
  EXPECT_THAT(metrics, HasSubstr("karkara_coverage_cost{" + country + R"(,kind="npv",currency="USD"} 2000)"));
  EXPECT_THAT(metrics, HasSubstr("karkara_coverage_people_phase{" + commune + R"(,phase="2"} 10)"));
  EXPECT_THAT(metrics, HasSubstr("karkara_coverage_people_phase{" + commune + R"(,phase="1"} 0)"));
  EXPECT_THAT(metrics, HasSubstr("# HELP karkara_coverage_people_served "));
}

TEST(CoverageMetrics, DoesNotGrowWithAPlansAreasAndSaysNothingWithoutOne) {
  const auto families = [](std::size_t communes) {
    return CoverageMetrics{[=] { return sample_coverage(communes); }}.Collect();
  };
  EXPECT_EQ(series_in(families(600)), series_in(families(5'000)));
  EXPECT_THAT(text(families(600)), HasSubstr(R"--(region="(other)",department="(other)",commune="(other)"} 1000)--"));
  const auto phases = [&](std::uint32_t years) {
    std::size_t series = 0;
    for (const auto& family : CoverageMetrics{[=] { return sample_coverage(600, years); }}.Collect()) {
      series += family.name == "karkara_coverage_people_phase" ? family.metric.size() : 0;
    }
    return series;
  };
  EXPECT_EQ(phases(2), 2 * (3 + CoverageMetrics::kMostAreas + 1));
  EXPECT_EQ(phases(50), 50U * (3 + CoverageMetrics::kMostPhaseSeries / 50 + 1)) << "fewer communes, the rest as one";
  EXPECT_TRUE(CoverageMetrics{[] { return nullptr; }}.Collect().empty());
}

TEST(SiteMetrics, EverySiteIsInExactlyOneShard) {
  FixedFleet fleet;
  for (int i = 0; i < 1000; ++i) {
    fleet.add("s" + std::to_string(i), "Agadez");
  }
  std::size_t all = 0;
  for (unsigned index = 1; index <= 4; ++index) {
    const auto families = site_families(fleet, {index, 4});
    const std::size_t sites = families.front().metric.size();
    EXPECT_GT(sites, 200U) << "shards are even";
    all += sites;
  }
  EXPECT_EQ(all, 1000U);
}

TEST(SiteMetrics, AValueGoesWithTheAgeOfItsMeasurement) {
  FixedFleet fleet;
  fleet.add("sadore", "Tillabéri");
  fleet.greet("sadore", "vsat", "vsat");
  fleet.sample("sadore", SeriesId::BatteryVoltage, "charger", 25.5);
  fleet.wait(90s);
  const std::string metrics = text(site_families(fleet, {}));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_site_battery_volts{site="sadore"} 25.5)"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_site_battery_volts_age_seconds{site="sadore"} 90)"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_site_age_seconds{site="sadore"} 90)"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_site_active_uplink{site="sadore",uplink="vsat"} 1)"));
}

TEST(SiteMetrics, AClassIsOnItsUplinkOrShed) {
  FixedFleet fleet;
  fleet.add("sadore", "Tillabéri");
  SiteReport report;
  report.classes = {{"control", "vsat", "first"}, {"public", "", "shed"}};
  fleet.apply(SiteGreeted{SiteId::parse("sadore").value(), "1.0", report, {}, fleet.now.wall});
  const std::string metrics = text(site_families(fleet, {}));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_site_class_uplink{site="sadore",class="control",uplink="vsat"} 1)"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_site_class_shed{site="sadore",class="control"} 0)"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_site_class_shed{site="sadore",class="public"} 1)"));
  EXPECT_THAT(metrics, Not(HasSubstr(R"(class_uplink{site="sadore",class="public")"))) << "it goes nowhere";
  const std::string one = text(*probe_families(fleet, SiteId::parse("sadore").value()));
  EXPECT_THAT(one, HasSubstr(R"(karkara_site_class_uplink{class="control",uplink="vsat"} 1)"));
  EXPECT_THAT(one, HasSubstr(R"(karkara_site_class_shed{class="public"} 1)"));
}

TEST(SiteMetrics, ASiteThatWasNeverHeardHasAStateAndNoAge) {
  FixedFleet fleet;
  fleet.add("sadore", "Tillabéri");
  const std::string metrics = text(site_families(fleet, {}));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_site_state{site="sadore"} 0)"));
  EXPECT_THAT(metrics, Not(HasSubstr("karkara_site_age_seconds{")));
}

TEST(SiteMetrics, AProbeShowsEverySeriesOfTheSiteByTheCatalogue) {
  FixedFleet fleet;
  fleet.add("sadore", "Tillabéri");
  fleet.greet("sadore", "vsat", "vsat");
  fleet.sample("sadore", SeriesId::BatteryVoltage, "charger", 25.5);
  fleet.sample("sadore", SeriesId::UplinkReceived, "vsat", 1e9);
  fleet.sample("sadore", SeriesId::RouterUptime, "", 3600.0);
  fleet.sample("sadore", SeriesId::PanelPower, "charger", Absent::Stale);
  fleet.sample("sadore", static_cast<SeriesId>(4711), "", 1.0);
  fleet.wait(5s);
  const std::string metrics = probe(fleet, "sadore");
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_site_battery_volts{source="charger"} 25.5)"));
  EXPECT_THAT(metrics, HasSubstr("# TYPE karkara_site_uplink_receive_bytes_total counter"));
  EXPECT_THAT(metrics, HasSubstr(R"(karkara_site_uplink_receive_bytes_total_age_seconds{uplink="vsat"} 5)"));
  EXPECT_THAT(metrics, HasSubstr("karkara_site_router_uptime_seconds 3600"));
  EXPECT_THAT(metrics, Not(HasSubstr("panel_watts"))) << "absent is never a number";
  EXPECT_THAT(metrics, Not(HasSubstr("4711")));
  EXPECT_THAT(metrics, HasSubstr("# HELP karkara_site_battery_volts Battery voltage."));
}

TEST(SiteMetrics, AReplayOfOldSamplesNeverLooksFresh) {
  FixedFleet fleet;
  fleet.add("sadore", "Tillabéri");
  fleet.greet("sadore", "vsat", "vsat");
  const auto key = SeriesKey{static_cast<std::uint16_t>(SeriesId::BatteryVoltage), "charger"};
  for (int hour = 24; hour >= 1; --hour) {
    const WallTime then = fleet.now.wall + std::chrono::hours{-hour};
    fleet.apply(SiteSampled{SiteId::parse("sadore").value(), {{key, then, 20.0 + hour}}});
    EXPECT_THAT(probe(fleet, "sadore"),
                HasSubstr("karkara_site_battery_volts_age_seconds{source=\"charger\"} " + std::to_string(hour * 3600)));
  }
}

TEST(SiteMetrics, ThereIsNoProbeOfASiteThatIsNone) {
  EXPECT_FALSE(probe_families(FixedFleet{}, SiteId::parse("nowhere").value()));
}

}  // namespace
}  // namespace karkara
