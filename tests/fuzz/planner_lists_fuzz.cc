// Whatever a list of places holds, it is read: each row becomes a settlement or a problem, and what became a settlement
// lies on the globe with no fewer than no people.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "controller/planner/people/number_text.h"
#include "controller/planner/people/settlement_import.h"
#include "controller/planner/terrain/hgt.h"

namespace {

void must(bool holds) {
  if (!holds) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara::planner;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
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
  return 0;
}
