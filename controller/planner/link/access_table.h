// Which settlement each possible mast would serve, and from which height on: the national link table. A mast may carry
// its antenna lower than its top, so who is served at one height is served at all above. Refuses to choose sites.
// Called by plan searches; the same table on any number of threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/link/access_model.h"
#include "controller/planner/terrain/terrain_view.h"
#include "controller/planner/terrain/unknown_squares.h"
#include "controller/planner/watch.h"

namespace karkara::planner {

struct AccessPair {
  std::uint32_t settlement = 0;
  std::uint32_t least = 0;  // index of the lowest mast that serves it
  friend bool operator==(const AccessPair&, const AccessPair&) = default;
};

struct AccessTable {
  std::vector<std::size_t> begin{0};  // pairs of site i: begin[i] .. begin[i + 1]
  std::vector<AccessPair> pairs;      // of each site by settlement; only those that some height serves
  std::uint64_t within_reach = 0;     // pairs that were looked at
  std::uint64_t unknown = 0;          // of these, over ground that nobody knows
  UnknownSquares unknown_in;          // where that ground is

  [[nodiscard]] std::span<const AccessPair> of(std::size_t site) const {
    return std::span{pairs}.subspan(begin[site], begin[site + 1] - begin[site]);
  }
  friend bool operator==(const AccessTable&, const AccessTable&) = default;
};

struct AccessPlaces {
  std::vector<Place> sites;
  std::vector<Place> settlements;
  // The first so many sites are the settlements, in the same order: then one profile serves both ways.
  std::size_t shared = 0;
};

// A table that was cancelled lacks links: it is no table of anything.
[[nodiscard]] AccessTable access_table(const TerrainView& terrain, const AccessPlaces& places, const AccessModel& model,
                                       Executor& executor, const Watch& watch = {});

}  // namespace karkara::planner
