#include "agent/site/site.h"

#include <gmock/gmock.h>

#include "tests/agent/site/site_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class SiteTest : public SiteBench {};

TEST_F(SiteTest, WithAGoodClockTheSessionIsAllowedAtOnce) {
  ASSERT_EQ(all<AllowSession>().size(), 1U);
  EXPECT_TRUE(all<AllowSession>()[0].allowed);
}

TEST_F(SiteTest, ABootIn1970WaitsForAnAnchorsTimeAndThenDials) {
  boot(WallTime{seconds{40}});
  ASSERT_EQ(all<AllowSession>().size(), 1U);
  EXPECT_FALSE(all<AllowSession>()[0].allowed);
  EXPECT_EQ(site_->status(at_).session, "waiting for the clock");
  anchor_time_ = kBuilt + hours{48};
  know_anchors();
  give(KernelSeen{kernel()});
  ASSERT_EQ(all<StepClock>().size(), 1U);
  EXPECT_TRUE(all<AllowSession>().back().allowed);
  EXPECT_EQ(at_.wall, kBuilt + hours{48});
}

TEST_F(SiteTest, TheTimeOfTheLastRunIsAFloorForTheClock) {
  boot(kBuilt + hours{1}, {{"clock-floor", std::to_string((kBuilt + hours{100}).seconds())}});
  EXPECT_FALSE(all<AllowSession>().at(0).allowed);
}

TEST_F(SiteTest, ATimeThatNoCalendarHasIsNoFloor) {
  for (const char* kept : {"9223372036854775807", "-5", "7258118400", "soon"}) {
    boot(kBuilt + hours{1}, {{"clock-floor", kept}});
    EXPECT_TRUE(all<AllowSession>().at(0).allowed) << kept;
  }
}

TEST_F(SiteTest, AnAlarmIsToldOnceAndAgainToANewSession) {
  know_anchors();
  give(KernelSeen{kernel()});
  run_for(seconds{10});
  give(SessionOpened{.epoch = 1});
  effects_.clear();
  give(KernelSeen{kernel(false)});
  give(KernelSeen{kernel(false)});
  const auto sent = all<SendAlarm>();
  ASSERT_EQ(sent.size(), 2U) << "UPLINK_DOWN for vsat, NO_UPLINK for the site";
  effects_.clear();
  give(SessionClosed{"gone"});
  give(SessionOpened{.epoch = 1});
  EXPECT_EQ(all<SendAlarm>().size(), 2U);
  give(FrameAcknowledged{FrameClass::Alarm, 2});
  effects_.clear();
  give(SessionClosed{"gone"});
  give(SessionOpened{.epoch = 1});
  EXPECT_TRUE(all<SendAlarm>().empty());
}

TEST_F(SiteTest, AChangeOfStateIsReportedAtOnceAndAnEchoIsNoChange) {
  know_anchors();
  give(KernelSeen{kernel()});
  run_for(seconds{10});
  give(SessionOpened{.epoch = 1});
  effects_.clear();
  run_for(minutes{5});
  EXPECT_TRUE(all<SendState>().empty());
  give(KernelSeen{kernel(false)});
  ASSERT_FALSE(all<SendState>().empty());
  EXPECT_EQ(all<SendState>().back().report.active_uplink, "");
}

