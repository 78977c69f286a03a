#include "controller/planner/plan/part_search.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "common/splitmix.h"
#include "controller/planner/cover/weighting_search.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kMostRuined = 8;  // masts at once
constexpr double kFirstHeat = 0.02;     // of what a mast costs: how much dearer a plan may be that is gone on from
constexpr double kLastHeat = 0.0005;
constexpr std::size_t kBetweenCovers = 50;  // steps
constexpr std::uint64_t kCoverSteps = 3'000;
constexpr std::uint64_t kMostJitter = 60;  // thousandths that costs are off, up to
constexpr double kFromNothing = 0.5;       // of plans: trees that grow without today's relays and raised masts
constexpr double kNoise = 0.3;             // of a place's worth, either way
// A plan this much dearer (in heats) before masts serve from where hops raised them is not looked at again.
constexpr double kHopeless = 4;

class PartSearch {
 public:
  PartSearch(const PlanPart& part, const PartEffort& effort)
      : part_{part}, effort_{effort}, random_{effort.seed}, uncovered_(part.wanted.row.size(), 0) {}

  Attempt run() {
    Attempt now = part_.start;
    Attempt best = now;
    MicroCost now_price = price_of(part_, now);
    MicroCost best_price = now_price;
    const double mast = typical_mast();
    for (std::size_t step = 0; step < effort_.steps && !effort_.cancelled(); ++step) {
      const double gone = static_cast<double>(step) / static_cast<double>(effort_.steps);
      const double heat = mast * kFirstHeat * std::pow(kLastHeat / kFirstHeat, gone);
      const auto most = static_cast<double>(now_price) - heat * std::log(unit());
      const bool whole = step % kBetweenCovers == 0;
      Attempt tried = hung_anew(whole ? covered_anew(now) : recreated(now), most + kHopeless * heat);
      const MicroCost price = price_of(part_, tried);
      if (static_cast<double>(price) > most) {
        continue;
      }
      now = std::move(tried);
      now_price = price;
      if (price < best_price) {
        best = now;
        best_price = price;
      }
    }
    return best;
  }

 private:
  [[nodiscard]] double unit() { return (static_cast<double>(splitmix64(random_) >> 11U) + 1) * 0x1p-53; }

  [[nodiscard]] double typical_mast() const {
    double sum = 0;
    std::size_t count = 0;
    for (std::uint32_t node = 0; node < part_.open; ++node) {
      if (part_.start.chosen.serving[node] != kNoMast) {
        sum += static_cast<double>(part_.model.nodes[node].access[0]) * static_cast<double>(kPerMoney);
        ++count;
      }
    }
    return count == 0 ? 1 : sum / static_cast<double>(count);
  }

  // Masts, and how high they are to begin with: trees grow otherwise from other heights.
  struct Idea {
    Chosen chosen;
    std::vector<std::int8_t> heights;
  };

  [[nodiscard]] Attempt hung_anew(Idea idea, double most) const {
    trim(part_.model, part_.options, idea.chosen);
    Attempt first{std::move(idea.chosen), {}};
    first.backhaul = cheapest_backhaul(part_.model, first.chosen, idea.heights);
    if (static_cast<double>(price_of(part_, first)) > most) {
      return first;
    }
    Chosen raised = raised_by(first);
    trim(part_.model, part_.options, raised);
    if (raised.serving == first.chosen.serving) {
      return first;
    }
    Attempt again{std::move(raised), {}};
    again.backhaul = cheapest_backhaul(part_.model, again.chosen, idea.heights);
    return price_of(part_, again) < price_of(part_, first) ? again : first;
  }

