#include "controller/planner/outputs/layers.h"

#include <cmath>

#include "controller/planner/roadmap/plan_failures.h"

namespace karkara::planner {
namespace {

// Builds a row and, with the first one, the columns: a value and its name stand on one line.
class RowBuilder {
 public:
  explicit RowBuilder(Layer& layer) : layer_{layer} {}

  void text(const char* name, std::string_view value) {
    add({name, CellKind::Text, 0}, value.empty() ? Cell{} : Cell{std::string{value}});
  }
  void whole(const char* name, std::optional<std::int64_t> value) {
    add({name, CellKind::Whole, 0}, value ? Cell{*value} : Cell{});
  }
  void real(const char* name, std::optional<double> value, int digits) {
    add({name, CellKind::Real, digits}, value && std::isfinite(*value) ? Cell{*value} : Cell{});
  }
  void yes_no(const char* name, bool value) { add({name, CellKind::YesNo, 0}, Cell{value}); }

  void finish(std::vector<Place> where) {
    feature_.where = std::move(where);
    layer_.features.push_back(std::move(feature_));
    feature_ = {};
    has_columns_ = true;
  }

 private:
  void add(Column column, Cell cell) {
    if (!has_columns_) {
      layer_.columns.push_back(std::move(column));
    }
    feature_.cells.push_back(std::move(cell));
  }

