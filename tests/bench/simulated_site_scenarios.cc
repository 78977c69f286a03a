#include "tests/bench/simulated_site_scenarios.h"

#include <memory>
#include <random>

#include "common/fnv1a.h"

namespace karkara {
namespace {

constexpr double kCapacitySpread = 0.10;  // evenly, around the label
constexpr double kBiasSpread = 0.006;     // V a cell, evenly
constexpr double kFlatBiasSpread = 0.002;
constexpr double kResistanceSpread = 0.25;
constexpr Percent kBegins{70};

SiteSettings lead_acid_site() {
  SiteSettings site;
  site.battery = {.rated = AmpHours{200}, .cells = 6, .true_capacity = 1, .cell_bias = 0, .resistance = 1};
  site.array = Watts{500};
  site.load_scale = 1.3;
  site.charger.absorption_hours = 4;
  site.charger.tail = Amps{2};
  return site;
}

// Full on one day in four only: weeks, up to three months, without a full charge.
SiteSettings starved_site() {
  SiteSettings site = lead_acid_site();
  site.array = Watts{335};
  site.load_scale = 1;
  return site;
}

SiteSettings lead_acid_site_24() {
  SiteSettings site = lead_acid_site();
  site.battery.rated = AmpHours{110};  // full nearly each day, but empty behind a day without sun
  site.battery.cells = 12;
  site.nominal = Volts{24};
  site.array = Watts{900};
  site.load_scale = 2;
  site.charger.absorption = Volts{28.8};
  site.charger.float_voltage = Volts{27.6};
  site.charger.volts_per_kelvin = -0.036;
  site.charger.disconnect = Volts{22.2};
  site.charger.reconnect = Volts{25.2};
  return site;
}

SiteSettings iron_phosphate_site() {
  SiteSettings site;
  site.chemistry = Chemistry::LithiumIronPhosphate;
  site.battery = {.rated = AmpHours{100}, .cells = 4, .true_capacity = 1, .cell_bias = 0, .resistance = 1};
  site.array = Watts{400};
  site.charger.absorption = Volts{14.2};
  site.charger.float_voltage = Volts{13.5};
  site.charger.volts_per_kelvin = 0;
  site.charger.disconnect = Volts{12.0};
  site.charger.reconnect = Volts{13.2};
  return site;
}

SensorSettings with_shunt() {
  return {};
}

SensorSettings charger_only() {
  SensorSettings sensors;
  sensors.shunt = false;
  sensors.load_output = true;
  return sensors;
}

SensorSettings coarse_shunt() {
  SensorSettings sensors;
  sensors.shunt_step = 0.1;
  sensors.shunt_gain = 0.01;
  sensors.shunt_offset = 0.05;
  return sensors;
}

SensorSettings voltage_only() {
  SensorSettings sensors;
  sensors.shunt = false;
  sensors.charger = false;
  sensors.thermometer = false;
  return sensors;
}

SiteSettings made(SiteSettings site, std::uint64_t seed) {
  std::mt19937_64 random{seed};
  std::uniform_real_distribution<double> even{-1, 1};
  const double bias = site.chemistry == Chemistry::LeadAcid ? kBiasSpread : kFlatBiasSpread;
  site.battery.true_capacity = 1 + kCapacitySpread * even(random);
  site.battery.cell_bias = bias * even(random);
  site.battery.resistance = 1 + kResistanceSpread * even(random);
  return site;
}

// Independent streams of one seed.
std::uint64_t stream(std::uint64_t seed, std::uint64_t which, std::string_view site = {}) {
  return seed * 0x9e3779b97f4a7c15U + which + 16 * fnv1a(site);
}

}  // namespace

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all{
      {"lead_shunt", lead_acid_site(), with_shunt()},     {"lead_no_shunt", lead_acid_site(), charger_only()},
      {"lfp_shunt", iron_phosphate_site(), with_shunt()}, {"lfp_voltage", iron_phosphate_site(), voltage_only(), false},
      {"lead_24v", lead_acid_site_24(), coarse_shunt()},  {"lead_starved", starved_site(), with_shunt(), true, false},
  };
  return all;
}

SiteYear::SiteYear(const Scenario& scenario, std::uint64_t seed, std::size_t days)
    : site{made(scenario.site, stream(seed, 3, scenario.name)), std::make_shared<const SkyYear>(days, stream(seed, 1)),
           std::make_shared<const VillageYear>(days, stream(seed, 2)), kBegins},
      sensors{scenario.sensors, scenario.site.nominal, days * kStepsPerDay, stream(seed, 4, scenario.name)} {}

BatterySettings told_battery(const Scenario& scenario) {
  BatterySettings told;
  told.chemistry = scenario.site.chemistry;
  told.capacity = scenario.site.battery.rated;
  told.nominal = scenario.site.nominal;
  told.disconnect = scenario.site.charger.disconnect;
  told.absorption = scenario.site.charger.absorption;
  return told;
}

SunSettings told_sun(const Scenario& scenario) {
  SunSettings told;
  told.latitude = kSiteLatitude;
  told.longitude = kSiteLongitude;
  told.utc_offset = kSiteUtcOffset;
  told.array_rated = scenario.site.array;
  return told;
}

}  // namespace karkara
