// What the planner's folder, its options and an operator's words make of karkara-plan's command lines.
#include "controller/planning/plan_order.h"

#include <gmock/gmock.h>

#include "tests/controller/planning/plan_files.h"
#include "tests/support/test_folder.h"

namespace karkara {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::vector<std::string> words(const v1::StoredPlanStep& step) {
  return {step.words().begin(), step.words().end()};
}

PlanFolder small_folder(const std::string& options = "") {
  return {.settlements = "/p/settlements.csv",
          .terrain = "/p/terrain",
          .access = "/p/access.yaml",
          .backhaul = {"/p/a.yaml", "/p/b.yaml"},
          .costs = "/p/costs.yaml",
          .masts = "",
          .operators = "",
          .country = "",
          .areas = "/p/areas.gpkg",
          .options = options};
}

constexpr std::uint64_t kGibi = std::uint64_t{1} << 30U;

TEST(PlanOrder, IsOneSearchAndTheTablesOfAreas) {
  const auto steps = steps_of(small_folder(), {}, {"/job", "/job/fleet.csv", 2 * kGibi});
  ASSERT_TRUE(steps.ok());
  ASSERT_EQ(steps->size(), 3U);
  EXPECT_THAT(words((*steps)[0]),
              ElementsAre("run", "--settlements=/p/settlements.csv", "--terrain=/p/terrain", "--access=/p/access.yaml",
                          "--backhaul=/p/a.yaml", "--backhaul=/p/b.yaml", "--costs=/p/costs.yaml",
                          "--areas=/p/areas.gpkg", "--fleet=/job/fleet.csv", "--scratch=/job",
                          "--progress=/job/progress", "--memory=2048", "--output=/job/plan.txt"));
  EXPECT_THAT(words((*steps)[1]), ElementsAre("export", "/job/plan.txt", "--table=sites", "--areas=/p/areas.gpkg",
                                              "--output=/job/sites.csv"));
}

TEST(PlanOrder, CorrectsTheRadioWhereTheFolderHoldsACalibration) {
  PlanFolder folder = small_folder();
  EXPECT_THAT(words((*steps_of(folder, {}, {"/job", "", kGibi}))[0]), Not(Contains(HasSubstr("calibration"))));
  folder.calibration = "/p/calibration.csv";
  EXPECT_THAT(words((*steps_of(folder, {}, {"/job", "", kGibi}))[0]), Contains("--calibration=/p/calibration.csv"));
  folder.options = "calibration /tmp/other.csv\n";
  EXPECT_THAT(steps_of(folder, {}, {"/job", "", kGibi}).error().text, HasSubstr("comes from the folder's files"));
}

TEST(PlanOrder, TheOperatorHasTheLastWordOverTheFile) {
  v1::StartPlanRequest request;
  request.set_target("95%");
  request.set_time_seconds(600);
  request.add_fixed("--output=/etc/passwd");
  request.set_n_1_people(0);
  request.add_budgets(4'000'000);
  const auto steps =
      steps_of(small_folder("# ours\ntarget eligible\n\nbusy-kbit  20\nno-relays\nn-1 2000\nbudget 1\npriority fair\n"),
               request, {"/job", "", kGibi});
  ASSERT_TRUE(steps.ok());
  ASSERT_EQ(steps->size(), 4U);
  const auto run = words((*steps)[0]);
  EXPECT_THAT(run, Contains("--target=95%"));
  EXPECT_THAT(run, Contains("--time=600s"));
  EXPECT_THAT(run, Contains("--busy-kbit=20"));
  EXPECT_THAT(run, Contains("--no-relays"));
  EXPECT_THAT(run, Contains("--n-1=0"));
  EXPECT_THAT(run, Not(Contains("--n-1=2000")));
  EXPECT_THAT(run, Contains("--fixed=--output=/etc/passwd")) << "a value, never an option";
  EXPECT_THAT(run, Not(Contains("--target=eligible")));
  EXPECT_THAT(run, Not(Contains(StartsWith("--fleet"))));
  EXPECT_THAT(words((*steps)[1]), ElementsAre("phase", "/job/plan.txt", "--areas=/p/areas.gpkg", "--budget=4000000",
                                              "--priority=fair", "--output=/job/plan.txt"));
}

TEST(PlanOrder, HandsOnCountsBudgetsOfRegionsAndThePlanToGoOnFrom) {
  v1::StartPlanRequest request;
  request.set_site_people(3'000);
  request.set_school_people(0);
  request.set_health_people(40);
  request.set_busy_kbit(2.5);
  request.add_budgets(4'000'000);
  v1::RegionBudget& tahoua = *request.add_region_budgets();
  tahoua.set_region("Tahoua");
  tahoua.set_money(900'000);
  ASSERT_TRUE(check_request(request).ok());
  const auto steps =
      steps_of(small_folder("school 7\nbudget Agadez=5\n"), request, {"/job", "", kGibi, "/job/from.txt"});
  ASSERT_TRUE(steps.ok());
  const auto run = words((*steps)[0]);
  for (const char* word :
       {"--site-people=3000", "--school=0", "--health=40", "--busy-kbit=2.500000", "--from=/job/from.txt"}) {
    EXPECT_THAT(run, Contains(word));
  }
  EXPECT_THAT(words((*steps)[1]), ElementsAre("phase", "/job/plan.txt", "--areas=/p/areas.gpkg", "--budget=4000000",
                                              "--budget=Tahoua=900000", "--output=/job/plan.txt"));
}

TEST(PlanOrder, RefusesOptionsThatLeadElsewhereWithTheirLine) {
  for (const char* line : {"output /tmp/x", "from /etc/passwd", "memory 0", "--target eligible", "Target eligible",
                           "scratch /", "a\x01b", "fixed a\x01", "help"}) {
    const auto steps = steps_of(small_folder("seed 3\n" + std::string{line}), {}, {"/job", "", kGibi});
    ASSERT_FALSE(steps.ok()) << line;
    EXPECT_THAT(steps.error().text, HasSubstr("line 2")) << line;
  }
}

TEST(PlanOrder, RefusesRequestsThatAreNone) {
  const auto refused = [](auto set) {
    v1::StartPlanRequest request;
    set(request);
    return !check_request(request).ok();
  };
  EXPECT_FALSE(refused([](auto&) {}));
  for (const char* target : {"everybody", "eligible", "95%", "0.5%", "budget:20000000"}) {
    EXPECT_FALSE(refused([&](auto& request) { request.set_target(target); })) << target;
  }
  for (const char* target : {"all", "0%", "101%", "-5%", "95", "budget:", "budget:0", "budget:1e99", "nan%"}) {
    EXPECT_TRUE(refused([&](auto& request) { request.set_target(target); })) << target;
  }
  const std::string zeros(64, '0');  // fine but for its length
  EXPECT_TRUE(refused([&](auto& request) { request.set_target(zeros + "95%"); }));
  EXPECT_TRUE(refused([&](auto& request) { request.set_eligible(zeros + "1-2"); }));
  EXPECT_TRUE(refused([](auto& request) { request.set_eligible("2500-250"); }));
  EXPECT_TRUE(refused([](auto& request) { request.set_eligible("many"); }));
  EXPECT_TRUE(refused([](auto& request) { request.set_gap_percent(std::nan("")); }));
  EXPECT_TRUE(refused([](auto& request) { request.set_time_seconds(8 * 86'400); }));
  EXPECT_TRUE(refused([](auto& request) { request.add_fixed(""); }));
  EXPECT_TRUE(refused([](auto& request) { request.add_forbidden("a\nb"); }));
  EXPECT_TRUE(refused([](auto& request) { request.add_budgets(0); }));
  EXPECT_TRUE(refused([](auto& request) { request.set_site_people(2'000'000'000); }));
  EXPECT_TRUE(refused([](auto& request) { request.set_school_people(2'000'000); }));
  EXPECT_TRUE(refused([](auto& request) { request.set_health_people(2'000'000); }));
  EXPECT_TRUE(refused([](auto& request) { request.set_busy_kbit(-1); }));
  EXPECT_TRUE(refused([](auto& request) { request.set_busy_kbit(std::nan("")); }));
  const auto region = [&](const char* name, std::uint64_t money) {
    return refused([&](auto& request) {
      v1::RegionBudget& budget = *request.add_region_budgets();
      budget.set_region(name);
      budget.set_money(money);
    });
  };
  EXPECT_FALSE(region("Tahoua", 1));
  EXPECT_TRUE(region("", 1));
  EXPECT_TRUE(region("Ta\nhoua", 1));
  EXPECT_TRUE(region("Tahoua", 0));
  EXPECT_TRUE(refused([](auto& request) { request.set_n_1_people(1'000'000'001); }));
}

TEST(PlanFolder, NamesEverythingThatIsMissingAtOnce) {
  const TestFolder folder;
  EXPECT_THAT(look_into(folder.path() / "planner").error().text, HasSubstr("is not there"));
  write_plan_files(folder.path());
  const auto found = look_into(folder.path() / "planner");
  ASSERT_TRUE(found.ok()) << found.error().text;
  EXPECT_EQ(found->backhaul.size(), 1U);
  EXPECT_EQ(found->areas, "");
  EXPECT_EQ(found->calibration, "");
  std::ofstream{folder.path() / "planner/calibration.csv"} << "x\n";
  EXPECT_EQ(look_into(folder.path() / "planner")->calibration, (folder.path() / "planner/calibration.csv").string());
  std::filesystem::remove(folder.path() / "planner/costs.yaml");
  std::filesystem::remove(folder.path() / "planner/settlements.csv");
  const auto missing = look_into(folder.path() / "planner");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::FailedPrecondition);
  EXPECT_THAT(missing.error().text, HasSubstr("has no settlements.csv, costs.yaml"));
}

TEST(PlanOrder, LeavesASearchThatBeginsAgainTheTimeThatIsLeft) {
  EXPECT_EQ(with_time_left("--time=3600s", 600), "--time=3000s");
  EXPECT_EQ(with_time_left("--time=2h", 600), "--time=6600s");
  EXPECT_EQ(with_time_left("--time=10min", 599), "--time=60s");
  EXPECT_EQ(with_time_left("--time=30s", 600), "--time=30s") << "no more than it had";
  EXPECT_EQ(with_time_left("--time=90s", -600), "--time=90s");
  for (const char* word :
       {"--time=0s", "--time=", "--time=h", "--time=-5s", "--time=9e99h", "--time=nans", "--timer=90s"}) {
    EXPECT_EQ(with_time_left(word, 600), word);
  }
}

}  // namespace
}  // namespace karkara
