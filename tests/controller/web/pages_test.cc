#include "controller/web/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "controller/metrics/fleet_metrics.h"
#include "tests/controller/support/fixed_fleet.h"

namespace karkara {
namespace {

using testing::HasSubstr;

class PagesTest : public testing::Test {
 protected:
  PagesTest() { fleet_.add("sadore", "Tillabéri"); }
  unsigned status(const std::string& target) { return pages_.answer(target).status; }

  FixedFleet fleet_;
  FleetMetrics metrics_{fleet_};
  bool healthy_ = true;
  Pages pages_{fleet_, {&metrics_}, [this] { return healthy_; }};
};

TEST_F(PagesTest, MetricsAreInPrometheusTextFormat) {
  const HttpAnswer answer = pages_.answer("/metrics");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_THAT(answer.content_type, HasSubstr("version=0.0.4"));
  EXPECT_THAT(answer.body, HasSubstr("karkara_fleet_sites{"));
}

TEST_F(PagesTest, HealthFollowsTheStore) {
  EXPECT_EQ(status("/healthz"), 200U);
  healthy_ = false;
  EXPECT_EQ(status("/healthz"), 503U);
}

TEST_F(PagesTest, ShardsAreFromOneToTheirNumber) {
  for (const char* good :
       {"/metrics/sites", "/metrics/sites?shard=1/1", "/metrics/sites?shard=4/4", "/metrics/sites?shard=4%2F4"}) {
    EXPECT_EQ(status(good), 200U) << good;
  }
  for (const char* bad : {"/metrics/sites?shard=0/4", "/metrics/sites?shard=5/4", "/metrics/sites?shard=1/0",
                          "/metrics/sites?shard=1", "/metrics/sites?shard=a/b", "/metrics/sites?shard=1/2&x=1",
                          "/metrics/sites?shard=1/99999999999", "/metrics/sites?other=1"}) {
    EXPECT_EQ(status(bad), 400U) << bad;
  }
}

TEST_F(PagesTest, AProbeNamesAKnownSite) {
  EXPECT_EQ(status("/probe?site=sadore"), 200U);
  EXPECT_EQ(status("/probe?site=nowhere"), 404U);
  EXPECT_EQ(status("/probe?site=../etc/passwd"), 404U);
  EXPECT_EQ(status("/probe"), 400U);
}

TEST_F(PagesTest, OtherPathsAreNotThere) {
  for (const char* path : {"/", "", "/metricsx", "/metrics/", "//metrics", "/admin"}) {
    EXPECT_EQ(status(path), 404U) << path;
  }
  EXPECT_EQ(status("/metrics?x=1"), 400U);
}

TEST_F(PagesTest, TheMapIsAPageAndItsData) {
  const HttpAnswer page = pages_.answer("/map");
  EXPECT_EQ(page.status, 200U);
  EXPECT_THAT(page.content_type, HasSubstr("text/html"));
  EXPECT_THAT(page.body, HasSubstr("/map/coverage.geojson"));
  EXPECT_EQ(page.body.find("http"), page.body.find("http-equiv")) << "nothing comes from elsewhere";
  EXPECT_EQ(status("/map/coverage.geojson"), 404U) << "there is no plan";
  std::shared_ptr<const std::string> map;
  const Pages with_map{fleet_, {}, [] { return true; }, [&] { return map; }};
  EXPECT_EQ(with_map.answer("/map/coverage.geojson").status, 404U);
  map = std::make_shared<const std::string>("{}");
  EXPECT_EQ(with_map.answer("/map/coverage.geojson").body, "{}");
  EXPECT_EQ(with_map.answer("/map/coverage.geojson?x=1").status, 400U);
  EXPECT_EQ(with_map.answer("/map/other").status, 404U);
  // A map that is drawn anew, but shows the same, is the same version.
  const std::string etag = with_map.answer("/map/coverage.geojson").etag;
  EXPECT_THAT(etag, testing::MatchesRegex("W/\"[0-9a-f]+-2\""));
  map = std::make_shared<const std::string>("{}");
  EXPECT_EQ(with_map.answer("/map/coverage.geojson").etag, etag);
  map = std::make_shared<const std::string>("{ }");
  EXPECT_NE(with_map.answer("/map/coverage.geojson").etag, etag);
  const HttpAnswer packed = with_map.answer("/map/coverage.geojson");
  EXPECT_EQ(packed.gzip(), with_map.answer("/map/coverage.geojson").gzip()) << "packed once";
  EXPECT_THAT(*packed.gzip(), testing::StartsWith("\x1F\x8B"));
  EXPECT_NE(page.etag, "");
  EXPECT_EQ(pages_.answer("/metrics").etag, "");
}

}  // namespace
}  // namespace karkara
