#include "controller/planner/plan/margin_bands.h"

#include "controller/planner/link/access_model.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kBandPieces = 64;

std::optional<PlanMarginBand> band_of(const AccessModel& access, const TerrainView& terrain, const PlanSite& site,
                                      const Place& to) {
  const auto profile = profile_between(terrain, site.place, to, kProfileStep, Sampling::Bilinear);
  if (!profile) {
    return std::nullopt;
  }
  const propagation::PathProfile path = path_over(*profile);
  // The antenna hangs where the margin is greatest.
  std::optional<Db> margin;
  std::size_t at = 0;
  for (std::size_t height = 0; height < access.heights().size() && access.heights()[height] <= site.mast; ++height) {
    const auto found = access.margin_over(path, height, site.place, to);
    if (found && (!margin || *found > *margin)) {
      margin = *found;
      at = height;
    }
  }
  const auto band = margin ? access.band(path, at, site.place) : Result<propagation::Band>{Error{}};
  return band ? std::optional{PlanMarginBand{*margin - (band->high - band->nominal),
                                             *margin + (band->nominal - band->low)}}
              : std::nullopt;
}

}  // namespace

void add_margin_bands(const PlanInput& input, const TerrainView& terrain, Executor& executor, Plan& plan) {
  const auto access = AccessModel::make(input.access, plan.antennas, input.ground);
  if (!access) {
    return;
  }
  executor.run(kBandPieces, [&](std::size_t piece) {
    for (std::size_t i = piece; i < plan.settlements.size(); i += kBandPieces) {
      PlanSettlement& row = plan.settlements[i];
      if (row.server) {
        row.margin_band = band_of(*access, terrain, plan.sites[row.server->site], row.place);
      }
    }
  });
}

}  // namespace karkara::planner
