// Whatever stands in a radio profile, a price list, a table of land cover or a plan: it is read or refused, and what
// was read is whole. A plan that was read is written and read back the same.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "controller/planner/link/link_budget.h"
#include "controller/planner_io/cost_file.h"
#include "controller/planner_io/cover_file.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/radio_file.h"

namespace {

void must_hold(bool holds) {
  if (!holds) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara::planner;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto radio = parse_radio("radio.yaml", text)) {
    must_hold(check(*radio).ok() && eirp(*radio) <= radio->eirp_limit);
    must_hold(std::isfinite(make_budget(*radio)->most_loss().value()));
    for (const double latitude : {-90.0, 0.0, 13.5, 90.0}) {
      const double rain = radio->climate.rain_at(karkara::Degrees{latitude});
      must_hold(rain >= radio->climate.rain_range().first - 1e-9 && rain <= radio->climate.rain_range().second + 1e-9);
    }
  }
  if (const auto book = parse_costs("costs.yaml", text)) {
    must_hold(check(*book).ok() && mast_cost(*book, MastUse::Access, 0, karkara::Degrees{13}).npv >= 0);
  }
  if (const auto heights = parse_cover_heights("cover.yaml", text)) {
    for (int number = -2; number <= kMostCoverClass + 2; ++number) {
      must_hold(std::isnan(heights->of(number)) || (heights->of(number) >= 0 && heights->of(number) <= 150));
    }
  }
  if (const auto plan = parse_plan(text)) {
    const auto again = parse_plan(to_text(*plan));
    must_hold(again.ok() && *again == *plan);
  }
  return 0;
}
