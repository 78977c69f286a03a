// The CLI against the agent's own unix socket: what a person types on the mast becomes the fact that the agent works
// with, and the fact that it answers becomes what the person reads.
#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <thread>

#include "agent/io/local_api.h"
#include "common/host/system_clock.h"
#include "tests/controller/cli/cli_run.h"
#include "tests/controller/cli/test_certificates.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using Answer = decltype(AnswerRequest::answer);

// The agent's loop with its local socket; what it asks for is answered by the test.
class Router {
 public:
  explicit Router(std::function<Answer(const SiteRequest&)> answer)
      : answer_{std::move(answer)},
        api_{io_, [this](const Event& event) { on(std::get<SiteRequest>(event)); }, clock_, path()} {
    EXPECT_TRUE(api_.open());
    loop_ = std::thread{[this] { io_.run(); }};
  }
  ~Router() {
    boost::asio::post(io_, [this] {
      api_.close();
      work_.reset();
    });
    loop_.join();
  }
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  static std::string path() { return cli::scratch_folder() / "real" / "agent.sock"; }
  std::vector<SiteRequest> seen;

 private:
  void on(const SiteRequest& request) {
    seen.push_back(request);
    boost::asio::post(io_, [this, request] { api_.answer({request.id, request.channel, answer_(request)}); });
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ = boost::asio::make_work_guard(io_);
  SystemClock clock_;
  std::function<Answer(const SiteRequest&)> answer_;
  LocalApi api_;
  std::thread loop_;
};

SiteStatus village() {
  SiteStatus status;
  UplinkReport vsat;
  vsat.id = "vsat";
  vsat.state = "up";
  UplinkReport lte;
  lte.id = "lte";
  lte.state = "up";
  lte.metered = true;
  status.state.active_uplink = "vsat";
  status.state.uplinks = {vsat, lte};
  status.state.classes = {{"control", "vsat", "first"}, {"public", "", "shed"}};
  return status;
}

ShapingReport shaping() {
  ShapedClassReport health{.id = "health", .guarantee = 64e3, .ceiling = 64e3, .terms = {}, .delay_seconds = {}};
  ShapedDirectionReport vsat;
  vsat.uplink = "vsat";
  vsat.download = true;
  vsat.shaped = true;
  vsat.adaptive = true;
  vsat.rate = 64e3;
  vsat.carried = 61.2e3;
  vsat.added_delay_seconds = 0.212;
  vsat.reason = "link-queue";
  vsat.classes = {health};
  return {.enabled = true, .leaf = "cake", .obstacles = {}, .directions = {vsat}, .quotas = {}};
}

PowerReport power() {
  PowerReport report;
  report.energy.battery =
      BatteryReport{"counted",    "middle",     Percent{63.2}, Percent{7.6}, AmpHours{180}, Percent{90},
                    std::nullopt, Volts{25.31}, std::nullopt,  Amps{-3.2},   std::nullopt};
  report.energy.forecast.night = NightReport{
      WallTime{1'795'000'000s}, WallTime{1'795'050'000s}, WattHours{620}, WattHours{410}, WattHours{80}, 0.97, true};
  report.energy.stage = 1;
  report.energy.stage_reason = "charge is at 38 %";
  report.energy.stages = {{"evening", {"class 'public' off"}, true}, {"deep", {"relay 'camera' off"}, false}};
  report.energy.explanation = {"Charge is counted from the currents."};
  report.sources = {
      {"bms", "jk", "/dev/ttyUSB1", "answering", "JK-BD6A20S", {}, {{"cells", "", Absent::NotAvailable}}}};
  return report;
}

Answer answer(const SiteRequest& request) {
  switch (request.kind) {
    case RequestKind::TellStatus: return village();
    case RequestKind::LiveValues: return std::vector<Sample>{{SeriesId::UplinkRtt, "vsat", 0.62}};
    case RequestKind::TellUsage: {
      UsageReport lte;
      lte.uplink = "lte";
      lte.cycle = {1'000'000'000, 200'000'000};
      lte.remaining = 1'200'000'000;
      lte.sentence = "lasts until the 24th";
      return std::vector<UsageReport>{lte};
    }
    case RequestKind::CheckSite:
      return std::vector<CheckItem>{{"uplink lte", CheckVerdict::Fail, "absent", "look at the cable"}};
    case RequestKind::TellDecisions: return std::string(60'000, 'x') + "\nat=2 out.to=vsat\n";
    case RequestKind::SetBalance:
    case RequestKind::OrderUplink: return std::string{"done as told"};
    case RequestKind::TellShaping: return shaping();
    case RequestKind::TellPower: return power();
    case RequestKind::TellPowerHistory:
    case RequestKind::TellMesh:
    case RequestKind::ExplainUplink:
    case RequestKind::Reload:
    case RequestKind::Flush: break;
  }
  return Error{ErrorCode::FailedPrecondition, "not in this test"};
}

cli::Ran local(std::vector<std::string> line) {
  line.insert(line.begin(), "local");
  line.insert(line.end(), {"--socket", Router::path()});
  return cli::run_cli(line);
}

TEST(RealSocket, AnOrderArrivesAsWasTyped) {
  Router router{answer};
  const cli::Ran ran = local({"hold", "vsat", "--for", "90m", "--why", "câble changé", "--accept-risk", "costs-money"});
  ASSERT_EQ(ran.exit, cli::Exit::Ok) << ran.err;
  EXPECT_EQ(ran.out, "Done  done as told\n");
  ASSERT_EQ(router.seen.size(), 2U) << "the state first, for the risks";
  EXPECT_EQ(router.seen[1].kind, RequestKind::OrderUplink);
  EXPECT_EQ(router.seen[1].order,
            (UplinkOrder{UplinkAct::Hold, UplinkId::parse("vsat").value(), Duration{90min}, "câble changé"}));
  EXPECT_EQ(local({"switch", "vsat"}).exit, cli::Exit::Ok);
  EXPECT_EQ(router.seen[3].order.act, UplinkAct::Switch);
  EXPECT_FALSE(router.seen[3].order.time);
  EXPECT_EQ(local({"release", "vsat"}).exit, cli::Exit::Ok);
  EXPECT_EQ(router.seen[4].order.act, UplinkAct::Release);
  EXPECT_EQ(local({"usage", "--set", "lte=1.2GB"}).exit, cli::Exit::Ok);
  EXPECT_EQ(router.seen[5].balance, (BalanceTold{UplinkId::parse("lte").value(), 1'200'000'000}));
}

TEST(RealSocket, TheSitesPowerIsShown) {
  Router router{answer};
  const cli::Ran ran = local({"power"});
  ASSERT_EQ(ran.exit, cli::Exit::Ok) << ran.err;
  ASSERT_EQ(router.seen.size(), 1U) << "one question for the whole page";
  EXPECT_EQ(router.seen[0].kind, RequestKind::TellPower);
  for (const std::string line :
       {"63 % ±8, counted", "25.31 V", "3.2 A out of the battery", "180 Ah, learned",
        "the battery lasts through it (97 %", "210 Wh ±80 Wh", "1 of 2: evening", "charge is at 38 %",
        "in force  class 'public' off", "Source bms: jk, answering, JK-BD6A20S", "(not available)",
        "Charge is counted from the currents."}) {
    EXPECT_NE(ran.out.find(line), std::string::npos) << line << " is not in\n" << ran.out;
  }
}

TEST(RealSocket, WhatTheAgentAnswersIsShown) {
  Router router{answer};
  const cli::Ran uplinks = local({"uplinks"});
  EXPECT_NE(uplinks.out.find("public   none    shed"), std::string::npos) << uplinks.out;
  const cli::Ran usage = local({"usage"});
  EXPECT_NE(usage.out.find("lte       0 B  1.2 GB  1.2 GB"), std::string::npos) << usage.out;
  EXPECT_NE(usage.out.find("lasts until the 24th"), std::string::npos);
  const cli::Ran shaped = local({"shaping"});
  EXPECT_NE(shaped.out.find("vsat    down  64 kbit/s  61.2 kbit/s  212 ms  link-queue"), std::string::npos)
      << shaped.out;
  EXPECT_NE(shaped.out.find("health  64 kbit/s  64 kbit/s    -"), std::string::npos) << shaped.out;
  const cli::Ran check = local({"check"});
  EXPECT_EQ(check.exit, cli::Exit::Failed);
  EXPECT_NE(check.out.find("look at the cable"), std::string::npos) << check.out;
  const cli::Ran decisions = local({"decisions"});
  EXPECT_EQ(decisions.exit, cli::Exit::Ok) << decisions.err;
  EXPECT_EQ(decisions.out, std::string(60'000, 'x') + "\nat=2 out.to=vsat\n");
  EXPECT_EQ(local({"align", "vsat", "--seconds", "2"}).out, "RTT 620 ms\nRTT 620 ms\n");
}

}  // namespace
}  // namespace karkara
