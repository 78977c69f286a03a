#include "controller/planner/cover/exact_cover.h"

#include <CbcEventHandler.hpp>
#include <CbcModel.hpp>
#include <CoinError.hpp>
#include <CoinPackedMatrix.hpp>
#include <OsiClpSolverInterface.hpp>
#include <algorithm>
#include <cmath>

#include "controller/planner/cover/cover_reduction.h"
#include "controller/planner/cover/lagrangian.h"
#include "controller/planner/cover/weighting_search.h"

namespace karkara::planner {
namespace {

constexpr double kDearest = 1'000;   // as the solver sees costs: its tolerances are for numbers of such a size
constexpr double kAllowance = 1e-6;  // of what it proves
constexpr double kFine = 1e-4;       // steps of cost that it tells apart without doubt

class Cancelled : public CbcEventHandler {
 public:
  explicit Cancelled(const std::function<bool()>& asked) : asked_{&asked} {}
  CbcAction event(CbcEvent what) override { return what == node && (*asked_)() ? stop : noAction; }
  [[nodiscard]] CbcEventHandler* clone() const override { return new Cancelled(*this); }

 private:
  const std::function<bool()>* asked_;
};

// Each column a site, each row a settlement that at least one of its sites serves.
OsiClpSolverInterface programme(const CoverProblem& problem, double scale) {
  std::vector<int> rows(problem.covers.items.begin(), problem.covers.items.end());
  std::vector<CoinBigIndex> begin(problem.covers.begin.begin(), problem.covers.begin.end());
  const std::vector<double> ones(rows.size(), 1);
  const auto sites = static_cast<int>(problem.cost.size());
  const CoinPackedMatrix matrix{
      true,   static_cast<int>(problem.settlements), sites, begin.back(), ones.data(), rows.data(), begin.data(),
      nullptr};
  std::vector<double> cost;
  cost.reserve(problem.cost.size());
  for (const MicroCost micro : problem.cost) {
    cost.push_back(static_cast<double>(micro) * scale);
  }
  const std::vector<double> least(problem.settlements, 1);
  const std::vector<double> most(problem.settlements, COIN_DBL_MAX);
  const std::vector<double> none(problem.cost.size(), 0);
  const std::vector<double> one(problem.cost.size(), 1);
  OsiClpSolverInterface solver;
  solver.messageHandler()->setLogLevel(0);
  solver.setHintParam(OsiDoReducePrint, true, OsiHintTry);
  solver.loadProblem(matrix, none.data(), one.data(), cost.data(), least.data(), most.data());
  for (int site = 0; site < sites; ++site) {
    solver.setInteger(site);
  }
  return solver;
}

// What linear programming's duals prove as prices, summed in integers: sure, whatever the solver's doubts. None: it
// could not even solve that, though all sites together are always a cover.
std::optional<MicroCost> root_bound(const CoverProblem& problem, OsiClpSolverInterface solver, double scale) {
  solver.messageHandler()->setLogLevel(0);
  solver.initialSolve();
  if (!solver.isProvenOptimal() || solver.getRowPrice() == nullptr) {
    return std::nullopt;
  }
  const auto dearest = static_cast<double>(*std::max_element(problem.cost.begin(), problem.cost.end()));
  std::vector<MicroCost> prices;
  prices.reserve(problem.settlements);
  for (std::size_t row = 0; row < problem.settlements; ++row) {
    const double price = solver.getRowPrice()[row] / scale;
    prices.push_back(price > 0 ? static_cast<MicroCost>(std::min(price, dearest)) : 0);  // 0 for what is no number
  }
  return std::max<MicroCost>(0, priced_bound(problem, prices));
}

// A cover below the limit, which is looked at once more.
std::optional<std::vector<std::uint32_t>> best_of(const CoverProblem& problem, MicroCost limit, const CbcModel& model) {
  std::vector<std::uint32_t> sites;
  if (model.bestSolution() == nullptr) {
    return std::nullopt;
  }
  for (std::size_t site = 0; site < problem.cost.size(); ++site) {
    if (model.bestSolution()[site] > 0.5) {
      sites.push_back(static_cast<std::uint32_t>(site));
    }
  }
  return covers_all(problem, sites) && cost_of(problem, sites) < limit ? std::optional{std::move(sites)} : std::nullopt;
}

// `half` a step of cost, as the solver sees it.
ExactCover outcome(const CoverProblem& problem, MicroCost limit, MicroCost quantum, double scale, double half,
                   const CbcModel& model) {
  ExactCover found{0, best_of(problem, limit, model)};
  const MicroCost least = found.sites ? cost_of(problem, *found.sites) : limit;
  const bool done = model.status() == 0;  // the whole tree
  if (done && half > kFine) {
    found.lower = least;
    return found;
  }
  if (model.isAbandoned() || model.isInitialSolveAbandoned()) {
    return found;
  }
  const double proven = done ? static_cast<double>(least) : model.getBestPossibleObjValue() / scale;
  const double most = std::clamp(proven > 0 ? proven : 0, 0.0, static_cast<double>(least));
  found.lower = std::clamp<MicroCost>(rounded_up(static_cast<MicroCost>(most * (1 - kAllowance)), quantum), 0, least);
  return found;
}

ExactCover branched(const CoverProblem& problem, MicroCost limit, MicroCost quantum, double scale,
                    const OsiClpSolverInterface& solver, const ExactSearch& options) {
  CbcModel model{solver};
  model.setLogLevel(0);
  model.solver()->messageHandler()->setLogLevel(0);
  model.setMaximumNodes(static_cast<int>(std::min<std::size_t>(options.nodes, 1'000'000'000)));
  // Costs come in steps: the dearest cover that counts, and half a step for the solver's doubts.
  const double half = static_cast<double>(quantum) * scale / 2;
  const MicroCost dearest = (limit - 1) / quantum * quantum;
  model.setDblParam(CbcModel::CbcCutoffIncrement, half);
  model.setCutoff(static_cast<double>(dearest) * scale + half);
  Cancelled handler{options.cancelled};
  model.passInEventHandler(&handler);
  model.branchAndBound();
  return outcome(problem, limit, quantum, scale, half, model);
}

ExactCover solved(const CoverProblem& problem, MicroCost limit, MicroCost quantum, const ExactSearch& options) {
  const double scale = kDearest / static_cast<double>(*std::max_element(problem.cost.begin(), problem.cost.end()));
  ExactCover found{0, std::nullopt};
  MicroCost sure = 0;
  try {
    const OsiClpSolverInterface solver = programme(problem, scale);
    const std::optional<MicroCost> root = root_bound(problem, solver, scale);
    if (!root) {
      return found;
    }
    sure = *root;
    found = branched(problem, limit, quantum, scale, solver, options);
  } catch (const CoinError&) {  // it gave up: what is sure stays
    found = {0, std::nullopt};
  }
  const MicroCost least = found.sites ? cost_of(problem, *found.sites) : limit;
  found.lower = std::max(found.lower, std::min(rounded_up(sure, quantum), least));
  return found;
}

}  // namespace

ExactCover cheapest_cover(const CoverProblem& problem, const ExactSearch& options) {
  CoverCore core = reduce(problem);
  if (!core.out_of_reach.empty()) {
    return {options.limit, std::nullopt};
  }
  const MicroCost fixed = cost_of(problem, core.fixed);
  if (fixed >= options.limit) {
    return {options.limit, std::nullopt};
  }
  ExactCover found{0, std::vector<std::uint32_t>{}};
  if (!core.problem.cost.empty()) {
    found = solved(core.problem, options.limit - fixed, cost_quantum(problem), options);
  }
  found.lower += fixed;
  if (found.sites) {
    for (std::uint32_t& site : *found.sites) {
      site = core.site_of[site];
    }
    found.sites->insert(found.sites->end(), core.fixed.begin(), core.fixed.end());
    std::sort(found.sites->begin(), found.sites->end());
  }
  return found;
}

}  // namespace karkara::planner
