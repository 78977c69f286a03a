// Whatever a list of places holds, it is read: each row becomes a settlement or a problem, and what became a settlement
// lies on the globe with no fewer than no people.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "controller/planner/existing/mast_import.h"
#include "controller/planner/existing/operator_coverage.h"
#include "controller/planner/measure/calibration_table.h"
#include "controller/planner/measure/measurement_import.h"
#include "controller/planner/outputs/signal_rows.h"
#include "controller/planner/outputs/text.h"
#include "controller/planner/people/borders.h"
#include "controller/planner/people/number_text.h"
#include "controller/planner/people/population_cells.h"
#include "controller/planner/people/settlement_import.h"
#include "controller/planner/terrain/hgt.h"

namespace {

void must(bool holds) {
  if (!holds) {
    std::abort();
  }
}

using namespace karkara::planner;  // NOLINT: a fuzz target is one function
using karkara::Degrees;

bool is_on_globe(const Place& place) {
  return place_from(place.latitude.value(), place.longitude.value()).ok();
}

// Corners out of the bytes: on the globe and beyond it.
std::vector<Shape> shapes_of(const Table& table, std::string_view bytes) {
  std::vector<Shape> shapes(table.rows.size());
  for (std::size_t i = 0; i + 8 <= bytes.size() && !shapes.empty(); i += 8) {
    std::vector<Place> ring;
    for (std::size_t corner = 0; corner < 4; ++corner) {
      ring.push_back({Degrees{static_cast<signed char>(bytes[i + 2 * corner]) * 0.8},
                      Degrees{static_cast<signed char>(bytes[i + 2 * corner + 1]) * 1.5}});
    }
    shapes[i / 8 % shapes.size()].rings.push_back(std::move(ring));
  }
  return shapes;
}

void borders(const Table& table, std::string_view bytes) {
  if (const auto import = import_borders({table, shapes_of(table, bytes)}, Areas{{}})) {
    must(import->borders.units().size() <= table.rows.size());
    const AdminUnit* around = import->borders.around({Degrees{13.5}, Degrees{2.1}});
    must(around == nullptr || std::any_of(import->borders.units().begin(), import->borders.units().end(),
                                          [&](const AdminUnit& unit) { return &unit == around; }));
  }
}

// Raw numbers as cells: nobody is counted twice, nobody below 0.
void people_in_cells(const std::vector<Settlement>& settlements, std::string_view bytes) {
  std::vector<double> row(std::min<std::size_t>(bytes.size() / 8, 64));
  std::memcpy(row.data(), bytes.data(), 8 * row.size());
  const Areas anywhere{{}};
  PopulationCells cells{settlements, anywhere, karkara::Metres{3'000}};
  cells.add({1, Degrees{13.5}, Degrees{2}, Degrees{0.01}, row});
  cells.add({2, Degrees{-89.995}, Degrees{179.3}, Degrees{0.01}, row});
  must(std::isfinite(cells.totals().people) && cells.totals().people >= 0);
  must(cells.totals().near <= cells.totals().people * (1 + 1e-12));
  for (const Settlement& one : cells.settlements(1)) {
    must(is_on_globe(one.place) && one.people.value_or(0) >= 0);
  }
}

// A row that a job left is taken whole or not at all.
void kept_rows(std::string_view bytes) {
  SignalGrid grid;
  grid.rows = 3;
  grid.columns = 2;
  grid.level.assign(6, -100);
  grid.server.assign(6, kCellUnserved);
  const SignalGrid before = grid;
  const auto row = take_row(bytes.substr(0, row_record_bytes(2)), 5, grid);
  must(row ? *row < 3 : grid.level == before.level && grid.server == before.server);
  must(*take_row(row_record(1, grid), 5, grid) == 1);
}

void other_imports(const Table& table) {
  if (const auto masts = import_masts(table, Areas{{}})) {
    for (const Mast& mast : masts->masts) {
      must(is_on_globe(mast.place) && (!mast.height || mast.height->value() >= 1));
    }
  }
  if (const auto operators = import_operators({table, std::vector<Shape>(table.rows.size())}, Areas{{}})) {
    for (const OperatorTower& tower : operators->coverage.towers()) {
      must(is_on_globe(tower.place) && tower.reach.value() > 0);
      must(!operators->coverage.owners_at(tower.place).empty() || std::abs(tower.place.latitude.value()) > 78);
    }
  }
  if (const auto measured = import_measurements(table, Areas{{}})) {
    std::size_t samples = 0;
    for (const LocalMedian& median : local_medians(measured->samples, karkara::Metres{50})) {
      must(is_on_globe(median.place) && median.level.value() < 0);
      samples += median.samples;
    }
    must(samples == measured->samples.size());
  }
}

// A correction is one that a radio may have, over any distance.
void calibrations(const Table& table) {
  RadioProfile radio;
  radio.id = table.rows.empty() ? "" : table.rows.front().fields.front();
  radio.frequency = karkara::Megahertz{942};
  radio.power = karkara::Dbm{45};
  if (const auto correction = correction_from(table, radio)) {
    for (const double away : {0.0, 90.0, 5e3, 5e6}) {
      must(std::abs(correction->of({Degrees{13.5}, Degrees{2.1}}).at(karkara::Metres{away}).value()) < 500);
    }
    must(to_text(*correction).size() < 320);
  }
}

// Whatever a name holds, it cannot leave the text that holds it.
void texts(std::string_view text) {
  const std::string xml = xml_text(text);
  must(xml.find_first_of("<>\"'") == std::string::npos);
  const std::string json = json_text(text);
  for (std::size_t i = 1; i + 1 < json.size(); ++i) {
    must(static_cast<unsigned char>(json[i]) >= 0x20 && json[i] != '<');
    must(json[i] != '"' || json[i - 1] == '\\');
  }
  const auto row = parse_csv("name,end\n" + csv_text(text) + ",x\n");
  must(row.ok());
  for (const TableRow& one : row->rows) {
    must(one.fields.size() == 2 && std::string_view{"=+-@"}.find(one.fields[0][0]) == std::string_view::npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara::planner;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  texts(text.substr(0, 200));
  kept_rows(text);
  const auto angle = parse_angle(text.substr(0, 40));
  must(!angle || std::isfinite(angle->degrees));
  const auto number = parse_number(text.substr(0, 40));
  must(!number || std::isfinite(*number));
  const auto corner = hgt_corner(text.substr(0, 40));
  must(!corner || place_from(corner->latitude.value(), corner->longitude.value()).ok());
  const auto table = parse_csv(text);
  if (!table) {
    return 0;
  }
  for (const TableRow& row : table->rows) {
    must(row.fields.size() == table->columns.size());
  }
  const auto import = import_settlements(*table, Areas{{}}, Areas{{}});
  if (import) {
    must(import->settlements.size() <= table->rows.size());
    for (const Settlement& settlement : import->settlements) {
      must(place_from(settlement.place.latitude.value(), settlement.place.longitude.value()).ok());
      must(!settlement.people || *settlement.people >= 0);
    }
  }
  borders(*table, text);
  people_in_cells(import ? import->settlements : std::vector<Settlement>{}, text);
  other_imports(*table);
  calibrations(*table);
  return 0;
}
