#include "controller/planner/link/access_model.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "controller/planner/terrain/formula_terrain.h"
#include "tests/controller/planner/drawn_cover.h"
#include "tests/controller/planner/plan/small_country.h"

namespace karkara::planner {
namespace {

using testing::HasSubstr;

constexpr Place kMast{Degrees{13}, Degrees{2}};

RadioProfile village_wifi() {
  RadioProfile radio = village_radio();
  radio.id = "wifi";
  radio.frequency = Megahertz{2'437};
  radio.reach = Metres{3'000};
  return radio;
}
RadioProfile by_p1812(RadioProfile radio) {
  radio.model = LossModel::P1812;
  radio.time = Percent{50};
  return radio;
}

double loss_at(const AccessModel& model, const TerrainView& terrain, Degrees azimuth, double metres) {
  const Place to = destination(kMast, azimuth, Metres{metres});
  const Profile profile = *profile_between(terrain, kMast, to, kProfileStep, Sampling::Bilinear);
  const auto loss = model.loss({profile.heights, profile.spacing}, 0, kMast);
  EXPECT_TRUE(loss.ok()) << (loss ? "" : loss.error().text);
  return loss ? loss->value() : 0;
}

double over_free_space(const AccessModel& model, const TerrainView& terrain, double metres) {
  return loss_at(model, terrain, Degrees{40}, metres) -
         (20 * std::log10(4 * std::numbers::pi * metres * model.profile().frequency.value() * 1e6 / 299'792'458));
}

TEST(AccessModel, DoesNotJumpWhereItsModelBegins) {
  const FormulaTerrain plain{{1, 300, 0}};
  const FormulaTerrain hills{{.seed = 3, .relief = 40}};
  for (const RadioProfile& radio :
       {village_wifi(), village_radio(), by_p1812(village_wifi()), by_p1812(village_radio())}) {
    const double begins = radio.model == LossModel::Itm ? 1'000 : 250;
    for (const double mast : {15.0, 45.0}) {
      const AccessModel model = *AccessModel::make(radio, {Metres{mast}}, {});
      for (const TerrainView* terrain :
           {static_cast<const TerrainView*>(&plain), static_cast<const TerrainView*>(&hills)}) {
        for (int i = 0; i < 12; ++i) {
          const Degrees azimuth{30.0 * i};
          EXPECT_NEAR(loss_at(model, *terrain, azimuth, begins - 0.01),
                      loss_at(model, *terrain, azimuth, begins + 0.01), 0.05)
              << radio.id << " " << mast << " m, " << azimuth.value();
          // On the way there as well: over 10 m the loss moves by little.
          for (double at = 60; at < begins && terrain == &plain; at += 10) {
            EXPECT_NEAR(loss_at(model, plain, azimuth, at), loss_at(model, plain, azimuth, at + 10), 3.5) << at;
          }
        }
      }
    }
  }
}

TEST(AccessModel, AsksForAMarginForPlacesNearTheMastToo) {
  const FormulaTerrain plain{{1, 300, 0}};
  RadioProfile radio = village_wifi();
  const AccessModel nine_of_ten = *AccessModel::make(radio, {Metres{20}}, {});
  radio.location = Percent{50};
  const AccessModel half = *AccessModel::make(radio, {Metres{20}}, {});
  radio.location = Percent{10};
  const AccessModel few = *AccessModel::make(radio, {Metres{20}}, {});
  // 4 dB are exceeded by 1.2816 times in a tenth of the places; farther out the model's own statistics take over.
  EXPECT_NEAR(over_free_space(nine_of_ten, plain, 50), 4 * 1.2816, 0.01);
  EXPECT_NEAR(over_free_space(half, plain, 50), 0, 0.01);
  EXPECT_NEAR(over_free_space(few, plain, 50), 0, 0.01);  // nobody counts on luck
  const FormulaTerrain gentle{{.seed = 3, .relief = 8}};
  for (const double metres : {100.0, 300.0, 600.0, 900.0}) {
    EXPECT_GT(over_free_space(nine_of_ten, gentle, metres), over_free_space(half, gentle, metres) + 2) << metres;
  }
}

TEST(AccessModel, TakesTheModelThatTheProfileNames) {
  const FormulaTerrain hills{{.seed = 5, .relief = 40}};
  const AccessModel itm = *AccessModel::make(village_radio(), {Metres{30}}, {});
  RadioProfile radio = by_p1812(village_radio());
  const AccessModel p1812 = *AccessModel::make(radio, {Metres{30}}, {});
  radio.location = Percent{50};
  const AccessModel median = *AccessModel::make(radio, {Metres{30}}, {});
  const Place to = destination(kMast, Degrees{70}, Metres{6'000});
  const Profile profile = *profile_between(hills, kMast, to, kProfileStep, Sampling::Bilinear);
  const propagation::PathProfile path{profile.heights, profile.spacing};
  EXPECT_NE(itm.loss(path, 0, kMast)->value(), p1812.loss(path, 0, kMast)->value());
  // The share of places in P.1812's way: 2.6 dB and 1.28 of them.
  EXPECT_NEAR((*p1812.loss(path, 0, kMast) - *median.loss(path, 0, kMast)).value(), 1.2816 * 0.85 * 0.5416 * 5.697,
              0.05);
  EXPECT_LT(p1812.band(path, 0, kMast)->low, p1812.band(path, 0, kMast)->high);
  EXPECT_EQ(itm.band({std::span{profile.heights}.first(4), Metres{90}}, 0, kMast).error().code,
            ErrorCode::FailedPrecondition);
  radio.time = Percent{90};
  EXPECT_THAT(check(radio).error().text, HasSubstr("time: ITU-R P.1812 knows 1 to 50 %"));
  radio = by_p1812(village_radio());
  radio.frequency = Megahertz{11'000};
  EXPECT_THAT(check(radio).error().text, HasSubstr("30 MHz to 6 GHz"));
}

TEST(AccessModel, IsCorrectedByWhatWasMeasuredAndNoFartherThanThat) {
  const FormulaTerrain hills{{.seed = 5, .relief = 40}};
  RadioProfile radio = village_radio();
  const AccessModel plain = *AccessModel::make(radio, {Metres{30}}, {});
  const Place other = destination(kMast, Degrees{90}, Metres{5'000});
  radio.measured = AccessCorrection{{Db{6}, Db{-4}, Metres{500}, Metres{5'000}}, 300, 4, Db{9}, Db{5}, {}};
  radio.measured->own.push_back({"B", destination(other, Degrees{0}, Metres{10}), {Db{-3}, Db{0}}, 40, Db{4}});
  const AccessModel fixed = *AccessModel::make(radio, {Metres{30}}, {});
  const auto gained = [&](const Place& mast, double metres) {
    const Profile profile =
        *profile_between(hills, mast, destination(mast, Degrees{70}, Metres{metres}), kProfileStep, Sampling::Bilinear);
    const double loss = (*plain.loss(path_over(profile), 0, mast) - *fixed.loss(path_over(profile), 0, mast)).value();
    const Place end = destination(mast, Degrees{70}, Metres{metres});
    EXPECT_NEAR(
        (*fixed.margin_over(path_over(profile), 0, mast, end) - *plain.margin_over(path_over(profile), 0, mast, end))
            .value(),
        loss, 1e-9);
    if (metres > 1'000) {
      const auto before = *plain.band(path_over(profile), 0, mast);
      const auto after = *fixed.band(path_over(profile), 0, mast);
      EXPECT_NEAR((before.low - after.low).value(), loss, 1e-9);
      EXPECT_NEAR((before.by_cause[0].high - after.by_cause[0].high).value(), loss, 1e-9);
    }
    return loss;
  };
  EXPECT_NEAR(gained(kMast, 1'000), 6, 1e-6);
  EXPECT_NEAR(gained(kMast, 100), 6 + 4 * 0.30103, 1e-4);     // nobody measured nearer than 500 m
  EXPECT_NEAR(gained(kMast, 10'000), 6 - 4 * 0.69897, 1e-4);  // nor farther than 5 km
  EXPECT_NEAR(gained(other, 4'000), -3, 1e-9);                // this mast was measured on its own
  EXPECT_NEAR(gained(destination(other, Degrees{0}, Metres{40}), 1'000), 6, 1e-6);
}

TEST(AccessModel, TellsP1812WhatStandsOnTheGround) {
  const FormulaTerrain hills{{.seed = 5, .relief = 40}};
  const DrawnCover wood{hills, 8};
  const AccessModel model = *AccessModel::make(by_p1812(village_radio()), {Metres{30}}, {});
  const Place to = destination(kMast, Degrees{70}, Metres{6'000});
  Profile profile = *profile_between(wood, kMast, to, kProfileStep, Sampling::Bilinear);
  ASSERT_EQ(profile.clutter.size(), profile.heights.size());
  const Profile bare = *profile_between(hills, kMast, to, kProfileStep, Sampling::Bilinear);
  EXPECT_EQ(profile.heights.back(), bare.heights.back());
  const auto loss = [&] { return model.loss(path_over(profile), 0, kMast)->value(); };
  EXPECT_GT(loss(), model.loss(path_over(bare), 0, kMast)->value() + 1);
  EXPECT_NE(loss(), model.loss({profile.heights, profile.spacing}, 0, kMast)->value());
  // Under trees places vary more than on open ground (section 4.8), under unknown ones as much.
  profile.clutter.back() = 0;
  const double open = loss();
  profile.clutter.back() = 8;
  EXPECT_NEAR(loss() - open, 1.2816 * 0.15 * 0.5416 * 5.697, 0.05);
  const double under_trees = loss();
  profile.clutter.back() = std::numeric_limits<double>::quiet_NaN();
  EXPECT_NEAR(loss(), under_trees, 1e-9);
  EXPECT_LT(model.band(path_over(profile), 0, kMast)->low.value(), loss());
}

TEST(AccessModel, KnowsNothingNearTheMastOverUnknownGround) {
  const AccessModel model = *AccessModel::make(village_wifi(), {Metres{30}}, {});
  for (const std::size_t count : {2U, 3U, 8U}) {
    std::vector<double> heights(count, 300.0);
    heights[1] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_FALSE(model.loss({heights, Metres{60}}, 0, kMast).ok()) << count;
  }
  const std::vector<double> here{300, 300};
  EXPECT_TRUE(model.loss({here, Metres{0}}, 0, kMast).ok());  // the settlement that the mast stands in
}

}  // namespace
}  // namespace karkara::planner
