#include "agent/shaping/guarantee_watch.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using std::chrono::milliseconds;

constexpr BitsPerSecond kGuarantee{100'000};

// Five looks a second see single packets: that one of them is full and the next ones are empty says nothing.
TEST(GuaranteeWatch, ShortLooksAreJudgedByTheSecond) {
  GuaranteeWatch watch;
  bool told = false;
  for (int look = 0; look < 100 && !told; ++look) {
    const BitsPerSecond carried = look % 5 == 0 ? kGuarantee * 2 : BitsPerSecond{0};
    told = watch.see("vsat/up/clinic", {kGuarantee, carried, true, false, milliseconds{200}}).value_or(false);
  }
  EXPECT_TRUE(told) << "40 % of it, for 20 seconds";
}

TEST(GuaranteeWatch, AClassThatGetsItInBurstsIsNotTold) {
  GuaranteeWatch watch;
  for (int look = 0; look < 200; ++look) {
    const BitsPerSecond carried = look % 5 == 0 ? kGuarantee * 5 : BitsPerSecond{0};
    EXPECT_EQ(watch.see("vsat/up/clinic", {kGuarantee, carried, true, false, milliseconds{200}}), std::nullopt);
  }
}

}  // namespace
}  // namespace karkara
