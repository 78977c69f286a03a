#include "controller/planner/plan/window_search.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "common/splitmix.h"
#include "controller/planner/cover/weighting_search.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kAtOnce = 8;  // windows; fixed, as the order in which they go into the plan counts
constexpr std::size_t kLeastMasts = 6;
constexpr std::size_t kMostMasts = 40;
constexpr double kApart = 2.5;                  // of a window's own width, to the next centre
constexpr std::uint64_t kWindowSteps = 10'000;  // of local search
constexpr std::uint64_t kMostJitter = 60;       // thousandths that costs are off, up to

std::vector<std::uint32_t> serving_masts(const Attempt& plan) {
  std::vector<std::uint32_t> masts;
  for (std::uint32_t node = 0; node < plan.chosen.serving.size(); ++node) {
    if (plan.chosen.serving[node] != kNoMast) {
      masts.push_back(node);
    }
  }
  return masts;
}

// On a plane, near enough for who is near whom.
double squared(const Place& a, const Place& b) {
  const double north = (a.latitude - b.latitude).value();
  const double east = (a.longitude - b.longitude).value() * std::cos(a.latitude.value() * std::numbers::pi / 180);
  return north * north + east * east;
}

}  // namespace

MicroCost price_of(const PlanTask& task, const Attempt& attempt) {
  __int128 price = static_cast<__int128>(attempt.backhaul.cost) * kPerMoney;
  if (task.wanted.price > 0) {
    std::int64_t left = -weight_served(task.model, task.wanted, attempt.chosen);
    for (const std::uint32_t settlement : task.options.settlement) {
      left += settlement == kNoSite ? 0 : task.wanted.weight[settlement];
    }
    price += static_cast<__int128>(task.wanted.price) * left;
  }
  return saturated(price);
}

Attempt finished(const PlanTask& task, Chosen chosen) {
  trim(task.model, task.options, chosen);
  Attempt first = hung(task.model, task.input, std::move(chosen));
  Chosen raised = raised_by(first);
  trim(task.model, task.options, raised);
  Attempt again = hung(task.model, task.input, std::move(raised));
  return price_of(task, again) < price_of(task, first) ? again : first;
}

WindowSearch::WindowSearch(const PlanTask& task, std::function<bool()> cancelled)
    : task_{task}, cancelled_{std::move(cancelled)} {
  const std::vector<std::uint32_t>& node = task.options.node;  // ascending, kNoSite last
  for (std::uint32_t i = 0; i <= task.model.nodes.size(); ++i) {
    first_option_.push_back(static_cast<std::uint32_t>(std::lower_bound(node.begin(), node.end(), i) - node.begin()));
  }
}

bool WindowSearch::improve(Attempt& plan, std::uint64_t seed, Executor& executor) const {
  const Attempt base = plan;
  const std::vector<Window> all = windows(base, seed);
  std::vector<Attempt> tries(all.size());
  executor.run(all.size(), [&](std::size_t i) { tries[i] = cancelled_() ? base : replanned(base, all[i]); });
  bool better = false;
  for (Attempt& tried : tries) {
    better = take(plan, base, std::move(tried)) || better;
  }
  return better;
}

std::vector<WindowSearch::Window> WindowSearch::windows(const Attempt& plan, std::uint64_t seed) const {
  std::uint64_t state = seed;
  const std::vector<std::uint32_t> masts = serving_masts(plan);
  std::vector<Window> found;
  std::vector<std::pair<std::uint32_t, double>> taken;  // centre, squared distance that others keep
  for (std::size_t i = 0; i < 4 * kAtOnce && found.size() < kAtOnce && !masts.empty(); ++i) {
    const std::uint32_t centre = masts[splitmix64(state) % masts.size()];
    const std::size_t count = kLeastMasts + splitmix64(state) % (kMostMasts - kLeastMasts + 1);
    const Place& here = task_.model.nodes[centre].place;
    std::vector<std::uint32_t> nodes = around(masts, centre, count);
    double radius = 0;
    for (const std::uint32_t node : nodes) {
      radius = std::max(radius, squared(here, task_.model.nodes[node].place));
    }
    const double apart = kApart * kApart * radius;
    const bool far = std::all_of(taken.begin(), taken.end(), [&](const auto& other) {
      return squared(here, task_.model.nodes[other.first].place) > std::max(apart, other.second);
    });
    if (far) {
      taken.emplace_back(centre, apart);
      found.push_back({std::move(nodes), splitmix64(state)});
    }
  }
  return found;
}

