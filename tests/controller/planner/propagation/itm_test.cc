#include "controller/planner/propagation/itm.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/controller/planner/propagation/drawn_ground.h"

namespace karkara::propagation::itm {
namespace {

using testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Radio village_radio() {
  Radio radio;
  radio.tx_height = Metres{30};
  radio.rx_height = Metres{1.5};
  radio.frequency = Megahertz{900};
  return radio;
}

Model model_of(const Radio& radio, const Statistics& statistics = {}) {
  return *Model::make(radio, statistics);
}

Answer over(const std::vector<double>& heights, const Radio& radio = village_radio()) {
  return *model_of(radio).over(PathProfile{heights, Metres{90}});
}

// The area case that NTIA prints with its driver: 134.5 dB, of which 123.3 dB are free space.
TEST(Itm, AgreesWithTheDriverOverRoughGround) {
  Radio radio{Metres{15}, Metres{3}, Megahertz{3500}};
  radio.climate = Climate::ContinentalTemperate;
  Statistics statistics;
  statistics.mode = Variability::Accidental;
  const Answer answer = *model_of(radio, statistics).over(RoughGround{Metres{10'000}, Metres{20}});
  EXPECT_NEAR(answer.loss.value(), 134.5, 0.05);
  EXPECT_NEAR(answer.free_space.value(), 123.3, 0.05);
  EXPECT_NEAR(answer.reference_attenuation.value(), 11.2, 0.05);
  EXPECT_NEAR(answer.tx_horizon.value(), 14'722, 0.5);
  EXPECT_NEAR(answer.rx_horizon.value(), 6206, 0.5);
  EXPECT_EQ(answer.mode, Mode::LineOfSight);
  EXPECT_EQ(answer.warnings, 0U);
}

// Answers of this code when it met all published cases, so that they hold where those are not.
TEST(Itm, KeepsItsAnswersOverKnownGround) {
  EXPECT_NEAR(over(drawn::flat(112)).loss.value(), 127.6994, 0.001);
  EXPECT_NEAR(over(drawn::rolling(334, 3)).loss.value(), 168.2924, 0.001);
  EXPECT_NEAR(over(drawn::rolling(60, 3, 20)).loss.value(), 132.6359, 0.001);
  EXPECT_NEAR(model_of(village_radio()).over(RoughGround{Metres{20'000}, Metres{30}})->loss.value(), 141.1483, 0.001);
}

TEST(Itm, ARidgeCastsAShadow) {
  const std::vector<double> open = drawn::ground({"####################"});
  const std::vector<double> ridge = drawn::ground({"         ##         ",  //
                                                   "         ##         ",  //
                                                   "        ####        ",  //
                                                   "        ####        ",  //
                                                   "       ######       ",  //
                                                   "####################"});
  const Model model = model_of(village_radio());
  const Answer clear = *model.over(PathProfile{open, Metres{500}});
  const Answer shadow = *model.over(PathProfile{ridge, Metres{500}});
  EXPECT_FALSE(clear.obstructed);
  EXPECT_TRUE(shadow.obstructed);
  EXPECT_GT(shadow.loss.value(), clear.loss.value() + 10);
  EXPECT_EQ(shadow.tx_horizon.value(), 4500);
}

TEST(Itm, ModeFollowsTheDistance) {
  const auto mode_at = [](double km) {
    return model_of(village_radio()).over(RoughGround{Metres{km * 1000}, Metres{30}})->mode;
  };
  EXPECT_EQ(mode_at(5), Mode::LineOfSight);
  EXPECT_EQ(mode_at(60), Mode::Diffraction);
  EXPECT_EQ(mode_at(400), Mode::Troposcatter);
}

TEST(Itm, LossGrowsWithTheShareOfTimeAndOfSituations) {
  const std::vector<double> ground = drawn::rolling(334, 5);
  double before = 0;
  for (const double percent : {1.0, 10.0, 50.0, 90.0, 99.0}) {
    Statistics statistics;
    statistics.mode = Variability::Mobile;
    statistics.time = Percent{percent};
    statistics.situation = Percent{percent};
    const double loss = model_of(village_radio(), statistics).over(PathProfile{ground, Metres{90}})->loss.value();
    EXPECT_GT(loss, before);
    before = loss;
  }
}

TEST(Itm, UnknownTerrainIsAnErrorWithItsPlace) {
  std::vector<double> ground = drawn::flat(50);
  ground[20] = kNan;
  const Result<Answer> answer = model_of(village_radio()).over(PathProfile{ground, Metres{100}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::FailedPrecondition);
  EXPECT_THAT(answer.error().text, HasSubstr("unknown terrain at 2000"));
}

struct BadRadio {
  const char* error;
  void (*spoil)(Radio& radio, Statistics& statistics);
};

TEST(Itm, RefusesWhatTheReferenceRefusesWithItsNumber) {
  const BadRadio cases[] = {
      {"1000", [](Radio& r, Statistics&) { r.tx_height = Metres{0.4}; }},
      {"1000", [](Radio& r, Statistics&) { r.tx_height = Metres{kNan}; }},
      {"1001", [](Radio& r, Statistics&) { r.rx_height = Metres{3001}; }},
      {"1002", [](Radio& r, Statistics&) { r.climate = static_cast<Climate>(8); }},
      {"1003", [](Radio&, Statistics& s) { s.time = Percent{0}; }},
      {"1004", [](Radio&, Statistics& s) { s.location = Percent{100}; }},
      {"1005", [](Radio&, Statistics& s) { s.situation = Percent{-1}; }},
      {"1008", [](Radio& r, Statistics&) { r.sea_level_n_units = 249; }},
      {"1009", [](Radio& r, Statistics&) { r.frequency = Megahertz{19}; }},
      {"1011", [](Radio& r, Statistics&) { r.permittivity = 0.9; }},
      {"1012", [](Radio& r, Statistics&) { r.conductivity = 0; }},
      {"1013", [](Radio& r, Statistics&) { r.polarization = Polarization::Horizontal, r.permittivity = 1; }},
  };
  for (const BadRadio& bad : cases) {
    Radio radio = village_radio();
    Statistics statistics;
    bad.spoil(radio, statistics);
    const Result<Model> model = Model::make(radio, statistics);
    ASSERT_FALSE(model) << bad.error;
    EXPECT_THAT(model.error().text, HasSubstr(std::string{"(error "} + bad.error + ")"));
  }
  const Model model = model_of(village_radio());
  EXPECT_THAT(model.over(RoughGround{Metres{0}, Metres{30}}).error().text, HasSubstr("1017"));
  EXPECT_THAT(model.over(RoughGround{Metres{kNan}, Metres{30}}).error().text, HasSubstr("1017"));
  EXPECT_THAT(model.over(RoughGround{Metres{1000}, Metres{-1}}).error().text, HasSubstr("1018"));
  EXPECT_THAT(model.over(PathProfile{drawn::flat(50, 7500), Metres{100}}).error().text, HasSubstr("1021"));
}

TEST(Itm, WarnsAsTheReferenceDoes) {
  Radio radio = village_radio();
  radio.frequency = Megahertz{30};
  radio.rx_height = Metres{0.7};
  Statistics statistics;
  statistics.time = Percent{99.99};
  const Answer answer = *model_of(radio, statistics).over(PathProfile{drawn::flat(10), Metres{90}});
  const auto texts = warning_texts(answer.warnings);
  EXPECT_THAT(texts, testing::Contains(HasSubstr("frequency")));
  EXPECT_THAT(texts, testing::Contains(HasSubstr("receiver's height")));
  EXPECT_THAT(texts, testing::Contains(HasSubstr("tail")));
  EXPECT_THAT(texts, testing::Contains(HasSubstr("shorter than 1 km")));
  EXPECT_TRUE(warning_texts(over(drawn::flat(112)).warnings).empty());
}

// Plains, hills and high plateaus of whole metres, where sums and ties are exact and a nanometre breaks them.
TEST(Itm, ANanometreMovesNothing) {
  const Model model = model_of(village_radio());
  double worst = 0;
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    std::vector<double> ground = drawn::rolling(334, seed, seed % 3 == 0 ? 0 : seed % 7, seed % 2 == 0 ? 2000 : 300);
    const double before = model.over(PathProfile{ground, Metres{90}})->loss.value();
    for (std::size_t i = 0; i < ground.size(); i += 9) {
      ground[i] += 1e-9;
      worst = std::max(worst, std::abs(model.over(PathProfile{ground, Metres{90}})->loss.value() - before));
      ground[i] -= 1e-9;
    }
  }
  EXPECT_LT(worst, 1e-4);
}

TEST(Itm, HeightAboveSeaMattersOnlyByTheAir) {
  const std::vector<double> low = drawn::rolling(334, 11, 8, 0);
  std::vector<double> high = low;
  for (double& z : high) {
    z += 500;
  }
  EXPECT_NEAR(over(low).irregularity.value(), over(high).irregularity.value(), 1e-9);
  EXPECT_LT(over(high).surface_n_units, over(low).surface_n_units);
}

}  // namespace
}  // namespace karkara::propagation::itm
