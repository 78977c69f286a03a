// `karkara plan` and `karkara coverage`: against a controller, and handed on to karkara-plan.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/noc_commands.h"

namespace karkara::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PlanCommands : public NocCommands {
 protected:
  void SetUp() override {
    ::setenv("TZ", "WAT-1", 1);  // Niamey
    ::tzset();
    NocCommands::SetUp();
  }
  // What karkara would become, and how it ends where it cannot.
  Exit handed_on(const std::vector<std::string>& arguments) {
    std::ostringstream out;
    std::ostringstream err;
    Surroundings around{.out = out, .err = err, .environment = environment_};
    became_.clear();
    around.become = [&](const std::vector<std::string>& words) {
      became_ = words;
      return cannot_;
    };
    const Exit exit = run(arguments, around);
    said_ = out.str() + err.str();
    return exit;
  }

  std::vector<std::string> became_;
  std::string cannot_;
  std::string said_;
};

TEST_F(PlanCommands, RunAsksTheControllerForWhatTheOptionsSay) {
  noc_.plan_looks_left = 1;
  const Ran started = cli({"plan", "run", "--target", "eligible", "--time", "10m", "--gap", "5", "--seed", "7", "--n-1",
                           "0", "--fixed", "osm 17", "--budget", "4000000", "--budget", "2000000", "--without-fleet"});
  EXPECT_EQ(started.exit, Exit::Ok) << started.err;
  const v1::StartPlanRequest& asked = noc_.last_plan_request;
  EXPECT_EQ(asked.target(), "eligible");
  EXPECT_EQ(asked.time_seconds(), 600U);
  EXPECT_EQ(asked.gap_percent(), 5);
  EXPECT_EQ(asked.seed(), 7U);
  EXPECT_TRUE(asked.has_n_1_people());
  EXPECT_THAT(asked.fixed(), ElementsAre("osm 17"));
  EXPECT_THAT(asked.budgets(), ElementsAre(4'000'000, 2'000'000));
  EXPECT_TRUE(asked.without_fleet());
  expect_golden("plan_status", started.out);
  expect_golden("plan_status_json", cli({"plan", "status", "-o", "json"}).out);
}

