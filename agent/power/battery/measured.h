// One sample with only what can be believed, per 12 V block where it is a voltage, and the best battery current that it
// allows. Refuses to bridge: a part that is missing now is missing. Called first by BatteryEstimator.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/power/battery/battery_state.h"
#include "agent/power/battery/charge_filter.h"
#include "agent/power/battery/step_guard.h"
#include "agent/power/battery/usual_day.h"
#include "agent/power/energy.h"
#include "common/time.h"

namespace karkara {

enum class CurrentOrigin : std::uint8_t {
  Shunt,   // measured in the battery's own line
  Meters,  // what chargers give less what loads take
};

struct BatteryCurrent {
  Amps amps{};  // into the battery; the sensor's offset is still in it
  CurrentOrigin origin = CurrentOrigin::Shunt;
  CurrentQuality quality{};
};

struct Measured {
  std::optional<Volts> block{};
  std::optional<BatteryCurrent> current{};
  std::optional<Percent> told{};
  std::optional<Celsius> temperature{};  // the last that was told, for some hours
  std::optional<Amps> load{};
  bool meters_at_zero = false;  // chargers and loads all say nothing flows
  ChargePhase phase = ChargePhase::Unknown;
};

class Measurements {
 public:
  [[nodiscard]] Measured see(const EnergySample& sample, const BatterySettings& settings, Instant now);

  // What no meter but a shunt sees, once it was watched for long enough; kept over a restart.
  [[nodiscard]] std::optional<Amps> usual_load() const;
  void restore_load(Amps usual);

 private:
  struct Held {
    Amps amps{};
    Instant at{};
  };
  void learn_load(double load, Instant now);
  [[nodiscard]] std::optional<BatteryCurrent> current(const BatterySettings& settings, bool shunt_now,
                                                      Instant now) const;
  [[nodiscard]] std::optional<BatteryCurrent> by_usual_load(const BatterySettings& settings, Instant now) const;

  StepGuard voltage_;
  StepGuard shunt_amps_;
  StepGuard charge_amps_;
  StepGuard load_amps_;
  StepGuard told_;
  StepGuard warmth_;
  std::optional<Held> shunt_;
  std::optional<Held> charge_;
  std::optional<Held> load_;
  double usual_load_ = 0;  // what no meter sees: chargers less shunt, over days
  double load_hours_ = 0;  // of which
  Instant load_at_;
  UsualDay load_day_;
  std::optional<Celsius> temperature_;
  Instant temperature_at_;
  std::optional<Instant> last_;
};

}  // namespace karkara
