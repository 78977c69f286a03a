#include "tests/bench/simulated_site.h"

#include <algorithm>
#include <utility>

namespace karkara {
namespace {

constexpr double kStepHours = 24.0 / kStepsPerDay;
constexpr double kWakes = 0.01;    // yield at which a charger starts
constexpr double kRebulk = 0.6;    // V of a 12 V battery below float, after which bulk begins again
constexpr int kDebounceSteps = 2;  // a minute below the disconnect
constexpr double kBoxHeat = 5;     // degrees in the box at full sun
constexpr double kLowest = 6;      // V of a 12 V battery, where nothing is drawn any more

template <class Truth>
std::variant<LeadAcidTruth, IronPhosphateTruth> truth(const BatteryMake& make, Percent charge) {
  return Truth{make, charge};
}

}  // namespace

SimulatedSite::SimulatedSite(const SiteSettings& settings, std::shared_ptr<const SkyYear> sky,
                             std::shared_ptr<const VillageYear> village, Percent state_of_charge)
    : settings_{settings},
      sky_{std::move(sky)},
      village_{std::move(village)},
      battery_{settings.chemistry == Chemistry::LeadAcid
                   ? truth<LeadAcidTruth>(settings.battery, state_of_charge)
                   : truth<IronPhosphateTruth>(settings.battery, state_of_charge)} {
  state_.voltage = settings.nominal;
}

const ChargeAccount& SimulatedSite::charge() const {
  return std::visit([](const auto& battery) -> const ChargeAccount& { return battery.account(); }, battery_);
}

AmpHours SimulatedSite::stored() const {
  return std::visit([](const auto& battery) { return battery.stored(); }, battery_);
}

Volts SimulatedSite::set_voltage() const {
  const ChargerSettings& charger = settings_.charger;
  const Volts at_25 = state_.phase == ChargePhase::Float ? charger.float_voltage : charger.absorption;
  return at_25 + Volts{charger.volts_per_kelvin * (state_.battery_temperature.value() - 25)};
}

void SimulatedSite::step(unsigned stage) {
  const double yield = sky_->yield(step_);
  const Watts panel{settings_.array.value() * yield};
  const Watts load = village_->load(step_, stage) * (state_.connected ? settings_.load_scale : 0);
  change_phase(panel);
  flow(panel, load);
  const Celsius box{sky_->ambient(step_).value() + kBoxHeat * yield};
  std::visit(
      [&](auto& battery) {
        battery.step(state_.battery_current, box);
        state_.state_of_charge = battery.state_of_charge();
        state_.capacity = battery.capacity();
        state_.battery_temperature = battery.temperature();
      },
      battery_);
  watch_disconnect();
  ++step_;
}

// The charger gives what the panels have, until its limits or the voltage it holds.
void SimulatedSite::flow(Watts panel, Watts load) {
  const ChargerSettings& charger = settings_.charger;
  const Volts before{std::max(state_.voltage.value(), kLowest * settings_.nominal.value() / 12)};
  const Amps drawn{load.value() / before.value()};
  const bool on = state_.phase != ChargePhase::Off;
  const double possible = on ? panel.value() * charger.efficiency / before.value() : 0;
  Amps given{std::min(possible, charger.limit.value())};
  state_.panel_limited = given.value() < possible;
  std::visit(
      [&](const auto& battery) {
        Amps into = given - drawn - charger.own_use;
        Volts voltage = battery.voltage(into);
        if (on && voltage > set_voltage()) {
          const Amps held = battery.current_at(set_voltage());
          given = Amps{std::clamp((held + drawn + charger.own_use).value(), 0.0, given.value())};
          into = given - drawn - charger.own_use;
          voltage = battery.voltage(into);
          state_.panel_limited = true;
        }
        state_.battery_current = into;
        state_.voltage = voltage;
      },
      battery_);
  state_.charge_current = given;
  state_.load_current = drawn;
  const double volts = before.value();
  state_.panel_power = Watts{given.value() * volts / charger.efficiency};
  account_.panel += state_.panel_power.value() * kStepHours;
  account_.charger += state_.panel_power.value() * (1 - charger.efficiency) * kStepHours;
  account_.load += drawn.value() * volts * kStepHours;
  account_.own_use += charger.own_use.value() * volts * kStepHours;
  const double battery = state_.battery_current.value() * volts * kStepHours;
  (battery > 0 ? account_.battery_in : account_.battery_out) += std::max(battery, -battery);
}

void SimulatedSite::change_phase(Watts panel) {
  const ChargerSettings& charger = settings_.charger;
  if (panel.value() < kWakes * settings_.array.value()) {
    state_.phase = panel.value() <= 0 ? ChargePhase::Off : state_.phase;
    absorbed_hours_ = state_.phase == ChargePhase::Off ? 0 : absorbed_hours_;
    return;
  }
  const Volts reached = set_voltage() - Volts{0.005 * settings_.nominal.value() / 12};
  const Volts fallen = charger.float_voltage - Volts{kRebulk * settings_.nominal.value() / 12};
  if (state_.phase == ChargePhase::Off) {
    state_.phase = ChargePhase::Bulk;
  } else if (state_.phase == ChargePhase::Bulk && state_.voltage >= reached) {
    state_.phase = ChargePhase::Absorption;
  } else if (state_.phase == ChargePhase::Absorption) {
    absorbed_hours_ += state_.voltage >= reached ? kStepHours : 0;
    const bool tailed = absorbed_hours_ > 0.2 && state_.voltage >= reached && state_.battery_current < charger.tail;
    if (absorbed_hours_ >= charger.absorption_hours || tailed) {
      state_.phase = ChargePhase::Float;
    }
  } else if (state_.phase == ChargePhase::Float && state_.voltage < fallen) {
    state_.phase = ChargePhase::Bulk;
  }
}

void SimulatedSite::watch_disconnect() {
  const ChargerSettings& charger = settings_.charger;
  if (!state_.connected) {
    state_.connected = state_.voltage >= charger.reconnect;
    low_steps_ = 0;
    return;
  }
  low_steps_ = state_.voltage < charger.disconnect ? low_steps_ + 1 : 0;
  if (low_steps_ >= kDebounceSteps) {
    state_.connected = false;
    ++disconnects_;
  }
}

}  // namespace karkara