TEST_F(PlanCommands, RunHandsOnPeopleCountsBudgetsOfRegionsAndWhetherToGoOn) {
  ASSERT_EQ(cli({"plan", "run", "--site-people", "3000", "--school", "40", "--health", "0", "--busy-kbit", "2.5",
                 "--budget", "Tahoua=900000", "--budget", "5,NE006=7", "--resume"})
                .exit,
            Exit::Ok);
  const v1::StartPlanRequest& asked = noc_.last_plan_request;
  EXPECT_EQ(asked.site_people(), 3'000U);
  EXPECT_EQ(asked.school_people(), 40U);
  EXPECT_TRUE(asked.has_health_people());
  EXPECT_EQ(asked.busy_kbit(), 2.5);
  EXPECT_THAT(asked.budgets(), ElementsAre(5));
  ASSERT_EQ(asked.region_budgets_size(), 2);
  EXPECT_EQ(asked.region_budgets(0).region(), "Tahoua");
  EXPECT_EQ(asked.region_budgets(0).money(), 900'000U);
  EXPECT_EQ(asked.region_budgets(1).region(), "NE006");
  EXPECT_TRUE(asked.resume());
}

TEST_F(PlanCommands, RunRefusesNumbersThatAreNoneBeforeAsking) {
  for (const char* option : {"--n-1=-1", "--n-1=few", "--gap=-1", "--gap=101", "--gap=x", "--budget=0", "--budget=1e9",
                             "--time=0s", "--seed=x", "--budget=Tahoua=x", "--budget=Tahoua=", "--site-people=-1",
                             "--school=x", "--health=2000000", "--busy-kbit=nan"}) {
    EXPECT_EQ(cli({"plan", "run", option}).exit, Exit::Usage) << option;
  }
  EXPECT_EQ(noc_.last_plan_request.target(), "");
  const Ran mistyped = cli({"plan", "run", "--tagret", "eligible"});
  EXPECT_EQ(mistyped.exit, Exit::Usage);
  EXPECT_THAT(mistyped.err, HasSubstr("did you mean '--target'?"));
  EXPECT_THAT(cli({"plan", "statsu"}).err, HasSubstr("did you mean 'status'?"));
  noc_.viewer_only = true;
  EXPECT_EQ(cli({"plan", "run"}).exit, Exit::Denied);
  EXPECT_EQ(cli({"plan", "cancel"}).exit, Exit::Denied);
}

TEST_F(PlanCommands, RunWaitsAndEndsAsTheJobDoes) {
  noc_.plan_looks_left = 2;
  const Ran waited = cli({"plan", "run", "--wait"});
  EXPECT_EQ(waited.exit, Exit::Failed);
  EXPECT_EQ(waited.err, "karkara: sites and backhaul: 3 of 24, about 1m more\n") << "each progress once";
  EXPECT_THAT(waited.out, HasSubstr("no price"));
}

TEST_F(PlanCommands, ShowAndExplainTheControllersPlan) {
  expect_golden("plan_show", cli({"plan", "show"}).out);
  expect_golden("plan_explain", cli({"plan", "explain", "Gona"}).out);
  EXPECT_THAT(cli({"plan", "cancel"}).out, HasSubstr("running, asked to end"));
  const Ran unknown = cli({"plan", "explain", "Gono"});
  EXPECT_EQ(unknown.exit, Exit::NotFound);
  EXPECT_THAT(unknown.err, HasSubstr("did you mean 'Gona'?"));
  noc_.older = true;
  EXPECT_EQ(cli({"plan", "show"}).exit, Exit::NotFound);
}

TEST_F(PlanCommands, CoverageIsOfRegionsOrOfOneInFull) {
  expect_golden("coverage_show", cli({"coverage", "show"}).out);
  expect_golden("coverage_show_wide", cli({"coverage", "show", "-o", "wide"}).out);
  expect_golden("coverage_show_region", cli({"coverage", "show", "--region", "Tillabéri"}).out);
  expect_golden("coverage_show_json", cli({"coverage", "show", "--region", "Tillabéri", "-o", "json"}).out);
  EXPECT_EQ(cli({"coverage", "show", "--region", "Tahuoa"}).exit, Exit::NotFound);
}

TEST_F(PlanCommands, FetchWritesAFileOrToStandardOutput) {
  EXPECT_EQ(cli({"plan", "fetch", "links"}).out, "latitude,longitude,dbm,site\n");
  const std::string path = scratch_folder() / "links.csv";
  EXPECT_EQ(cli({"plan", "fetch", "links", "--out", path}).exit, Exit::Ok);
  EXPECT_EQ(read_file(path), "latitude,longitude,dbm,site\n");
  EXPECT_EQ(cli({"plan", "fetch", "plan"}).exit, Exit::NotFound);
  EXPECT_EQ(cli({"plan", "fetch", "link"}).exit, Exit::Usage);
  const Ran nowhere = cli({"plan", "fetch", "links", "--out", scratch_folder() / "no/such"});
  EXPECT_EQ(nowhere.exit, Exit::Failed);
  EXPECT_THAT(nowhere.err, HasSubstr("cannot be written"));
}

TEST_F(PlanCommands, WorkOnFilesIsKarkaraPlans) {
  EXPECT_EQ(handed_on({"plan", "export", "plan.txt", "--areas", "a.gpkg", "-o", "x.gpkg"}), Exit::Ok);
  EXPECT_THAT(became_, ElementsAre("karkara-plan", "export", "plan.txt", "--areas", "a.gpkg", "-o", "x.gpkg"));
  EXPECT_EQ(handed_on({"plan", "what-if", "plan.txt", "--raise", "Gona=45m"}), Exit::Ok);
  EXPECT_THAT(became_, ElementsAre("karkara-plan", "what-if", "plan.txt", "--raise", "Gona=45m"));
  EXPECT_EQ(handed_on({"plan", "import", "masts", "m.geojson", "-o", "m.csv"}), Exit::Ok);
  EXPECT_THAT(became_, ElementsAre("karkara-plan", "check", "masts", "m.geojson", "-o", "m.csv"));
  EXPECT_EQ(handed_on({"plan", "run", "--local", "--settlements", "a.csv", "-o", "plan.txt"}), Exit::Ok);
  EXPECT_THAT(became_, ElementsAre("karkara-plan", "run", "--settlements", "a.csv", "-o", "plan.txt"));
  EXPECT_EQ(handed_on({"plan", "explain", "Gona", "--plan", "-p.txt"}), Exit::Ok);
  EXPECT_THAT(became_, ElementsAre("karkara-plan", "explain", "--", "-p.txt", "Gona")) << "a file, never an option";
  EXPECT_EQ(handed_on({"plan", "link", "--help"}), Exit::Ok);
  EXPECT_THAT(became_, IsEmpty());
  EXPECT_THAT(said_, HasSubstr("karkara plan link FROM TO"));
  cannot_ = "karkara-plan: No such file or directory";
  EXPECT_EQ(handed_on({"plan", "compare", "a", "b"}), Exit::Failed) << "3 would be doubtful data";
  EXPECT_EQ(said_, "karkara: karkara-plan: No such file or directory\n");
}

}  // namespace
}  // namespace karkara::cli