  Layer& layer_;
  Feature feature_;
  bool has_columns_ = false;
};

constexpr double kMega = 1e6;

const PlanSite* site_at(const Plan& plan, std::uint32_t number) {
  return number < plan.sites.size() ? &plan.sites[number] : nullptr;
}

std::string id_at(const Plan& plan, std::uint32_t number) {
  const PlanSite* site = site_at(plan, number);
  return site == nullptr ? std::string{} : site->id;
}

void divide(RowBuilder& row, const Division& division) {
  row.text("region", division.region);
  row.text("department", division.department);
  row.text("commune", division.commune);
}

// Whose network the SIM rests on, and how many others it could fall back to.
void add_network(RowBuilder& row, const PlanSite& site) {
  const PlanNetwork* first = site.networks.empty() ? nullptr : &site.networks.front();
  const bool tower = first != nullptr && !first->tower.empty();
  row.text("sim_operator", first == nullptr ? "" : first->owner);
  row.text("sim_tower", tower ? first->tower : "");
  row.real("sim_tower_km", tower ? std::optional{first->distance.value() / 1000} : std::nullopt, 3);
  row.whole("sim_others",
            first == nullptr ? std::nullopt : std::optional{static_cast<std::int64_t>(site.networks.size()) - 1});
}

// What a site has besides its first way out. A hop between two sites costs the one that it is told of.
struct SecondOfSite {
  std::string ways;  // "hop to B; vsat"
  PlanCost cost;
};

std::vector<SecondOfSite> second_ways_of(const Plan& plan) {
  std::vector<SecondOfSite> of(plan.sites.size());
  const auto add = [&](std::uint32_t site, const std::string& text) {
    if (site < of.size()) {
      of[site].ways += (of[site].ways.empty() ? "" : "; ") + text;
    }
  };
  for (const PlanSecondWay& way : plan.second_ways) {
    const std::string kind{to_string(way.kind)};
    const bool hops = way.kind == BackhaulKind::Hop;
    add(way.site, hops ? kind + " to " + id_at(plan, way.hop.parent) : kind);
    if (hops) {
      add(way.hop.parent, kind + " to " + id_at(plan, way.site));
    }
    if (way.site < of.size()) {
      of[way.site].cost.capex += way.cost.capex;
      of[way.site].cost.opex += way.cost.opex;
      of[way.site].cost.npv += way.cost.npv;
    }
  }
  return of;
}

void add_site(RowBuilder& row, const Plan& plan, const PlanSite& site, const SecondOfSite& second,
              const Regions& regions) {
  const bool hops = site.backhaul == BackhaulKind::Hop;
  const auto of_hop = [&](double value) { return hops ? std::optional{value} : std::nullopt; };
  row.text("id", site.id);
  row.text("name", site.name);
  divide(row, regions.of(site.place, site.code));
  row.text("pcode", site.code);
  row.text("role", to_string(site.role));
  row.real("mast_m", site.mast.value(), 0);
  row.text("radio", site.profile);
  row.text("mast_owner", site.owner);
  row.text("way_out", to_string(site.backhaul));
  add_network(row, site);
  row.text("parent", hops ? id_at(plan, site.hop.parent) : "");
  row.text("hop_radio", hops ? site.hop.profile : "");
  row.real("hop_km", of_hop(site.hop.length.value() / 1000), 3);
  row.real("hop_clearance", of_hop(site.hop.clearance), 2);
  row.real("hop_clearance_low_k", of_hop(site.hop.clearance_low), 2);
  row.real("hop_availability_percent", of_hop(site.hop.availability.value()), 4);
  row.real("hop_mbit", of_hop(site.hop.rate.value() / kMega), 1);
  row.real("way_out_mbit", site.chain_rate.value() / kMega, 2);
  row.text("second_way", second.ways);
  row.whole("second_ways_npv", plan.most_cut_off ? std::optional{second.cost.npv} : std::nullopt);
  row.whole("capex", site.mast_cost.capex + site.backhaul_cost.capex + second.cost.capex);
  row.whole("opex_a_year", site.mast_cost.opex + site.backhaul_cost.opex + second.cost.opex);
  row.whole("npv", site.mast_cost.npv + site.backhaul_cost.npv + second.cost.npv);
  row.whole("people", site.people);
  row.whole("settlements", site.settlements);
  row.whole("phase", site.phase == 0 ? std::nullopt : std::optional<std::int64_t>{site.phase});
  row.yes_no("unproven", site.unproven);
  row.finish({site.place});
}

void add_settlement(RowBuilder& row, const Plan& plan, const PlanSettlement& place, const Regions& regions) {
  const bool served = place.server.has_value();
  const PlanSite* server = served ? site_at(plan, place.server->site) : nullptr;
  const auto of_server = [&](double value) { return served ? std::optional{value} : std::nullopt; };
  const auto of_unserved = [&](double value) { return !served && value > 0 ? std::optional{value} : std::nullopt; };
  row.text("id", place.id);
  row.text("name", place.name);
  divide(row, regions.of(place.place, place.code));
  row.text("pcode", place.code);
  row.whole("people", place.people);
  row.yes_no("eligible", place.eligible);
  row.yes_no("served", served);
  row.text("why", to_string(place.why));
  row.text("server", served ? id_at(plan, place.server->site) : "");
  row.real("distance_km", of_server(served ? place.server->distance.value() / 1000 : 0), 3);
  row.real("margin_db", of_server(served ? place.server->margin.value() : 0), 1);
  row.real("rate_mbit", of_server(served ? place.server->rate.value() / kMega : 0), 2);
  row.text("second", place.second ? id_at(plan, place.second->site) : "");
  row.text("nearest_site", served ? "" : id_at(plan, place.nearest_site));
  row.real("missing_db", of_unserved(place.missing.value()), 1);
  row.real("height_needed_m", of_unserved(place.height_needed.value()), 0);
  const bool blocked = place.obstruction.has_value();
  row.real("obstruction_latitude", blocked ? std::optional{place.obstruction->latitude.value()} : std::nullopt, 6);
  row.real("obstruction_longitude", blocked ? std::optional{place.obstruction->longitude.value()} : std::nullopt, 6);
  row.whole("phase",
            server == nullptr || server->phase == 0 ? std::nullopt : std::optional<std::int64_t>{server->phase});
  row.yes_no("unproven", place.unproven);
  row.finish({place.place});
}

// `keeps`: people whom a second hop keeps in touch; none for a first one.
void add_hop(RowBuilder& row, const PlanSite& from, const PlanSite& to, const PlanHop& hop, bool unproven,
             std::optional<std::int64_t> keeps) {
  row.text("from", from.id);
  row.text("to", to.id);
  row.text("role", keeps ? "protection" : "backhaul");
  row.text("radio", hop.profile);
  row.real("km", hop.length.value() / 1000, 3);
  row.real("clearance", hop.clearance, 2);
  row.real("clearance_low_k", hop.clearance_low, 2);
  row.real("availability_percent", hop.availability.value(), 4);
  row.real("mbit", hop.rate.value() / kMega, 1);
  row.whole("keeps_people", keeps);
  row.yes_no("unproven", unproven);
  row.finish({from.place, to.place});
}

void add_second_hops(RowBuilder& row, const Plan& plan) {
  const PlanWays ways{plan};
  for (std::size_t i = 0; i < plan.second_ways.size(); ++i) {
    const PlanSecondWay& way = plan.second_ways[i];
    const PlanSite* from = site_at(plan, way.site);
    const PlanSite* to = way.kind == BackhaulKind::Hop ? site_at(plan, way.hop.parent) : nullptr;
    if (from != nullptr && to != nullptr) {
      add_hop(row, *from, *to, way.hop, way.unproven, kept_in_touch(ways, i).people);
    }
  }
}

}  // namespace

std::vector<Layer> layers_of(const Plan& plan, const Regions& regions) {
  std::vector<Layer> layers{{"sites", {}, {}}, {"settlements", {}, {}}, {"hops", {}, {}}};
  RowBuilder sites{layers[0]};
  RowBuilder settlements{layers[1]};
  RowBuilder hops{layers[2]};
  const std::vector<SecondOfSite> second = second_ways_of(plan);
  for (std::size_t i = 0; i < plan.sites.size(); ++i) {
    const PlanSite& site = plan.sites[i];
    add_site(sites, plan, site, second[i], regions);
    const PlanSite* parent = site.backhaul == BackhaulKind::Hop ? site_at(plan, site.hop.parent) : nullptr;
    if (parent != nullptr) {
      add_hop(hops, site, *parent, site.hop, site.unproven, std::nullopt);
    }
  }
  add_second_hops(hops, plan);
  for (const PlanSettlement& settlement : plan.settlements) {
    add_settlement(settlements, plan, settlement, regions);
  }
  return layers;
}

}  // namespace karkara::planner
