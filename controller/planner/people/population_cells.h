// People of a population raster given to the settlements of a list: each cell's people go to the nearest settlement
// within a reach; what lies farther is gathered into places of its own, so nobody is lost. Refuses negative cells and
// cells that hold more than a city can; both are counted and told with their place. Rows come one after another, so a
// raster of the whole country needs no memory. Called by controller/planner_io with rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include "controller/planner/people/areas.h"
#include "controller/planner/people/import_doubt.h"
#include "controller/planner/people/settlement_import.h"

namespace karkara::planner {

struct PopulationTotals {
  double people = 0;           // of sound cells in the country
  double near = 0;             // of these: given to a settlement of the list
  double outside = 0;          // in cells outside the country; counted nowhere else
  std::uint64_t cells = 0;     // with people, in the country
  std::uint64_t negative = 0;  // refused
  std::uint64_t too_many = 0;  // refused
};

struct RasterRow {
  std::size_t number = 0;  // from 1, from the north
  Degrees latitude;        // of the middle of its cells
  Degrees west;            // of the middle of the first cell
  Degrees step;
  std::span<const double> people;  // NaN: no data
};

class PopulationCells {
 public:
  // `country` may be empty: then every cell counts.
  PopulationCells(std::span<const Settlement> settlements, const Areas& country, Metres reach);

  void add(const RasterRow& row);

  // The list with the raster's people (rounded; those that none of the cells reached have 0), and behind it the places
  // nobody listed, with at least `least` people in a square of 0.05 degrees.
  [[nodiscard]] std::vector<Settlement> settlements(double least) const;
  [[nodiscard]] const PopulationTotals& totals() const { return totals_; }
  // The first hundred of either kind; totals() counts all.
  [[nodiscard]] const std::vector<ImportProblem>& problems() const { return problems_; }

 private:
  using Square = std::pair<std::int32_t, std::int32_t>;
  struct Gathered {
    double people = 0, north = 0, east = 0;  // the last two weighted by people
  };
  void take(const Place& place, double people);
  [[nodiscard]] Square square_of(const Place& place) const;
  void refuse(std::uint64_t& count, const RasterRow& row, std::size_t column, double people, const char* why);

  std::span<const Settlement> list_;
  const Areas& country_;
  Metres reach_;
  double square_;  // degrees, at least the reach
  std::map<Square, std::vector<std::uint32_t>> by_square_;
  std::vector<double> given_;
  std::map<Square, Gathered> unlisted_;
  PopulationTotals totals_;
  std::vector<ImportProblem> problems_;
};

}  // namespace karkara::planner