TEST_F(SiteTest, AnswersQuestionsAndRefusesStaleOnes) {
  EXPECT_EQ(std::get<SiteStatus>(ask(request(RequestKind::TellStatus)).answer).site_id, "sadore");
  EXPECT_EQ(std::get<StateReport>(ask(request(RequestKind::ExplainUplink)).answer).uplinks.size(), 1U);
  SiteRequest values = request(RequestKind::LiveValues);
  values.name_prefix = "battery_";
  const auto samples = std::get<std::vector<Sample>>(ask(values).answer);
  EXPECT_FALSE(samples.empty());
  for (const Sample& sample : samples) {
    EXPECT_TRUE(find_series(sample.series)->name.starts_with("battery_"));
  }
  SiteRequest late = request(RequestKind::TellStatus);
  late.expires = at_.now;
  EXPECT_EQ(std::get<Error>(ask(late).answer).code, ErrorCode::DeadlineExceeded);

  give(SessionOpened{.epoch = 5});
  SiteRequest fenced = request(RequestKind::TellStatus);
  fenced.epoch = 4;
  EXPECT_EQ(std::get<Error>(ask(fenced).answer).code, ErrorCode::FailedPrecondition);
  fenced.channel = 9;
  EXPECT_TRUE(std::holds_alternative<SiteStatus>(ask(fenced).answer)) << "the local socket knows no epoch";
}

TEST_F(SiteTest, TheSessionProvesItselfOnlyOnceTheKernelUsesTheNewUplink) {
  know_anchors();
  batches_wait_ = true;
  give(KernelSeen{kernel()});
  EXPECT_TRUE(all<HurrySession>().empty()) << "the routes are not in place yet";
  batches_wait_ = false;
  for (int i = 0; i < 4 && all<HurrySession>().empty(); ++i) {
    finish_batches();
  }
  EXPECT_EQ(all<HurrySession>().size(), 1U);
}

TEST_F(SiteTest, AKernelThatNeverAnswersDoesNotKeepTheSessionWaiting) {
  know_anchors();
  batches_wait_ = true;
  give(KernelSeen{kernel()});
  run_for(seconds{4});
  EXPECT_EQ(all<HurrySession>().size(), 1U);
}

TEST_F(SiteTest, AReloadCommandReadsTheFileAndAFlushSendsABlock) {
  (void)ask(request(RequestKind::Reload));
  ASSERT_EQ(all<Reload>().size(), 1U);
  EXPECT_EQ(all<Reload>()[0].by, "aicha");
  (void)ask(request(RequestKind::Flush));
  EXPECT_EQ(all<StoreBlock>().size(), 1U);
}

TEST_F(SiteTest, StoppingKeepsWhatWasGatheredAndLeavesTheKernelAlone) {
  give(KernelSeen{kernel()});
  run_for(minutes{2});
  effects_.clear();
  give(StopAsked{});
  EXPECT_EQ(all<StoreBlock>().size(), 1U);
  EXPECT_EQ(all<Persist>().size(), 6U) << "clock, probe budgets, ledger, damping, rates, quotas";
  EXPECT_TRUE(all<RunBatch>().empty());
  EXPECT_EQ(all<Stop>().size(), 1U);
}

TEST_F(SiteTest, DaysWithNoControllerAndNoAnchorChangeNothing) {
  anchors_answer_ = false;
  know_anchors();
  give(KernelSeen{kernel()});
  for (int day = 0; day < 2; ++day) {
    run_for(hours{24});
    EXPECT_GE(all<StoreBlock>().size(), 95U) << "telemetry goes on";
    effects_.clear();
  }
  EXPECT_EQ(site_->status(at_).state.active_uplink, "vsat") << "the last way out stays in place";
}

TEST_F(SiteTest, AChangedConfigurationReachesEveryFeature) {
  ConfigActivated change{settings(), settings(), "drops_uplink", 2};
  UplinkSettings lte;
  lte.id = *UplinkId::parse("lte");
  lte.interface = "wwan0";
  change.settings.uplink.uplinks.push_back(lte);
  change.settings.power.sources[0].device = "/dev/other";
  change.settings.telemetry.sample_interval = seconds{10};
  give(KernelSeen{kernel()});
  effects_.clear();
  effects_ = site_->on(change, at_);
  EXPECT_EQ(all<OpenSerial>().at(0).path, "/dev/other");
  EXPECT_EQ(site_->status(at_).state.uplinks.size(), 2U);
  EXPECT_LE(site_->next_deadline(), at_.now + seconds{10});
}

}  // namespace
}  // namespace karkara
