#include "controller/planner/plan/cost_book.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <string>

#include "controller/planner/link/hop_table.h"

namespace karkara::planner {
namespace {

constexpr double kSolarConstant = 1.361;  // kW/m2
// The days that stand for the months (Duffie and Beckman, table 1.6.1).
constexpr int kDays[] = {17, 47, 75, 105, 135, 162, 198, 228, 258, 288, 318, 344};

// kWh/m2 on a flat square metre above the air (Duffie and Beckman, 1.10.3).
double above_the_air(double latitude, int day) {
  const double year = 2 * std::numbers::pi * day / 365;
  const double declination = 23.45 * std::numbers::pi / 180 * std::sin(2 * std::numbers::pi * (284 + day) / 365);
  const double sunset = std::acos(std::clamp(-std::tan(latitude) * std::tan(declination), -1.0, 1.0));
  return 24 / std::numbers::pi * kSolarConstant * (1 + 0.033 * std::cos(year)) *
         (std::cos(latitude) * std::cos(declination) * std::sin(sunset) +
          sunset * std::sin(latitude) * std::sin(declination));
}

// Dearer than any country can pay is dear enough; what is added up later must not overflow.
Money whole_money(double value) {
  return std::llround(std::clamp(value, 0.0, static_cast<double>(kMostMoney)));
}

PlanCost with_power(const CostBook& book, double capex, double opex, Watts load, Degrees latitude) {
  const PowerSystem power = power_for(book, load, latitude);
  return cost_of(book, capex + power.capex, opex + power.opex);
}

}  // namespace

Status check(const CostBook& book) {
  if (book.masts.empty() || book.masts.size() > kMostHeights) {
    return Error{ErrorCode::InvalidArgument, book.id + ": masts: from 1 to 6 heights are needed"};
  }
  for (std::size_t i = 1; i < book.masts.size(); ++i) {
    if (book.masts[i].height <= book.masts[i - 1].height || book.masts[i].capex < book.masts[i - 1].capex) {
      return Error{ErrorCode::InvalidArgument, book.id + ": masts: heights must rise, and prices must not fall"};
    }
  }
  std::set<std::string> priced;
  for (const HopPrice& hop : book.hops) {
    if (!priced.insert(hop.profile).second) {
      return Error{ErrorCode::InvalidArgument, book.id + ": hops: '" + hop.profile + "' has two prices"};
    }
  }
  if (!(book.years >= 1) || book.years != std::floor(book.years)) {
    return Error{ErrorCode::InvalidArgument, book.id + ": years: a whole number, at least 1"};
  }
  return {};
}

double annuity(const CostBook& book) {
  double sum = 0;
  for (int year = 1; year <= static_cast<int>(book.years); ++year) {
    sum += std::pow(1 + book.discount, -year);
  }
  return sum;
}

PlanCost cost_of(const CostBook& book, double capex, double opex) {
  return {whole_money(capex), whole_money(opex), whole_money(capex + opex * annuity(book))};
}

double worst_sun_hours(Degrees latitude, double clearness) {
  double least = 24;
  for (const int day : kDays) {
    least = std::min(least, clearness * above_the_air(latitude.value() * std::numbers::pi / 180, day));
  }
  // Beyond the polar circle the sun does not plan.
  return std::max(least, 0.1);
}

PowerSystem power_for(const CostBook& book, Watts load, Degrees latitude) {
  const double daily = load.value() * 24;
  PowerSystem system;
  system.panels = Watts{daily / (worst_sun_hours(latitude, book.power.clearness) * book.power.efficiency)};
  system.battery = WattHours{daily * book.power.days_alone / book.power.depth};
  const double battery = system.battery.value() * book.power.per_battery_wh;
  system.capex = system.panels.value() * book.power.per_panel_watt + battery;
  system.opex = battery / book.power.battery_years;
  return system;
}

PlanCost mast_cost(const CostBook& book, MastUse use, std::size_t height, Degrees latitude) {
  const double mast = book.masts[height].capex;
  switch (use) {
    case MastUse::Access:
      return with_power(book, mast + book.preparation + book.access_radio + book.power.fixed, book.site_opex,
                        book.access_load, latitude);
    case MastUse::Relay:
      return with_power(book, mast + book.relay_preparation + book.power.fixed, book.relay_opex, book.relay_load,
                        latitude);
    case MastUse::OnExisting:
      return with_power(book, book.access_radio + book.power.fixed, book.existing_opex, book.access_load, latitude);
  }
  return {};
}

WayOutPrice standby_vsat(const CostBook& book) {
  WayOutPrice price = book.vsat;
  price.opex = book.vsat_standby_opex.value_or(price.opex);
  return price;
}

PlanCost way_out_cost(const CostBook& book, const WayOutPrice& price, Degrees latitude) {
  return with_power(book, price.capex, price.opex, price.load, latitude);
}

PlanCost hop_cost(const CostBook& book, const HopPrice& price, Degrees latitude) {
  return with_power(book, price.capex, price.opex, price.load * 2, latitude);
}

}  // namespace karkara::planner
