// A few villages on ground by formula, with simple radios and prices: what tests of plans stand on.
#pragma once

#include <string>
#include <vector>

#include "common/splitmix.h"
#include "controller/planner/plan/plan_input.h"
#include "controller/planner/plan/plan_search.h"
#include "controller/planner/terrain/formula_terrain.h"

namespace karkara::planner {

inline RadioProfile village_radio() {
  RadioProfile radio;
  radio.id = "village";
  radio.frequency = Megahertz{900};
  radio.channel = Megahertz{5};
  radio.power = Dbm{37};
  radio.feeder_loss = Db{1};
  radio.antenna.gain = Db{9};
  radio.eirp_limit = Dbm{50};
  radio.noise_figure = Db{5};
  radio.share = 0.5;
  radio.up_share = 0.5;
  radio.rates = {{Db{0}, 0.5}, {Db{10}, 2}, {Db{20}, 5}};
  radio.least_down = BitsPerSecond{1e6};
  radio.least_up = BitsPerSecond{1e5};
  radio.reach = Metres{15'000};
  radio.time = Percent{90};
  radio.location = Percent{90};
  radio.terminal.channel = Megahertz{0.4};
  radio.terminal.loss = Db{8};
  return radio;
}

inline RadioProfile hop_radio() {
  RadioProfile radio;
  radio.id = "hop";
  radio.use = RadioUse::Backhaul;
  radio.frequency = Megahertz{5'800};
  radio.channel = Megahertz{20};
  radio.power = Dbm{7};
  radio.antenna.gain = Db{29};
  radio.eirp_limit = Dbm{36};
  radio.noise_figure = Db{6};
  radio.share = 0.4;
  radio.rates = {{Db{5}, 0.65}, {Db{8}, 1.3}, {Db{14}, 2.6}, {Db{26}, 6.5}};
  radio.least_down = BitsPerSecond{1e7};
  radio.reach = Metres{40'000};
  radio.climate = {-6, 50, 60};
  return radio;
}

inline CostBook village_costs() {
  CostBook book;
  book.id = "prices";
  book.currency = "USD";
  book.years = 10;
  book.discount = 0.08;
  book.masts = {{Metres{15}, 15'000}, {Metres{45}, 40'000}};
  book.preparation = 30'000;
  book.access_radio = 20'000;
  book.site_opex = 5'000;
  book.relay_preparation = 20'000;
  book.hops = {{"hop", 8'000, 400, Watts{10}}};
  book.sim = {800, 2'400, Watts{10}};
  book.vsat = {3'000, 6'000, Watts{60}};
  book.power.per_panel_watt = 0.6;
  book.power.per_battery_wh = 0.35;
  return book;
}

inline Settlement village(const std::string& id, double latitude, double longitude, std::int64_t people) {
  Settlement settlement;
  settlement.id = id;
  settlement.name = "Village " + id;
  settlement.place = {Degrees{latitude}, Degrees{longitude}};
  settlement.people = people;
  return settlement;
}

inline PlanInput country_of(std::vector<Settlement> settlements) {
  PlanInput input;
  input.settlements = std::move(settlements);
  input.access = village_radio();
  input.backhaul = {hop_radio()};
  input.costs = village_costs();
  return input;
}

// Strewn over `side` degrees.
inline PlanInput strewn_country(std::size_t count, double side, std::uint64_t seed) {
  std::vector<Settlement> settlements;
  const auto part = [&] { return static_cast<double>(splitmix64(seed) >> 11U) * 0x1p-53; };
  for (std::size_t i = 0; i < count; ++i) {
    const double latitude = 13 + side * part();
    settlements.push_back(village(std::to_string(i), latitude, 2 + side * part(),
                                  static_cast<std::int64_t>(100 + splitmix64(seed) % 2'000)));
  }
  return country_of(std::move(settlements));
}

inline PlanEffort small_effort() {
  PlanEffort effort;
  effort.cover.steps = 2'000;
  effort.cover.starts = 1;
  effort.cover.block_settlements = 160;
  effort.cover.nodes = 10'000;
  effort.windows = 5;
  effort.window_steps = 30;
  return effort;
}

inline Result<Plan> planned(const PlanInput& input, const TerrainView& terrain) {
  SerialExecutor executor;
  return search_plan(input, terrain, 7, small_effort(), executor);
}

}  // namespace karkara::planner
