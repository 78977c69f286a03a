// What things cost, and what a site costs over the years: masts, buildings, radios, ways out, upkeep, and a power
// system sized by the sun of the worst month. Every price says where it came from. Refuses currencies: one book has
// one. Read from configs/costs by controller/planner_io/cost_file, used by plan searches.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/link/radio_profile.h"
#include "controller/planner/plan/plan.h"

namespace karkara::planner {

struct MastPrice {
  Metres height;
  double capex = 0;
};

struct HopPrice {
  std::string profile;
  double capex = 0;  // both ends
  double opex = 0;   // a year
  Watts load;        // of one end
};

struct WayOutPrice {
  double capex = 0;
  double opex = 0;  // a year, service included
  Watts load;
  BitsPerSecond rate{};  // that it carries either way; 0: not told, so it carries all
};

struct PowerPrice {
  double fixed = 0;  // charger, cabinet, cables
  double per_panel_watt = 0;
  double per_battery_wh = 0;
  double battery_years = 10;  // then it is bought anew
  double days_alone = 3;      // without sun
  double depth = 0.8;         // of the battery that may be used
  double efficiency = 0.75;   // from the panel's rating to the load
  double clearness = 0.58;    // what the air leaves of the sun in the worst month
};

struct CostBook {
  std::string id;
  std::string currency;
  double years = 10;
  double discount = 0;           // a year
  std::vector<MastPrice> masts;  // ascending
  double preparation = 0;        // survey, ground, fence, installation
  double site_opex = 0;          // upkeep, guard, rent
  double relay_preparation = 0;
  double relay_opex = 0;
  double existing_opex = 0;  // rent on a mast that stands already
  double access_radio = 0;
  Watts access_load;  // radio and what steers it
  Watts relay_load;
  std::vector<HopPrice> hops;
  WayOutPrice sim;
  WayOutPrice vsat;
  std::optional<double> vsat_standby_opex;  // of a terminal that sleeps until another way out fails; none: as vsat's
  BitsPerSecond gateway_rate{};             // of the way out that a standing mast has already; 0: not told
  Metres sim_reach;                         // from an operator's mast
  PowerPrice power;
  std::vector<Origin> origins;
};

// What no single value tells: masts in order, at most kMostHeights; one price for each hop; whole years.
[[nodiscard]] Status check(const CostBook& book);

// What a yearly payment of 1 is worth today, over the book's years.
[[nodiscard]] double annuity(const CostBook& book);
[[nodiscard]] PlanCost cost_of(const CostBook& book, double capex, double opex);

// kWh a day on a square metre that lies flat, in the month with the least sun above the air.
[[nodiscard]] double worst_sun_hours(Degrees latitude, double clearness);

struct PowerSystem {
  Watts panels;
  WattHours battery;
  double capex = 0;
  double opex = 0;  // the battery's renewal
};
// Linear in the load, but for the fixed part, which is not in it.
[[nodiscard]] PowerSystem power_for(const CostBook& book, Watts load, Degrees latitude);

enum class MastUse : unsigned char { Access, Relay, OnExisting };
[[nodiscard]] PlanCost mast_cost(const CostBook& book, MastUse use, std::size_t height, Degrees latitude);
// Of a terminal that sleeps until another way out fails.
[[nodiscard]] WayOutPrice standby_vsat(const CostBook& book);
// Nothing for a gateway. `profile` is the hop's.
[[nodiscard]] PlanCost way_out_cost(const CostBook& book, const WayOutPrice& price, Degrees latitude);
[[nodiscard]] PlanCost hop_cost(const CostBook& book, const HopPrice& price, Degrees latitude);

}  // namespace karkara::planner
