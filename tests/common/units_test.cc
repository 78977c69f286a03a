#include "common/units.h"

#include <gtest/gtest.h>

#include "common/series.h"
#include "common/time.h"

namespace karkara {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};

TEST(Units, OnlyMeaningfulSumsCompile) {
  static_assert(Addable<Volts, Volts>);
  static_assert(Addable<Dbm, Db>);
  static_assert(!Addable<Dbm, Dbm>);
  static_assert(!Addable<Volts, Amps>);
  static_assert(!Addable<Volts, double>);
  EXPECT_DOUBLE_EQ((Volts{12.5} * Amps{2}).value(), 25);
  EXPECT_DOUBLE_EQ((Dbm{-60} - Dbm{-90}).value(), 30);
}

TEST(Instant, NeverPlusAWhileIsNever) {
  EXPECT_EQ(Instant::max() + std::chrono::hours{1}, Instant::max());
  EXPECT_EQ(Instant{} + Duration::max(), Instant::max());
  EXPECT_EQ(Instant{std::chrono::seconds{2}} - Instant{std::chrono::seconds{1}}, std::chrono::seconds{1});
}

TEST(Series, AreFoundByIdAndByName) {
  for (const SeriesInfo& series : all_series()) {
    EXPECT_EQ(find_series(series.id), &series);
    EXPECT_EQ(find_series(series.name), &series);
    EXPECT_GT(series.scale, 0);
  }
  EXPECT_EQ(find_series(static_cast<SeriesId>(9999)), nullptr);
}

}  // namespace
}  // namespace karkara
