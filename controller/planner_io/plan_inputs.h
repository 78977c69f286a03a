// All files that a plan rests on, read into one input and one terrain; doubts are told as they are met. Refuses a plan
// whose files cannot be read. Called by the jobs run and link, and by the bench.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/existing/operator_coverage.h"
#include "controller/planner/plan/plan_input.h"
#include "controller/planner/terrain/tiled_terrain.h"
#include "controller/planner/watch.h"
#include "controller/planner_io/cover_file.h"
#include "controller/planner_io/standing_lists.h"

namespace karkara::planner {

struct PlanSources {
  std::vector<std::string> terrain;  // files and folders
  CoverFiles cover;
  std::string scratch;
  std::string access;                 // radio profile
  std::vector<std::string> backhaul;  // radio profiles
  std::string costs;
  std::string masts;                 // those that stand; empty: none
  std::string fleet;                 // the fleet's own sites, as the controller writes them; empty: none
  std::string operators;             // where networks can be bought; empty: nowhere but near operators' masts
  bool masts_are_operators = false;  // those masts' networks can be bought around them
  bool masts_are_gateways = false;   // and they let our hops out
  std::string calibration;           // of the access radio, as `calibrate -o` writes it; empty: none
  Metres mast_height{30};            // of masts whose height nobody told
  bool relays = true;                // high ground is a candidate
  std::string country;               // polygons: masts, towers and claims outside are left out; empty: not checked
};

struct PlanGround {
  std::unique_ptr<TiledTerrain> terrain;
  std::uint64_t hash = 0;  // of every height
};

// Tiles that cannot be read are told and left out: the ground there is unknown. Refuses when none is left.
// Aborted when it is cancelled.
[[nodiscard]] Result<PlanGround> read_ground(const PlanSources& files, Executor& executor, const Tell& tell,
                                             const Watch& watch = {});

// What the list of operators claims, and the masts of the input whose network can be bought, as towers.
[[nodiscard]] Result<OperatorCoverage> networks_for_sale(const PlanSources& files, const PlanInput& input,
                                                         const Tell& tell);

// Of the settlements, with radios, prices, masts, operators and relays. Aborted when it is cancelled.
[[nodiscard]] Result<PlanInput> gather(std::vector<Settlement> settlements, const PlanSources& files,
                                       const TerrainView& terrain, Executor& executor, const Tell& tell,
                                       const Watch& watch = {});

}  // namespace karkara::planner