  // All sites chosen anew, with what joining the present trees would cost, a little off so that no two searches go the
  // same way.
  [[nodiscard]] Idea covered_anew(const Attempt& from) {
    std::vector<std::uint32_t> all(part_.options.node.size());
    std::iota(all.begin(), all.end(), 0U);
    CoverProblem problem = part_.options.problem;
    problem.cost = joining_costs(part_.model, part_.options, from, all);
    const std::uint64_t jitter = splitmix64(random_) % (kMostJitter + 1);
    for (MicroCost& cost : problem.cost) {
      cost += cost / 1'000 * static_cast<MicroCost>(splitmix64(random_) % (jitter + 1));
    }
    WeightingSearch search;
    search.seed = splitmix64(random_);
    search.steps = kCoverSteps;
    search.cancelled = effort_.cancelled;
    const auto sites = search_cover(problem, search, options_of(part_.options, part_.model, from.chosen));
    return {chosen_of(part_.model, part_.options, sites), {}};
  }

  // Without some masts beside each other, and with others for whom they served.
  [[nodiscard]] Idea recreated(const Attempt& from) {
    Chosen chosen = from.chosen;
    Backhaul built = from.backhaul;
    ruin(chosen, built);
    std::vector<std::uint32_t> open = uncovered_rows(chosen);
    while (!open.empty()) {
      const std::size_t which = splitmix64(random_) % open.size();
      const std::uint32_t row = open[which];
      if (!serve(row, chosen, built)) {
        uncovered_[row] = 0;  // it stays unserved
      }
      std::erase_if(open, [&](std::uint32_t one) { return uncovered_[one] == 0; });
    }
    if (unit() < kFromNothing) {
      return {std::move(chosen), {}};
    }
    raise_any(chosen, built.height);
    return {std::move(chosen), std::move(built.height)};
  }

