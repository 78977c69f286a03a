// Rows of a grid that a job had filled when it was ended, as the bytes of a file, so that the next one goes on from
// there. Refuses rows of other inputs, of another shape and torn ones. Written and read by the same kind of machine
// only. Called by planner_io's file of rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "controller/planner/outputs/signal_grid.h"

namespace karkara::planner {

struct RowsKey {
  std::uint64_t inputs = 0;  // hash of all that decides a row
  std::uint32_t rows = 0;
  std::uint32_t columns = 0;
};

// What such a file begins with.
inline constexpr std::size_t kRowsHeaderBytes = 32;
[[nodiscard]] std::string rows_header(const RowsKey& key);

[[nodiscard]] std::size_t row_record_bytes(std::uint32_t columns);
[[nodiscard]] std::string row_record(std::uint32_t row, const SignalGrid& grid);

// Puts a record into the grid and says which row it is; nothing where it is torn or names more than `sites` sites, and
// then the grid is as it was.
[[nodiscard]] std::optional<std::uint32_t> take_row(std::string_view record, std::size_t sites, SignalGrid& grid);

}  // namespace karkara::planner
