// Orders about uplinks through a controller: what is said first, what has to be accepted, and what is sent.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "common/host/config_writer.h"
#include "tests/controller/cli/cli_run.h"
#include "tests/controller/cli/fake_noc.h"
#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

class Orders : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path = scratch_folder() / "orders.yaml";
    std::ofstream{path} << write_config(context_for(noc_.endpoint()));
    ::chmod(path.c_str(), 0600);
    environment_ = {{"KARKARA_CONTEXT", path}, {"XDG_CACHE_HOME", scratch_folder() / "cache"}};
  }
  Ran cli(const std::vector<std::string>& arguments) { return run_cli(arguments, environment_); }
  Ran cli_with_person(const std::vector<std::string>& arguments, const std::optional<std::string>& answer) {
    return run_cli(arguments, environment_, {}, [&](const std::string& question) {
      question_ = question;
      return answer;
    });
  }
  void bring_up(const std::string& id) {
    v1::StateReport report = sample_well().report();
    for (v1::UplinkState& uplink : *report.mutable_uplinks()) {
      if (uplink.id() == id) {
        uplink.set_state("up");
      }
    }
    noc_.change_report("peta-djounga", report);
  }

  FakeNoc noc_;
  std::map<std::string, std::string, std::less<>> environment_;
  std::string question_;
};

TEST_F(Orders, WithoutARiskAreGivenAtOnce) {
  const Ran ran = cli({"uplink", "switch", "peta-djounga", "vsat", "--for", "2h", "--why", "test of the dish"});
  EXPECT_EQ(ran.exit, Exit::Ok) << ran.err;
  EXPECT_EQ(ran.out, "Done  ordered\n");
  EXPECT_EQ(noc_.last_request.order().act(), v1::UPLINK_ACT_SWITCH);
  EXPECT_EQ(noc_.last_request.order().uplink(), "vsat");
  EXPECT_EQ(noc_.last_request.order().seconds(), 7200U);
  EXPECT_EQ(noc_.last_request.order().why(), "test of the dish");
}

TEST_F(Orders, NameEveryRiskThatNobodyAccepted) {
  const Ran ran = cli({"uplink", "switch", "peta-djounga", "lte"});
  EXPECT_EQ(ran.exit, Exit::RiskNotAccepted);
  EXPECT_EQ(ran.out, "");
  EXPECT_EQ(ran.err,
            "karkara: risk not-up: 'lte' is not up (down: no carrier): nothing goes there before it is\n"
            "karkara: risk costs-money: 'lte' is metered: what the village does over it is paid for\n"
            "karkara: nothing was done; to do it all the same add --accept-risk not-up --accept-risk costs-money\n");
  EXPECT_FALSE(noc_.last_request.has_order());
}

TEST_F(Orders, AreGivenOnceEachRiskIsAcceptedByName) {
  EXPECT_EQ(cli({"uplink", "switch", "peta-djounga", "lte", "--accept-risk", "not-up"}).exit, Exit::RiskNotAccepted);
  EXPECT_EQ(
      cli({"uplink", "switch", "peta-djounga", "lte", "--accept-risk", "not-up", "--accept-risk=costs-money"}).exit,
      Exit::Ok);
  EXPECT_EQ(noc_.last_request.order().uplink(), "lte");
  EXPECT_EQ(cli({"uplink", "switch", "peta-djounga", "lte", "--accept-risk", "not-up,costs-money"}).exit, Exit::Ok);
  EXPECT_EQ(cli({"uplink", "switch", "peta-djounga", "lte", "--accept-risk", "costs"}).exit, Exit::Usage);
}

TEST_F(Orders, AskAPersonAndTakeOnlyYesForYes) {
  const std::vector<std::string> line{"uplink", "hold", "peta-djounga", "vsat", "--for", "20m", "--why", "storm"};
  for (const auto& answer : {std::optional<std::string>{"y"}, std::optional<std::string>{""},
                             std::optional<std::string>{"yes please"}, std::optional<std::string>{}}) {
    const Ran ran = cli_with_person(line, answer);
    EXPECT_EQ(ran.exit, Exit::RiskNotAccepted);
    EXPECT_NE(ran.err.find("risk site-goes-dark: holding 'vsat' leaves no uplink that is up"), std::string::npos);
    EXPECT_NE(ran.err.find("nothing was done"), std::string::npos);
  }
  EXPECT_FALSE(noc_.last_request.has_order());
  EXPECT_EQ(cli_with_person(line, "yes").exit, Exit::Ok);
  EXPECT_EQ(noc_.last_request.order().seconds(), 1200U);
  EXPECT_FALSE(question_.empty());
}

TEST_F(Orders, AHoldWithoutAnEndThatMakesTheSiteDarkCannotBeAccepted) {
  const Ran ran = cli_with_person(
      {"uplink", "hold", "peta-djounga", "vsat", "--why", "x", "--accept-risk", "site-goes-dark"}, "yes");
  EXPECT_EQ(ran.exit, Exit::Usage);
  EXPECT_NE(ran.err.find("without --for nobody could take it back"), std::string::npos) << ran.err;
  EXPECT_FALSE(noc_.last_request.has_order());
}

