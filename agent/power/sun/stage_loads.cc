#include "agent/power/sun/stage_loads.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr unsigned kStages = LoadProfile::kStages;
constexpr unsigned kHours = LoadProfile::kHours;
constexpr double kBorrowedWeight = 0.1;  // beside one day that was seen

struct Cell {
  double watts = 0;
  double weight = 0;  // days; 0 is unknown
};
using Row = std::array<Cell, kHours>;
using Grid = std::array<Row, kStages>;

// How much of the other's load this row takes in the hours that both know; a deeper one never more than all of it.
double part_of(const Row& own, const Row& other, bool deeper) {
  double mine = 0;
  double its = 0;
  for (unsigned hour = 0; hour < kHours; ++hour) {
    if (own[hour].weight > 0 && other[hour].weight > 0) {
      mine += own[hour].watts;
      its += other[hour].watts;
    }
  }
  const double part = its > 0 ? mine / its : 1;
  return deeper ? std::min(part, 1.0) : std::max(part, 1.0);
}

double mean_of(const Row& row) {
  double sum = 0;
  double known = 0;
  for (const Cell& cell : row) {
    sum += cell.weight > 0 ? cell.watts : 0;
    known += cell.weight > 0 ? 1 : 0;
  }
  return known > 0 ? sum / known : 0;
}

// What stage `to` takes in that hour, told by stage `from`; 0 is unknown.
double borrowed(const Grid& seen, unsigned from, unsigned to, unsigned hour) {
  const Cell& cell = seen[from][hour];
  return cell.weight > 0 ? cell.watts * part_of(seen[to], seen[from], to > from) : 0;
}

bool is_seen(const Row& row) {
  return mean_of(row) > 0;
}

// An hour of a stage that was seen in other hours.
double fill_hour(const Grid& seen, unsigned stage, unsigned hour) {
  for (unsigned distance = 1; distance < kStages; ++distance) {
    const double shallower = stage >= distance ? borrowed(seen, stage - distance, stage, hour) : 0;
    const double deeper = stage + distance < kStages ? borrowed(seen, stage + distance, stage, hour) : 0;
    if (shallower > 0 || deeper > 0) {
      return shallower > 0 ? shallower : deeper;
    }
  }
  return mean_of(seen[stage]);
}

Row filled(const Grid& seen, const LoadProfile::Unplaced& unplaced, unsigned stage) {
  Row row = seen[stage];
  for (unsigned hour = 0; hour < kHours; ++hour) {
    if (row[hour].weight > 0) {
      continue;
    }
    const double watts = is_seen(seen[stage]) ? fill_hour(seen, stage, hour) : unplaced[stage].median().value_or(0);
    row[hour] = {watts, watts > 0 ? kBorrowedWeight : 0};
  }
  return row;
}

// The stage itself, or the nearest one that is known; of two as near the shallower.
const Row* nearest(const Grid& rows, unsigned stage) {
  for (unsigned distance = 0; distance < kStages; ++distance) {
    if (stage >= distance && is_seen(rows[stage - distance])) {
      return &rows[stage - distance];
    }
    if (stage + distance < kStages && is_seen(rows[stage + distance])) {
      return &rows[stage + distance];
    }
  }
  return nullptr;
}

// Pools neighbours that break the order into their weighted mean (isotonic regression).
void put_in_order(std::array<Cell, kStages>& stages) {
  struct Pool {
    double sum = 0;
    double weight = 0;
    unsigned count = 0;
    [[nodiscard]] double mean() const { return sum / weight; }
  };
  std::array<Pool, kStages> pools{};
  unsigned used = 0;
  for (const Cell& cell : stages) {
    pools[used++] = {cell.watts * cell.weight, cell.weight, 1};
    while (used > 1 && pools[used - 1].mean() > pools[used - 2].mean()) {
      --used;
      pools[used - 1].sum += pools[used].sum;
      pools[used - 1].weight += pools[used].weight;
      pools[used - 1].count += pools[used].count;
    }
  }
  unsigned stage = 0;
  for (unsigned pool = 0; pool < used; ++pool) {
    for (unsigned i = 0; i < pools[pool].count; ++i) {
      stages[stage++].watts = pools[pool].mean();
    }
  }
}

Grid medians(const LoadProfile::Cells& cells) {
  Grid seen{};
  for (unsigned stage = 0; stage < kStages; ++stage) {
    for (unsigned hour = 0; hour < kHours; ++hour) {
      if (const auto median = cells[stage][hour].median()) {
        seen[stage][hour] = {*median, static_cast<double>(cells[stage][hour].count())};
      }
    }
  }
  return seen;
}

}  // namespace

std::optional<StageLoads> stage_loads(const LoadProfile::Cells& cells, const LoadProfile::Unplaced& unplaced) {
  const Grid seen = medians(cells);
  Grid rows{};
  for (unsigned stage = 0; stage < kStages; ++stage) {
    rows[stage] = filled(seen, unplaced, stage);
  }
  if (nearest(rows, 0) == nullptr) {
    return std::nullopt;
  }
  StageLoads loads{};
  for (unsigned hour = 0; hour < kHours; ++hour) {
    std::array<Cell, kStages> column{};
    for (unsigned stage = 0; stage < kStages; ++stage) {
      column[stage] = (*nearest(rows, stage))[hour];
      column[stage].weight = is_seen(rows[stage]) ? column[stage].weight : kBorrowedWeight;
    }
    put_in_order(column);
    for (unsigned stage = 0; stage < kStages; ++stage) {
      loads[stage][hour] = column[stage].watts;
    }
  }
  return loads;
}

}  // namespace karkara
