// What line-of-sight hops need: P.530 clearance, multipath and rain, P.837, P.838, P.676, and the bands of doubt.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "controller/planner/propagation/p530.h"
#include "controller/planner/propagation/p676.h"
#include "controller/planner/propagation/p837.h"
#include "controller/planner/propagation/sensitivity.h"
#include "tests/controller/planner/propagation/drawn_ground.h"

namespace karkara::propagation {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(P530Clearance, FresnelRadiusIsLargestInTheMiddle) {
  EXPECT_NEAR(p530::fresnel_radius(Metres{15'000}, Metres{15'000}, Megahertz{5800})->value(), 19.67, 0.01);
  EXPECT_LT(p530::fresnel_radius(Metres{1000}, Metres{29'000}, Megahertz{5800})->value(), 10);
  EXPECT_FALSE(p530::fresnel_radius(Metres{0}, Metres{0}, Megahertz{5800}));
  EXPECT_FALSE(p530::fresnel_radius(Metres{-1}, Metres{5}, Megahertz{5800}));
}

TEST(P530Clearance, SaysWhereTheHopIsTightestAndByHowMuch) {
  const std::vector<double> ground = drawn::ground({"         #          ",  //
                                                    "         #          ",  //
                                                    "         #          ",  //
                                                    "####################"});
  const PathProfile profile{ground, Metres{1000}};
  const auto low = p530::judge_clearance(profile, {Metres{30}, Metres{30}}, Megahertz{5800});
  ASSERT_TRUE(low);
  EXPECT_FALSE(low->clear());
  EXPECT_EQ(low->at_median_k.at.value(), 9000);
  EXPECT_FALSE(low->at_low_k.has_value());  // under 30 km in the tropics
  const double mast = 30 + low->missing.value();
  const auto raised = p530::judge_clearance(profile, {Metres{mast}, Metres{mast}}, Megahertz{5800});
  EXPECT_NEAR(raised->missing.value(), 0, 1e-9);
  EXPECT_NEAR(raised->at_median_k.fraction, 1, 1e-9);
}

TEST(P530Clearance, LongTropicalHopsMustAlsoClearAtTheLowK) {
  const std::vector<double> plain = drawn::flat(451);
  const PathProfile profile{plain, Metres{90}};  // 40.5 km
  const p526::Antennas masts{Metres{50}, Metres{50}};
  const auto tropical = p530::judge_clearance(profile, masts, Megahertz{5800});
  p530::ClearanceRule temperate;
  temperate.climate = p530::ClearanceClimate::Temperate;
  temperate.obstacle = p530::Obstacle::Isolated;
  const auto mild = p530::judge_clearance(profile, masts, Megahertz{5800}, temperate);
  ASSERT_TRUE(tropical->at_low_k.has_value());
  EXPECT_LT(tropical->at_low_k->fraction, tropical->at_median_k.fraction);
  EXPECT_GT(tropical->missing.value(), mild->missing.value());
}

p530::Hop sahel_hop(double km) {
  return {Metres{km * 1000}, Megahertz{5800}, Metres{250}, Metres{270}, Metres{220}, Degrees{13.5}, -6.5, 15};
}

TEST(P530Multipath, DeepFadesLoseTenDecibelsADecade) {
  const auto hop = sahel_hop(40);
  const double at_40 = p530::fade_in_worst_month(hop, Db{40})->value();
  EXPECT_NEAR(at_40 / p530::fade_in_worst_month(hop, Db{50})->value(), 10, 1e-6);
  EXPECT_GT(at_40, p530::fade_in_year(hop, Db{40})->value());
  double before = p530::fade_in_worst_month(hop, Db{0.5})->value();
  for (double depth = 1; depth < 45; depth += 0.5) {  // no step where both parts join
    const double share = p530::fade_in_worst_month(hop, Db{depth})->value();
    EXPECT_LT(share, before);
    EXPECT_LT(before / share, 2) << depth;
    before = share;
  }
}

// Worked by hand from (7), (24) and (25): 0.000186 % of the worst month; the conversion to a year is 4.76 dB.
TEST(P530Multipath, FollowsItsEquations) {
  EXPECT_NEAR(p530::fade_in_worst_month(sahel_hop(40), Db{40})->value(), 1.859257e-4, 1e-9);
  EXPECT_NEAR(p530::fade_in_year(sahel_hop(40), Db{40})->value(), 6.212192e-5, 1e-10);
}

TEST(P530Multipath, ShortHopsDoNotFade) {
  EXPECT_EQ(p530::fade_in_worst_month(sahel_hop(5), Db{10})->value(), 0);
  EXPECT_LT(p530::fade_in_worst_month(sahel_hop(20), Db{30})->value(),
            p530::fade_in_worst_month(sahel_hop(50), Db{30})->value());
}

TEST(P530Multipath, RefusesWhatIsNoHop) {
  for (const double bad : {0.0, -1.0, kNan, kInfinity}) {
    EXPECT_FALSE(p530::fade_in_year(sahel_hop(bad), Db{30})) << bad;
  }
  auto hop = sahel_hop(30);
  hop.dn75 = kNan;
  EXPECT_FALSE(p530::fade_in_worst_month(hop, Db{30}));
  EXPECT_FALSE(p530::fade_in_worst_month(sahel_hop(30), Db{kNan}));
  hop = sahel_hop(90);
  hop.log10_k = 0;  // a p0 of many thousand percent
  EXPECT_FALSE(p530::fade_in_worst_month(hop, Db{30}));
  hop = sahel_hop(30);
  hop.frequency = Megahertz{46'000};
  EXPECT_FALSE(p530::fade_in_worst_month(hop, Db{30}));
}

p530::RainHop rain_hop(double ghz, double km) {
  p530::RainHop hop;
  hop.length = Metres{km * 1000};
  hop.frequency = Megahertz{ghz * 1000};
  hop.rate_0_01 = {60};
  return hop;
}

// Worked by hand from (32) to (35): 18 GHz, 10 km, 60 mm/h, vertical.
TEST(P530Rain, FollowsItsEquations) {
  EXPECT_NEAR(p530::rain_attenuation(rain_hop(18, 10), Percent{0.01})->value(), 27.630236, 1e-5);
  EXPECT_NEAR(p530::rain_attenuation(rain_hop(18, 10), Percent{0.1})->value(), 10.474882, 1e-5);
}

TEST(P530Rain, OutageIsTheInverseOfAttenuation) {
  const auto hop = rain_hop(18, 10);
  for (const double percent : {0.001, 0.003, 0.01, 0.1, 1.0}) {
    const Db depth = *p530::rain_attenuation(hop, Percent{percent});
    EXPECT_NEAR(p530::rain_outage(hop, depth)->value() / percent, 1, 1e-6);
  }
}

TEST(P530Rain, LimitsEighteenGigahertzAndNotFive) {
  EXPECT_LT(p530::rain_attenuation(rain_hop(5.8, 20), Percent{0.01})->value(), 2.5);
  EXPECT_GT(p530::rain_attenuation(rain_hop(18, 20), Percent{0.01})->value(), 30);
  EXPECT_EQ(
      p530::rain_outage({Metres{10'000}, Megahertz{18'000}, Polarization::Vertical, Degrees{0}, {0}}, Db{10})->value(),
      0);
  EXPECT_FALSE(p530::rain_attenuation(rain_hop(18, 61), Percent{0.01}));
  EXPECT_FALSE(p530::rain_attenuation(rain_hop(18, 10), Percent{0.0001}));
  EXPECT_FALSE(p530::rain_outage(rain_hop(18, 10), Db{kNan}));
}

TEST(P530, AvailabilityIsWhatBothLeaveOfTheYear) {
  const auto outage = p530::outage_in_year(sahel_hop(20), rain_hop(5.8, 20), Db{30});
  ASSERT_TRUE(outage);
  EXPECT_NEAR(outage->availability().value(), 100 - outage->multipath.value() - outage->rain.value(), 1e-12);
  EXPECT_GT(outage->availability().value(), 99.9);
}

TEST(P838, AttenuatesAsThePublishedRowSays) {
  const auto fit = p838::coefficients(Megahertz{14'250}, Degrees{31.07699124}, Degrees{0});
  EXPECT_NEAR(fit->k, 0.03975488, 5e-9);
  EXPECT_NEAR(fit->alpha, 1.12418043, 5e-9);
  EXPECT_NEAR(p838::per_km({26.48052}, Megahertz{14'250}, Degrees{31.07699124}, Degrees{0})->value(), 1.58130839, 5e-9);
  for (const double bad : {0.0, -1.0, kNan, kInfinity}) {
    EXPECT_FALSE(p838::coefficients(Megahertz{bad}, Degrees{0}, Degrees{0})) << bad;
  }
  EXPECT_FALSE(p838::per_km({-1}, Megahertz{14'250}, Degrees{0}, Degrees{0}));
  EXPECT_EQ(p838::per_km({0}, Megahertz{14'250}, Degrees{0}, Degrees{0})->value(), 0);
}

TEST(P676, AbsorbsAsThePublishedRowsSay) {
  const auto low = p676::per_km(Megahertz{12'000});
  EXPECT_NEAR(low->oxygen.value(), 0.008698264, 5e-10);
  EXPECT_NEAR(low->vapour.value(), 0.009535388, 5e-10);
  EXPECT_NEAR(p676::per_km(Megahertz{60'000})->both().value(), 14.77831664, 1e-8);
  EXPECT_NEAR(p676::over_path(Metres{20'000}, Megahertz{18'000})->value(),
              20 * p676::per_km(Megahertz{18'000})->both().value(), 1e-12);
  EXPECT_FALSE(p676::per_km(Megahertz{999}));
  EXPECT_FALSE(p676::per_km(Megahertz{12'000}, {kNan, 300, 7}));
  EXPECT_FALSE(p676::over_path(Metres{-1}, Megahertz{12'000}));
}

p837::Year year_of(double celsius, double rainfall) {
  p837::Year year;
  year.fill({Celsius{celsius}, rainfall});
  return year;
}

// Months that are all alike make one log-normal distribution, whose quantiles are known: z = 2.3263 exceeds in 1 %.
TEST(P837, AYearOfEqualMonthsIsOneDistribution) {
  const p837::Year year = year_of(27, 60);
  const double wet = p837::rain_probability(year)->value();
  const double rate = 0.5874 * std::exp(0.0883 * 27);
  EXPECT_NEAR(wet, 100 * 12 * 60 / (24 * 365.25 * rate), 1e-6);
  EXPECT_NEAR(p837::rain_rate(year, Percent{wet / 100})->mm_per_hour, rate * std::exp(1.26 * 2.326348 - 0.7938), 0.001);
}

TEST(P837, DesertsAreDryAndWetMonthsAreBounded) {
  EXPECT_EQ(p837::rain_rate(year_of(30, 0), Percent{0.01})->mm_per_hour, 0);
  EXPECT_EQ(p837::rain_rate(year_of(30, 0.01), Percent{5})->mm_per_hour, 0);
  EXPECT_NEAR(p837::rain_probability(year_of(-5, 2000))->value(), 70, 0.2);
  EXPECT_LT(p837::rain_rate(year_of(27, 60), Percent{0.1})->mm_per_hour,
            p837::rain_rate(year_of(27, 60), Percent{0.01})->mm_per_hour);
  EXPECT_FALSE(p837::rain_rate(year_of(kNan, 60), Percent{0.01}));
  EXPECT_FALSE(p837::rain_rate(year_of(27, -1), Percent{0.01}));
  EXPECT_FALSE(p837::rain_rate(year_of(27, 60), Percent{0}));
}

TEST(Sensitivity, RoughGroundIsLessCertainThanAPlain) {
  itm::Radio radio;
  radio.tx_height = Metres{30};
  radio.rx_height = Metres{1.5};
  radio.frequency = Megahertz{900};
  const std::vector<double> plain = drawn::flat(112);
  const std::vector<double> hills = drawn::rolling(112, 6, 60);
  const auto sure = itm_band(radio, {}, {plain, Metres{90}});
  const auto unsure = itm_band(radio, {}, {hills, Metres{90}});
  ASSERT_TRUE(sure && unsure);
  for (const Band& band : {*sure, *unsure}) {
    EXPECT_LE(band.low.value(), band.nominal.value());
    EXPECT_GE(band.high.value(), band.nominal.value());
    EXPECT_EQ(band.by_cause.size(), 4U);
  }
  EXPECT_EQ(sure->by_cause[0].cause, Cause::TerrainSampling);
  EXPECT_NEAR((sure->by_cause[0].high - sure->by_cause[0].low).value(), 0, 1e-9);
  EXPECT_GT((unsure->by_cause[0].high - unsure->by_cause[0].low).value(), 0.1);
}

TEST(Sensitivity, AHigherRidgeIsAGreaterLoss) {
  const std::vector<double> ridge = drawn::ground({"         ##         ",  //
                                                   "         ##         ",  //
                                                   "        ####        ",  //
                                                   "####################"});
  const auto band = diffraction_band({ridge, Metres{500}}, {Metres{15}, Metres{15}}, {Megahertz{5800}});
  ASSERT_TRUE(band);
  const Contribution& height = band->by_cause[1];
  EXPECT_EQ(height.cause, Cause::TerrainHeight);
  EXPECT_GT(height.high.value(), band->nominal.value() + 1);
  EXPECT_LT(height.low.value(), band->nominal.value() - 1);
}

TEST(Sensitivity, EveryModelThatReadsTerrainHasABand) {
  const std::vector<double> hills = drawn::rolling(200, 8, 30);
  const PathProfile profile{hills, Metres{90}};
  const p1812::Link link{Metres{30}, Metres{10}, Megahertz{900}, Polarization::Vertical, Degrees{13.5}};
  const auto path = p1812_band(profile, link, {});
  const auto edge = diffraction_band(profile, {Metres{30}, Metres{30}}, {Megahertz{5800}});
  ASSERT_TRUE(path && edge);
  EXPECT_GT(path->high.value(), path->low.value());
  EXPECT_EQ(edge->by_cause.back().cause, Cause::Refraction);
  std::vector<double> unknown = hills;
  unknown[50] = kNan;
  EXPECT_FALSE(p1812_band({unknown, Metres{90}}, link, {}));
}

}  // namespace
}  // namespace karkara::propagation
