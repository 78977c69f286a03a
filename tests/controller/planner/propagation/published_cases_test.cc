#include "tests/controller/planner/propagation/published_cases.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

class Published : public testing::Test {
 protected:
  void SetUp() override {
    if (!published::are_here()) {
      GTEST_SKIP() << "the published cases are not here";
    }
  }

  static void expect(const published::Outcome& outcome, int cases, double limit) {
    EXPECT_EQ(outcome.cases, cases);
    EXPECT_EQ(outcome.refused, 0);
    EXPECT_LE(outcome.worst, limit) << outcome.worst_case;
  }
};

TEST_F(Published, ItmCasesAreWithinTheirPrintedDigit) {
  expect(published::itm(), 40, 0.05);
}

TEST_F(Published, P1812CasesAreWithinAMillionth) {
  expect(published::p1812(), 63, 1e-6);
}

TEST_F(Published, P526ColumnsAreWithinAHundredth) {
  expect(published::p526(), 17 * 35 * 3, 1e-6);
}

TEST_F(Published, RainMatchesToTheLastDigit) {
  expect(published::p838(), 64 * 3, 0.51);
}

TEST_F(Published, GasMatchesToTheLastDigit) {
  expect(published::p676(), 355 * 3, 0.6);
}

}  // namespace
}  // namespace karkara
