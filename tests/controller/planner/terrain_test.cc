#include <gmock/gmock.h>

#include <cmath>

#include "common/splitmix.h"
#include "controller/planner/terrain/formula_terrain.h"
#include "controller/planner/terrain/hgt.h"
#include "controller/planner/terrain/profile.h"
#include "controller/planner/terrain/tiled_terrain.h"
#include "tests/controller/planner/drawn_tile.h"

namespace karkara::planner {
namespace {

using testing::HasSubstr;

Place at(double latitude, double longitude) {
  return {Degrees{latitude}, Degrees{longitude}};
}

TEST(Place, TellsDistancesAndBearingsOnTheMeanSphere) {
  EXPECT_NEAR(distance(at(0, 0), at(0, 1)).value(), 111'195.08, 0.01);
  EXPECT_NEAR(distance(at(13.66, 3.04), at(13.2454, 2.3047)).value(), 91'920, 50);  // the two pilot villages
  EXPECT_NEAR(bearing(at(13, 2), at(14, 2)).value(), 0, 1e-9);
  EXPECT_NEAR(bearing(at(0, 2), at(0, 1)).value(), 270, 1e-9);
  const Place there = destination(at(13.5, 2.1), Degrees{123}, Metres{45'000});
  EXPECT_NEAR(distance(at(13.5, 2.1), there).value(), 45'000, 1e-6);
  EXPECT_NEAR(bearing(at(13.5, 2.1), there).value(), 123, 1e-9);
}

TEST(Place, RefusesWhatIsNotOnTheGlobe) {
  EXPECT_FALSE(place_from(90.1, 0).ok());
  EXPECT_FALSE(place_from(0, -180.5).ok());
  EXPECT_FALSE(place_from(NAN, 0).ok());
  EXPECT_TRUE(place_from(-90, 180).ok());
}

TEST(TiledTerrain, GivesTheNearestSampleAndWhatLiesBetween) {
  const TiledTerrain terrain{{drawn_tile("a", 14, 2, 0.5,
                                         {"135",  //
                                          "246",  //
                                          "000"})}};
  EXPECT_EQ(terrain.height_at(at(14, 2), Sampling::Nearest), 10);
  EXPECT_EQ(terrain.height_at(at(13.8, 2.3), Sampling::Nearest), 30);
  EXPECT_NEAR(terrain.height_at(at(13.75, 2.25), Sampling::Bilinear), (10 + 30 + 20 + 40) / 4.0, 1e-9);
  EXPECT_EQ(terrain.height_at(at(13, 3), Sampling::Bilinear), 0);
  EXPECT_EQ(terrain.resolution_at(at(13.2, 2.2)), Degrees{0.5});
}

// Classes 10, 20 ... as drawn.
TEST(LandCover, StandsOnTheGroundBetweenBothEnds) {
  const std::vector<CoverClass> classes{{10, Metres{0}}, {20, Metres{12}}};
  const CoverHeights heights = *CoverHeights::make(classes);
  TiledTerrain terrain{{drawn_tile("ground", 14, 2, 0.5,
                                   {"000",  //
                                    "000",  //
                                    "000"})}};
  const std::uint64_t bare = terrain.content_hash();
  const Tile wood = drawn_tile("cover", 14, 2, 0.25, {"22222", "2222?", "11111", "11111", "11111"});
  ASSERT_TRUE(check_classes(wood, heights).ok());
  terrain.cover_with({wood}, heights);
  EXPECT_NE(terrain.content_hash(), bare);
  const auto through = profile_between(terrain, at(14, 2), at(13, 2), Metres{5'000}, Sampling::Bilinear);
  EXPECT_EQ(through->heights.front(), 0);  // antennas stand on the ground
  EXPECT_EQ(through->heights[1], 12);
  EXPECT_EQ(through->heights[through->heights.size() - 2], 0);
  EXPECT_EQ(terrain.height_at(at(13.9, 2), Sampling::Bilinear), 0);  // the ground is what it was
  // Where nobody says what stands there, the path is unknown.
  EXPECT_FALSE(profile_between(terrain, at(13.75, 2.6), at(13.75, 3), Metres{5'000}, Sampling::Bilinear)->is_known());
  EXPECT_THAT(check_classes(drawn_tile("more", 14, 2, 0.5, {"11", "13"}), heights).error().text,
              HasSubstr("more: class 30 has no height; row 2, column 2"));
  Tile real = wood;
  real.unit = 0.3;
  EXPECT_FALSE(check_classes(real, heights).ok());
  for (const auto& wrong : std::vector<std::vector<CoverClass>>{{{1, Metres{2}}, {1, Metres{3}}},
                                                                {{-1, Metres{2}}},
                                                                {{256, Metres{2}}},
                                                                {{1, Metres{-1}}},
                                                                {{1, Metres{NAN}}}}) {
    EXPECT_FALSE(CoverHeights::make(wrong).ok());
  }
}

TEST(TiledTerrain, LeavesVoidsAndMissingGroundUnknown) {
  const TiledTerrain terrain{{drawn_tile("a", 14, 2, 0.5,
                                         {"13",  //
                                          "2?"})}};
  EXPECT_TRUE(std::isnan(terrain.height_at(at(13.5, 2.5), Sampling::Nearest)));
  EXPECT_TRUE(std::isnan(terrain.height_at(at(13.8, 2.2), Sampling::Bilinear)));
  // The void has no weight on the two edges away from it.
  EXPECT_NEAR(terrain.height_at(at(14, 2.25), Sampling::Bilinear), 20, 1e-9);
  EXPECT_NEAR(terrain.height_at(at(13.75, 2), Sampling::Bilinear), 15, 1e-9);
  EXPECT_TRUE(std::isnan(terrain.height_at(at(40, 50), Sampling::Nearest)));
  EXPECT_TRUE(std::isnan(terrain.height_at(at(40, 50), Sampling::Bilinear)));
  EXPECT_EQ(terrain.resolution_at(at(40, 50)), Degrees{0});
}

TEST(TiledTerrain, JoinsTilesAcrossAnEdgeWithoutSharedSamples) {
  const TiledTerrain terrain{
      {drawn_tile("west", 14, 2, 0.25, {"11", "11"}), drawn_tile("east", 14, 2.5, 0.25, {"33", "33"})}};
  EXPECT_NEAR(terrain.height_at(at(13.9, 2.375), Sampling::Bilinear), 20, 1e-9);
  EXPECT_NEAR(terrain.height_at(at(13.9, 2.3), Sampling::Bilinear), 14, 1e-9);
  // Beyond the outer samples there is nothing to lie between.
  EXPECT_TRUE(std::isnan(terrain.height_at(at(13.9, 2.8), Sampling::Bilinear)));
}

TEST(TiledTerrain, TakesTheFinestTileThatKnows) {
  const TiledTerrain terrain{
      {drawn_tile("coarse", 14, 2, 0.5, {"999", "999", "999"}), drawn_tile("fine", 14, 2, 0.25, {"1?", "11"})}};
  EXPECT_EQ(terrain.height_at(at(14, 2), Sampling::Nearest), 10);
  EXPECT_EQ(terrain.height_at(at(14, 2.25), Sampling::Nearest), 90);
  EXPECT_EQ(terrain.resolution_at(at(14, 2)), Degrees{0.25});
  EXPECT_EQ(terrain.resolution_at(at(14, 2.25)), Degrees{0.5});
}

TEST(TiledTerrain, ReachesOverTheDateLine) {
  const TiledTerrain terrain{{drawn_tile("fiji", -16, 179.5, 0.5, {"123", "123"})}};
  EXPECT_EQ(terrain.height_at(at(-16, 179.5), Sampling::Nearest), 10);
  EXPECT_EQ(terrain.height_at(at(-16, -179.5), Sampling::Nearest), 30);
}

TEST(TiledTerrain, LeavesOutTilesThatDoNotFit) {
  Tile torn = drawn_tile("torn", 14, 2, 0.5, {"13", "24"});
  torn.rows = 3;
  EXPECT_THAT(check(torn).error().text, HasSubstr("torn: not as many heights"));
  EXPECT_TRUE(TiledTerrain{{torn}}.tiles().empty());
  EXPECT_FALSE(check(drawn_tile("beyond", 100, 2, 0.5, {"13", "24"})).ok());
}

TEST(Profile, RunsAlongTheGreatCircleAtEqualSteps) {
  std::uint64_t random = 7;
  const auto part = [&] { return static_cast<double>(splitmix64(random) >> 11U) * 0x1p-53; };
  for (int i = 0; i < 200; ++i) {
    const Place from = at(11 + 12 * part(), 16 * part());
    const Place to = destination(from, Degrees{360 * part()}, Metres{100 + 120'000 * part()});
    const auto places = great_circle(from, to, 50);
    const Metres whole = distance(from, to);
    const Degrees course = bearing(from, to);
    for (std::size_t k = 0; k < places.size(); ++k) {
      const Place exact = destination(from, course, whole * (static_cast<double>(k) / 49));
      EXPECT_LT(distance(places[k], exact).value(), 1e-3) << i << " " << k;
    }
  }
}

TEST(Profile, CarriesUnknownGround) {
  const TiledTerrain terrain{{drawn_tile("a", 14, 2, 0.5, {"111", "1?1", "111"})}};
  const auto known = profile_between(terrain, at(14, 2), at(13, 2), Metres{5'000}, Sampling::Bilinear);
  ASSERT_TRUE(known.ok());
  EXPECT_TRUE(known->is_known());
  EXPECT_LE(known->spacing.value(), 5'000);
  EXPECT_NEAR(known->length().value(), distance(at(14, 2), at(13, 2)).value(), 1e-6);
  const auto through = profile_between(terrain, at(13.5, 2), at(13.5, 3), Metres{5'000}, Sampling::Bilinear);
  ASSERT_TRUE(through.ok());
  EXPECT_FALSE(through->is_known());
  EXPECT_EQ(through->heights.front(), 10);
}

TEST(Profile, RefusesSpacingsThatAreNone) {
  const TiledTerrain terrain{{}};
  EXPECT_FALSE(profile_between(terrain, at(14, 2), at(14, 3), Metres{0}, Sampling::Nearest).ok());
  EXPECT_FALSE(profile_between(terrain, at(14, 2), at(14, 3), Metres{0.01}, Sampling::Nearest).ok());
  const auto point = profile_between(terrain, at(14, 2), at(14, 2), Metres{90}, Sampling::Nearest);
  ASSERT_TRUE(point.ok());
  EXPECT_EQ(point->heights.size(), 2U);
}

TEST(FormulaTerrain, IsTheSameForASeedAndOtherForAnother) {
  const FormulaTerrain one{{1, 300, 25}};
  const FormulaTerrain again{{1, 300, 25}};
  const FormulaTerrain other{{2, 300, 25}};
  const Place here = at(13.5, 2.1);
  EXPECT_EQ(one.height_at(here, Sampling::Nearest), again.height_at(here, Sampling::Bilinear));
  EXPECT_NE(one.height_at(here, Sampling::Nearest), other.height_at(here, Sampling::Nearest));
}

TEST(Hgt, KnowsItsPlaceFromTheName) {
  EXPECT_EQ(*hgt_corner("N13E002.hgt"), at(13, 2));
  EXPECT_EQ(*hgt_corner("s09w170.hgt"), at(-9, -170));
  EXPECT_EQ(*hgt_corner("SYNTHETIC_N13E003.hgt.gz"), at(13, 3));
  for (const char* name : {"", "tile.hgt", "N13E00", "N91E002.hgt", "N13E181.hgt", "N1XE002.hgt"}) {
    EXPECT_FALSE(hgt_corner(name).ok()) << name;
  }
}

TEST(Hgt, TakesBothSizesAndNoOther) {
  for (const std::uint32_t side : {1201U, 3601U}) {
    std::vector<std::int16_t> heights(std::size_t{side} * side, 300);
    heights[side] = kVoid;
    const auto tile = hgt_tile("N13E002.hgt", heights, ByteOrder::Little);
    ASSERT_TRUE(tile.ok());
    const TiledTerrain terrain{{*tile}};
    EXPECT_EQ(terrain.height_at(at(14, 2), Sampling::Nearest), 300);
    EXPECT_TRUE(std::isnan(terrain.height_at(at(14 - 1.0 / (side - 1), 2), Sampling::Nearest)));
  }
  const std::vector<std::int16_t> torn(1201 * 1200, 300);
  EXPECT_THAT(hgt_tile("N13E002.hgt", torn, ByteOrder::Little).error().text, HasSubstr("2882400 bytes"));
}

TEST(Hgt, TellsWhereAHeightIsImpossible) {
  std::vector<std::int16_t> heights(1201 * 1201, 300);
  heights[1201 * 4 + 9] = 32000;
  const auto tile = hgt_tile("N13E002.hgt", heights, ByteOrder::Little);
  EXPECT_THAT(tile.error().text, HasSubstr("row 5, column 10: 32000 m"));
  // 300 m with its bytes exchanged is 11265 m.
  heights[1201 * 4 + 9] = 300;
  EXPECT_FALSE(hgt_tile("N13E002.hgt", heights, ByteOrder::Big).ok());
}

}  // namespace
}  // namespace karkara::planner
