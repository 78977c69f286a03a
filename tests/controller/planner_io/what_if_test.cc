// A plan changed by hand, and what of it rests on whose towers.
#include <gmock/gmock.h>

#include <algorithm>

#include "controller/planner/existing/operator_coverage.h"
#include "controller/planner/roadmap/compare.h"
#include "controller/planner/roadmap/network_losses.h"
#include "controller/planner/roadmap/what_if.h"
#include "controller/planner_io/plan/plan_names.h"
#include "controller/planner_io/plan/what_if_words.h"
#include "controller/planner_io/plan_file.h"
#include "tests/controller/planner/plan/small_country.h"

namespace karkara::planner {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::uint64_t kTerrainHash = 7;  // as planned() takes it

std::vector<std::uint32_t> no_networks(const Place&) {
  return {};
}

struct Country {
  PlanInput input;
  FormulaTerrain ground;
  Plan plan;

  Country(PlanInput what, double relief) : input{std::move(what)}, ground{{.seed = 2, .relief = relief}} {
    plan = *planned(input, ground);
  }
  [[nodiscard]] Result<WhatIfAnswer> ask(const WhatIf& asked, const NetworksAt& networks = no_networks) const {
    SerialExecutor executor;
    return what_if(plan, input, input_hash(input, kTerrainHash), ground, asked, networks, executor, {});
  }
  [[nodiscard]] std::string refusal(const WhatIf& asked) const {
    const auto answer = ask(asked);
    return answer ? "" : answer.error().text;
  }
};

const Country& hills() {
  static const Country country{strewn_country(40, 1.2, 4), 30};
  return country;
}

std::string id_of(const Plan& plan, const std::optional<PlanServer>& server) {
  return server ? plan.sites[server->site].id : "";
}

std::uint32_t hub_of(const Plan& plan) {
  for (std::uint32_t i = 0; i < plan.sites.size(); ++i) {
    const auto hangs = [&](const PlanSite& site) { return site.backhaul == BackhaulKind::Hop && site.hop.parent == i; };
    if (plan.sites[i].settlements > 1 && std::any_of(plan.sites.begin(), plan.sites.end(), hangs)) {
      return i;
    }
  }
  return kNoSite;
}

TEST(WhatIf, LeavesAsItStoodWhatNobodyTouched) {
  const Plan& plan = hills().plan;
  WhatIf asked;  // a mast raised to where it is
  asked.raises = {{0, plan.sites[0].mast == Metres{45} ? 1U : 0U}};
  const auto answer = hills().ask(asked);
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_TRUE(answer->before == plan);
  EXPECT_TRUE(answer->after.sites == plan.sites);
  Plan after = answer->after;
  after.marks = plan.marks;
  after.bound = plan.bound;
  after.gap = plan.gap;
  after.input_hash = plan.input_hash;
  EXPECT_EQ(to_text(after), to_text(plan));
  EXPECT_FALSE(answer->after.bound);
  EXPECT_EQ(answer->after.input_hash, hash_by_hand(plan.input_hash)) << "no search takes it for its own";
  EXPECT_TRUE(compare(answer->before, answer->after).same_input);
  EXPECT_THAT(compare(answer->before, answer->after).sites, IsEmpty());
  EXPECT_THAT(answer->after.marks, Contains(HasSubstr("changed by hand")));
}

TEST(WhatIf, WithoutASiteItsPeopleFallToTheSecondAndWhatHungOnItIsMended) {
  const Plan& plan = hills().plan;
  const std::uint32_t hub = hub_of(plan);
  ASSERT_NE(hub, kNoSite);
  WhatIf asked;
  asked.drops = {hub};
  const auto answer = hills().ask(asked);
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  const Plan& after = answer->after;
  ASSERT_EQ(after.sites.size() + 1, plan.sites.size());
  std::size_t lost = 0;
  for (std::size_t i = 0; i < plan.settlements.size(); ++i) {
    const PlanSettlement& was = plan.settlements[i];
    const PlanSettlement& is = after.settlements[i];
    if (!was.server || was.server->site != hub) {
      EXPECT_EQ(id_of(after, is.server), id_of(plan, was.server));
      continue;
    }
    EXPECT_EQ(id_of(after, is.server), id_of(plan, was.second));
    lost += is.server ? 0 : 1;
    EXPECT_EQ(is.why == WhyUnserved::Served, is.server.has_value());
  }
  EXPECT_GT(lost, 0U);
  const auto read = parse_plan(to_text(after));  // every hop leads somewhere
  ASSERT_TRUE(read.ok()) << read.error().text;
  EXPECT_TRUE(*read == after);
  EXPECT_EQ(after.totals, totals_of(after));
}

TEST(WhatIf, AHigherMastLosesNobodyAndCostsWhatItCosts) {
  const Plan& plan = hills().plan;
  const auto low = std::find_if(plan.sites.begin(), plan.sites.end(), [](const PlanSite& site) {
    return site.mast == Metres{15} && site.role == SiteRole::Access;
  });
  ASSERT_NE(low, plan.sites.end());
  const auto number = static_cast<std::uint32_t>(low - plan.sites.begin());
  WhatIf asked;
  asked.raises = {{number, 1}};
  const auto answer = hills().ask(asked);
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  const PlanSite& site = answer->after.sites[number];
  EXPECT_EQ(site.id, low->id);
  EXPECT_EQ(site.mast, Metres{45});
  EXPECT_EQ(site.mast_cost.capex - low->mast_cost.capex, 25'000);
  for (std::size_t i = 0; i < plan.settlements.size(); ++i) {
    if (plan.settlements[i].server) {
      ASSERT_TRUE(answer->after.settlements[i].server);
      EXPECT_GE(answer->after.settlements[i].server->margin, plan.settlements[i].server->margin);
    }
  }
  asked.raises = {{number, 0}};  // and back from there
  SerialExecutor executor;
  const auto back =
      what_if(answer->after, hills().input, plan.input_hash, hills().ground, asked, no_networks, executor, {});
  ASSERT_TRUE(back.ok()) << back.error().text;
  EXPECT_EQ(back->after.totals.people_served, plan.totals.people_served);
  EXPECT_EQ(back->after.sites[number].mast_cost, low->mast_cost);
}

TEST(WhatIf, AMovedSiteServesFromItsNewPlaceUnderItsOldName) {
  const Country country{
      country_of({village("a", 13, 2, 500), village("b", 13.03, 2, 700), village("far", 13.6, 2, 300)}), 0};
  const auto site = *site_called(country.plan, country.plan.sites[0].id);
  const Place to{Degrees{13.015}, Degrees{2.02}};
  WhatIf asked;
  asked.moves = {{site, to}};
  const auto answer = country.ask(asked);
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  const auto moved = site_called(answer->after, country.plan.sites[0].id);
  ASSERT_TRUE(moved.ok());
  EXPECT_EQ(answer->after.sites[*moved].place, to);
  EXPECT_EQ(answer->after.sites[*moved].name, country.plan.sites[0].name);
  EXPECT_EQ(answer->after.settlements.size(), 3U);
  for (const PlanSettlement& row : answer->after.settlements) {
    ASSERT_TRUE(row.server);
    EXPECT_EQ(row.server->distance, distance(answer->after.sites[row.server->site].place, row.place));
  }
  EXPECT_EQ(answer->after.totals.people, 1'500);
  EXPECT_EQ(answer->after.sites[*moved].settlements, 2U);  // its own place counts nobody
  const PlanComparison found = compare(answer->before, answer->after);
  ASSERT_EQ(found.sites.size(), 1U);
  EXPECT_THAT(found.sites[0].what, Contains(HasSubstr("moved ")));
  WhatIf away = asked;
  away.moves[0].to = {Degrees{14.5}, Degrees{3}};
  const auto lonely = country.ask(away);
  ASSERT_TRUE(lonely.ok()) << lonely.error().text;
  EXPECT_EQ(lonely->after.totals.people_served, 300);
}

TEST(WhatIf, AnAddedMastServesAndHopsWhereItStands) {
  PlanInput input = country_of({village("a", 13, 2, 500), village("c", 13.2, 2, 300)});
  input.forbidden = {"c"};
  const Country country{input, 0};
  ASSERT_EQ(country.plan.sites.size(), 1U);
  ASSERT_FALSE(country.plan.settlements[1].server);
  WhatIf asked;
  asked.adds = {{{Degrees{13.19}, Degrees{2.01}}, 1, kNoSite}};
  const auto answer = country.ask(asked);
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  ASSERT_EQ(answer->after.sites.size(), 2U);
  EXPECT_EQ(answer->after.sites[1].id, "added 1");
  EXPECT_EQ(answer->after.sites[1].people, 300);
  EXPECT_EQ(answer->after.sites[0].backhaul == BackhaulKind::Hop,
            answer->after.sites[1].backhaul != BackhaulKind::Hop);  // one hangs on the other
  const PlanComparison found = compare(answer->before, answer->after);
  ASSERT_EQ(found.settlements.size(), 1U);
  EXPECT_TRUE(found.settlements[0].gained);
  EXPECT_EQ(found.settlements[0].what, "nobody -> added 1");
  EXPECT_EQ(found.sites.back().npv, answer->after.totals.cost.npv - country.plan.totals.cost.npv -
                                        (found.sites.size() > 1 ? found.sites.front().npv : 0));
  SerialExecutor executor;
  const auto again =  // what came of it can be asked again; its site is no place of the input
      what_if(answer->after, country.input, answer->after.input_hash, country.ground,
              {{}, {{0, answer->after.sites[0].mast == Metres{45} ? 1U : 0U}}, {}, {}, {}}, no_networks, executor, {});
  ASSERT_TRUE(again.ok()) << again.error().text;
  EXPECT_TRUE(again->after.sites == answer->after.sites);
}

TEST(WhatIf, CountsTheBusyHourAnewAndKeepsSecondWaysOfWhatWasNotTouched) {
  PlanInput input = strewn_country(16, 0.7, 5);
  input.busy_kbit_per_person = 2;
  input.most_cut_off = 0;
  const Country country{input, 20};
  const Plan& plan = country.plan;
  ASSERT_FALSE(plan.second_ways.empty());
  ASSERT_EQ(plan.loads.size(), plan.sites.size());
  const std::uint32_t end = plan.second_ways[0].site;
  const auto answer = country.ask({.drops = {end}});
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  const Plan& after = answer->after;
  EXPECT_EQ(after.loads.size(), after.sites.size());
  EXPECT_LT(after.second_ways.size(), plan.second_ways.size());
  EXPECT_GT(*after.most_cut_off, 0);
  EXPECT_THAT(after.marks, Contains(HasSubstr("second ways out fell away")));
  const auto read = parse_plan(to_text(after));
  ASSERT_TRUE(read.ok()) << read.error().text;
  EXPECT_TRUE(*read == after);
}

TEST(WhatIf, RefusesWhatCannotBe) {
  PlanInput input = country_of({village("a", 13, 2, 500), village("b", 13, 2.4, 500)});
  input.masts = {{"tower", "Tower", {Degrees{13.05}, Degrees{2.05}}, Metres{60}, true, false, false}};
  const Country country{input, 0};
  const auto tower = site_called(country.plan, "tower");
  ASSERT_TRUE(tower.ok()) << "hops end there";
  const Place here{Degrees{13.1}, Degrees{2.1}};
  EXPECT_THAT(country.refusal({}), HasSubstr("nothing is asked"));
  EXPECT_THAT(country.refusal({.moves = {{*tower, here}}}), HasSubstr("it cannot move"));
  EXPECT_THAT(country.refusal({.raises = {{*tower, 1}}}), HasSubstr("its height is what it is"));
  EXPECT_THAT(country.refusal({.moves = {{0, here}, {0, here}}}), HasSubstr("twice"));
  EXPECT_THAT(country.refusal({.moves = {{0, here}}, .drops = {0}}), HasSubstr("is dropped, and moved"));
  EXPECT_THAT(country.refusal({.raises = {{0, 2}}}), HasSubstr("no height"));
  EXPECT_THAT(country.refusal({.drops = {99}}), HasSubstr("no site"));
  EXPECT_THAT(country.refusal({.moves = {{0, country.plan.sites[1].place}}}), HasSubstr("stands at"));
  EXPECT_THAT(country.refusal({.adds = {{here, 0, kNoSite}, {here, 0, kNoSite}}}), HasSubstr("two sites"));
  EXPECT_THAT(country.refusal({.adds = {{country.plan.settlements[0].place, 0, 0}}}), HasSubstr("has a site already"));
  EXPECT_THAT(country.refusal({.adds = {{here, 0, 99}}}), HasSubstr("no settlement"));
  EXPECT_EQ(country.refusal({.drops = {*tower}}), "");
  SerialExecutor executor;
  Watch stopped;
  stopped.cancelled = [] { return true; };
  const auto ended =
      what_if(country.plan, country.input, 1, country.ground, {.drops = {0}}, no_networks, executor, stopped);
  EXPECT_EQ(ended.error().code, ErrorCode::Aborted);
}

// Village b buys a network of one of two towers; which of them stand decides its way out.
Country with_towers() {
  PlanInput input = country_of({village("a", 13, 2, 500), village("b", 13, 3.2, 500)});
  input.networks = {
      {"Zamani", "Z1", {Degrees{13.05}, Degrees{3.2}}}, {"Sahel", "S1", {Degrees{13.1}, Degrees{3.2}}}, {"Zamani"}};
  input.sim = {0, 1};
  input.sim_by.push_back({});
  input.sim_by.push_back(std::vector<std::uint32_t>{0, 1, 2});
  return {input, 0};
}

TEST(WhatIf, ALostTowerLeavesTheNextNetworkElseAnotherWayOut) {
  const Country country = with_towers();
  const std::uint32_t b = *site_called(country.plan, "b");
  ASSERT_EQ(country.plan.sites[b].backhaul, BackhaulKind::Sim);
  EXPECT_THAT(
      country.plan.sites[b].networks,
      ElementsAre(PlanNetwork{"Zamani", "Z1", distance(country.input.networks[0].place, country.plan.sites[b].place)},
                  PlanNetwork{"Sahel", "S1", distance(country.input.networks[1].place, country.plan.sites[b].place)},
                  PlanNetwork{"Zamani", "", Metres{0}}));
  const auto one = country.ask({.lost = {{"Z1"}, {}}});
  ASSERT_TRUE(one.ok()) << one.error().text;
  EXPECT_EQ(one->after.sites[b].backhaul, BackhaulKind::Sim);
  ASSERT_EQ(one->after.sites[b].networks.size(), 1U);  // the area was Zamani's
  EXPECT_EQ(one->after.sites[b].networks[0].tower, "S1");
  EXPECT_EQ(one->after.totals.cost, country.plan.totals.cost);
  const PlanComparison found = compare(one->before, one->after);
  ASSERT_EQ(found.sites.size(), 1U);
  EXPECT_THAT(found.sites[0].what, Contains(HasSubstr("S1")));
  const auto both = country.ask({.lost = {{"Z1"}, {"Sahel"}}});
  ASSERT_TRUE(both.ok()) << both.error().text;
  EXPECT_EQ(both->after.sites[b].backhaul, BackhaulKind::Vsat);  // 130 km from a
  EXPECT_THAT(both->after.sites[b].networks, IsEmpty());
  EXPECT_GT(both->after.totals.cost.npv, country.plan.totals.cost.npv);
  EXPECT_EQ(both->after.totals.people_served, 1'000);
}

TEST(NetworkLoss, TellsWhoFallsBackAndWhoIsCutOff) {
  Country country = with_towers();
  Plan& plan = country.plan;
  const std::uint32_t b = *site_called(plan, "b");
  EXPECT_THAT(towers_named(plan), ElementsAre("S1", "Z1"));
  EXPECT_THAT(operators_named(plan), ElementsAre("Sahel", "Zamani"));
  NetworkLoss loss = network_loss_of(plan, {{"Z1"}, {}});
  ASSERT_EQ(loss.fallback.size(), 1U);
  EXPECT_EQ(loss.fallback[0].site, b);
  EXPECT_EQ(loss.fallback[0].to.tower, "S1");
  EXPECT_THAT(network_loss_of(plan, {{"S1"}, {}}).fallback, IsEmpty());  // it did not carry
  loss = network_loss_of(plan, {{"S1"}, {"Zamani"}});
  EXPECT_THAT(loss.cut, ElementsAre(b));
  plan.sites[b].networks.clear();
  EXPECT_THAT(network_loss_of(plan, {{"Z1"}, {}}).unknown, ElementsAre(b));
  plan.sites[b].role = SiteRole::Existing;
  plan.sites[b].owner = "Zamani";
  EXPECT_THAT(network_loss_of(plan, {{}, {"Zamani"}}).fallen, ElementsAre(b));
  EXPECT_THAT(check_known(plan, {{"b"}, {}}).ok(), true);
  EXPECT_THAT(check_known(plan, {{}, {"Zamanu"}}).error().text, HasSubstr("did you mean 'Zamani'?"));
}

TEST(PlanFile, KeepsWhoseNetworksAndMastsSitesRestOn) {
  Country country = with_towers();
  Plan& plan = country.plan;
  plan.sites[0].owner = "Tower\tCo 100%";
  const std::string text = to_text(plan);
  EXPECT_THAT(text, HasSubstr("\nowner\t0\tTower%09Co 100%25\n"));
  const auto read = parse_plan(text);
  ASSERT_TRUE(read.ok()) << read.error().text;
  EXPECT_TRUE(*read == plan);
  const std::size_t line = text.find("\nnetwork\t");
  ASSERT_NE(line, std::string::npos);
  std::string old = text;  // as an older program wrote it
  for (std::size_t at = 0; (at = old.find("\nnetwork\t")) != std::string::npos;) {
    old.erase(at, old.find('\n', at + 1) - at);
  }
  EXPECT_THAT(parse_plan(old)->sites[1].networks, IsEmpty());
  const auto with = [&](const std::string& more) { return parse_plan(std::string{text}.insert(line, more)).ok(); };
  EXPECT_TRUE(with("\nnetwork\t1\t%\t%\t0"));
  EXPECT_FALSE(with("\nnetwork\t0\tx\ty\t1"));  // no SIM
  EXPECT_FALSE(with("\nnetwork\t9\tx\ty\t1"));
  EXPECT_FALSE(with("\nnetwork\t1\tx\ty\t-1"));
  EXPECT_FALSE(with("\nnetwork\t1\tx\ty"));
  EXPECT_FALSE(with("\nowner\t-\tx"));
}

TEST(WhatIfWords, NameSitesPlacesAndHeights) {
  const Plan& plan = hills().plan;
  const CostBook& costs = hills().input.costs;
  const std::string id = plan.sites[0].id;
  const auto parsed = [&](const WhatIfCommand& command) { return parse_what_if(command, plan, costs); };
  const auto refused = [&](const WhatIfCommand& command) {
    const auto asked = parsed(command);
    return asked ? std::string{} : asked.error().text;
  };
  WhatIfCommand command;
  command.moves = {plan.sites[0].name + "=13.5, 2.25"};
  command.raises = {id + "=45m"};
  command.drops = {plan.sites[1].id};
  command.adds = {"13.1,2.1=15m", plan.settlements[0].name + "=0.045km"};
  const auto asked = parsed(command);
  ASSERT_TRUE(asked.ok()) << asked.error().text;
  EXPECT_EQ(asked->moves[0].to, (Place{Degrees{13.5}, Degrees{2.25}}));
  EXPECT_EQ(asked->raises[0].height, 1U);
  EXPECT_EQ(asked->drops[0], 1U);
  EXPECT_EQ(asked->adds[0].settlement, kNoSite);
  EXPECT_EQ(asked->adds[1].settlement, 0U);
  EXPECT_EQ(asked->adds[1].height, 1U);
  const auto move = [](const std::string& word) {
    WhatIfCommand one;
    one.moves = {word};
    return one;
  };
  for (const char* word : {"", "=", "=1,2", "x=", "13.5,2.1"}) {
    EXPECT_THAT(refused(move(word)), HasSubstr("is not of the form")) << word;
  }
  EXPECT_THAT(refused(move(id + "=13.5")), HasSubstr("is no place"));
  EXPECT_THAT(refused(move(id + "=91,2")), Not(IsEmpty()));
  EXPECT_THAT(refused(move(id + "=nan,2")), HasSubstr("is no place"));
  EXPECT_THAT(refused(move("Vilage " + id + "=13,2")), HasSubstr("did you mean 'Village"));
  WhatIfCommand raise;
  raise.raises = {id + "=30m"};
  EXPECT_THAT(refused(raise), HasSubstr("a mast of 30m has no price in prices; these have: 15m, 45m"));
  raise.raises = {id + "=45"};
  EXPECT_THAT(refused(raise), HasSubstr("is no length"));
  WhatIfCommand lost;
  lost.lost.towers = {"T"};
  EXPECT_THAT(refused(lost), HasSubstr("no site of the plan rests on a tower 'T'"));
  Plan twins = plan;
  twins.sites[1].name = twins.sites[0].name;
  EXPECT_THAT(site_called(twins, twins.sites[0].name).error().text, HasSubstr("2 sites are called"));
}

TEST(WhatIfWords, KnowThePlansTargetAgain) {
  EXPECT_EQ(parse_planned_target("everybody")->target.kind, TargetKind::Everybody);
  EXPECT_EQ(*parse_planned_target("eligible 100..5000")->eligible, std::pair(std::int64_t{100}, std::int64_t{5'000}));
  EXPECT_EQ(parse_planned_target("budget 20000000")->target.budget, 20'000'000);
  EXPECT_NEAR(parse_planned_target("share 95.5%")->target.share, 0.955, 1e-12);
  for (const char* text :
       {"", "eligible", "eligible 5..1", "share 95", "budget -1", "budget x", "budget 1e99", "all"}) {
    EXPECT_FALSE(parse_planned_target(text).ok()) << text;
  }
}

TEST(OperatorCoverage, NamesTowersByDistanceThenAreas) {
  const Place here{Degrees{13.5}, Degrees{2.1}};
  const Area area{
      "LTE",
      "Zamani",
      {{{Degrees{13}, Degrees{2}}, {Degrees{14}, Degrees{2}}, {Degrees{14}, Degrees{3}}, {Degrees{13}, Degrees{3}}}}};
  const OperatorCoverage coverage{{area, area},
                                  {{"Far", "", {Degrees{13.6}, Degrees{2.1}}, Metres{20'000}, 1, "F"},
                                   {"Short", "", {Degrees{13.51}, Degrees{2.1}}, Metres{1'000}, 2, "S"},
                                   {"Near", "", {Degrees{13.51}, Degrees{2.1}}, Metres{5'000}, 3, "N"}}};
  const std::vector<NetworkClaim> claims = coverage.claims_at(here);
  ASSERT_EQ(claims.size(), 3U);
  EXPECT_EQ(claims[0].number, 2U);
  EXPECT_EQ(claims[1].number, 0U);
  EXPECT_EQ(claims[2].number, 3U);
  EXPECT_NEAR(claims[0].distance.value(), 1'112, 1);
  EXPECT_THAT(coverage.owners_at(here), ElementsAre("Far", "Near", "Zamani"));
}

}  // namespace
}  // namespace karkara::planner
