// The views of the sample villages as whole texts: tests/golden/cli.
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <limits>

#include "controller/cli/render/alarm_view.h"
#include "controller/cli/render/check_view.h"
#include "controller/cli/render/power_view.h"
#include "controller/cli/render/site_view.h"
#include "controller/cli/render/uplink_view.h"
#include "controller/cli/render/usage_view.h"
#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/rendered.h"
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

class Views : public ::testing::Test {
 protected:
  void SetUp() override {
    ::setenv("TZ", "UTC", 1);
    ::tzset();
  }
};

TEST_F(Views, SiteList) {
  const View view = site_list_view(sample_sites());
  expect_golden("site_list", rendered(view));
  expect_golden("site_list_wide", rendered(view, Format::Wide));
  expect_golden("site_list_json", rendered(view, Format::Json));
  expect_golden("site_list_jsonl", rendered(view, Format::JsonLines));
  expect_golden("site_list_yaml", rendered(view, Format::Yaml));
}

TEST_F(Views, SiteShow) {
  expect_golden("site_show", rendered(site_view(sample_well(), Language::English)));
  expect_golden("site_show_in_trouble", rendered(site_view(sample_in_trouble(), Language::English)));
  expect_golden("site_show_json", rendered(site_view(sample_well(), Language::English), Format::Json));
}

TEST_F(Views, UplinkShow) {
  const v1::SiteDetail site = sample_well();
  const View view = uplink_view("peta-djounga", site.report(), site.report_age_ms(), false);
  expect_golden("uplink_show", rendered(view));
  expect_golden("uplink_show_json", rendered(view, Format::Json));
  expect_golden("uplink_show_never_heard", rendered(uplink_view("kokorou", {}, std::nullopt, false)));
}

TEST_F(Views, UplinkExplain) {
  expect_golden("uplink_explain", rendered(explanation_view(sample_explanation())));
}

TEST_F(Views, UplinkList) {
  const View view = uplink_list_view(sample_uplinks());
  expect_golden("uplink_list", rendered(view));
  expect_golden("uplink_list_wide", rendered(view, Format::Wide));
  expect_golden("uplink_list_jsonl", rendered(view, Format::JsonLines));
}

TEST_F(Views, UplinkUsage) {
  expect_golden("uplink_usage", rendered(usage_view(sample_usage())));
  expect_golden("uplink_usage_wide", rendered(usage_view(sample_usage()), Format::Wide));
  expect_golden("uplink_usage_json", rendered(usage_view(sample_usage()), Format::Json));
  v1::Usage told = sample_usage();
  told.mutable_uplinks(1)->set_balance("1250.00 FCFA, 2.50 GB, read 5 h ago");
  EXPECT_NE(rendered(usage_view(told)).find("The operator says"), std::string::npos);
  EXPECT_NE(rendered(usage_view(told)).find("1250.00 FCFA, 2.50 GB, read 5 h ago"), std::string::npos);
}

TEST_F(Views, CheckAndDecisions) {
  expect_golden("local_check", rendered(check_view(sample_check())));
  expect_golden("local_check_json", rendered(check_view(sample_check()), Format::Json));
  expect_golden("local_decisions", rendered(decisions_view(sample_decisions())));
  v1::SiteCheck good;
  good.add_items()->set_verdict(v1::CHECK_VERDICT_PASS);
  EXPECT_NE(rendered(check_view(good)).find("all passed"), std::string::npos);
  v1::Done hostile;
  hostile.set_text("at=1 \x1b[2J\nat=2");
  EXPECT_EQ(rendered(decisions_view(hostile)), "at=1 \nat=2\n");
}

TEST_F(Views, PowerShow) {
  expect_golden("power_show", rendered(power_view(sample_well())));
  expect_golden("power_show_json", rendered(power_view(sample_well()), Format::Json));
  expect_golden("power_show_live", rendered(live_power_view(sample_status())));
}

TEST_F(Views, SiteStatusAndValues) {
  expect_golden("site_status", rendered(status_view(sample_status())));
  expect_golden("site_values", rendered(live_values_view(sample_live_values())));
}

