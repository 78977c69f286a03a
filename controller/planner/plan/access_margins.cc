#include "controller/planner/plan/access_margins.h"

#include <algorithm>
#include <atomic>

namespace karkara::planner {
namespace {

constexpr std::size_t kMarginPieces = 512;
constexpr double kNoMargin = -1e9;

}  // namespace

std::vector<double> access_margins(const TerrainView& terrain, const AccessPlaces& places, const AccessTable& table,
                                   const AccessModel& model, Executor& executor, const Watch& watch) {
  const std::size_t heights = model.heights().size();
  std::vector<double> margins(table.pairs.size() * heights, kNoMargin);
  const auto look = [&](std::size_t site, std::size_t number) {
    const AccessPair& pair = table.pairs[number];
    const Place& from = places.sites[site];
    const Place& to = places.settlements[pair.settlement];
    const auto profile = profile_between(terrain, from, to, kProfileStep, Sampling::Bilinear);
    double best = kNoMargin;
    for (std::size_t height = pair.least; profile && height < heights; ++height) {
      const auto margin = model.margin_over(path_over(*profile), height, from, to);
      best = margin ? std::max(best, margin->value()) : best;
      margins[number * heights + height] = best;
    }
  };
  std::atomic<std::size_t> done = 0;
  executor.run(kMarginPieces, [&](std::size_t piece) {
    for (std::size_t site = piece; site < places.sites.size() && !watch.cancelled(); site += kMarginPieces) {
      for (std::size_t number = table.begin[site]; number < table.begin[site + 1]; ++number) {
        look(site, number);
      }
    }
    watch.progress("rates of access links", ++done, kMarginPieces);
  });
  return margins;
}

BitsPerSecond rate_with(const RadioProfile& profile, const LinkBudget& budget, Db margin) {
  const Db down = margin + (budget.most_loss_down - budget.most_loss());
  return rate_at(profile, down + budget.snr_down);
}

}  // namespace karkara::planner
