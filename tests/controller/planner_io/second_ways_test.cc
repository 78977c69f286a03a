// Second ways out in plan files, checks, explanations, phases, comparisons, exports and reports.
#include <gmock/gmock.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "controller/planner/outputs/layer_texts.h"
#include "controller/planner/outputs/plan_map.h"
#include "controller/planner/outputs/report.h"
#include "controller/planner/outputs/report_words.h"
#include "controller/planner/roadmap/build_order.h"
#include "controller/planner/roadmap/compare.h"
#include "controller/planner/roadmap/phases.h"
#include "controller/planner/roadmap/plan_failures.h"
#include "controller/planner/roadmap/plan_losses.h"
#include "controller/planner_io/cost_file.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/plan_command.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/search_jobs.h"
#include "controller/planner_io/plan_file.h"
#include "tests/controller/planner_io/sample_plan.h"
#include "tests/controller/planner_io/scratch_folder.h"
#include "tests/controller/planner_io/written.h"

namespace karkara::planner {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string failing(const Plan& plan) {
  std::string text;
  for (const PlanFailure& failure : failures_of(plan)) {
    text += name_of(plan, failure) + " " + std::to_string(failure.people) + "; ";
  }
  return text;
}

TEST(PlanFailures, TakeAwayEachPartInTurn) {
  EXPECT_EQ(failing(sample_plan()),
            "mast of A 1900; way out of A 1900; hop from B to A 1000; mast of R 900; hop from R to A 900; "
            "hop from C to R 900; ");
  EXPECT_EQ(failing(safe_sample_plan()), "");
  Plan plan = safe_sample_plan();
  plan.second_ways.pop_back();  // B and C only have each other
  EXPECT_EQ(failing(plan), "mast of A 1900; way out of A 1900; ");
  EXPECT_THAT(failures_of(plan).front().cut_off, ElementsAre(1, 2, 3));
}

TEST(PlanFailures, TellWhoIsSafeAndWhy) {
  const PlanSafety before = safety_of(sample_plan());
  EXPECT_EQ(before.one_way.people, 1'900);
  EXPECT_EQ(before.own_way.people, 4'100);
  EXPECT_EQ(before.worst->people, 1'900);
  const PlanSafety after = safety_of(safe_sample_plan());
  EXPECT_EQ(after.two_ways.sites, 4U);  // A, too: it comes out over C
  EXPECT_EQ(after.two_ways.people, 5'900);
  EXPECT_EQ(after.own_way.people, 100);
  EXPECT_EQ(after.one_way.sites, 0U);
  EXPECT_FALSE(after.worst);
}

TEST(PlanFailures, ExplainWhatASecondWayIsFor) {
  const Plan plan = safe_sample_plan();
  const PlanWays ways{plan};
  EXPECT_EQ(kept_in_touch(ways, 0).people, 1'000);  // B alone
  EXPECT_EQ(kept_in_touch(ways, 1).people, 1'900);
  const auto of_c = detours_of(ways, 3);
  ASSERT_EQ(of_c.size(), 1U);
  EXPECT_THAT(of_c[0].when_down, ElementsAre(2, 0));
  ASSERT_EQ(of_c[0].steps.size(), 1U);
  EXPECT_EQ(ways.kind(of_c[0].steps[0].way), BackhaulKind::Vsat);
  const auto of_a = detours_of(ways, 0);
  ASSERT_EQ(of_a.size(), 1U);
  EXPECT_THAT(of_a[0].when_down, IsEmpty());
  EXPECT_EQ(of_a[0].steps.size(), 3U);
  EXPECT_THAT(detours_of(ways, 4), IsEmpty());
  const Plan bare = sample_plan();
  EXPECT_THAT(detours_of(PlanWays{bare}, 1).at(0).steps, IsEmpty());
}

TEST(PlanLoss, LeavesThoseStandingWhoHaveASecondWay) {
  const Plan plan = safe_sample_plan();
  const std::uint32_t a[]{0};
  EXPECT_THAT(loss_of(plan, a).down, ElementsAre(0));
  const std::uint32_t both[]{0, 3};
  EXPECT_THAT(loss_of(plan, both).down, ElementsAre(0, 1, 2, 3));
}

TEST(Phases, BuySecondWaysWithTheLaterOfTheirEnds) {
  Plan plan = safe_sample_plan();
  PhaseRules rules;
  rules.budgets = {60'000, 83'000};
  const Borders none;
  const auto table = phase_plan(plan, rules, Regions{none});
  ASSERT_TRUE(table.ok()) << table.error().text;
  EXPECT_EQ(table->phases[0].capex, 51'000);  // A and B
  EXPECT_EQ(table->phases[1].capex, 62'000 + 9'000 + 3'000);
  EXPECT_EQ(plan.second_ways[0].phase, 2U);
  EXPECT_EQ(plan.second_ways[1].phase, 2U);
  rules.budgets = {60'000, 70'000};  // C's year lacks 100 for its second ways
  const auto less = phase_plan(plan, rules, Regions{none});
  EXPECT_EQ(plan.sites[3].phase, 0U);
  EXPECT_EQ(plan.second_ways[0].phase, 0U);
  EXPECT_EQ(less->capex_left, 62'000 + 12'000);  // D was paid instead
  EXPECT_EQ(cost_curve(safe_sample_plan()).back().npv, safe_sample_plan().totals.cost.npv);
}

TEST(Phases, KnowGatewaysThatOnlySecondWaysLeadTo) {
  Plan plan = safe_sample_plan();
  PlanSite gateway = sample_site("G", sample_place(13.9, 2.1), BackhaulKind::Gateway, 0, 0);
  gateway.role = SiteRole::Existing;
  gateway.mast_cost = {};
  plan.sites.push_back(gateway);
  plan.second_ways.push_back(sample_second_hop(1, 5));
  plan.totals = totals_of(plan);
  PhaseRules rules;
  rules.budgets = {60'000, 1'000'000};
  const Borders none;
  const auto table = phase_plan(plan, rules, Regions{none});
  EXPECT_EQ(table->phases[0].capex, 51'000 + 9'000);
  EXPECT_EQ(plan.sites[5].phase, 1U);
  EXPECT_EQ(plan.second_ways[2].phase, 1U);
  EXPECT_EQ(table->sites_left, 0U);
  EXPECT_EQ(cost_curve(plan).back().npv, plan.totals.cost.npv);
}

TEST(Compare, SaysWhatSecondWaysDiffer) {
  const PlanComparison found = compare(sample_plan(), safe_sample_plan());
  ASSERT_EQ(found.sites.size(), 2U);
  EXPECT_THAT(found.sites[0].what, ElementsAre("second way out none -> hop to C"));
  EXPECT_EQ(found.sites[0].npv, 11'000);
  EXPECT_THAT(found.sites[1].what, ElementsAre("second way out none -> hop to B, vsat"));
  EXPECT_EQ(found.sites[1].npv, 7'000);
  EXPECT_EQ(found.after_most_cut_off, 500);
  EXPECT_FALSE(found.before_most_cut_off);
  EXPECT_EQ(found.after.cost.npv - found.before.cost.npv, 18'000);
}

TEST(PlanFile, GivesBackSecondWays) {
  const Plan plan = safe_sample_plan();
  const auto back = parse_plan(to_text(plan));
  ASSERT_TRUE(back.ok()) << back.error().text;
  EXPECT_TRUE(*back == plan);
  const std::string text = to_text(plan);
  const auto with = [&](const std::string& what, const std::string& by) {
    std::string other = text;
    other.replace(other.find(what), what.size(), by);
    return parse_plan(other).ok();
  };
  EXPECT_FALSE(with("second-way\t1\thop\t3", "second-way\t1\thop\t9"));
  EXPECT_FALSE(with("second-way\t1\thop\t3", "second-way\t1\thop\t1"));
  EXPECT_FALSE(with("second-way\t1\thop\t3", "second-way\t9\thop\t3"));
  EXPECT_FALSE(with("second-way\t1\thop\t3", "second-way\t1\thop\t-"));
  EXPECT_FALSE(with("second-way\t3\tvsat\t-", "second-way\t3\tvsat\t1"));
  EXPECT_FALSE(with("second-way\t3\tvsat\t-", "second-way\t3\tgateway\t-"));
  EXPECT_FALSE(with("n-1\t500\n", ""));
  EXPECT_FALSE(with("n-1\t500\n", "n-1\t-1\n"));
  EXPECT_THAT(to_text(sample_plan()), Not(HasSubstr("n-1")));
}

TEST(Layers, TellSecondHopsAsProtection) {
  const Borders none;
  const Plan plan = safe_sample_plan();
  const auto layers = layers_of(plan, Regions{none});
  const auto json = nlohmann::json::parse(to_geojson(layers, plan));
  ASSERT_EQ(json["features"].size(), 5U + 6U + 4U);
  const auto& hop = json["features"][11]["properties"];
  EXPECT_EQ(hop["role"], "backhaul");
  EXPECT_TRUE(hop["keeps_people"].is_null());
  const auto& second = json["features"][14];
  EXPECT_EQ(second["properties"]["role"], "protection");
  EXPECT_EQ(second["properties"]["from"], "B");
  EXPECT_EQ(second["properties"]["to"], "C");
  EXPECT_EQ(second["properties"]["keeps_people"], 1'000);
  EXPECT_EQ(second["properties"]["unproven"], true);
  EXPECT_EQ(second["geometry"]["coordinates"].size(), 2U);
  const auto& c = json["features"][3]["properties"];
  EXPECT_EQ(c["second_way"], "hop to B; vsat");
  EXPECT_EQ(c["second_ways_npv"], 7'000);
  Money sum = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    sum += json["features"][i]["properties"]["npv"].get<Money>();
  }
  EXPECT_EQ(sum, plan.totals.cost.npv);
  EXPECT_THAT(to_kml(layers, plan, Language::English), HasSubstr("<styleUrl>#second</styleUrl>"));
  EXPECT_THAT(to_csv(layers[2]), HasSubstr("\nB,C,protection,hop11,40.000,"));
}

TEST(Report, TellsSecondWaysInBothLanguagesWhereTheyWereAskedFor) {
  const Borders none;
  const Regions regions{none};
  Plan plan = safe_sample_plan();
  plan.marks.emplace_back("the bound counts no second ways out (N-1)");
  ReportOptions options;
  const std::string english = to_html(plan, regions, options);
  EXPECT_THAT(english, HasSubstr("Second ways out (N-1)"));
  EXPECT_THAT(english, HasSubstr("may cut off more than 500 people"));
  EXPECT_THAT(english, HasSubstr("The worst failure cuts off 0 people."));
  options.language = Language::French;
  const std::string french = to_html(plan, regions, options);
  EXPECT_THAT(french, HasSubstr("Raccordements de secours (N-1)"));
  EXPECT_THAT(french, HasSubstr("la borne ne compte pas les raccordements de secours (N-1)"));
  EXPECT_THAT(french, HasSubstr("La pire panne coupe 0 habitants."));
  EXPECT_THAT(to_html(sample_plan(), regions, options), Not(HasSubstr("secours")));
}

TEST(PlanMap, DrawsSecondHops) {
  const Borders none;
  const auto with = draw_map(safe_sample_plan(), none, {900, Language::French});
  const auto without = draw_map(sample_plan(), none, {900, Language::French});
  ASSERT_TRUE(with.ok() && without.ok());
  std::size_t drawn = 0;
  for (int y = 0; y < std::min(with->height(), without->height()); ++y) {
    for (int x = 0; x < 520; ++x) {
      drawn += with->at(x, y) == without->at(x, y) ? 0 : 1;
    }
  }
  EXPECT_GT(drawn, 20U);
}

class SecondWayJobs : public testing::Test {
 protected:
  std::string written_plan(const Plan& plan) const {
    const std::string path = folder_ / "plan.txt";
    EXPECT_TRUE(write_plan(plan, path).ok());
    return path;
  }
  JobStreams streams() {
    return {[] { return false; }, out_.file(), notes_.file()};
  }

  ScratchFolder folder_;
  Written out_;
  Written notes_;
};

TEST_F(SecondWayJobs, ACheckOfAPlanTriesEveryFailure) {
  CheckPlan command{written_plan(safe_sample_plan()), std::nullopt, folder_ / "failures.csv"};
  EXPECT_EQ(run_check(command, streams()), kDone) << notes_.text();
  EXPECT_THAT(out_.text(), HasSubstr("5 masts, 3 hops, 2 ways out and 2 second ways in turn: 0 failures"));
  command.plan = written_plan(sample_plan());
  EXPECT_EQ(run_check(command, streams()), kDone) << "nobody asked for any";
  command.most_cut_off = 950;
  EXPECT_EQ(run_check(command, streams()), kDoubtful);
  EXPECT_THAT(out_.text(), HasSubstr("1900 people, 3 sites: mast of A"));
  EXPECT_THAT(out_.text(), HasSubstr("3 of them more than 950 people"));
  std::ifstream file{command.output};
  const std::string csv{std::istreambuf_iterator<char>{file}, {}};
  EXPECT_THAT(csv, HasSubstr("mast of R,1,900,C\n"));
  command.plan = folder_ / "none";
  EXPECT_EQ(run_check(command, streams()), kFailed);
}

TEST_F(SecondWayJobs, ShowAndExplainTellThem) {
  const std::string path = written_plan(safe_sample_plan());
  ASSERT_EQ(run_job(ShowCommand{path}, streams()), kDone) << notes_.text();
  EXPECT_THAT(out_.text(), HasSubstr("2 second ways out: 1 by hop, 1 by satellite, 0 by SIM; 18000 USD net present"));
  EXPECT_THAT(out_.text(), HasSubstr("4 sites with 5900 people stay in touch"));
  ASSERT_EQ(run_job(ExplainCommand{path, "Hamdallaye"}, streams()), kDone) << notes_.text();
  EXPECT_THAT(out_.text(), HasSubstr("second    without Site R (R) or Site A (A):\n"));
  EXPECT_THAT(out_.text(), HasSubstr("out of Site C (C) by vsat"));
  EXPECT_THAT(out_.text(), HasSubstr("its second way by vsat keeps 3 sites with 1900 people in touch"));
  ASSERT_EQ(run_job(ExplainCommand{path, "Abalak"}, streams()), kDone);
  EXPECT_THAT(out_.text(), HasSubstr("its own way out is the only one"));
}

TEST(RunOptions, AskForSecondWays) {
  const auto code = [](const char* people) {
    const std::vector<const char*> words{"karkara-plan", "run", "--settlements", "a", "--terrain", "b",
                                         "--access",     "c",   "--costs",       "d", "-o",        "e",
                                         "--n-1",        people};
    const auto what = parse_plan_options(static_cast<int>(words.size()), words.data()).what;
    const auto* text = std::get_if<PrintAndEnd>(&what);
    return text == nullptr ? -1 : text->code;
  };
  EXPECT_EQ(code("500"), -1);
  EXPECT_EQ(code("0"), -1);
  for (const char* people : {"-1", "few", "1.5", "2000000000"}) {
    EXPECT_EQ(code(people), 2) << people;
  }
}

}  // namespace
}  // namespace karkara::planner
