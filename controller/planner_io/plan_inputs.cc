#include "controller/planner_io/plan_inputs.h"

#include <algorithm>

#include "controller/planner/cover/cover_problem.h"
#include "controller/planner/existing/mast_import.h"
#include "controller/planner/existing/operator_coverage.h"
#include "controller/planner/plan/high_ground.h"
#include "controller/planner/terrain/content_hash.h"
#include "controller/planner_io/cost_file.h"
#include "controller/planner_io/radio_file.h"
#include "controller/planner_io/table_files.h"
#include "controller/planner_io/terrain_files.h"

namespace karkara::planner {
namespace {

Status read_radios(const PlanSources& files, PlanInput& input) {
  auto access = read_radio(files.access);
  auto costs = read_costs(files.costs);
  if (!access || !costs) {
    return !access ? access.error() : costs.error();
  }
  input.access = *std::move(access);
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

// The file's masts, each with what `gateway` and `operates` say of it.
template <class Gateway>
Status add_masts(const std::string& file, const PlanSources& files, Gateway gateway, bool operates, PlanInput& input,
                 const Tell& tell) {
  if (file.empty()) {
    return {};
  }
  const auto table = read_table(file);
  const auto import = table ? import_masts(*table, Areas{{}}) : Result<MastImport>{table.error()};
  if (!import) {
    return import.error().in(file);
  }
  for (const ImportProblem& problem : import->problems) {
    tell(file + ": row " + std::to_string(problem.row) + ": " + problem.text);
  }
  std::size_t assumed = 0;
  for (const Mast& mast : import->masts) {
    ExistingMast existing{mast.id, mast.name, mast.place, mast.height.value_or(files.mast_height)};
    existing.gateway = gateway(mast);
    existing.operates = operates;
    assumed += mast.height ? 0 : 1;
    input.masts.push_back(std::move(existing));
  }
  if (assumed > 0) {
    tell(file + ": the height of " + std::to_string(assumed) + " masts is assumed");
  }
  return {};
}

Status read_masts(const PlanSources& files, PlanInput& input, const Tell& tell) {
  const Status read = add_masts(
      files.masts, files, [&](const Mast&) { return files.masts_are_gateways; }, files.masts_are_operators, input,
      tell);
  // A site of the fleet that only its neighbours' radios bring out is no way out for others.
  const auto leads_out = [](const Mast& mast) { return mast.technology == "gateway"; };
  return read.ok() ? add_masts(files.fleet, files, leads_out, false, input, tell) : read;
}

// Whether an operator's network can be bought at each settlement.
Status find_operators(const PlanSources& files, PlanInput& input, Executor& executor, const Tell& tell) {
  OperatorCoverage coverage;
  if (!files.operators.empty()) {
    const auto shapes = read_shapes(files.operators);
    auto import = shapes ? import_operators(*shapes, Areas{{}}) : Result<OperatorImport>{shapes.error()};
    if (!import) {
      return import.error().in(files.operators);
    }
    for (const ImportProblem& problem : import->problems) {
      tell(files.operators + ": row " + std::to_string(problem.row) + ": " + problem.text);
    }
    coverage = std::move(import->coverage);
  }
  std::vector<Place> towers;
  for (const ExistingMast& mast : input.masts) {
    if (mast.operates) {
      towers.push_back(mast.place);
    }
  }
  std::vector<Place> places;
  for (const Settlement& settlement : input.settlements) {
    places.push_back(settlement.place);
  }
  input.sim.assign(places.size(), 0);
  const Incidence near = sites_within(towers, places, std::max(input.costs.sim_reach, Metres{1}), executor);
  for (const std::uint32_t settlement : near.items) {
    input.sim[settlement] = 1;
  }
  executor.run(places.size(), [&](std::size_t i) {
    if (input.sim[i] == 0 && !files.operators.empty()) {
      input.sim[i] = coverage.owners_at(places[i]).empty() ? 0 : 1;
    }
  });
  return {};
}

}  // namespace

Result<PlanGround> read_ground(const PlanSources& files, Executor& executor, const Tell& tell) {
  TerrainFiles read = read_terrain(files.terrain, files.scratch, executor);
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
  executor.run(tiles.size(), [&](std::size_t i) { hashes[i] = content_hash(tiles[i]); });
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

Result<PlanInput> gather(std::vector<Settlement> settlements, const PlanSources& files, const TerrainView& terrain,
                         Executor& executor, const Tell& tell) {
  PlanInput input;
  input.settlements = std::move(settlements);
  if (const Status read = read_radios(files, input); !read.ok()) {
    return read.error();
  }
  if (const Status read = read_masts(files, input, tell); !read.ok()) {
    return read.error();
  }
  if (const Status read = find_operators(files, input, executor, tell); !read.ok()) {
    return read.error();
  }
  if (files.relays) {
    std::vector<Place> places;
    for (const Settlement& settlement : input.settlements) {
      places.push_back(settlement.place);
    }
    input.relays = high_ground(terrain, places, executor);
  }
  return input;
}

}  // namespace karkara::planner
