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

// A guarantee that is not kept has a class of a direction of an uplink, a mesh peer its address: a site whose every
// hello names one must not be shut out for it.
TEST(SiteFrames, AlarmsAndSamplesOfPartsAreTaken) {
  for (const char* instance :
       {"vsat/down/health", "tunnel/up/public", "lan0.10", "02:00:00:00:01:00", "wlan1_ap", ""}) {
    v1::AlarmEvent event;
    event.set_message("GUARANTEE_UNMET");
    event.set_instance(instance);
    EXPECT_TRUE(to_signal(event)) << instance;
    v1::Hello hello;
    hello.add_active_alarms()->set_message("GUARANTEE_UNMET");
    hello.mutable_active_alarms(0)->set_instance(instance);
    EXPECT_TRUE(to_greeting(kSadore, hello)) << instance;
    BlockContent block;
    block.first_at = WallTime{1'790'000'000s};
    block.offsets = {0ms};
    Column column;
    column.series = SeriesId::ClassBytes;
    column.instance = instance;
    column.values = {1.0};
    block.columns = {column};
    EXPECT_THAT(newest_samples(block), SizeIs(1)) << instance;
  }
  v1::AlarmEvent event;
  event.set_message("GUARANTEE_UNMET");
  for (const std::string& bad :
       {std::string{"a b"}, std::string{"\"} 1\n"}, std::string(129, 'x'), std::string{"\0", 1}}) {
    event.set_instance(bad);
    EXPECT_FALSE(to_signal(event)) << bad;
  }
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

TEST(SiteFrames, AReportNamesClassesAndTheirUplinksByPlainNames) {
  v1::StateReport report;
  v1::ClassState& shed = *report.add_classes();
  shed.set_id("public");
  shed.set_reason("shed");
  EXPECT_TRUE(check_report(report)) << "a class that is shed goes nowhere";
  shed.set_uplink("VSAT \x1b[31m");
  EXPECT_FALSE(check_report(report));
  shed.set_uplink("vsat");
  shed.set_reason(std::string(1001, 'x'));
  EXPECT_FALSE(check_report(report));
  shed.set_reason("first");
  for (int i = 0; i < 16; ++i) {
    *report.add_classes() = shed;
  }
  EXPECT_FALSE(check_report(report)) << "17 classes";
  report.mutable_classes()->RemoveLast();
  EXPECT_TRUE(check_report(report));
  report.mutable_classes(3)->set_id("");
  EXPECT_FALSE(check_report(report));
}

TEST(SiteFrames, AnAnswerBeyondAllBoundsIsAnsweredWithAnError) {
  v1::SiteReply reply;
  reply.set_id(5);
  reply.mutable_usage()->add_uplinks()->set_uplink("lte");
  EXPECT_EQ(within_bounds(reply).usage().uplinks_size(), 1);
  reply.mutable_usage()->mutable_uplinks(0)->set_sentence(std::string(1001, 'x'));
  EXPECT_EQ(within_bounds(reply).code(), 15U);
  EXPECT_EQ(within_bounds(reply).id(), 5U) << "the question has its answer";
  reply.clear_usage();
  for (int i = 0; i < 256; ++i) {
    reply.mutable_check()->add_items()->set_name("clock");
  }
  EXPECT_EQ(within_bounds(reply).check().items_size(), 256);
  reply.mutable_check()->add_items();
  EXPECT_EQ(within_bounds(reply).code(), 15U);
  reply.clear_check();
  reply.set_code(9);
  reply.set_error(std::string(100'000, 'x'));
  EXPECT_EQ(within_bounds(reply).code(), 15U) << "it would go into the audit log";
}

TEST(SiteFrames, WhatIsToldOfShapingHasBounds) {
  v1::SiteReply reply;
  v1::Shaping& shaping = *reply.mutable_shaping();
  for (int i = 0; i < 64; ++i) {
    v1::ShapedDirection& way = *shaping.add_directions();
    for (int c = 0; c < 16; ++c) {
      way.add_classes()->set_id("school");
    }
    way.add_evidence("answers in time");
  }
  shaping.add_quotas()->set_id("school");
  EXPECT_EQ(within_bounds(reply).shaping().directions_size(), 64);
  const auto refused = [&](auto spoil) {
    v1::SiteReply spoilt = reply;
    spoil(*spoilt.mutable_shaping());
    return within_bounds(spoilt).code() == 15U;
  };
  const std::string endless(1001, 'x');
  EXPECT_TRUE(refused([](v1::Shaping& one) { one.add_directions(); }));
  EXPECT_TRUE(refused([](v1::Shaping& one) { one.mutable_directions(63)->add_classes(); }));
  EXPECT_TRUE(refused([&](v1::Shaping& one) { one.mutable_directions(0)->mutable_classes(9)->set_terms(endless); }));
  EXPECT_TRUE(refused([&](v1::Shaping& one) { one.mutable_directions(0)->set_why_not(endless); }));
  EXPECT_TRUE(refused([&](v1::Shaping& one) { one.mutable_directions(7)->add_evidence(endless); }));
  EXPECT_TRUE(refused([&](v1::Shaping& one) { one.add_obstacles(endless); }));
  EXPECT_TRUE(refused([&](v1::Shaping& one) { one.mutable_quotas(0)->set_period(endless); }));
  EXPECT_FALSE(refused([&](v1::Shaping& one) { one.add_hosts()->set_address("fd42::17"); }));
  EXPECT_TRUE(refused([&](v1::Shaping& one) { one.add_hosts()->set_of_class(endless); }));
  EXPECT_TRUE(refused([&](v1::Shaping& one) { one.set_hosts_unknown(endless); }));
  EXPECT_TRUE(refused([](v1::Shaping& one) {
    for (int i = 0; i < 65; ++i) {
      one.add_hosts();
    }
  }));
  EXPECT_TRUE(refused([](v1::Shaping& one) {
    for (int i = 0; i < 65; ++i) {
      one.add_obstacles("eth1");
    }
  }));
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

// A charger that told a week of missed days at once.
TEST(SiteFrames, OfMissedDaysEachOneCounts) {
  BlockContent block;
  block.clock_trusted = true;
  block.first_at = WallTime{1'790'000'000s};
  block.offsets = {0ms, std::chrono::hours{24}, std::chrono::hours{72}};
  block.columns.push_back({SeriesId::DayYield, "charger", 0.01, {1.1, 0.9, 1.3}});
  const auto samples = newest_samples(block);
  ASSERT_THAT(samples, SizeIs(3));
  EXPECT_EQ(samples[1].measured, block.first_at + std::chrono::hours{24});
  EXPECT_EQ(samples[1].value, Value{0.9});
  block.clock_trusted = false;
  EXPECT_THAT(newest_samples(block), SizeIs(0)) << "nobody knows which days these are";
}

}  // namespace
}  // namespace karkara