// All nodes that are no farther than the so many-th mast.
std::vector<std::uint32_t> WindowSearch::around(const std::vector<std::uint32_t>& masts, std::uint32_t centre,
                                                std::size_t count) const {
  const Place& here = task_.model.nodes[centre].place;
  std::vector<double> far;
  for (const std::uint32_t mast : masts) {
    far.push_back(squared(here, task_.model.nodes[mast].place));
  }
  const auto last = far.begin() + static_cast<std::ptrdiff_t>(std::min(count, far.size()) - 1);
  std::nth_element(far.begin(), last, far.end());
  std::vector<std::uint32_t> nodes;
  for (std::uint32_t node = 0; node < task_.model.nodes.size(); ++node) {
    if (squared(here, task_.model.nodes[node].place) <= *last) {
      nodes.push_back(node);
    }
  }
  return nodes;
}

Attempt WindowSearch::replanned(const Attempt& plan, const Window& window) const {
  Part part = part_of(plan, window.nodes);
  part.problem.cost = costs(plan, part, window.seed);
  WeightingSearch search;
  search.seed = window.seed;
  search.steps = kWindowSteps;
  search.cancelled = cancelled_;
  Chosen chosen = plan.chosen;
  for (const std::uint32_t node : window.nodes) {
    chosen.serving[node] = kNoMast;
  }
  for (const std::uint32_t site : search_cover(part.problem, search, part.start)) {
    const std::uint32_t option = part.option[site];
    if (const std::uint32_t node = task_.options.node[option]; node != kNoSite) {
      chosen.serving[node] = std::max(chosen.serving[node], task_.options.height[option]);
    }
  }
  Attempt first = mended(plan, std::move(chosen), window.nodes);
  Attempt again = mended(first, raised_by(first), window.nodes);
  return price_of(task_, again) < price_of(task_, first) ? again : first;
}

// Masts elsewhere that became needless are as open as the window.
Attempt WindowSearch::mended(const Attempt& before, Chosen chosen, std::vector<std::uint32_t> open) const {
  trim(task_.model, task_.options, chosen);
  for (std::uint32_t node = 0; node < chosen.serving.size(); ++node) {
    if (chosen.serving[node] == kNoMast && before.chosen.serving[node] != kNoMast) {
      open.push_back(node);
    }
  }
  std::sort(open.begin(), open.end());
  open.erase(std::unique(open.begin(), open.end()), open.end());
  chosen.demand = demand_of(task_.model, task_.input, chosen);
  Attempt attempt{std::move(chosen), {}};
  attempt.backhaul = mended_backhaul(task_.model, attempt.chosen, before.backhaul, open);
  return attempt;
}

// The option that stands for a mast there: the highest that is no higher.
std::uint32_t WindowSearch::option_at(std::uint32_t node, std::int8_t height) const {
  std::uint32_t found = kNoSite;
  for (std::uint32_t option = first_option_[node]; option < first_option_[node + 1]; ++option) {
    found = task_.options.height[option] <= height ? option : found;
  }
  return found;
}

// Rows that no mast outside the window serves and some option inside could, ascending.
std::vector<std::uint32_t> WindowSearch::open_rows(const Attempt& plan, const std::vector<std::uint32_t>& nodes) const {
  const Incidence& covers = task_.options.problem.covers;
  std::vector<char> closed(task_.options.settlement.size(), 0);
  for (const std::uint32_t mast : serving_masts(plan)) {
    const std::uint32_t option = option_at(mast, plan.chosen.serving[mast]);
    if (option != kNoSite && !std::binary_search(nodes.begin(), nodes.end(), mast)) {
      for (const std::uint32_t row : covers[option]) {
        closed[row] = 1;
      }
    }
  }
  std::vector<std::uint32_t> open;
  for (const std::uint32_t node : nodes) {
    for (std::uint32_t option = first_option_[node]; option < first_option_[node + 1]; ++option) {
      for (const std::uint32_t row : covers[option]) {
        if (closed[row] == 0) {
          closed[row] = 1;
          open.push_back(row);
        }
      }
    }
  }
  std::sort(open.begin(), open.end());
  return open;
}

