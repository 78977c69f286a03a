// What a lithium battery's voltages teach beside its own flat middle, and what years do to it.
#include <gtest/gtest.h>

#include "agent/power/battery/ocv_table.h"
#include "tests/agent/power/battery/trial_site.h"

namespace karkara {
namespace {

using std::chrono::hours;

constexpr CurrentQuality kShunt{.offset = Amps{0.05}, .passing = Amps{0.02}, .gain = 0.005};
constexpr Celsius kMild{25};
constexpr double kRate = 0.03;

// A battery of 88 Ah that is sold as 100 Ah; its meter reads 0.1 V high.
class Night {
 public:
  explicit Night(ChargeFilter& filter) : filter_{filter} { filter_.set_charge({1, 0.01}); }
  void discharge_to(double charge) {
    filter_.count(Amps{-(charge_ - charge) * 88}, hours{1}, kMild, kShunt);
    charge_ = charge;
  }
  void tell(Volts passing) {
    const double drop = filter_.drop().value * kRate / 0.05;
    const Volts block = rest_voltage(Chemistry::LithiumIronPhosphate, charge_, kMild) + Volts{0.1 - drop};
    filter_.learn_voltage({block, kRate, Volts{0.1}, passing}, kMild);
  }

 private:
  ChargeFilter& filter_;
  double charge_ = 1;
};

double capacity_after_nights(double deepest, Volts passing) {
  ChargeFilter filter{lithium_battery()};
  for (int i = 0; i < 6; ++i) {
    Night night{filter};
    night.discharge_to(0.46);
    night.tell(passing);
    night.discharge_to(deepest);
    night.tell(passing);
  }
  return filter.capacity().value;
}

TEST(LithiumShoulder, BesideItsOwnMiddleItTeachesTheCapacity) {
  EXPECT_NEAR(capacity_after_nights(0.22, Volts{0.02}), 0.88, 0.04);
}

TEST(LithiumShoulder, IsNothingToAVoltageOfUnusualCurrents) {
  EXPECT_GT(capacity_after_nights(0.22, Volts{0}), 0.95);
}

TEST(LithiumShoulder, NothingIsLearnedOfNightsThatEndInTheMiddle) {
  EXPECT_NEAR(capacity_after_nights(0.43, Volts{0.02}), 1, 0.01);
}

TEST(LithiumShoulder, TheMiddleIsNotLearnedFromAChargeThatIsUnknown) {
  ChargeFilter filter{lithium_battery()};
  filter.set_charge({0.5, 0.2});
  filter.learn_voltage({Volts{13.3}, kRate, Volts{0.1}, Volts{0.02}}, kMild);
  EXPECT_NEAR(filter.bias().value, 0, 1e-9);
  filter.set_charge({0.5, 0.04});
  filter.learn_voltage({Volts{13.3}, kRate, Volts{0.1}, Volts{0.02}}, kMild);
  EXPECT_GT(filter.bias().value, 0.05);
}

TEST(LithiumShoulder, ABatteryAgesUntilSomethingTellsBetter) {
  ChargeFilter filter{lithium_battery()};
  for (int day = 0; day < 365; ++day) {
    filter.count(Amps{0}, hours{24}, kMild, kShunt);
  }
  EXPECT_NEAR(filter.capacity().value, 0.975, 0.003);
  EXPECT_GT(filter.capacity().off, 0.09);
}

}  // namespace
}  // namespace karkara
