// P.526 and P.1812 over small ground of our own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "controller/planner/propagation/free_space.h"
#include "controller/planner/propagation/p1812.h"
#include "controller/planner/propagation/p526.h"
#include "tests/controller/planner/propagation/drawn_ground.h"

namespace karkara::propagation {
namespace {

using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
const p526::Antennas kMasts{Metres{30}, Metres{30}};
const p526::Wave kWave{Megahertz{5800}};

TEST(P526, AKnifeEdgeCostsSixDecibelsAtGrazing) {
  EXPECT_NEAR(p526::knife_edge(0).value(), 6.03, 0.01);
  EXPECT_EQ(p526::knife_edge(-0.78).value(), 0);
  EXPECT_NEAR(p526::knife_edge(2.4).value(), 20.54, 0.02);
  EXPECT_EQ(p526::knife_edge(kNan).value(), 0);
}

TEST(P526, AnEdgeOfOneFresnelRadiusIsTheTextbooks) {
  // v = sqrt(2) at the first Fresnel radius: J = 6.9 + 20 log10(sqrt((v-0.1)^2+1) + v - 0.1) = 16.4 dB.
  const double radius = std::sqrt(0.2998 / 5.8 * 5000 * 5000 / 10'000);
  EXPECT_NEAR(p526::single_edge(Metres{radius}, Metres{5000}, Metres{5000}, Megahertz{5800})->value(), 16.4, 0.1);
  EXPECT_EQ(p526::single_edge(Metres{-radius}, Metres{5000}, Metres{5000}, Megahertz{5800})->value(), 0);
}

TEST(P526, HigherMastsSeeOverTheRidge) {
  const std::vector<double> ridge = drawn::ground({"          #          ",  //
                                                   "         ###         ",  //
                                                   "        #####        ",  //
                                                   "#####################"});
  const PathProfile profile{ridge, Metres{500}};
  double before = kInfinity;
  for (const double mast : {5.0, 15.0, 30.0, 45.0, 60.0, 120.0}) {
    const auto delta = p526::delta_bullington(profile, {Metres{mast}, Metres{mast}}, kWave);
    ASSERT_TRUE(delta);
    EXPECT_LE(delta->loss.value(), before);
    before = delta->loss.value();
  }
  EXPECT_EQ(before, 0);
}

TEST(P526, ASmoothEarthIsNoObstacleInSightAndALargeOneBehindIt) {
  EXPECT_EQ(p526::spherical_earth(Metres{5000}, kMasts, kWave)->value(), 0);
  const double horizon = p526::spherical_earth(Metres{45'200}, kMasts, kWave)->value();
  EXPECT_GT(horizon, 6);  // more than a knife edge at grazing
  EXPECT_LT(horizon, 25);
  EXPECT_GT(p526::spherical_earth(Metres{80'000}, kMasts, kWave)->value(), horizon + 30);
}

TEST(P526, LargerKBendsTheRayOverTheBulge) {
  const std::vector<double> plain = drawn::flat(401);
  const PathProfile profile{plain, Metres{100}};
  const auto loss_at = [&](double k) {
    return p526::bullington(profile, kMasts, Megahertz{5800}, Metres{k * 6'371'000})->value();
  };
  EXPECT_GT(loss_at(0.6), loss_at(4.0 / 3.0));
  EXPECT_GT(loss_at(4.0 / 3.0), loss_at(3));
}

TEST(P526, RefusesWhatIsNoPath) {
  const std::vector<double> plain = drawn::flat(20);
  const PathProfile profile{plain, Metres{100}};
  std::vector<double> unknown = plain;
  unknown[7] = kNan;
  EXPECT_EQ(p526::delta_bullington({unknown, Metres{100}}, kMasts, kWave).error().code, ErrorCode::FailedPrecondition);
  for (const double bad : {0.0, -5.0, kNan, kInfinity}) {
    EXPECT_FALSE(p526::single_edge(Metres{1}, Metres{bad}, Metres{100}, Megahertz{900})) << bad;
    EXPECT_FALSE(p526::bullington(profile, {Metres{bad}, Metres{10}}, Megahertz{900})) << bad;
    EXPECT_FALSE(p526::bullington(profile, kMasts, Megahertz{bad})) << bad;
    EXPECT_FALSE(p526::spherical_earth(Metres{bad}, kMasts, kWave)) << bad;
    EXPECT_FALSE(p526::delta_bullington(profile, kMasts, kWave, {bad, 0.003})) << bad;
    EXPECT_FALSE(p526::delta_bullington(profile, kMasts, kWave, {}, Metres{bad})) << bad;
  }
}

p1812::Link village_link() {
  return {Metres{30}, Metres{1.5}, Megahertz{900}, Polarization::Vertical, Degrees{13.5}};
}

TEST(P1812, IsFreeSpaceWhereNothingStandsInTheWay) {
  const std::vector<double> plain = drawn::flat(23);
  const std::vector<double> km = p1812::equal_distances({plain, Metres{90}});
  p1812::Link link = village_link();
  link.tx_height = link.rx_height = Metres{150};
  const auto answer = p1812::loss({km, plain, {}, {}}, link, {});
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_NEAR(answer->loss.value(), free_space_loss(Metres{1980}, Megahertz{900})->value(), 0.2);
  EXPECT_EQ(answer->diffraction.value(), 0);
  EXPECT_NEAR(answer->field_strength, 199.36 + 20 * std::log10(0.9) - answer->loss.value(), 1e-9);
}

// The answer of this code when it met all published cases, so that it holds where those are not.
TEST(P1812, KeepsItsAnswersOverKnownGround) {
  const std::vector<double> ground = drawn::rolling(334, 3);
  const std::vector<double> km = p1812::equal_distances({ground, Metres{90}});
  EXPECT_NEAR(p1812::loss({km, ground, {}, {}}, village_link(), {})->loss.value(), 161.2156, 0.001);
}

TEST(P1812, RareEnhancementsAreStronger) {
  const std::vector<double> ground = drawn::rolling(334, 3);
  const std::vector<double> km = p1812::equal_distances({ground, Metres{90}});
  double before = 0;
  for (const double percent : {1.0, 5.0, 10.0, 30.0, 50.0}) {
    const double loss = p1812::loss({km, ground, {}, {}}, village_link(), {Percent{percent}})->loss.value();
    EXPECT_GT(loss, before) << percent;
    before = loss;
  }
}

TEST(P1812, ClutterOnTheWayCostsMore) {
  const std::vector<double> ground = drawn::flat(112);
  std::vector<double> clutter(112, 15.0);
  const std::vector<double> km = p1812::equal_distances({ground, Metres{90}});
  const double bare = p1812::loss({km, ground, {}, {}}, village_link(), {})->loss.value();
  EXPECT_GT(p1812::loss({km, ground, clutter, {}}, village_link(), {})->loss.value(), bare + 10);
  clutter[50] = kNan;
  EXPECT_EQ(p1812::loss({km, ground, clutter, {}}, village_link(), {}).error().code, ErrorCode::FailedPrecondition);
}

// Section 3.2: the smooth Earth under the path is the terrain's, whatever stands on it.
TEST(P1812, TakesClutterOffTheGroundBeforeItSmoothesIt) {
  std::vector<double> ground = drawn::rolling(120, 4, 30);
  std::vector<double> clutter(ground.size(), 8);
  clutter.back() = kNan;  // nobody knows where the receiver stands; it stands on the ground
  std::vector<double> raised = ground;
  for (std::size_t i = 1; i + 1 < raised.size(); ++i) {
    raised[i] += clutter[i];
  }
  const p1812::Link link{Metres{30}, Metres{10}, Megahertz{900}, Polarization::Vertical, Degrees{13.5}};
  const auto apart = p1812::loss_over({raised, Metres{250}, clutter}, link, {Percent{10}});
  const auto merged = p1812::loss_over({raised, Metres{250}}, link, {Percent{10}});
  clutter.back() = 0;
  const std::vector<double> km = p1812::equal_distances({ground, Metres{250}});
  const auto by_hand = p1812::loss({km, ground, clutter, {}}, link, {Percent{10}});
  ASSERT_TRUE(apart && merged && by_hand);
  EXPECT_NEAR(apart->loss.value(), by_hand->loss.value(), 1e-9);
  EXPECT_GT(std::abs((apart->loss - merged->loss).value()), 0.01);
}

TEST(P1812, MoreLocationsNeedMore) {
  const std::vector<double> ground = drawn::flat(112);
  const std::vector<double> km = p1812::equal_distances({ground, Metres{90}});
  const auto loss_for = [&](double percent) {
    return p1812::loss({km, ground, {}, {}}, village_link(), {Percent{50}, Percent{percent}, Db{5.5}})->loss.value();
  };
  EXPECT_NEAR(loss_for(95) - loss_for(50), 1.645 * 5.5, 0.01);
  EXPECT_NEAR(p1812::location_sigma(Megahertz{900}, Metres{1.5}, Metres{10}, Metres{90}).value(), 1.91, 0.01);
  EXPECT_EQ(p1812::location_sigma(Megahertz{900}, Metres{30}, Metres{10}, Metres{90}).value(), 0);
}

TEST(P1812, RefusesWhatTheRecommendationRefuses) {
  const std::vector<double> ground = drawn::flat(20);
  const std::vector<double> km = p1812::equal_distances({ground, Metres{90}});
  const auto refused = [&](auto&& spoil) {
    p1812::Link link = village_link();
    p1812::Share share;
    spoil(link, share);
    return !p1812::loss({km, ground, {}, {}}, link, share);
  };
  EXPECT_FALSE(refused([](p1812::Link&, p1812::Share&) {}));
  EXPECT_TRUE(refused([](p1812::Link&, p1812::Share& s) { s.time = Percent{0.9}; }));
  EXPECT_TRUE(refused([](p1812::Link&, p1812::Share& s) { s.time = Percent{51}; }));
  EXPECT_TRUE(refused([](p1812::Link&, p1812::Share& s) { s.locations = Percent{100}; }));
  EXPECT_TRUE(refused([](p1812::Link& l, p1812::Share&) { l.tx_height = Metres{0.9}; }));
  EXPECT_TRUE(refused([](p1812::Link& l, p1812::Share&) { l.rx_height = Metres{kNan}; }));
  EXPECT_TRUE(refused([](p1812::Link& l, p1812::Share&) { l.latitude = Degrees{91}; }));
  EXPECT_TRUE(refused([](p1812::Link& l, p1812::Share&) { l.gradient_n_units = 157; }));
  EXPECT_FALSE(p1812::loss({std::span{km}.first(4), std::span{ground}.first(4), {}, {}}, village_link(), {}));
  EXPECT_FALSE(p1812::loss({std::span{km}.first(19), ground, {}, {}}, village_link(), {}));
  std::vector<double> twice = km;
  twice[5] = twice[4];
  EXPECT_FALSE(p1812::loss({twice, ground, {}, {}}, village_link(), {}));
  std::vector<double> unknown = ground;
  unknown[3] = kNan;
  EXPECT_EQ(p1812::loss({km, unknown, {}, {}}, village_link(), {}).error().code, ErrorCode::FailedPrecondition);
}

TEST(P1812, WarnsOutsideItsRange) {
  const std::vector<double> ground = drawn::flat(20);
  const std::vector<double> km = p1812::equal_distances({ground, Metres{9}});
  p1812::Link link = village_link();
  link.frequency = Megahertz{7000};
  const auto texts = p1812::warning_texts(p1812::loss({km, ground, {}, {}}, link, {})->warnings);
  EXPECT_THAT(texts, testing::ElementsAre(HasSubstr("30 MHz to 6 GHz"), HasSubstr("shorter than 250 m")));
}

}  // namespace
}  // namespace karkara::propagation
