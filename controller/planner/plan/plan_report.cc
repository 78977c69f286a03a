#include "controller/planner/plan/plan_report.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "controller/planner/plan/plan_loads.h"
#include "controller/planner/plan/plan_marks.h"
#include "controller/planner/plan/plan_sites.h"
#include "controller/planner/plan/why_unserved.h"

namespace karkara::planner {
namespace {

constexpr double kFineDegrees = 3.0 / 3600 * 1.01;
constexpr double kProofStep = 500;  // m: no tile and no hole that matters is smaller
constexpr double kMostProofSteps = 10'000;
constexpr std::size_t kReportPieces = 64;

struct Serving {
  std::uint32_t settlement;
  PlanServer server;
  std::uint32_t warnings = 0;
};

class Reporter {
 public:
  Reporter(const PlanModel& model, const PlanInput& input, const TerrainView& terrain, const Attempt& attempt,
           Executor& executor)
      : model_{model}, input_{input}, terrain_{terrain}, attempt_{attempt}, executor_{executor} {}

  void take_second_ways(const SecondWays& ways) {
    ways_ = ways;
    plan_.most_cut_off = input_.most_cut_off;
  }

  Plan make() {
    plan_.currency = input_.costs.currency;
    plan_.target = target_text(input_);
    plan_.years = static_cast<std::uint32_t>(input_.costs.years);
    plan_.discount = input_.costs.discount;
    plan_.seed = input_.seed;
    plan_.by_budget = input_.target.kind == TargetKind::Budget;
    for (const MastPrice& mast : input_.costs.masts) {
      plan_.antennas.push_back(mast.height);
    }
    SitesOfPlan sites = sites_of_plan(model_, input_, terrain_, attempt_, ways_, executor_);
    plan_.sites = std::move(sites.sites);
    plan_.second_ways = std::move(sites.second_ways);
    node_of_ = std::move(sites.node_of);
    add_settlements();
    const auto access = access_model();
    if (access) {
      serve(*access);
      explain(*access);
    }
    plan_.loads = loads_of(plan_, input_, sites.ways_out);
    plan_.totals = totals_of(plan_);
    add_marks(model_, input_, plan_);
    return std::move(plan_);
  }

 private:
  [[nodiscard]] std::int8_t height_of(std::uint32_t node) const { return attempt_.backhaul.height[node]; }

  void add_settlements() {
    for (const Settlement& settlement : input_.settlements) {
      PlanSettlement row;
      row.id = settlement.id;
      row.name = settlement.name;
      row.place = settlement.place;
      row.people = settlement.people;
      row.code = settlement.code;
      row.eligible =
          settlement.people && *settlement.people >= input_.eligible_from && *settlement.people <= input_.eligible_to;
      plan_.settlements.push_back(std::move(row));
    }
  }

  [[nodiscard]] Result<AccessModel> access_model() const {
    std::vector<Metres> heights;
    for (const MastPrice& mast : input_.costs.masts) {
      heights.push_back(mast.height);
    }
    return AccessModel::make(input_.access, heights, input_.ground);
  }

  // Of one site, whom it serves: with the antenna where on the mast the margin is greatest.
  [[nodiscard]] std::vector<Serving> served_by_site(const AccessModel& access, std::uint32_t number) const {
    const std::uint32_t node = node_of_[number];
    std::vector<Serving> served;
    for (const AccessPair& pair : model_.access.of(node)) {
      if (static_cast<std::int32_t>(pair.least) > height_of(node)) {
        continue;
      }
      const Place& to = input_.settlements[pair.settlement].place;
      const auto profile = profile_between(terrain_, model_.nodes[node].place, to, kProfileStep, Sampling::Bilinear);
      PlanServer best{number, distance(model_.nodes[node].place, to), Db{-1e9}, {}};
      std::uint32_t warnings = 0;
      for (std::size_t height = pair.least; profile && height <= static_cast<std::size_t>(height_of(node)); ++height) {
        const propagation::PathProfile path = path_over(*profile);
        const auto judged = access.judged(path, height, model_.nodes[node].place, to);
        if (judged && judged->margin > best.margin) {
          best.margin = judged->margin;
          warnings = judged->warnings;
          const Db down = judged->margin + (access.budget().most_loss_down - access.budget().most_loss());
          best.rate = rate_at(input_.access, down + access.budget().snr_down);
        }
      }
      served.push_back({pair.settlement, best, warnings});
    }
    return served;
  }

