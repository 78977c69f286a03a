#include "controller/service/refusal_budget.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using namespace std::chrono_literals;

TEST(RefusalBudget, TellsSoManyAMinuteAndThenHowManyItKeptQuiet) {
  RefusalBudget budget{2};
  std::uint64_t untold = 0;
  EXPECT_TRUE(budget.take(Instant{100s}, untold));
  EXPECT_TRUE(budget.take(Instant{100s}, untold));
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(budget.take(Instant{130s}, untold));
  }
  EXPECT_TRUE(budget.take(Instant{160s}, untold));
  EXPECT_EQ(untold, 5U);
}

}  // namespace
}  // namespace karkara
