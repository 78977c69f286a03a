#include "controller/planner_io/plan_inputs.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>

#include "controller/planner/existing/mast_import.h"
#include "controller/planner/existing/operator_coverage.h"
#include "controller/planner/plan/high_ground.h"
#include "controller/planner/terrain/content_hash.h"
#include "controller/planner_io/calibration_file.h"
#include "controller/planner_io/cost_file.h"
#include "controller/planner_io/radio_file.h"
#include "controller/planner_io/table_files.h"
#include "controller/planner_io/terrain_files.h"

namespace karkara::planner {
namespace {

Error ended_while_reading() {
  return {ErrorCode::Aborted, "the search was ended while its files were read: there is no plan yet"};
}

Status read_radios(const PlanSources& files, PlanInput& input) {
  auto access = read_radio(files.access);
  auto costs = read_costs(files.costs);
  if (!access || !costs) {
    return !access ? access.error() : costs.error();
  }
  input.access = *std::move(access);
  if (const Status corrected = calibrate_with(files.calibration, input.access); !corrected.ok()) {
    return corrected;
  }
  input.costs = *std::move(costs);
  for (const std::string& path : files.backhaul) {
    auto radio = read_radio(path);
    if (!radio) {
      return radio.error();
    }
    input.backhaul.push_back(*std::move(radio));
  }
  return {};
}

constexpr Metres kSameMast{100};

// Of a mast that the input knows there, whose height a list told.
std::optional<Metres> height_there(const std::vector<Mast>& surveyed, const Mast& mast) {
  for (const Mast& one : surveyed) {
    if (one.height && distance(one.place, mast.place) <= kSameMast) {
      return one.height;
    }
  }
  return std::nullopt;
}

// The file's masts, each with what `gateway` and `operates` say of it; of those without a height, that of one of the
// `surveyed` at the same place. What the file told is added to these.
template <class Gateway>
Status add_masts(const std::string& file, const PlanSources& files, Gateway gateway, bool operates,
                 std::vector<Mast>& surveyed, PlanInput& input, const Tell& tell) {
  if (file.empty()) {
    return {};
  }
  const auto country = areas_in(files.country);
  const auto masts = country ? masts_in(file, *country, tell) : Result<std::vector<Mast>>{country.error()};
  if (!masts) {
    return masts.error();
  }
  std::size_t assumed = 0;
  for (const Mast& mast : *masts) {
    const auto height = mast.height ? mast.height : height_there(surveyed, mast);
    ExistingMast existing{mast.id, mast.name, mast.place, height.value_or(files.mast_height)};
    existing.gateway = gateway(mast);
    existing.operates = operates;
    existing.owner = mast.owner;
    assumed += height ? 0 : 1;
    input.masts.push_back(std::move(existing));
  }
  if (assumed > 0) {
    tell(file + ": the height of " + std::to_string(assumed) + " masts is assumed, " +
         std::to_string(std::lround(files.mast_height.value())) + " m");
    input.marks.push_back(std::to_string(assumed) + " standing masts have no known height: it is assumed");
  }
  surveyed.insert(surveyed.end(), masts->begin(), masts->end());
  return {};
}

Status read_masts(const PlanSources& files, PlanInput& input, const Tell& tell) {
  std::vector<Mast> surveyed;
  const Status read = add_masts(
      files.masts, files, [&](const Mast&) { return files.masts_are_gateways; }, files.masts_are_operators, surveyed,
      input, tell);
  // A site of the fleet that only its neighbours' radios bring out is no way out for others.
  const auto leads_out = [](const Mast& mast) { return mast.technology == "gateway"; };
  return read.ok() ? add_masts(files.fleet, files, leads_out, false, surveyed, input, tell) : read;
}

// Whose network can be bought at each settlement, and from which tower.
void find_operators(const OperatorCoverage& coverage, PlanInput& input, Executor& executor) {
  for (const OperatorTower& tower : coverage.towers()) {
    input.networks.push_back({tower.owner, tower.id, tower.place});
  }
  for (const Area& area : coverage.areas().all()) {
    input.networks.push_back({area.name});
  }
  std::vector<std::vector<std::uint32_t>> by(input.settlements.size());
  executor.run(by.size(), [&](std::size_t i) {
    for (const NetworkClaim& claim : coverage.claims_at(input.settlements[i].place)) {
      by[i].push_back(static_cast<std::uint32_t>(claim.number));
    }
  });
  for (const std::vector<std::uint32_t>& networks : by) {
    input.sim.push_back(networks.empty() ? 0 : 1);
    input.sim_by.push_back(networks);
  }
}

}  // namespace

Result<PlanGround> read_ground(const PlanSources& files, Executor& executor, const Tell& tell, const Watch& watch) {
  TerrainFiles read = read_terrain(files.terrain, files.scratch, executor, watch);
  if (watch.cancelled()) {
    return ended_while_reading();
  }
  for (const Error& problem : read.problems) {
    tell(problem.text);
  }
  if (read.tiles.empty()) {
    return Error{ErrorCode::NotFound, "no terrain could be read"};
  }
  PlanGround ground;
  ground.terrain = std::make_unique<TiledTerrain>(std::move(read.tiles));
  const std::vector<Tile>& tiles = ground.terrain->tiles();
  std::vector<std::uint64_t> hashes(tiles.size());
  std::atomic<std::size_t> done = 0;
  executor.run(tiles.size(), [&](std::size_t i) {
    hashes[i] = watch.cancelled() ? 0 : content_hash(tiles[i]);
    watch.progress("heights", ++done, tiles.size());
  });
  if (watch.cancelled()) {
    return ended_while_reading();
  }
  for (const std::uint64_t hash : hashes) {
    ground.hash = mixed(ground.hash, hash);
  }
  if (!files.cover.rasters.empty() || !files.cover.heights.empty()) {
    if (const Status covered = cover_terrain(files.cover, files.scratch, executor, *ground.terrain); !covered.ok()) {
      return covered.error();
    }
    ground.hash = mixed(ground.hash, ground.terrain->content_hash());
  }
  return ground;
}

Result<OperatorCoverage> networks_for_sale(const PlanSources& files, const PlanInput& input, const Tell& tell) {
  std::vector<Area> areas;
  std::vector<OperatorTower> towers;
  if (!files.operators.empty()) {
    const auto country = areas_in(files.country);
    const auto claims =
        country ? operators_in(files.operators, *country, tell) : Result<OperatorCoverage>{country.error()};
    if (!claims) {
      return claims.error();
    }
    areas = claims->areas().all();
    towers = claims->towers();
  }
  for (const ExistingMast& mast : input.masts) {
    if (mast.operates) {
      towers.push_back({mast.owner, "", mast.place, std::max(input.costs.sim_reach, Metres{1}), 0, mast.id});
    }
  }
  return OperatorCoverage{std::move(areas), std::move(towers)};
}

Result<PlanInput> gather(std::vector<Settlement> settlements, const PlanSources& files, const TerrainView& terrain,
                         Executor& executor, const Tell& tell, const Watch& watch) {
  PlanInput input;
  input.settlements = std::move(settlements);
  if (const Status read = read_radios(files, input); !read.ok()) {
    return read.error();
  }
  if (const Status read = read_masts(files, input, tell); !read.ok()) {
    return read.error();
  }
  if (!files.cover.heights.empty()) {
    auto cover = read_cover_table(files.cover.heights);
    if (!cover) {
      return cover.error();
    }
    input.cover = std::move(cover->id);
    input.cover_origins = std::move(cover->origins);
  }
  const auto coverage = networks_for_sale(files, input, tell);
  if (!coverage) {
    return coverage.error();
  }
  find_operators(*coverage, input, executor);
  if (files.relays) {
    std::vector<Place> places;
    for (const Settlement& settlement : input.settlements) {
      places.push_back(settlement.place);
    }
    input.relays = high_ground(terrain, places, executor, watch);
  }
  if (watch.cancelled()) {
    return ended_while_reading();
  }
  return input;
}

}  // namespace karkara::planner
