// The rows of a raster that are done, in a hidden file beside the output, so that a job that was ended goes on where it
// was. Refuses rows of other inputs (the file begins anew), torn ones (what stands behind them is dropped) and two jobs
// for one output. Called by the raster job, add() from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/outputs/signal_rows.h"

namespace karkara::planner {

class RowsFile {
 public:
  // What the file of `output` holds is put into the grid and marked in `done`.
  [[nodiscard]] static Result<std::unique_ptr<RowsFile>> open(const std::string& output, std::uint64_t inputs,
                                                              std::size_t sites, SignalGrid& grid,
                                                              std::vector<std::uint8_t>& done);
  ~RowsFile();
  RowsFile(const RowsFile&) = delete;
  RowsFile& operator=(const RowsFile&) = delete;

  // What cannot be written (a full disk) is left out, and all that comes after it.
  void add(std::uint32_t row, const SignalGrid& grid);
  [[nodiscard]] bool is_whole() const { return !broken_; }  // every row that was added is there
  void remove();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  RowsFile(std::string path, int file) : path_{std::move(path)}, file_{file} {}
  [[nodiscard]] Status take_all(const RowsKey& key, std::size_t sites, SignalGrid& grid,
                                std::vector<std::uint8_t>& done);

  std::string path_;
  int file_;
  bool broken_ = false;
  std::mutex lock_;
};

}  // namespace karkara::planner
