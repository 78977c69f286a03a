// What the planner's folder, its options and an operator's words make of karkara-plan's command lines.
#include "controller/planning/plan_order.h"

#include <gmock/gmock.h>

#include "tests/controller/planning/plan_files.h"
#include "tests/controller/support/test_folder.h"

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

TEST(PlanOrder, TheOperatorHasTheLastWordOverTheFile) {
  v1::StartPlanRequest request;
  request.set_target("95%");
  request.set_time_seconds(600);
  request.add_fixed("--output=/etc/passwd");
  request.add_budgets(4'000'000);
  const auto steps =
      steps_of(small_folder("# ours\ntarget eligible\n\nbusy-kbit  20\nno-relays\nbudget 1\npriority fair\n"), request,
               {"/job", "", kGibi});
  ASSERT_TRUE(steps.ok());
  ASSERT_EQ(steps->size(), 4U);
  const auto run = words((*steps)[0]);
  EXPECT_THAT(run, Contains("--target=95%"));
  EXPECT_THAT(run, Contains("--time=600s"));
  EXPECT_THAT(run, Contains("--busy-kbit=20"));
  EXPECT_THAT(run, Contains("--no-relays"));
  EXPECT_THAT(run, Contains("--fixed=--output=/etc/passwd")) << "a value, never an option";
  EXPECT_THAT(run, Not(Contains("--target=eligible")));
  EXPECT_THAT(run, Not(Contains(StartsWith("--fleet"))));
  EXPECT_THAT(words((*steps)[1]), ElementsAre("phase", "/job/plan.txt", "--areas=/p/areas.gpkg", "--budget=4000000",
                                              "--priority=fair", "--output=/job/plan.txt"));
}

TEST(PlanOrder, RefusesOptionsThatLeadElsewhereWithTheirLine) {
  for (const char* line : {"output /tmp/x", "memory 0", "--target eligible", "Target eligible", "scratch /", "a\x01b",
                           "fixed a\x01", "help"}) {
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
}

TEST(PlanFolder, NamesEverythingThatIsMissingAtOnce) {
  const TestFolder folder;
  EXPECT_THAT(look_into(folder.path() / "planner").error().text, HasSubstr("is not there"));
  write_plan_files(folder.path());
  const auto found = look_into(folder.path() / "planner");
  ASSERT_TRUE(found.ok()) << found.error().text;
  EXPECT_EQ(found->backhaul.size(), 1U);
  EXPECT_EQ(found->areas, "");
  std::filesystem::remove(folder.path() / "planner/costs.yaml");
  std::filesystem::remove(folder.path() / "planner/settlements.csv");
  const auto missing = look_into(folder.path() / "planner");
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, ErrorCode::FailedPrecondition);
  EXPECT_THAT(missing.error().text, HasSubstr("has no settlements.csv, costs.yaml"));
}

}  // namespace
}  // namespace karkara
