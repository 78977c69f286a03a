#include "controller/planner/outputs/signal_rows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "controller/planner/terrain/content_hash.h"

namespace karkara::planner {
namespace {

constexpr std::string_view kRowsMagic = "karkrow1";
constexpr std::uint32_t kByteOrderMark = 0x01020304;  // a file of the other byte order is one of other inputs

template <class Number>
void append_raw(std::string& to, const Number* numbers, std::size_t count) {
  to.append(reinterpret_cast<const char*>(numbers), count * sizeof(Number));
}

}  // namespace

std::string rows_header(const RowsKey& key) {
  std::string header{kRowsMagic};
  append_raw(header, &key.inputs, 1);
  const std::array<std::uint32_t, 4> numbers{key.rows, key.columns, kByteOrderMark, 0};
  append_raw(header, numbers.data(), numbers.size());
  return header;
}

std::size_t row_record_bytes(std::uint32_t columns) {
  return sizeof(std::uint64_t) + sizeof(std::uint32_t) + std::size_t{columns} * (sizeof(float) + sizeof(std::int32_t));
}

std::string row_record(std::uint32_t row, const SignalGrid& grid) {
  const std::size_t first = std::size_t{row} * grid.columns;
  std::string body;
  append_raw(body, &row, 1);
  append_raw(body, grid.level.data() + first, grid.columns);
  append_raw(body, grid.server.data() + first, grid.columns);
  const std::uint64_t check = content_hash(body);
  std::string record;
  append_raw(record, &check, 1);
  return record + body;
}

std::optional<std::uint32_t> take_row(std::string_view record, std::size_t sites, SignalGrid& grid) {
  if (record.size() != row_record_bytes(grid.columns)) {
    return std::nullopt;
  }
  std::uint64_t check = 0;
  std::uint32_t row = 0;
  std::memcpy(&check, record.data(), sizeof check);
  record.remove_prefix(sizeof check);
  std::memcpy(&row, record.data(), sizeof row);
  if (check != content_hash(record) || row >= grid.rows) {
    return std::nullopt;
  }
  std::vector<float> level(grid.columns);
  std::vector<std::int32_t> server(grid.columns);
  std::memcpy(level.data(), record.data() + sizeof row, level.size() * sizeof(float));
  std::memcpy(server.data(), record.data() + sizeof row + level.size() * sizeof(float),
              server.size() * sizeof(std::int32_t));
  for (std::uint32_t x = 0; x < grid.columns; ++x) {
    const bool no_site = server[x] < kCellUnknown || (server[x] >= 0 && static_cast<std::size_t>(server[x]) >= sites);
    if (no_site || std::isinf(level[x])) {
      return std::nullopt;
    }
  }
  const auto at = static_cast<std::ptrdiff_t>(std::size_t{row} * grid.columns);
  std::copy(level.begin(), level.end(), grid.level.begin() + at);
  std::copy(server.begin(), server.end(), grid.server.begin() + at);
  return row;
}

}  // namespace karkara::planner
