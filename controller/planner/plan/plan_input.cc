#include "controller/planner/plan/plan_input.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <unordered_set>

#include "common/fnv1a.h"

namespace karkara::planner {
namespace {

Error refused(std::string why) {
  return {ErrorCode::InvalidArgument, std::move(why)};
}

Status check_ids(const PlanInput& input) {
  std::unordered_set<std::string> known;
  for (const Settlement& settlement : input.settlements) {
    known.insert(settlement.id);
  }
  for (const auto* list : {&input.fixed, &input.forbidden}) {
    for (const std::string& id : *list) {
      if (!known.contains(id)) {
        return refused("'" + id + "' is the id of no settlement");
      }
    }
  }
  const std::unordered_set<std::string> forbidden{input.forbidden.begin(), input.forbidden.end()};
  for (const std::string& id : input.fixed) {
    if (forbidden.contains(id)) {
      return refused("'" + id + "' must get a mast and must not get one");
    }
  }
  return {};
}

Status check_target(const PlanTarget& target) {
  if (target.kind == TargetKind::Share && !(target.share > 0 && target.share <= 1)) {
    return refused("a share of the people is over 0 and at most 100 %");
  }
  if (target.kind == TargetKind::Budget && (target.budget <= 0 || target.budget > kMostMoney)) {
    return refused("a budget is over 0 and at most a million million");
  }
  return {};
}

class InputHash {
 public:
  void add(std::uint64_t number) {
    for (unsigned byte = 0; byte < 8; ++byte) {
      hash_ = (hash_ ^ ((number >> (8 * byte)) & 0xFFU)) * 0x100'0000'01b3U;
    }
  }
  void add(double number) { add(std::bit_cast<std::uint64_t>(number)); }
  void add(std::string_view text) { add(fnv1a(text)); }
  void add(const Place& place) {
    add(place.latitude.value());
    add(place.longitude.value());
  }
  [[nodiscard]] std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = fnv1a("");
};

void add(InputHash& hash, const RadioProfile& radio) {
  hash.add(radio.id);
  const Antenna& antenna = radio.antenna;
  const Terminal& far = radio.terminal;
  for (const double number : {static_cast<double>(radio.use),
                              radio.frequency.value(),
                              radio.channel.value(),
                              static_cast<double>(radio.polarization),
                              radio.power.value(),
                              radio.feeder_loss.value(),
                              antenna.gain.value(),
                              static_cast<double>(antenna.sectors),
                              antenna.horizontal_width.value(),
                              antenna.vertical_width.value(),
                              antenna.tilt.value(),
                              antenna.azimuth.value(),
                              antenna.horizontal_floor.value(),
                              antenna.vertical_floor.value(),
                              radio.eirp_limit.value(),
                              radio.noise_figure.value(),
                              radio.interference.value(),
                              radio.share,
                              radio.up_share,
                              radio.least_down.value(),
                              radio.least_up.value(),
                              radio.reach.value(),
                              radio.time.value(),
                              radio.location.value(),
                              far.power.value(),
                              far.gain.value(),
                              far.loss.value(),
                              far.noise_figure.value(),
                              far.height.value(),
                              far.channel.value(),
                              radio.availability.value(),
                              radio.climate.log10_k,
                              radio.climate.dn75,
                              radio.climate.rain_mm_per_hour}) {
    hash.add(number);
  }
  for (const RateStep& step : radio.rates) {
    hash.add(step.snr.value());
    hash.add(step.bits_per_hz);
  }
}

void add(InputHash& hash, const CostBook& book) {
  hash.add(book.id);
  hash.add(book.currency);
  for (const MastPrice& mast : book.masts) {
    hash.add(mast.height.value());
    hash.add(mast.capex);
  }
  for (const HopPrice& hop : book.hops) {
    hash.add(hop.profile);
    hash.add(hop.capex);
    hash.add(hop.opex);
    hash.add(hop.load.value());
  }
  for (const double number : {book.years,
                              book.discount,
                              book.preparation,
                              book.site_opex,
                              book.relay_preparation,
                              book.relay_opex,
                              book.existing_opex,
                              book.access_radio,
                              book.access_load.value(),
                              book.relay_load.value(),
                              book.sim.capex,
                              book.sim.opex,
                              book.sim.load.value(),
                              book.vsat.capex,
                              book.vsat.opex,
                              book.vsat.load.value(),
                              book.sim_reach.value(),
                              book.power.fixed,
                              book.power.per_panel_watt,
                              book.power.per_battery_wh,
                              book.power.battery_years,
                              book.power.days_alone,
                              book.power.depth,
                              book.power.efficiency,
                              book.power.clearness}) {
    hash.add(number);
  }
}

void add_people(InputHash& hash, const PlanInput& input) {
  for (const Settlement& settlement : input.settlements) {
    hash.add(settlement.id);
    hash.add(settlement.place);
    hash.add(static_cast<std::uint64_t>(settlement.people.value_or(-1)));
  }
  for (const std::int64_t bonus : input.bonus) {
    hash.add(static_cast<std::uint64_t>(bonus));
  }
  for (const char sim : input.sim) {
    hash.add(std::uint64_t{sim != 0});
  }
}

}  // namespace

Status check(const PlanInput& input) {
  if (input.settlements.empty()) {
    return refused("no settlement is left to plan for");
  }
  const auto fits = [&](std::size_t size) { return size == 0 || size == input.settlements.size(); };
  if (!fits(input.bonus.size()) || !fits(input.sim.size())) {
    return refused("bonus and operator's network are told for every settlement or for none");
  }
  if (input.access.use != RadioUse::Access) {
    return refused(input.access.id + ": is no access radio");
  }
  for (const RadioProfile& radio : input.backhaul) {
    const bool priced = std::any_of(input.costs.hops.begin(), input.costs.hops.end(),
                                    [&](const HopPrice& price) { return price.profile == radio.id; });
    if (radio.use != RadioUse::Backhaul || !priced) {
      return refused(radio.id + ": is no backhaul radio with a price in " + input.costs.id);
    }
  }
  for (const auto& status : {check_ids(input), check_target(input.target), check(input.costs), check(input.access)}) {
    if (!status.ok()) {
      return status;
    }
  }
  return {};
}

std::uint64_t input_hash(const PlanInput& input, std::uint64_t terrain_hash) {
  InputHash hash;
  hash.add(terrain_hash);
  add_people(hash, input);
  for (const ExistingMast& mast : input.masts) {
    hash.add(mast.id);
    hash.add(mast.place);
    hash.add(mast.height.value());
    hash.add(std::uint64_t{mast.gateway} | std::uint64_t{mast.operates} << 1U | std::uint64_t{mast.usable} << 2U);
  }
  for (const Place& place : input.relays) {
    hash.add(place);
  }
  add(hash, input.access);
  for (const RadioProfile& radio : input.backhaul) {
    add(hash, radio);
  }
  add(hash, input.costs);
  for (const auto* list : {&input.fixed, &input.forbidden}) {
    hash.add(std::uint64_t{list->size()});
    for (const std::string& id : *list) {
      hash.add(id);
    }
  }
  for (const double number :
       {input.ground.desert_from.value(), input.ground.permittivity, input.ground.conductivity,
        input.ground.sea_level_n_units, static_cast<double>(input.target.kind), input.target.share,
        static_cast<double>(input.target.budget), static_cast<double>(input.eligible_from),
        static_cast<double>(input.eligible_to), input.busy_kbit_per_person, static_cast<double>(input.most_people)}) {
    hash.add(number);
  }
  return hash.value();
}

std::string target_text(const PlanInput& input) {
  char text[80];
  switch (input.target.kind) {
    case TargetKind::Everybody: return "everybody";
    case TargetKind::Eligible:
      std::snprintf(text, sizeof text, "eligible %lld..%lld", static_cast<long long>(input.eligible_from),
                    static_cast<long long>(input.eligible_to));
      return text;
    case TargetKind::Share: std::snprintf(text, sizeof text, "share %g%%", 100 * input.target.share); return text;
    case TargetKind::Budget:
      std::snprintf(text, sizeof text, "budget %lld", static_cast<long long>(input.target.budget));
      return text;
  }
  return "";
}

}  // namespace karkara::planner
