// What we export, judged by Prometheus' own checker.
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "common/series.h"
#include "controller/metrics/controller_metrics.h"
#include "controller/metrics/coverage_metrics.h"
#include "controller/metrics/fleet_metrics.h"
#include "controller/metrics/site_metrics.h"
#include "tests/controller/metrics/sample_coverage.h"
#include "tests/controller/support/fixed_fleet.h"
#include "tests/support/test_folder.h"

namespace karkara {
namespace {

// What promtool says; empty when it is content.
std::string judged(const std::vector<prometheus::MetricFamily>& families) {
  const TestFolder folder;
  const std::string file = folder.path() / "metrics";
  std::FILE* out = std::fopen(file.c_str(), "w");
  std::fputs(prometheus::TextSerializer{}.Serialize(families).c_str(), out);
  std::fclose(out);
  std::FILE* pipe = ::popen(("promtool check metrics < " + file + " 2>&1").c_str(), "r");
  std::string said;
  std::array<char, 4096> chunk{};
  for (std::size_t got = 0; (got = std::fread(chunk.data(), 1, chunk.size(), pipe)) > 0;) {
    said.append(chunk.data(), got);
  }
  return ::pclose(pipe) == 0 ? said : "failed: " + said;
}

class PromtoolTest : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("command -v promtool >/dev/null") != 0) {
      GTEST_SKIP() << "promtool is not installed";
    }
    fleet_.add("sadore", "Tillabéri \"quoted\" \\ and\nbroken");
    fleet_.greet("sadore", "vsat", "vsat");
    for (const SeriesInfo& series : all_series()) {
      fleet_.sample("sadore", series.id, series.instance.empty() ? "" : "one", 1.5);
    }
  }
  FixedFleet fleet_;
};

TEST_F(PromtoolTest, IsContentWithTheControllersHealthAndTheAggregates) {
  ControllerNumbers numbers;
  numbers.version = "0.1.0";
  numbers.commit = "1a2b3c4d";
  numbers.store_batch_bounds = {0.001, 0.1};
  numbers.store_batches_within = {3, 2, 1};
  auto families = ControllerMetrics{[&] { return numbers; }}.Collect();
  for (auto& family : FleetMetrics{fleet_}.Collect()) {
    families.push_back(family);
  }
  EXPECT_EQ(judged(families), "");
}

TEST_F(PromtoolTest, IsContentWithCoverage) {
  EXPECT_EQ(judged(CoverageMetrics{[] { return sample_coverage(1'000); }}.Collect()), "");
}

TEST_F(PromtoolTest, IsContentWithTheShardsOfSites) {
  EXPECT_EQ(judged(site_families(fleet_, {})), "");
}

TEST_F(PromtoolTest, IsContentWithAProbeOfEverySeriesInTheCatalogue) {
  EXPECT_EQ(judged(probe_families(fleet_, SiteId::parse("sadore").value()).value()), "");
}

}  // namespace
}  // namespace karkara