TEST_F(Views, AlarmsInBothLanguages) {
  v1::ListAlarmsReply reply;
  *reply.add_alarms() = sample_alarm();
  expect_golden("alarm_list", rendered(alarm_list_view(reply, Language::English)));
  expect_golden("alarm_list_french", rendered(alarm_list_view(reply, Language::French)));
  expect_golden("alarm_show", rendered(alarm_view(sample_alarm(), Language::English)));
}

TEST_F(Views, AuditList) {
  expect_golden("audit_list", rendered(audit_list_view(sample_audit())));
}

TEST_F(Views, AlarmTextStaysEnglishWhenThereIsNoFrench) {
  v1::Alarm alarm = sample_alarm();
  alarm.clear_text_french();
  EXPECT_NE(rendered(alarm_view(alarm, Language::French)).find(alarm.text()), std::string::npos);
}

// Whatever a site or a broken controller sends, a view is made and holds no control character.
TEST_F(Views, SurviveExtremeNumbersAndHostileTexts) {
  constexpr auto kMin = std::numeric_limits<std::int64_t>::min();
  constexpr auto kMax = std::numeric_limits<std::int64_t>::max();
  v1::SiteDetail site = sample_well();
  site.mutable_site()->set_name("\x1b]0;owned\x07\x1b[2J");
  site.set_state(static_cast<v1::SiteState>(99));
  site.set_age_ms(kMin);
  site.set_state_since_ms(kMax);
  site.set_report_age_ms(kMin);
  site.set_certificate_expires_unix(kMax);
  site.mutable_report()->set_wall_time_us(kMin);
  site.mutable_report()->mutable_uplinks(0)->set_since_wall_time_us(kMax);
  site.mutable_report()->mutable_uplinks(0)->set_rtt_seconds(std::numeric_limits<double>::quiet_NaN());
  site.mutable_report()->mutable_uplinks(0)->set_loss_ratio(std::numeric_limits<double>::infinity());
  site.mutable_values(0)->set_value(1e308);
  site.mutable_values(2)->set_value(-1e308);
  v1::SiteStatus status = sample_status();
  status.set_agent_uptime_seconds(kMax);
  status.set_wall_time_us(kMax);
  status.mutable_alarms(0)->set_wall_time_us(kMin);
  for (const std::string& text :
       {rendered(site_view(site, Language::English)), rendered(status_view(status)),
        rendered(power_view(site), Format::Json), rendered(site_view(site, Language::English), Format::Yaml)}) {
    EXPECT_FALSE(text.empty());
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\x07'), std::string::npos);
  }
  EXPECT_EQ(summary_of(site, kMax).age_ms(), -1);
}

// "Since" is by the site's clock, which may stand in 1970: at the time of the report, plus the report's own age.
TEST_F(Views, UplinkStateGrowsOlderWithItsReport) {
  v1::StateReport report;
  report.set_wall_time_us(100'000'000);
  v1::UplinkState& uplink = *report.add_uplinks();
  uplink.set_id("vsat");
  uplink.set_since_wall_time_us(40'000'000);
  const auto since = [&](std::int64_t age_ms) { return uplink_table(report, age_ms).rows.at(0).at(4).text; };
  EXPECT_EQ(since(0), "1m");
  EXPECT_EQ(since(10 * 60'000), "11m");
}

TEST_F(Views, WatchedSiteBecomesTheSameLineAsInTheList) {
  const v1::SiteSummary line = summary_of(sample_well(), 2000);
  EXPECT_EQ(line.age_ms(), 14'400);
  EXPECT_EQ(line.active_uplink(), "vsat");
  EXPECT_DOUBLE_EQ(line.rtt_seconds(), 0.6204);
  EXPECT_DOUBLE_EQ(line.battery_volts(), 26.43);
  EXPECT_FALSE(summary_of(v1::SiteDetail{}, 2000).has_age_ms());
}

}  // namespace
}  // namespace karkara::cli