  void serve(const AccessModel& access) {
    std::vector<std::vector<Serving>> served(plan_.sites.size());
    executor_.run(kReportPieces, [&](std::size_t piece) {
      for (std::size_t i = piece; i < served.size(); i += kReportPieces) {
        if (attempt_.chosen.serving[node_of_[i]] != kNoMast) {
          served[i] = served_by_site(access, static_cast<std::uint32_t>(i));
        }
      }
    });
    std::vector<std::uint32_t> warnings(plan_.settlements.size(), 0);
    for (const auto& list : served) {
      for (const Serving& one : list) {
        PlanSettlement& row = plan_.settlements[one.settlement];
        if (!row.server || one.server.margin > row.server->margin) {
          row.second = row.server;
          row.server = one.server;
          warnings[one.settlement] = one.warnings;
        } else if (!row.second || one.server.margin > row.second->margin) {
          row.second = one.server;
        }
      }
    }
    for (std::size_t i = 0; i < plan_.settlements.size(); ++i) {
      PlanSettlement& row = plan_.settlements[i];
      if (row.server) {
        PlanSite& site = plan_.sites[row.server->site];
        site.people += row.people.value_or(0);
        ++site.settlements;
        const auto texts = access.warning_texts(warnings[i]);
        row.doubts.assign(texts.begin(), texts.end());
      }
    }
  }

  // Whom some mast that may be built would serve.
  [[nodiscard]] std::vector<char> could_be_served() const {
    Chosen all;
    all.serving.assign(model_.nodes.size(), kNoMast);
    for (std::size_t node = 0; node + 1 < model_.access.begin.size(); ++node) {
      all.serving[node] = model_.nodes[node].serves ? static_cast<std::int8_t>(model_.nodes[node].top) : kNoMast;
    }
    return planner::served_by(model_, all);
  }

  void explain(const AccessModel& access) {
    const std::vector<char> possible = could_be_served();
    executor_.run(kReportPieces, [&](std::size_t piece) {
      for (std::size_t i = piece; i < plan_.settlements.size(); i += kReportPieces) {
        PlanSettlement& row = plan_.settlements[i];
        if (row.server) {
          row.unproven = !is_proven(terrain_, plan_.sites[row.server->site].place, row.place);
        } else {
          explain(access, row, possible[i] != 0);
        }
      }
    });
  }

  void explain(const AccessModel& access, PlanSettlement& row, bool possible) const {
    Metres nearest{std::numeric_limits<double>::infinity()};
    for (std::uint32_t site = 0; site < plan_.sites.size(); ++site) {
      const Metres away = distance(plan_.sites[site].place, row.place);
      if (!plan_.sites[site].profile.empty() && away < nearest) {
        nearest = away;
        row.nearest_site = site;
      }
    }
    row.why = possible ? WhyUnserved::TooDear : WhyUnserved::NoCandidate;
    if (!(terrain_.resolution_at(row.place).value() > 0)) {
      row.why = WhyUnserved::UnknownTerrain;
      row.unproven = true;
      return;
    }
    if (row.nearest_site == kNoSite || nearest > input_.access.reach) {
      return;
    }
    const std::uint32_t node = node_of_[row.nearest_site];
    const Missing missing =
        why_unserved(terrain_, access, model_.nodes[node].place, static_cast<std::size_t>(height_of(node)), row.place);
    row.why = possible ? WhyUnserved::TooDear : missing.why;
    row.missing = missing.missing;
    row.obstruction = missing.obstruction;
    row.height_needed = missing.height_needed;
    row.unproven = missing.why == WhyUnserved::UnknownTerrain ||
                   !is_proven(terrain_, plan_.sites[row.nearest_site].place, row.place);
  }

  const PlanModel& model_;
  const PlanInput& input_;
  const TerrainView& terrain_;
  const Attempt& attempt_;
  Executor& executor_;
  SecondWays ways_;
  Plan plan_;
  std::vector<std::uint32_t> node_of_;  // of each site
};

}  // namespace

Plan plan_of(const PlanModel& model, const PlanInput& input, const TerrainView& terrain, const Attempt& attempt,
             Executor& executor, const SecondWays* ways) {
  Reporter reporter{model, input, terrain, attempt, executor};
  if (ways != nullptr) {
    reporter.take_second_ways(*ways);
  }
  return reporter.make();
}

bool is_proven(const TerrainView& terrain, const Place& from, const Place& to) {
  const double steps = std::clamp(std::ceil(distance(from, to).value() / kProofStep), 4.0, kMostProofSteps);
  const std::vector<Place> places = great_circle(from, to, static_cast<std::size_t>(steps) + 1);
  return std::all_of(places.begin(), places.end(), [&](const Place& place) {
    const double step = terrain.resolution_at(place).value();
    return step > 0 && step <= kFineDegrees;
  });
}

}  // namespace karkara::planner
