#include "controller/service/noc_messages.h"

#include <gtest/gtest.h>

#include <cmath>

namespace karkara {
namespace {

using namespace std::chrono_literals;

SiteRecord current() {
  SiteRecord record;
  record.id = SiteId::parse("sadore").value();
  record.name = "Sadoré";
  record.region = "Tillabéri";
  record.latitude = Degrees{13.2};
  record.revision = 4;
  return record;
}

TEST(SiteEdit, TakesOnlyTheFieldsThatWereNamed) {
  v1::PutSiteRequest request;
  request.mutable_site()->set_name("Péta Djounga");
  request.add_fields("name");
  const auto merged = merge(current(), request);
  ASSERT_TRUE(merged);
  EXPECT_EQ(merged->name, "Péta Djounga");
  EXPECT_EQ(merged->region, "Tillabéri");
  EXPECT_EQ(merged->latitude, Degrees{13.2});
  request.add_fields("colour");
  EXPECT_FALSE(merge(current(), request));
}

TEST(SiteEdit, WithoutNamesTakesTheWholeSite) {
  v1::PutSiteRequest request;
  request.mutable_site()->set_name("x");
  const auto merged = merge(current(), request);
  EXPECT_EQ(merged->region, "");
  EXPECT_FALSE(merged->latitude);
}

TEST(SiteEdit, RefusesWhatIsNowhereOrNoText) {
  v1::PutSiteRequest request;
  for (const double bad : {91.0, -90.5, std::nan(""), HUGE_VAL}) {
    request.mutable_site()->set_latitude(bad);
    EXPECT_FALSE(merge(current(), request)) << bad;
  }
  request.mutable_site()->set_latitude(13.245);
  EXPECT_TRUE(merge(current(), request));
  for (const double bad : {0.5, 301.0, -30.0, std::nan("")}) {
    request.mutable_site()->set_mast_metres(bad);
    EXPECT_FALSE(merge(current(), request)) << bad;
  }
  request.mutable_site()->set_mast_metres(30);
  EXPECT_EQ(to_message(*merge(current(), request)).mast_metres(), 30);
  request.mutable_site()->set_region("a\x1b[2Jb");
  EXPECT_FALSE(merge(current(), request));
  request.mutable_site()->set_region(std::string(81, 'x'));
  EXPECT_FALSE(merge(current(), request));
}

TEST(NocMessages, EveryValueShowsItsAgeAndAnAbsentOneIsNeverANumber) {
  SiteView view;
  view.record = current();
  const Moment then{Instant{1000s}, WallTime{1'790'000'000s}};
  view.values.take({{200, "charger"}, then.wall, 25.5}, then);
  view.values.take({{4711, ""}, then.wall, Absent::BadFrame}, then);
  const v1::SiteDetail detail = detail_of(view, {then.at + 90s, then.wall + 90s});
  ASSERT_EQ(detail.values_size(), 2);
  EXPECT_EQ(detail.values(0).name(), "battery_volts");
  EXPECT_EQ(detail.values(0).unit(), "V");
  EXPECT_EQ(detail.values(0).age_ms(), 90'000);
  EXPECT_FALSE(detail.values(1).has_value());
  EXPECT_EQ(detail.values(1).absent(), "bad frame");
  EXPECT_EQ(detail.values(1).name(), "series_4711");
  EXPECT_FALSE(detail.has_age_ms()) << "never heard";
}

TEST(NocMessages, AnAlarmOfASiteWhoseClockIsAheadIsNotYoungerThanNow) {
  AlarmRecord alarm;
  alarm.key.message = "UPLINK_DOWN";
  alarm.raised = WallTime{1'790'000'100s};
  const v1::Alarm message = to_message(alarm, WallTime{1'790'000'000s});
  EXPECT_EQ(message.age_ms(), 0);
  EXPECT_FALSE(message.text().empty());
  EXPECT_FALSE(message.text_french().empty());
}

}  // namespace
}  // namespace karkara
