#include "controller/service/site_frames.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

const SiteId kSadore = SiteId::parse("sadore").value();

TEST(SiteFrames, AnAlarmNeedsANameOfTheCataloguesKindButMayBeNewer) {
  v1::AlarmEvent event;
  event.set_message("OF_A_LATER_VERSION_2");
  event.set_instance("vsat");
  EXPECT_TRUE(to_signal(event));
  for (const char* bad : {"", "uplink down", "up\ndown", "UPLINK-DOWN"}) {
    event.set_message(bad);
    EXPECT_FALSE(to_signal(event)) << bad;
  }
  event.set_message("UPLINK_DOWN");
  event.set_instance("VSAT \x1b[31m");
  EXPECT_FALSE(to_signal(event));
}

TEST(SiteFrames, AHelloBeyondAllBoundsIsRefused) {
  v1::Hello hello;
  hello.set_agent_version("1.0");
  EXPECT_TRUE(to_greeting(kSadore, hello));
  hello.mutable_state()->set_reason(std::string(5000, 'x'));
  EXPECT_FALSE(to_greeting(kSadore, hello));
  hello.clear_state();
  for (int i = 0; i < 1000; ++i) {
    hello.add_active_alarms()->set_message("UPLINK_DOWN");
  }
  EXPECT_FALSE(to_greeting(kSadore, hello));
}

TEST(SiteFrames, AReportNamesUplinksByPlainNames) {
  v1::StateReport report;
  report.add_uplinks()->set_id("vsat");
  EXPECT_TRUE(check_report(report));
  report.add_uplinks()->set_id("../../etc");
  EXPECT_FALSE(check_report(report));
}

TEST(SiteFrames, EveryPayloadHasItsClass) {
  v1::Data data;
  EXPECT_FALSE(check_class(data));
  data.mutable_block();
  EXPECT_FALSE(check_class(data));
  data.set_frame_class(v1::FRAME_CLASS_TELEMETRY);
  EXPECT_TRUE(check_class(data));
  data.mutable_request();
  EXPECT_FALSE(check_class(data)) << "sites do not ask";
}

TEST(SiteFrames, OfABlockTheNewestValueOfEachColumnCounts) {
  BlockContent block;
  block.first_at = WallTime{1'790'000'000s};
  block.offsets = {0ms, 60'000ms};
  block.columns.push_back({SeriesId::BatteryVoltage, "charger", 0.001, {25.0, 25.5}});
  block.columns.push_back({static_cast<SeriesId>(9999), "", 1, {1.0, Absent::Stale}});
  block.columns.push_back({SeriesId::BatteryVoltage, "Not A Name", 0.001, {1.0, 1.0}});
  const auto samples = newest_samples(block);
  ASSERT_THAT(samples, SizeIs(2));
  EXPECT_EQ(samples[0].measured, block.first_at + 60s);
  EXPECT_EQ(samples[0].value, Value{25.5});
  EXPECT_EQ(samples[1].value, Value{Absent::Stale});
}

}  // namespace
}  // namespace karkara