WindowSearch::Part WindowSearch::part_of(const Attempt& plan, const std::vector<std::uint32_t>& nodes) const {
  const std::vector<std::uint32_t> rows = open_rows(plan, nodes);
  std::vector<std::uint32_t> number(task_.options.settlement.size(), kNoSite);
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    number[rows[i]] = i;
  }
  Part part;
  part.problem.settlements = rows.size();
  std::vector<std::uint32_t> list;
  for (const std::uint32_t node : nodes) {
    const std::uint32_t stands = option_at(node, plan.chosen.serving[node]);
    for (std::uint32_t option = first_option_[node]; option < first_option_[node + 1]; ++option) {
      list.clear();
      for (const std::uint32_t row : task_.options.problem.covers[option]) {
        if (number[row] != kNoSite) {
          list.push_back(number[row]);
        }
      }
      if (!list.empty()) {
        if (option == stands) {
          part.start.push_back(static_cast<std::uint32_t>(part.option.size()));
        }
        part.option.push_back(option);
        part.problem.covers.push_back(list);
      }
    }
  }
  if (task_.wanted.price > 0) {
    add_unserved(part, number);
  }
  return part;
}

// Each row may stay unserved, and does where the plan's sites do not reach it.
void WindowSearch::add_unserved(Part& part, const std::vector<std::uint32_t>& row_number) const {
  std::vector<char> served(part.problem.settlements, 0);
  for (const std::uint32_t site : part.start) {
    for (const std::uint32_t row : part.problem.covers[site]) {
      served[row] = 1;
    }
  }
  for (std::uint32_t option = first_option_.back(); option < task_.options.node.size(); ++option) {
    const std::uint32_t row = row_number[task_.options.problem.covers[option].front()];
    if (row != kNoSite) {
      if (served[row] == 0) {
        part.start.push_back(static_cast<std::uint32_t>(part.option.size()));
      }
      part.option.push_back(option);
      part.problem.covers.push_back({&row, 1});
    }
  }
}

// With what joining the present trees would cost, a little off so that no two searches go the same way.
std::vector<MicroCost> WindowSearch::costs(const Attempt& plan, const Part& part, std::uint64_t seed) const {
  std::uint64_t state = seed;
  const std::uint64_t jitter = splitmix64(state) % (kMostJitter + 1);
  std::vector<MicroCost> costs = joining_costs(task_.model, task_.options, plan, part.option);
  for (MicroCost& cost : costs) {
    cost += cost / 1'000 * static_cast<MicroCost>(splitmix64(state) % (jitter + 1));
  }
  return costs;
}

// What was tried on `base` put into the plan, where windows before it left that cheaper.
bool WindowSearch::take(Attempt& plan, const Attempt& base, Attempt tried) const {
  if (price_of(task_, tried) >= price_of(task_, base)) {
    return false;
  }
  if (plan.backhaul.cost != base.backhaul.cost) {
    Chosen chosen = plan.chosen;
    for (std::size_t node = 0; node < chosen.serving.size(); ++node) {
      if (tried.chosen.serving[node] != base.chosen.serving[node]) {
        chosen.serving[node] = tried.chosen.serving[node];
      }
    }
    if (task_.wanted.price == 0 && !serves_all(task_.model, task_.options, chosen)) {
      return false;
    }
    chosen.demand = demand_of(task_.model, task_.input, chosen);
    Attempt both{std::move(chosen), {}};
    both.backhaul = merged_backhaul(task_.model, both.chosen, plan.backhaul, base.backhaul, tried.backhaul);
    tried = std::move(both);
  }
  if (price_of(task_, tried) >= price_of(task_, plan)) {
    return false;
  }
  plan = std::move(tried);
  return true;
}

}  // namespace karkara::planner
