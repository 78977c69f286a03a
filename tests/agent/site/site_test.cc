#include "agent/site/site.h"

#include <gmock/gmock.h>

#include <deque>

#include "agent/reconcile/plan.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime kBuilt{seconds{1'790'000'000}};

SiteSettings settings() {
  SiteSettings settings;
  settings.id = *SiteId::parse("sadore");
  UplinkSettings vsat;
  vsat.id = *UplinkId::parse("vsat");
  vsat.interface = "vsat0";
  settings.uplink.uplinks.push_back(vsat);
  settings.power.sources.push_back(
      {*DeviceId::parse("charger"), PowerSourceKind::VeDirect, "/dev/charger", seconds{5}});
  settings.hash = 7;
  return settings;
}

KernelSnapshot kernel(bool carrier = true) {
  KernelSnapshot kernel;
  Link link;
  link.index = 2;
  link.name = "vsat0";
  link.admin_up = true;
  link.carrier = carrier;
  kernel.links.push_back(link);
  LinkAddress address;
  address.link = 2;
  address.prefix = *IpPrefix::parse("10.0.0.2/24");
  kernel.addresses.push_back(address);
  Route route;
  route.destination = IpPrefix::everything(IpFamily::V4);
  route.table = kMainTable;
  route.link = 2;
  route.gateway = IpAddress::parse("10.0.0.1");
  kernel.routes.push_back(route);
  return kernel;
}

// Drives a Site in numeric time; disk and kernel answer at once, anchors and controller as a test says.
class SiteTest : public testing::Test {
 protected:
  SiteTest() { boot(kBuilt + hours{1}); }

  void boot(WallTime wall, std::map<std::string, std::string> persisted = {}) {
    at_ = {Instant{seconds{30}}, wall};
    site_.emplace(settings(), SiteStart{"0.1.0", 42, 1, kBuilt, std::move(persisted)}, at_);
    effects_.clear();
    take(site_->start(at_));
    give(SpoolOpened{});
  }
  void give(const Event& event) {
    if (const auto* seen = std::get_if<KernelSeen>(&event)) {
      std::vector<Sysctl> sysctls = std::move(kernel_.sysctls);
      kernel_ = seen->snapshot;
      kernel_.sysctls = std::move(sysctls);
    }
    take(site_->on(std::holds_alternative<KernelSeen>(event) ? Event{KernelSeen{kernel_}} : event, at_));
  }
  void know_anchors() {
    IdentityKnown identity;
    identity.anchors = {{*AnchorId::parse("niamey"), *IpEndpoint::parse("203.0.113.21:7445")}};
    identity.enrolled = true;
    give(identity);
  }
  void run_for(Duration time) {
    const Instant end = at_.now + time;
    while (site_->next_deadline() <= end) {
      wait_until(std::max(at_.now, site_->next_deadline()));
      take(site_->tick(at_));
      ASSERT_GT(site_->next_deadline(), at_.now) << "the loop would spin";
    }
    wait_until(end);
  }
  void wait_until(Instant to) {
    at_.wall = at_.wall + std::chrono::duration_cast<microseconds>(to - at_.now);
    at_.now = to;
  }
  template <class T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> found;
    for (const Effect& effect : effects_) {
      if (const T* one = std::get_if<T>(&effect)) {
        found.push_back(*one);
      }
    }
    return found;
  }
  [[nodiscard]] AnswerRequest ask(SiteRequest request) {
    effects_.clear();
    give(request);
    return all<AnswerRequest>().at(0);
  }

  [[nodiscard]] static SiteRequest request(RequestKind kind) {
    SiteRequest request;
    request.id = 1;
    request.asked_by = "aicha";
    request.kind = kind;
    return request;
  }

  std::optional<Site> site_;
  Times at_;
  Effects effects_;
  // As a kernel does: what was asked for is in the next dump.
  void finish_batches() {
    while (!batches_wait_ && (dump_asked_ || !open_batches_.empty())) {
      if (open_batches_.empty()) {
        dump_asked_ = false;
        give(KernelSeen{kernel_});
        continue;
      }
      const NetworkBatch batch = open_batches_.front();
      open_batches_.pop_front();
      for (const NetworkOp& op : batch.ops) {
        apply(op, kernel_);
      }
      dump_asked_ = true;  // the kernel tells of every change
      give(BatchDone{batch.id, {}, batch.ops.size()});
    }
  }
  bool anchors_answer_ = true;
  bool batches_wait_ = false;
  std::optional<WallTime> anchor_time_;

 private:
  KernelSnapshot kernel_;
  std::deque<NetworkBatch> open_batches_;
  bool dump_asked_ = false;

  void take(const Effects& effects) {
    effects_.insert(effects_.end(), effects.begin(), effects.end());
    for (const Effect& effect : effects) {
      if (const auto* echo = std::get_if<SendEcho>(&effect); echo && anchors_answer_) {
        give(EchoAnswered{echo->uplink, echo->anchor.id, echo->nonce, anchor_time_});
      } else if (const auto* dump = std::get_if<RequestDump>(&effect)) {
        for (const std::string& path : dump->sysctls) {
          const bool known = std::any_of(kernel_.sysctls.begin(), kernel_.sysctls.end(),
                                         [&](const Sysctl& sysctl) { return sysctl.path == path; });
          if (!known) {
            kernel_.sysctls.push_back({path, "0"});
          }
        }
        dump_asked_ = dump_asked_ || !kernel_.links.empty();
        finish_batches();
      } else if (const auto* batch = std::get_if<RunBatch>(&effect)) {
        open_batches_.push_back(batch->batch);
        finish_batches();
      } else if (const auto* block = std::get_if<StoreBlock>(&effect)) {
        give(BlockStored{block->sequence, block->content.size()});
      } else if (const auto* step = std::get_if<StepClock>(&effect)) {
        const WallTime before = at_.wall;
        at_.wall = step->to;
        give(ClockStepped{before, step->to, {}});
      }
    }
  }
};

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
  EXPECT_EQ(all<Persist>().size(), 3U) << "clock, probe budgets, ledger";
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
