// One mast's true energy at steps of 30 s: panels, an MPPT charger, a battery, the village's load, and the disconnect
// that darkens it. Refuses to know what is measured or believed of it. A copy is cheap, so that a night can be lived
// twice. Called by the bench of the power estimates.
#pragma once

#include <cstddef>
#include <memory>
#include <variant>

#include "agent/power/battery/battery_state.h"
#include "agent/power/energy.h"
#include "common/units.h"
#include "tests/bench/simulated_site_battery.h"
#include "tests/bench/simulated_site_load.h"
#include "tests/bench/simulated_site_sky.h"

namespace karkara {

struct ChargerSettings {
  Volts absorption{14.4};  // at 25 degrees
  Volts float_voltage{13.8};
  double volts_per_kelvin = -0.018;
  Amps limit{30};
  double efficiency = 0.96;
  double absorption_hours = 2;
  Amps tail{};          // ends the absorption; zero: time alone does
  Amps own_use{0.025};  // always, beside every meter but a shunt
  Volts disconnect{11.1};
  Volts reconnect{12.6};
};

struct SiteSettings {
  Chemistry chemistry = Chemistry::LeadAcid;
  BatteryMake battery;
  Volts nominal{12};
  Watts array{400};
  ChargerSettings charger;
  double load_scale = 1;
};

struct TrueState {
  Volts voltage{};  // at the battery's terminals
  Amps battery_current{};
  Amps charge_current{};
  Amps load_current{};  // without the charger's own use
  Watts panel_power{};
  bool panel_limited = false;
  ChargePhase phase = ChargePhase::Off;
  bool connected = true;
  Percent state_of_charge{};
  AmpHours capacity{};
  Celsius battery_temperature{};
};

// In Wh, at the bus.
struct EnergyAccount {
  double panel = 0;  // before the charger
  double charger = 0;
  double load = 0;
  double own_use = 0;
  double battery_in = 0, battery_out = 0;
};

class SimulatedSite {
 public:
  SimulatedSite(const SiteSettings& settings, std::shared_ptr<const SkyYear> sky,
                std::shared_ptr<const VillageYear> village, Percent state_of_charge);

  void step(unsigned stage);
  [[nodiscard]] std::size_t now() const { return step_; }
  [[nodiscard]] bool over() const { return step_ >= sky_->steps(); }
  [[nodiscard]] const TrueState& state() const { return state_; }
  [[nodiscard]] const EnergyAccount& account() const { return account_; }
  [[nodiscard]] const ChargeAccount& charge() const;
  [[nodiscard]] AmpHours stored() const;
  [[nodiscard]] std::size_t disconnects() const { return disconnects_; }
  [[nodiscard]] const SkyYear& sky() const { return *sky_; }
  [[nodiscard]] const SiteSettings& settings() const { return settings_; }
  void scale_load(double by) { settings_.load_scale *= by; }

 private:
  [[nodiscard]] Volts set_voltage() const;
  void flow(Watts panel, Watts load);
  void change_phase(Watts panel);
  void watch_disconnect();

  SiteSettings settings_;
  std::shared_ptr<const SkyYear> sky_;
  std::shared_ptr<const VillageYear> village_;
  std::variant<LeadAcidTruth, IronPhosphateTruth> battery_;
  TrueState state_;
  EnergyAccount account_;
  std::size_t step_ = 0;
  std::size_t disconnects_ = 0;
  double absorbed_hours_ = 0;
  int low_steps_ = 0;
};

}  // namespace karkara
