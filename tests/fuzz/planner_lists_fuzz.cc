// Whatever a list of places holds, it is read: each row becomes a settlement or a problem, and what became a settlement
// lies on the globe with no fewer than no people.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "controller/planner/existing/mast_import.h"
#include "controller/planner/existing/operator_coverage.h"
#include "controller/planner/measure/measurement_import.h"
#include "controller/planner/outputs/text.h"
#include "controller/planner/people/number_text.h"
#include "controller/planner/people/settlement_import.h"
#include "controller/planner/terrain/hgt.h"

namespace {

void must(bool holds) {
  if (!holds) {
    std::abort();
  }
}

using namespace karkara::planner;  // NOLINT: a fuzz target is one function

bool is_on_globe(const Place& place) {
  return place_from(place.latitude.value(), place.longitude.value()).ok();
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
  other_imports(*table);
  return 0;
}
