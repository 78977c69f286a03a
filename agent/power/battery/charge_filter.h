// A Kalman filter over the charge of one battery and what makes its count go wrong: capacity, the current sensor's
// offset, charging losses, and how this battery's voltages differ from the tables. A correction of the charge so
// teaches the others, as far as they can have been the cause. It decides nothing: which voltage or which full charge
// can be trusted is for its caller, BatteryEstimator.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "agent/power/battery/battery_state.h"
#include "agent/power/battery/chemistry_traits.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct Believed {
  double value = 0;
  double off = 0;  // one standard deviation
};

// How far a current may be off, as standard deviations.
struct CurrentQuality {
  Amps offset{};    // always the same, before anything was learned
  Amps passing{};   // another one each hour: gain, resolution, the moment of sampling
  double gain = 0;  // how much more than is there it may tell
};

// What a correction may change beside the charge itself, by how far its own error is another one each time.
enum class Teaches : std::uint8_t {
  ChargeOnly,
  Capacity,  // and how voltages differ from the tables
  All,       // also what adds up: the sensor's offset and the losses
};

// A voltage of a 12 V block that tells its charge.
struct SteadyVoltage {
  Volts block{};
  double discharge_rate = 0;  // in parts of the capacity an hour, 0 at rest
  Volts off{};                // one standard deviation
  Volts passing{};            // the part of it that is another one each time, of a usual discharge; else 0
};

class ChargeFilter {
 public:
  explicit ChargeFilter(const BatterySettings& settings);

  // A mean current over a while. The offset that was learned is taken off here.
  void count(Amps measured, Duration elapsed, Celsius temperature, const CurrentQuality& quality);
  // Nobody counted; until now, in one stretch, for `before` already. usual: the root mean square of the current.
  void lose_count(Duration elapsed, Duration before, Amps usual);
  // What probably flowed meanwhile. Beyond full nothing did.
  void guess_count(AmpHours net);

  // The charge is `charge`, give or take `off`, by something that does not depend on the count.
  void learn_charge(double charge, double off, Teaches teaches);
  // As learn_charge, but never surer than `off`: for what errs the same way again and again.
  void adopt_charge(double charge, double off, Teaches teaches);
  // While it is full: not more than that, and at least so unsure; the same error each day does not average out.
  void hold_full(double off);
  // A steady voltage of one block.
  void learn_voltage(const SteadyVoltage& steady, Celsius temperature);
  // The disconnect was open, and has just let the load back at this voltage, while charging.
  void learn_return(const SteadyVoltage& back, Celsius temperature);
  void learn_offset(Amps offset, Amps off);
  void learn_capacity(double relative, double off);

  void set_charge(Believed charge);
  void set_capacity(Believed relative);  // to the rated one
  void set_offset(Believed amps);
  void set_efficiency(Believed efficiency);
  void set_voltages(Believed bias, Believed drop);

  [[nodiscard]] Believed charge() const;
  [[nodiscard]] Believed capacity() const;  // relative to the rated one
  [[nodiscard]] Believed offset() const;
  [[nodiscard]] Believed efficiency() const;
  [[nodiscard]] Believed bias() const;  // volts of a block, against the tables
  [[nodiscard]] Believed drop() const;  // volts of a block at the 20-hour rate

 private:
  enum Part : std::size_t { kCharge, kCapacity, kOffset, kLoss, kGassing, kBias, kSlope, kDrop, kParts };
  using Row = std::array<double, kParts>;

  void reset_part(Part part, Believed to);
  void wander(Duration elapsed);
  struct Evidence {
    double innovation = 0;  // measured less expected
    double variance = 0;
    Teaches teaches = Teaches::All;
  };
  [[nodiscard]] static bool may_teach(Teaches teaches, std::size_t part);
  [[nodiscard]] bool may_blame_capacity(const Row& how, double growth) const;
  void correct(const Row& how, const Evidence& evidence);
  void learn_level(const SteadyVoltage& steady, Celsius temperature);
  void learn_edge(const SteadyVoltage& steady, Celsius temperature);
  void learn_middle(const SteadyVoltage& steady, Volts rested, Celsius temperature);
  void forget_causes();
  void keep_plausible();

  const ChemistryTraits* traits_;
  Chemistry chemistry_;
  double rated_;
  Row mean_{};
  std::array<Row, kParts> spread_{};  // covariance
  double most_efficiency_ = 1;
  int refused_ = 0;
};

}  // namespace karkara