  void ruin(Chosen& chosen, Backhaul& built) {
    std::vector<std::uint32_t> masts;
    for (std::uint32_t node = 0; node < part_.open; ++node) {
      if (chosen.serving[node] != kNoMast) {
        masts.push_back(node);
      }
    }
    if (masts.empty()) {
      return;
    }
    const Place centre = part_.model.nodes[masts[splitmix64(random_) % masts.size()]].place;
    const std::size_t count = std::min<std::size_t>(masts.size(), splitmix64(random_) % (kMostRuined + 1));
    std::vector<std::pair<Metres, std::uint32_t>> near;
    near.reserve(masts.size());
    for (const std::uint32_t node : masts) {
      near.emplace_back(distance(centre, part_.model.nodes[node].place), node);
    }
    std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(count), near.end());
    for (std::size_t i = 0; i < count; ++i) {
      chosen.serving[near[i].second] = kNoMast;
      built.height[near[i].second] = kNoMast;
    }
    if (count == 0 || unit() < 0.2) {
      add_any(chosen, built);
    }
  }

  // One higher mast, or a relay: what pays only together with other changes is found by chance alone.
  void raise_any(const Chosen& chosen, std::vector<std::int8_t>& heights) {
    std::vector<std::uint32_t> masts;
    for (std::uint32_t node = 0; node < part_.open; ++node) {
      if (heights[node] != kNoMast) {
        masts.push_back(node);
      }
    }
    const bool of_masts = !masts.empty() && unit() < 0.5;
    const std::uint64_t drawn = splitmix64(random_);
    const std::uint32_t node = of_masts ? masts[drawn % masts.size()] : static_cast<std::uint32_t>(drawn % part_.open);
    const PlanNode& at = part_.model.nodes[node];
    if ((chosen.serving[node] != kNoMast || at.relays) && !at.gateway) {
      const auto height = static_cast<std::int8_t>(splitmix64(random_) % (at.top + 1U));
      heights[node] = std::max(heights[node], height);
    }
  }

  // A mast that nobody asked for makes others needless.
  void add_any(Chosen& chosen, Backhaul& built) {
    if (part_.wanted.row.empty()) {
      return;
    }
    const auto servers = part_.servers[splitmix64(random_) % part_.wanted.row.size()];
    const std::uint32_t node = servers[splitmix64(random_) % servers.size()];
    const auto height = static_cast<std::int8_t>(splitmix64(random_) % (part_.model.nodes[node].top + 1U));
    chosen.serving[node] = std::max(chosen.serving[node], height);
    built.height[node] = std::max(built.height[node], height);
  }

  // Also of places that must have a mast: those come back first.
  [[nodiscard]] std::vector<std::uint32_t> uncovered_rows(Chosen& chosen) {
    for (const std::uint32_t forced : part_.model.forced) {
      chosen.serving[forced] = std::max<std::int8_t>(chosen.serving[forced], 0);
    }
    const std::vector<char> served = rows_served(part_, chosen);
    std::vector<std::uint32_t> open;
    for (std::uint32_t row = 0; row < served.size(); ++row) {
      uncovered_[row] = served[row] != 0 ? 0 : 1;
      if (served[row] == 0) {
        open.push_back(row);
      }
    }
    return open;
  }

  // By the place and height that serve most for what they cost, give or take. False where leaving it unserved is
  // cheaper.
  bool serve(std::uint32_t row, Chosen& chosen, Backhaul& built) {
    std::uint32_t best = kNoSite;
    std::int8_t best_height = kNoMast;
    double best_worth = 0;
    for (const std::uint32_t node : part_.servers[row]) {
      const double noise = 1 + kNoise * (2 * unit() - 1);
      const Heights price = prices_at(node, chosen, built);
      for (std::size_t height = least_for(node, row); height <= part_.model.nodes[node].top; ++height) {
        const double worth = noise * won(node, height) / static_cast<double>(std::max<Money>(price[height], 1));
        if (worth > best_worth) {
          best = node;
          best_height = static_cast<std::int8_t>(height);
          best_worth = worth;
        }
      }
    }
    const double left = static_cast<double>(part_.wanted.price) * static_cast<double>(part_.wanted.weight[row]);
    if (best == kNoSite || (part_.wanted.price > 0 && left * best_worth < static_cast<double>(kPerMoney))) {
      return false;
    }
    chosen.serving[best] = best_height;
    built.height[best] = std::max(built.height[best], best_height);
    for (const AccessPair& pair : part_.model.access.of(best)) {
      uncovered_[pair.settlement] =
          static_cast<std::int32_t>(pair.least) <= best_height ? 0 : uncovered_[pair.settlement];
    }
    return true;
  }

  [[nodiscard]] std::size_t least_for(std::uint32_t node, std::uint32_t row) const {
    const auto pairs = part_.model.access.of(node);
    return std::find_if(pairs.begin(), pairs.end(), [&](const AccessPair& pair) { return pair.settlement == row; })
        ->least;
  }

  // How many rows it would newly serve.
  [[nodiscard]] double won(std::uint32_t node, std::size_t height) const {
    const auto pairs = part_.model.access.of(node);
    return static_cast<double>(std::count_if(pairs.begin(), pairs.end(), [&](const AccessPair& pair) {
      return pair.least <= height && uncovered_[pair.settlement] != 0;
    }));
  }

  // Of serving there from each height, above what stands there.
  [[nodiscard]] Heights prices_at(std::uint32_t node, const Chosen& chosen, const Backhaul& built) const {
    const PlanNode& at = part_.model.nodes[node];
    Heights price = at.access;
    if (chosen.serving[node] != kNoMast) {
      for (std::size_t height = 0; height <= at.top; ++height) {
        price[height] = std::max<Money>(price[height] - mast_price(part_.model, chosen, node, built.height[node]), 1);
      }
      return price;
    }
    const Heights join = prices_to_join(part_.model, chosen, built, node);
    for (std::size_t height = 0; height <= at.top; ++height) {
      price[height] += join[height];
    }
    return price;
  }

  const PlanPart& part_;
  const PartEffort& effort_;
  std::uint64_t random_;
  std::vector<char> uncovered_;  // of each row
};

}  // namespace

Attempt cheaper_part(const PlanPart& part, const PartEffort& effort) {
  return part.open == 0 ? part.start : PartSearch{part, effort}.run();
}

}  // namespace karkara::planner
