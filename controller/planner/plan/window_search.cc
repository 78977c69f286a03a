#include "controller/planner/plan/window_search.h"

#include <algorithm>

#include "common/splitmix.h"
#include "controller/planner/plan/part_search.h"
#include "controller/planner/plan/tree_growth.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kAtOnce = 8;  // windows; fixed, as the order in which they go into the plan counts
constexpr std::size_t kLeastMasts = 6;
constexpr std::size_t kMostMasts = 40;
constexpr double kApart = 2.5;            // of a window's own width, to the next centre
constexpr std::size_t kMostHanging = 40;  // masts on one that a window opens

std::vector<std::uint32_t> serving_masts(const Attempt& plan) {
  std::vector<std::uint32_t> masts;
  for (std::uint32_t node = 0; node < plan.chosen.serving.size(); ++node) {
    if (plan.chosen.serving[node] != kNoMast) {
      masts.push_back(node);
    }
  }
  return masts;
}

// How many masts hang on each, itself among them.
std::vector<std::size_t> hanging(const Backhaul& built) {
  std::vector<std::size_t> count(built.height.size(), 0);
  for (std::uint32_t node = 0; node < count.size(); ++node) {
    if (built.height[node] != kNoMast) {
      for (std::uint32_t at = node; at != kNoSite; at = built.parent[at]) {
        ++count[at];
      }
    }
  }
  return count;
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

WindowSearch::WindowSearch(const PlanTask& task, std::size_t steps, std::function<bool()> cancelled)
    : task_{task}, steps_{steps}, cancelled_{std::move(cancelled)} {}

bool WindowSearch::improve(Attempt& plan, std::uint64_t seed, Executor& executor) const {
  const std::vector<Window> all = windows(plan, seed);
  std::vector<Found> found(all.size());
  executor.run(all.size(), [&](std::size_t i) {
    found[i].part = part_of(task_.model, task_.options, task_.wanted, plan, all[i].open);
    found[i].best = cheaper_part(found[i].part, {all[i].seed, steps_, cancelled_});
  });
  bool better = false;
  for (const Found& one : found) {
    better = take(plan, one) || better;
  }
  return better;
}

std::vector<WindowSearch::Window> WindowSearch::windows(const Attempt& plan, std::uint64_t seed) const {
  std::uint64_t state = seed;
  const std::vector<std::uint32_t> masts = serving_masts(plan);
  const std::vector<std::size_t> on_it = hanging(plan.backhaul);
  std::vector<Window> found;
  std::vector<std::pair<std::uint32_t, Metres>> taken;  // centre, distance that others keep
  for (std::size_t i = 0; i < 4 * kAtOnce && found.size() < kAtOnce && !masts.empty(); ++i) {
    const std::uint32_t centre = masts[splitmix64(state) % masts.size()];
    const std::size_t count = kLeastMasts + splitmix64(state) % (kMostMasts - kLeastMasts + 1);
    const Place& here = task_.model.nodes[centre].place;
    const Metres radius = reach_of(masts, centre, count);
    const Metres apart = radius * kApart;
    const bool far = std::all_of(taken.begin(), taken.end(), [&](const auto& other) {
      return distance(here, task_.model.nodes[other.first].place) > std::max(apart, other.second);
    });
    if (far) {
      Window window{opened(plan, on_it, centre, radius), splitmix64(state)};
      if (!window.open.empty()) {  // it is where too much hangs on all masts within
        taken.emplace_back(centre, apart);
        found.push_back(std::move(window));
      }
    }
  }
  return found;
}

// How far the so many-th mast is.
Metres WindowSearch::reach_of(const std::vector<std::uint32_t>& masts, std::uint32_t centre, std::size_t count) const {
  std::vector<Metres> far;
  far.reserve(masts.size());
  for (const std::uint32_t mast : masts) {
    far.push_back(distance(task_.model.nodes[centre].place, task_.model.nodes[mast].place));
  }
  const auto last = far.begin() + static_cast<std::ptrdiff_t>(std::min(count, far.size()) - 1);
  std::nth_element(far.begin(), last, far.end());
  return *last;
}

// The places within, and what hangs on masts there; a mast on which too much hangs stays as it is.
std::vector<std::uint32_t> WindowSearch::opened(const Attempt& plan, const std::vector<std::size_t>& on_it,
                                                std::uint32_t centre, Metres radius) const {
  const Place& here = task_.model.nodes[centre].place;
  const Backhaul& built = plan.backhaul;
  const std::size_t count = task_.model.nodes.size();
  std::vector<char> within(count, 0);
  for (std::uint32_t node = 0; node < count; ++node) {
    within[node] = distance(here, task_.model.nodes[node].place) <= radius ? 1 : 0;
  }
  std::vector<std::uint32_t> open;
  for (std::uint32_t node = 0; node < count; ++node) {
    if (built.height[node] == kNoMast) {
      if (within[node] != 0) {
        open.push_back(node);
      }
      continue;
    }
    bool opens = false;
    for (std::uint32_t at = node; at != kNoSite && on_it[at] <= kMostHanging; at = built.parent[at]) {
      opens = opens || within[at] != 0;
    }
    if (opens) {
      open.push_back(node);
    }
  }
  return open;
}

// What was found for a part of an earlier state goes into the plan where that is cheaper still.
bool WindowSearch::take(Attempt& plan, const Found& found) const {
  const PlanPart& part = found.part;
  if (price_of(part, found.best) >= price_of(part, part.start)) {
    return false;
  }
  Chosen chosen = plan.chosen;
  Frame frame{plan.backhaul.height, {}};
  std::vector<char> is_open(chosen.serving.size(), 0);
  for (std::uint32_t i = 0; i < part.open; ++i) {
    const std::uint32_t node = part.node_of[i];
    is_open[node] = 1;
    chosen.serving[node] = found.best.chosen.serving[i];
    frame.height[node] = found.best.backhaul.height[i];
    if (found.best.backhaul.hop[i] != kNoSite) {
      frame.kept.push_back(part.pair_of[found.best.backhaul.hop[i]]);
    }
  }
  if (task_.wanted.price == 0 && !serves_all(task_.model, task_.options, chosen)) {
    return false;
  }
  for (std::uint32_t node = 0; node < is_open.size(); ++node) {
    if (is_open[node] == 0 && plan.backhaul.hop[node] != kNoSite) {
      frame.kept.push_back(plan.backhaul.hop[node]);
    }
  }
  chosen.demand = demand_of(task_.model, task_.input, chosen);
  Attempt whole{std::move(chosen), {}};
  whole.backhaul = grown(task_.model, whole.chosen, std::move(frame));
  whole = carried(task_.model, task_.input, whole);  // raised masts serve others, which may cost what was saved
  if (price_of(task_, whole) >= price_of(task_, plan)) {
    return false;
  }
  plan = std::move(whole);
  return true;
}

}  // namespace karkara::planner
