#include "controller/planner/plan/backhaul_tree.h"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "controller/planner/plan/relay_stars.h"
#include "controller/planner/plan/tree_growth.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kStarRounds = 6;

// Trees from the frame, and again with relays and raised masts that pay only for several hops, as long as they do.
Backhaul with_stars(const PlanModel& model, const Chosen& chosen, Frame frame, const std::vector<std::uint32_t>& near) {
  Backhaul best = grown(model, chosen, frame);
  for (std::size_t round = 0; round < kStarRounds; ++round) {
    const std::vector<Star> stars = paying_stars(model, chosen, best, near);
    Frame with = frame;
    for (const Star& star : stars) {
      with.height[star.node] = std::max(with.height[star.node], star.height);
    }
    Backhaul tried = stars.empty() ? best : grown(model, chosen, with);
    if (tried.cost >= best.cost) {
      break;
    }
    best = std::move(tried);
    frame = std::move(with);
  }
  return best;
}

// What stands whatever is decided about ways out.
std::vector<std::int8_t> least_heights(const PlanModel& model, const Chosen& chosen) {
  std::vector<std::int8_t> least = chosen.serving;
  for (std::size_t node = 0; node < least.size(); ++node) {
    if (least[node] == kNoMast && model.nodes[node].gateway) {
      least[node] = static_cast<std::int8_t>(model.nodes[node].top);
    }
  }
  return least;
}

}  // namespace

Money mast_price(const PlanModel& model, const Chosen& chosen, std::uint32_t node, std::int8_t height) {
  if (height == kNoMast) {
    return 0;
  }
  const PlanNode& at = model.nodes[node];
  if (chosen.serving[node] != kNoMast) {
    return at.access[static_cast<std::size_t>(height)];
  }
  return at.gateway ? 0 : at.relay[static_cast<std::size_t>(height)];
}

Backhaul cheapest_backhaul(const PlanModel& model, const Chosen& chosen) {
  return cheapest_backhaul(model, chosen, std::vector<std::int8_t>(model.nodes.size(), kNoMast));
}

Backhaul cheapest_backhaul(const PlanModel& model, const Chosen& chosen, const std::vector<std::int8_t>& begin_with) {
  std::vector<std::uint32_t> all(model.nodes.size());
  std::iota(all.begin(), all.end(), 0U);
  Frame frame{least_heights(model, chosen), {}};
  for (std::size_t node = 0; node < begin_with.size(); ++node) {
    frame.height[node] = std::max(frame.height[node], begin_with[node]);
  }
  return with_stars(model, chosen, std::move(frame), all);
}

Backhaul mended_backhaul(const PlanModel& model, const Chosen& chosen, const Backhaul& before,
                         const std::vector<std::uint32_t>& open) {
  std::vector<char> is_open(model.nodes.size(), 0);
  for (const std::uint32_t node : open) {
    is_open[node] = 1;
  }
  Frame frame{least_heights(model, chosen), {}};
  for (std::uint32_t node = 0; node < is_open.size(); ++node) {
    if (is_open[node] == 0) {
      frame.height[node] = std::max(frame.height[node], before.height[node]);
      if (before.hop[node] != kNoSite && is_open[before.parent[node]] == 0) {
        frame.kept.push_back(before.hop[node]);
      }
    }
  }
  return with_stars(model, chosen, std::move(frame), open);
}

Backhaul merged_backhaul(const PlanModel& model, const Chosen& chosen, const Backhaul& now, const Backhaul& before,
                         const Backhaul& after) {
  const auto hops_of = [](const Backhaul& built) {
    std::vector<std::uint32_t> hops;
    std::copy_if(built.hop.begin(), built.hop.end(), std::back_inserter(hops),
                 [](std::uint32_t pair) { return pair != kNoSite; });
    std::sort(hops.begin(), hops.end());
    return hops;
  };
  const std::vector<std::uint32_t> old_hops = hops_of(before);
  const std::vector<std::uint32_t> new_hops = hops_of(after);
  Frame frame{least_heights(model, chosen), {}};
  for (std::size_t node = 0; node < frame.height.size(); ++node) {
    const bool differs = before.height[node] != after.height[node];
    frame.height[node] = std::max(frame.height[node], differs ? after.height[node] : now.height[node]);
  }
  std::vector<std::uint32_t> hops = hops_of(now);
  std::set_difference(new_hops.begin(), new_hops.end(), old_hops.begin(), old_hops.end(), std::back_inserter(hops));
  std::copy_if(hops.begin(), hops.end(), std::back_inserter(frame.kept), [&](std::uint32_t pair) {
    return !std::binary_search(old_hops.begin(), old_hops.end(), pair) ||
           std::binary_search(new_hops.begin(), new_hops.end(), pair);
  });
  return grown(model, chosen, std::move(frame));
}

std::vector<double> traffic_of(const Backhaul& built, const std::vector<double>& demand) {
  std::vector<double> traffic(built.height.size(), 0);
  for (std::uint32_t node = 0; node < demand.size(); ++node) {
    for (std::uint32_t at = node; at != kNoSite && demand[node] > 0; at = built.parent[at]) {
      traffic[at] += demand[node];
    }
  }
  return traffic;
}

Heights prices_to_join(const PlanModel& model, const Chosen& chosen, const Backhaul& built, std::uint32_t node) {
  const PlanNode& at = model.nodes[node];
  Heights least;
  least.fill(at.root);
  for (const std::uint32_t pair : model.hops_of[node]) {
    const std::uint32_t other = model.other(pair, node);
    const std::int8_t there = built.height[other];
    if (there == kNoMast || model.hop_price[pair] >= at.root) {
      continue;
    }
    for (std::size_t here = 0; here <= at.top; ++here) {
      const std::uint8_t far = model.far(pair, node, here);
      if (far > model.nodes[other].top) {
        continue;
      }
      const auto raised = std::max(there, static_cast<std::int8_t>(far));
      const Money price =
          model.hop_price[pair] + mast_price(model, chosen, other, raised) - mast_price(model, chosen, other, there);
      least[here] = std::min(least[here], price);
    }
  }
  // A lower mast may be raised.
  for (std::size_t here = at.top; here-- > 0;) {
    least[here] = std::min(least[here], least[here + 1] + at.access[here + 1] - at.access[here]);
  }
  return least;
}

}  // namespace karkara::planner
