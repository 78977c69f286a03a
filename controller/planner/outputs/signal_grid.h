// What phones hear over an area: for each cell of a grid the strongest site's level and which site that is, over the
// ground between. Where many cells lie on the same ways from a mast, ITM's sweeps answer them (signal_fan.h), else each
// cell is asked for its middle. Refuses to fill cells that nobody hears or over unknown ground. The same grid on any
// number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "common/result.h"
#include "controller/planner/executor.h"
#include "controller/planner/link/access_model.h"
#include "controller/planner/outputs/signal_fan.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

inline constexpr double kMetresOfDegree = 111'195;  // of latitude
inline constexpr std::int32_t kCellUnserved = -1;
inline constexpr std::int32_t kCellUnknown = -2;  // a site is within reach, but nobody knows the ground between

struct SignalGrid {
  std::uint32_t rows = 0, columns = 0;
  Degrees north, west, step;         // of the first cell's middle; equal steps
  std::vector<float> level;          // dBm at the phone, by row from the north; NaN where nothing is known or heard
  std::vector<std::int32_t> server;  // number of the site with that level if it serves, else one of the above
};

struct SignalSite {
  Place place;
  SignalAntennas antennas;  // the best of them counts, cell by cell
};

struct SignalArea {
  Degrees south, north, west, east;
  Degrees step{0.005};
};

[[nodiscard]] CellSize narrowest_cell(const SignalGrid& grid);

// Nobody heard and nothing known yet. Refuses areas that are none and grids of more than 20 million cells.
[[nodiscard]] Result<SignalGrid> empty_grid(const SignalArea& area);

// Called from any thread.
struct GridWatch {
  std::function<bool()> cancelled;
  std::function<void(std::size_t done, std::size_t of)> progress;         // of the rows that were open; may be empty
  std::function<void(std::uint32_t row, const SignalGrid& grid)> filled;  // that row is whole; may be empty
};

// Fills the rows that are not `done` (one number a row) and marks them. Aborted when it was cancelled: what is done is
// whole.
[[nodiscard]] Status fill_grid(SignalGrid& grid, std::vector<std::uint8_t>& done, const std::vector<SignalSite>& sites,
                               const TerrainView& terrain, const AccessModel& model, Executor& executor,
                               const GridWatch& watch);

// Both at once.
[[nodiscard]] Result<SignalGrid> signal_grid(const SignalArea& area, const std::vector<SignalSite>& sites,
                                             const TerrainView& terrain, const AccessModel& model, Executor& executor,
                                             const std::function<bool()>& cancelled);

}  // namespace karkara::planner