TEST_F(Orders, AHoldThatLeavesAnotherUplinkUpMayBeWithoutAnEnd) {
  bring_up("lte");
  EXPECT_EQ(cli({"uplink", "hold", "peta-djounga", "lte", "--why", "the SIM is lent"}).exit, Exit::Ok);
  EXPECT_EQ(noc_.last_request.order().act(), v1::UPLINK_ACT_HOLD);
  EXPECT_EQ(noc_.last_request.order().seconds(), 0U);
  EXPECT_EQ(cli({"uplink", "hold", "peta-djounga", "vsat", "--why", "x"}).exit, Exit::RiskNotAccepted);
}

TEST_F(Orders, AHoldNeedsAReason) {
  const Ran ran = cli({"uplink", "hold", "peta-djounga", "lte", "--for", "1h"});
  EXPECT_EQ(ran.exit, Exit::Usage);
  EXPECT_NE(ran.err.find("a hold needs --why"), std::string::npos);
  EXPECT_EQ(cli({"uplink", "hold", "peta-djounga", "lte", "--why", std::string(121, 'x')}).exit, Exit::Usage);
  EXPECT_EQ(cli({"uplink", "hold", "peta-djounga", "lte", "--why", "two\nlines"}).exit, Exit::Usage);
  EXPECT_EQ(cli({"uplink", "hold", "peta-djounga", "lte", "--why", "x", "--for", "soon"}).exit, Exit::Usage);
  EXPECT_EQ(cli({"uplink", "hold", "peta-djounga", "LTE", "--why", "x"}).exit, Exit::Usage);
}

TEST_F(Orders, AReleaseIsNeverDangerous) {
  EXPECT_EQ(cli({"uplink", "release", "peta-djounga", "lte"}).exit, Exit::Ok);
  EXPECT_EQ(noc_.last_request.order().act(), v1::UPLINK_ACT_RELEASE);
}

TEST_F(Orders, SayWhenThereIsNobodyOrNothingToOrder) {
  EXPECT_EQ(cli({"uplink", "switch", "peta-djounga", "vsta"}).exit, Exit::NotFound);
  const Ran offline = cli({"uplink", "switch", "borgo-darey", "vsat"});
  EXPECT_EQ(offline.exit, Exit::SiteOffline);
  EXPECT_EQ(offline.err, "karkara: site borgo-darey is offline\n");
  EXPECT_NE(cli({"uplink", "switch", "peta-djunga", "vsat"}).err.find("did you mean 'peta-djounga'?"),
            std::string::npos);
  noc_.hostile_reply.set_code(3);
  noc_.hostile_reply.set_error("there is no uplink 'vsat' at this site \x1b[2J");
  const Ran refused = cli({"uplink", "release", "peta-djounga", "vsat"});
  EXPECT_EQ(refused.exit, Exit::Usage);
  EXPECT_EQ(refused.err.find('\x1b'), std::string::npos);
}

TEST_F(Orders, CorrectTheLedgerByWhatTheOperatorsBalanceSays) {
  EXPECT_EQ(cli({"uplink", "usage", "peta-djounga", "--set", "lte=1.2GB"}).out, "Done  the ledger is corrected\n");
  EXPECT_EQ(noc_.last_request.balance().uplink(), "lte");
  EXPECT_EQ(noc_.last_request.balance().remaining_bytes(), 1'200'000'000U);
  EXPECT_EQ(cli({"uplink", "usage", "peta-djounga", "--set", "lte=0"}).exit, Exit::Ok) << "used up";
  EXPECT_EQ(noc_.last_request.balance().remaining_bytes(), 0U);
  for (const char* bad : {"lte", "lte=", "=1GB", "lte=1.2", "lte=-1GB", "lte=2000000GB", "LTE=1GB", "lte=much"}) {
    EXPECT_EQ(cli({"uplink", "usage", "peta-djounga", "--set", bad}).exit, Exit::Usage) << bad;
  }
}

TEST_F(Orders, UsageAndTheListOfAllUplinksAreAsTheGoldensSay) {
  expect_golden("uplink_usage", cli({"uplink", "usage", "peta-djounga"}).out);
  expect_golden("uplink_list", cli({"uplink", "list"}).out);
  EXPECT_EQ(cli({"uplink", "list", "--state", "suspect,down", "--region", "Tillabéri", "--site", "peta-djounga"}).exit,
            Exit::Ok);
  ASSERT_EQ(noc_.last_uplinks_request.states_size(), 2);
  EXPECT_EQ(noc_.last_uplinks_request.states(1), "down");
  EXPECT_EQ(noc_.last_uplinks_request.region(), "Tillabéri");
  EXPECT_EQ(noc_.last_uplinks_request.site_id(), "peta-djounga");
  EXPECT_EQ(cli({"uplink", "list", "--site", "peta-djoung"}).exit, Exit::NotFound);
  EXPECT_EQ(cli({"uplink", "list", "--state", "unreachable"}).exit, Exit::Usage) << "that is a site's state";
}

}  // namespace
}  // namespace karkara::cli
