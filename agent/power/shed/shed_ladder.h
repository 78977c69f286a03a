// Decides which stage of the shedding ladder a site is in: deeper by charge, by the night that comes and near the
// disconnect; milder one stage at a time, with more charge, after a while, and only while charging. Refuses to act on a
// single sample and on an unknown battery. Called by PowerFeature about once a minute, and by the bench.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "agent/power/battery/battery_state.h"
#include "agent/power/energy.h"
#include "agent/power/shed/forecast_advice.h"
#include "agent/power/shed/held.h"
#include "agent/power/shed/settings.h"
#include "agent/power/shed/shed_memory.h"
#include "agent/power/shed/steady_number.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

enum class ShedReason : std::uint8_t {
  EverythingOn,
  Charge,      // below the stage's limit
  Voltage,     // the same, where there is no state of charge
  Night,       // it would not be survived at a milder stage
  Emergency,   // short of the disconnect
  Recovering,  // a deeper stage was left
  Restored,    // as before the restart
  Unknown,     // nothing is known of the battery: the stage stays
};
[[nodiscard]] std::string_view to_string(ShedReason reason);

struct LadderInputs {
  BatteryState battery{};
  EnergySample sample{};
  StageForecast forecast{};        // asked for few stages, at most some times in ten minutes; empty: none
  std::optional<bool> charging{};  // the sun carries the load; absent: from battery and sample
};

struct LadderState {
  unsigned stage = 0;  // 0: everything on
  ShedReason reason = ShedReason::EverythingOn;
  std::string text{};  // of the reason; changes with the stage, not with each sample
  std::optional<Instant> since{};
  friend bool operator==(const LadderState&, const LadderState&) = default;
};

class ShedLadder {
 public:
  ShedLadder(SheddingSettings settings, const BatterySettings& battery);
  // The stage is kept, by its id where that still exists.
  void reconfigure(SheddingSettings settings, const BatterySettings& battery);

  // wall: absent while the router does not know the time; then there is no forecast.
  const LadderState& see(const LadderInputs& inputs, Instant now, std::optional<WallTime> wall);
  [[nodiscard]] const LadderState& state() const { return state_; }

  // Changes only with the stage. After a restart nothing is put on before the ladder says so.
  [[nodiscard]] std::string memory() const;
  Status restore(std::string_view memory, Instant now);  // nothing is taken unless ok

 private:
  struct Step {
    unsigned stage;
    ShedReason reason;
    std::string text;
  };
  void look(const LadderInputs& inputs, Instant now);
  [[nodiscard]] std::optional<Step> emergency(const LadderInputs& inputs, Instant now);
  [[nodiscard]] std::optional<Step> by_charge(Instant now);
  [[nodiscard]] std::optional<Step> by_night(const LadderInputs& inputs, Instant now, std::optional<WallTime> wall);
  [[nodiscard]] std::optional<Step> rising(const LadderInputs& inputs, Instant now, std::optional<WallTime> wall);
  [[nodiscard]] StageMemory remembered() const;
  [[nodiscard]] unsigned place_of(const StageMemory& before) const;
  [[nodiscard]] bool is_known(Instant now) const { return charge_.at(now) || volts_.at(now) || band_.at(now); }
  [[nodiscard]] bool is_below(const ShedStage& stage, Instant now) const;
  [[nodiscard]] bool has_risen(const ShedStage& stage, Instant now) const;
  [[nodiscard]] bool is_recovering(const LadderInputs& inputs, Instant now) const;
  [[nodiscard]] std::string holds(Instant now) const;
  [[nodiscard]] unsigned deepest() const { return static_cast<unsigned>(settings_.stages.size()); }
  void go(Step step, Instant now);
  void show(ShedReason reason, std::string text);

  SheddingSettings settings_;
  BatterySettings battery_;
  LadderState state_;
  Step entered_{0, ShedReason::EverythingOn, {}};  // why the stage was taken
  SteadyNumber charge_;                            // careful, in percent
  SteadyNumber band_;                              // its middle, in percent; only while there is no charge
  SteadyNumber volts_;                             // at rest
  std::optional<double> least_charge_;             // in this stage
  std::optional<Instant> rose_;                    // when a stage was last left
  double reluctance_ = 0;  // points more before a stage is left: the last one was soon taken again
  Held deeper_;
  Held near_disconnect_;
  Held milder_;
  ForecastAdvice advice_;
};

}  // namespace karkara
