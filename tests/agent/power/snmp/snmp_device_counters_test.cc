// What a counter's reading says over wraps, reboots, swaps, and the 497 days after which an uptime begins again.
#include "tests/agent/power/snmp/snmp_mast.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

class Pulses : public testing::Test {
 protected:
  void look(std::uint32_t pulses) {
    mast.lines = SnmpMast::box_lines(540, pulses);
    mast.run(seconds{30});
  }
  SnmpMast mast;
};

TEST_F(Pulses, AreCountedFromTheFirstLookOn) {
  look(1000);
  EXPECT_EQ(mast.number("pulses"), 0.0);
  look(1010);
  EXPECT_EQ(mast.number("pulses"), 10.0);
  look(1010);
  EXPECT_EQ(mast.number("pulses"), 10.0);
}

TEST_F(Pulses, AWrapIsCountedThrough) {
  look(4294967290);
  look(4);
  EXPECT_EQ(mast.number("pulses"), 10.0);
}

TEST_F(Pulses, AResetByARebootAddsNothing) {
  look(1000);
  look(1500);
  mast.booted = mast.now + seconds{10};
  look(700);
  EXPECT_EQ(mast.number("pulses"), 500.0);
  look(720);
  EXPECT_EQ(mast.number("pulses"), 520.0);
}

TEST_F(Pulses, AnUptimeThatWrapsAfter497DaysIsNoReboot) {
  constexpr Duration kUptimeWraps = std::chrono::milliseconds{10} * (1LL << 32U);
  mast.now = mast.booted + (kUptimeWraps - seconds{45});
  mast.start({});
  look(1000);
  look(1010);
  look(1020);
  EXPECT_EQ(mast.number("pulses"), 20.0);
}

TEST_F(Pulses, AnotherDeviceBeginsAtNothing) {
  look(1000);
  look(1500);
  mast.lines = SnmpMast::box_lines(540, 9000, "Box FW 3.0");
  mast.run(seconds{30});
  EXPECT_EQ(mast.number("pulses"), 0.0);
}

TEST_F(Pulses, ASilenceKeepsWhatWasCounted) {
  look(1000);
  look(1500);
  mast.failure = Error{ErrorCode::DeadlineExceeded, "no answer"};
  mast.run(hours{1});
  mast.failure.reset();
  look(1600);
  EXPECT_EQ(mast.number("pulses"), 600.0);
}

}  // namespace
}  // namespace karkara
