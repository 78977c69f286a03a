#include <gmock/gmock.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "controller/planner/link/access_table.h"
#include "controller/planner/link/hop_quality.h"
#include "controller/planner/link/hop_table.h"
#include "tests/controller/planner/plan/small_country.h"

namespace karkara::planner {
namespace {

using testing::HasSubstr;

TEST(LinkBudget, AddsUpAsByHand) {
  const auto budget = make_budget(village_radio());
  ASSERT_TRUE(budget.ok());
  // Down: 37 - 1 + 9 - 8, against -174 + 67.0 + 9 + 0 (0.5 bit/s/Hz carries 1.25 Mbit/s).
  EXPECT_NEAR(budget->most_loss_down.value(), 37 - 1 + 9 - 8 + 174 - 10 * std::log10(5e6) - 9, 1e-9);
  // Up: 23 - 8 + 9 - 1, against -174 + 56.0 + 5 + 0 (it carries 0.1 Mbit/s of 0.4 MHz).
  EXPECT_NEAR(budget->most_loss_up.value(), 23 - 8 + 9 - 1 + 174 - 10 * std::log10(4e5) - 5, 1e-9);
  EXPECT_EQ(budget->most_loss(), std::min(budget->most_loss_down, budget->most_loss_up));
}

TEST(LinkBudget, GivesTheRateOfTheHighestStepThatTheSignalCarries) {
  const RadioProfile radio = village_radio();
  const auto budget = make_budget(radio);
  EXPECT_EQ(rate_down(radio, *budget, budget->most_loss_down, Db{0}), BitsPerSecond{1.25e6});
  EXPECT_EQ(rate_down(radio, *budget, budget->most_loss_down - Db{9.9}, Db{0}), BitsPerSecond{1.25e6});
  EXPECT_EQ(rate_down(radio, *budget, budget->most_loss_down - Db{10.1}, Db{0}), BitsPerSecond{5e6});
  EXPECT_EQ(rate_down(radio, *budget, budget->most_loss_down - Db{10.1}, Db{3}), BitsPerSecond{1.25e6});
  EXPECT_EQ(rate_down(radio, *budget, budget->most_loss_down + Db{0.1}, Db{0}), BitsPerSecond{0});
}

TEST(RadioProfile, IsRefusedWhereItSendsTooMuchOrPromisesTooMuch) {
  EXPECT_TRUE(check(village_radio()).ok());
  RadioProfile loud = village_radio();
  loud.eirp_limit = Dbm{44.9};
  EXPECT_THAT(check(loud).error().text, HasSubstr("45.0 dBm, over its limit of 44.9"));
  RadioProfile proud = village_radio();
  proud.least_down = BitsPerSecond{13e6};
  EXPECT_THAT(check(proud).error().text, HasSubstr("least_down"));
  RadioProfile mixed = village_radio();
  std::swap(mixed.rates[0], mixed.rates[1]);
  EXPECT_THAT(check(mixed).error().text, HasSubstr("rise"));
}

TEST(Antenna, LosesThreeDecibelsAtTheEdgeOfItsBeamAndNoMoreThanItsFloor) {
  Antenna antenna;
  antenna.horizontal_width = Degrees{65};
  antenna.vertical_width = Degrees{10};
  antenna.tilt = Degrees{2};
  antenna.sectors = 3;
  EXPECT_NEAR(pattern_loss(antenna, Degrees{0}, Degrees{-2}).value(), 0, 1e-12);
  EXPECT_NEAR(pattern_loss(antenna, Degrees{32.5}, Degrees{-2}).value(), 3, 1e-12);
  EXPECT_NEAR(pattern_loss(antenna, Degrees{120 - 32.5}, Degrees{-2}).value(), 3, 1e-12);
  EXPECT_NEAR(pattern_loss(antenna, Degrees{0}, Degrees{3}).value(), 3, 1e-12);
  EXPECT_NEAR(pattern_loss(antenna, Degrees{60}, Degrees{-90}).value(), 25, 1e-12);
  antenna.horizontal_width = Degrees{360};
  EXPECT_NEAR(pattern_loss(antenna, Degrees{77}, Degrees{-2}).value(), 0, 1e-12);
}

// A formula's hills, with nothing known east of a meridian.
class HalfKnown final : public TerrainView {
 public:
  explicit HalfKnown(double east) : east_{east} {}
  void heights_at(std::span<const Place> places, Sampling sampling, std::span<double> heights) const override {
    hills_.heights_at(places, sampling, heights);
    for (std::size_t i = 0; i < places.size(); ++i) {
      heights[i] = places[i].longitude.value() > east_ ? std::numeric_limits<double>::quiet_NaN() : heights[i];
    }
  }
  [[nodiscard]] Degrees resolution_at(const Place&) const override { return Degrees{3.0 / 3600}; }

 private:
  FormulaTerrain hills_{{}};
  double east_;
};

AccessPlaces places_of(const PlanInput& input, std::size_t shared) {
  AccessPlaces places;
  for (const Settlement& settlement : input.settlements) {
    places.sites.push_back(settlement.place);
  }
  places.settlements = places.sites;
  places.shared = shared;
  return places;
}

TEST(AccessTable, IsTheSameWhetherAProfileServesOneWayOrBoth) {
  const PlanInput input = strewn_country(60, 0.3, 5);
  const FormulaTerrain hills{{}};
  const AccessModel model = *AccessModel::make(input.access, {Metres{15}, Metres{30}, Metres{45}}, {});
  SerialExecutor executor;
  const AccessTable both = access_table(hills, places_of(input, 60), model, executor);
  const AccessTable each = access_table(hills, places_of(input, 0), model, executor);
  EXPECT_EQ(both.begin, each.begin);
  EXPECT_EQ(both.within_reach, each.within_reach);
  // The way back runs over the same samples but for rounding: a margin of 0.000 dB might differ, so few may.
  std::size_t different = 0;
  for (std::size_t i = 0; i < std::min(both.pairs.size(), each.pairs.size()); ++i) {
    different += both.pairs[i] == each.pairs[i] ? 0 : 1;
  }
  EXPECT_EQ(different, 0U);
  EXPECT_GT(both.pairs.size(), 60U);  // everybody serves himself, some others too
  EXPECT_LT(both.pairs.size(), both.within_reach);
}

TEST(AccessTable, CarriesUnknownGroundAsUnknown) {
  const PlanInput input =
      country_of({village("a", 13, 2, 100), village("b", 13, 2.01, 100), village("c", 13, 2.06, 1)});
  const AccessModel model = *AccessModel::make(input.access, {Metres{30}}, {});
  SerialExecutor executor;
  const AccessTable table = access_table(HalfKnown{2.045}, places_of(input, 3), model, executor);
  EXPECT_EQ(table.within_reach, 9U);
  EXPECT_EQ(table.unknown, 5U);  // c itself, and both ways with each of the others
  EXPECT_EQ(table.of(2).size(), 0U);
  EXPECT_EQ(table.of(0).size(), 2U);
  EXPECT_EQ(table.unknown_in, (UnknownSquares{{{13, 2}, 5}}));
}

// A judge that takes every hop.
void take_all(const Profile&, const HopPair& pair, std::vector<HopPair>& hops) {
  hops.push_back(pair);
}

TEST(LinkTables, TellHowFarTheyAreAndEndWhenTheyAreTold) {
  const PlanInput input = strewn_country(100, 0.3, 5);
  const FormulaTerrain hills{{}};
  const AccessModel model = *AccessModel::make(input.access, {Metres{30}}, {});
  const AccessPlaces places = places_of(input, 100);
  SerialExecutor executor;
  std::size_t looks = 0;
  std::size_t last = 0;
  std::size_t all = 0;
  std::size_t patience = 0;
  Watch watch;
  watch.cancelled = [&] { return ++looks > patience; };
  watch.progress = [&](std::string_view, std::size_t done, std::size_t of) {
    EXPECT_GE(done, last);
    EXPECT_LE(done, of);
    last = done;
    all = of;
  };
  const auto looked_at = [&](bool hops, std::size_t until) {
    looks = last = all = 0;
    patience = until;
    return hops ? hop_table(hills, places.sites, Metres{12'000}, take_all, executor, watch).within_reach
                : access_table(hills, places, model, executor, watch).within_reach;
  };
  for (const bool hops : {false, true}) {
    const std::uint64_t whole = looked_at(hops, SIZE_MAX);
    EXPECT_EQ(last, all);
    EXPECT_EQ(all, whole);
    const std::uint64_t part = looked_at(hops, 5);
    EXPECT_GT(part, 0U);
    EXPECT_LT(part, whole / 5);
  }
}

TEST(UnknownSquares, AreNamedAsTilesAreWithTheirLinks) {
  EXPECT_EQ(name_of(ground_square_of({Degrees{13.5}, Degrees{2.1}})), "N13E002");
  EXPECT_EQ(name_of(ground_square_of({Degrees{-0.5}, Degrees{-70.2}})), "S01W071");
  EXPECT_EQ(name_of(ground_square_of({Degrees{0}, Degrees{180}})), "N00W180");
  Profile way;
  way.heights.assign(101, 300);
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  for (const std::size_t hole : {10U, 12U, 90U}) {
    way.heights[hole] = unknown;
  }
  UnknownSquares squares;
  add_unknown({Degrees{13.5}, Degrees{2.8}}, {Degrees{13.5}, Degrees{3.2}}, way, 2, squares);
  EXPECT_EQ(squares, (UnknownSquares{{{13, 2}, 2}, {{13, 3}, 2}}));
  add_squares({{{13, 3}, 5}, {{14, 3}, 1}}, squares);
  EXPECT_EQ(text_of(squares, 2), "N13E003 (7), N13E002 (2) and 1 more");
  EXPECT_EQ(text_of(squares, 3), "N13E003 (7), N13E002 (2), N14E003 (1)");
}

TEST(UnknownSquares, TellWhatPartOfTheGroundAroundSettlementsIsUnknown) {
  SerialExecutor executor;
  const std::vector<Place> villages{{Degrees{13.5}, Degrees{2}}};
  EXPECT_TRUE(unknown_around(HalfKnown{3}, villages, Metres{20'000}, executor).empty());
  const auto squares = unknown_around(HalfKnown{2}, villages, Metres{20'000}, executor);
  ASSERT_EQ(squares.size(), 1U);
  EXPECT_EQ(squares[0].square, (GroundSquare{13, 2}));
  EXPECT_EQ(squares[0].unknown, squares[0].looked_at);
  EXPECT_GT(squares[0].looked_at, 15U);  // half of a circle, in cells of 5.5 km
}

TEST(AccessModel, HandsOnWhatItsModelWarnsOf) {
  RadioProfile radio = village_radio();
  const std::vector<double> flat(41, 300);
  const Place here{Degrees{13}, Degrees{2}};
  const auto warnings = [&](const AccessModel& model, double metres) {
    const auto judged = model.judged({flat, Metres{metres / 40}}, 0, here, here);
    return judged ? model.warning_texts(judged->warnings) : std::vector<std::string_view>{"refused"};
  };
  const AccessModel fine = *AccessModel::make(radio, {Metres{30}}, {});
  EXPECT_EQ(fine.radio_warnings(), 0U);
  EXPECT_THAT(warnings(fine, 5'000), testing::IsEmpty());
  const AccessModel high = *AccessModel::make(radio, {Metres{400}}, {});
  EXPECT_THAT(warnings(high, 1'200),
              testing::Contains(HasSubstr("the path is short for the difference of the antennas' heights")));
  EXPECT_THAT(warnings(high, 600), testing::IsEmpty());  // nearer than the model holds it is not its word
  radio.frequency = Megahertz{11'000};
  const AccessModel fast = *AccessModel::make(radio, {Metres{30}}, {});
  for (const double metres : {300.0, 5'000.0}) {
    EXPECT_THAT(warnings(fast, metres), testing::Contains(HasSubstr("the frequency is outside 40 MHz to 10 GHz")));
  }
  EXPECT_EQ(fast.warning_texts(fast.radio_warnings()).size(), 1U);
  radio = village_radio();
  radio.model = LossModel::P1812;
  radio.time = Percent{50};
  radio.location = Percent{99.5};
  const AccessModel tail = *AccessModel::make(radio, {Metres{30}}, {});
  for (const double metres : {200.0, 5'000.0}) {
    EXPECT_THAT(warnings(tail, metres), testing::ElementsAre(HasSubstr("share of locations is outside 1 to 99 %")));
  }
}

TEST(AccessModel, SaysWhyItCannotTell) {
  const AccessModel model = *AccessModel::make(village_radio(), {Metres{30}}, {});
  const std::vector<double> heights{100, 100, std::numeric_limits<double>::quiet_NaN(), 100, 100};
  const Place here{Degrees{13}, Degrees{2}};
  const auto margin = model.margin_over({heights, Metres{500}}, 0, here, here);
  ASSERT_FALSE(margin.ok());
  EXPECT_EQ(margin.error().code, ErrorCode::FailedPrecondition);
  EXPECT_FALSE(AccessModel::make(village_radio(), {}, {}).ok());
}

TEST(HopTable, AgreesWithTheRecommendationsVerdictForEveryPairOfHeights) {
  const FormulaTerrain hills{{.seed = 3, .relief = 40}};
  HopRule rule;
  rule.frequency = Megahertz{5'800};
  rule.heights = {Metres{15}, Metres{30}, Metres{45}, Metres{60}};
  std::size_t clear = 0;
  std::size_t blocked = 0;
  for (int i = 0; i < 60; ++i) {
    const Place from{Degrees{13 + 0.05 * i}, Degrees{2}};
    const Place to = destination(from, Degrees{37.0 * i}, Metres{4'000 + 600.0 * i});  // 4 to 39 km
    const Profile profile = *profile_between(hills, from, to, kProfileStep, Sampling::Bilinear);
    const FarHeights far = far_heights(profile, rule);
    const FarHeights back = seen_from_b(far, rule.heights.size());
    for (std::size_t a = 0; a < rule.heights.size(); ++a) {
      for (std::size_t b = 0; b < rule.heights.size(); ++b) {
        const auto verdict = propagation::p530::judge_clearance(
            {profile.heights, profile.spacing}, {rule.heights[a], rule.heights[b]}, rule.frequency, rule.clearance);
        ASSERT_TRUE(verdict.ok());
        EXPECT_EQ(verdict->clear(), far[a] <= b) << i << " " << a << " " << b;
        EXPECT_EQ(verdict->clear(), back[b] <= a) << i << " " << a << " " << b;
        (verdict->clear() ? clear : blocked) += 1;
      }
    }
  }
  EXPECT_GT(clear, 100U);
  EXPECT_GT(blocked, 100U);
}

TEST(HopQuality, RainsHarderInTheSouthWhereTheTableSaysSo) {
  RadioProfile radio = hop_radio();
  radio.frequency = Megahertz{18'700};
  radio.climate = {-4.5, 50, 60, {{Degrees{12}, 75}, {Degrees{16}, 35}, {Degrees{20}, 0}}};
  EXPECT_NEAR(radio.climate.rain_at(Degrees{10}), 75, 1e-12);
  EXPECT_NEAR(radio.climate.rain_at(Degrees{13}), 65, 1e-12);
  EXPECT_NEAR(radio.climate.rain_at(Degrees{16}), 35, 1e-12);
  EXPECT_NEAR(radio.climate.rain_at(Degrees{23}), 0, 1e-12);
  EXPECT_EQ(radio.climate.rain_range(), std::pair(0.0, 75.0));
  const Metres south = longest_hop(radio, Metres{45}, Degrees{12});
  const Metres north = longest_hop(radio, Metres{45}, Degrees{16});
  EXPECT_GT(north, south);
  EXPECT_EQ(longest_hop(radio, Metres{45}, Degrees{5}), south);
  // A table of one rate is that rate.
  RadioProfile same = radio;
  same.climate.rain_by_latitude = {{Degrees{12}, 60}, {Degrees{16}, 60}};
  RadioProfile plain = radio;
  plain.climate.rain_by_latitude.clear();
  EXPECT_EQ(HopYear{same}.reach(), HopYear{plain}.reach());
  EXPECT_GE(HopYear{radio}.reach(), HopYear{plain}.reach());  // it may lie in the desert
  Profile flat;
  flat.heights.assign(101, 300);
  flat.spacing = Metres{60};
  const auto at = [&](double latitude) {
    return hop_quality(radio, flat, {Metres{45}, Metres{45}, Degrees{latitude}})->availability;
  };
  EXPECT_LT(at(12), at(14));
  EXPECT_LT(at(14), at(20));
  // What the table for a country keeps, hop_quality keeps.
  const HopYear year{radio};
  for (double latitude = 11; latitude < 21; latitude += 0.37) {
    const bool kept = year.keeps({flat.length(), Metres{345}, Metres{345}, Metres{300}, Degrees{latitude}});
    EXPECT_TRUE(!kept || at(latitude) >= radio.availability) << latitude;
  }
}

TEST(HopQuality, SaysHowFarTheYearMovesWithWhatNobodyKnows) {
  RadioProfile radio = hop_radio();
  radio.frequency = Megahertz{11'200};
  radio.climate = {-4.5, 50, 60};
  Profile flat;
  flat.heights.assign(201, 300);
  flat.spacing = Metres{100};
  const HopEnds ends{Metres{60}, Metres{60}, Degrees{14}};
  const auto band = availability_band(radio, flat, ends);
  ASSERT_TRUE(band.ok()) << band.error().text;
  EXPECT_EQ(band->nominal, hop_quality(radio, flat, ends)->availability);
  ASSERT_EQ(band->by_cause.size(), 3U);
  for (const HopContribution& part : band->by_cause) {
    EXPECT_LE(part.low, band->nominal);
    EXPECT_GE(part.high, band->nominal);
    EXPECT_LE(band->low, part.low);
    EXPECT_LT(part.low, part.high) << static_cast<int>(part.cause);
  }
  // By hand: a quarter more rain, all else the same.
  RadioProfile wet = radio;
  wet.climate.rain_mm_per_hour = 75;
  EXPECT_EQ(band->by_cause[2].low, hop_quality(wet, flat, ends)->availability);
  const auto sure = availability_band(radio, flat, ends, {0, 0, 0});
  EXPECT_EQ(sure->low, sure->high);
}

TEST(HopQuality, JudgesClearanceByTheRadiosOwnRule) {
  RadioProfile radio = hop_radio();
  Profile flat;
  flat.heights.assign(401, 300);
  flat.spacing = Metres{100};  // 40 km: the low k counts in the tropics
  const HopEnds ends{Metres{50}, Metres{50}, Degrees{14}};
  const auto strict = hop_quality(radio, flat, ends);
  radio.clearance.climate = propagation::p530::ClearanceClimate::Temperate;
  radio.clearance.obstacle = propagation::p530::Obstacle::Isolated;
  radio.clearance.low_k = 0.8;
  const auto mild = hop_quality(radio, flat, ends);
  EXPECT_GT(strict->clearance.missing, mild->clearance.missing);
  EXPECT_LT(strict->clearance.at_low_k->fraction, mild->clearance.at_low_k->fraction);
}

TEST(HopQuality, LosesAvailabilityWithLengthAndKnowsItsLongest) {
  const RadioProfile radio = hop_radio();
  const Metres longest = longest_hop(radio, Metres{45}, Degrees{14});
  EXPECT_GT(longest, Metres{5'000});
  EXPECT_LE(longest, radio.reach);
  Percent before{100};
  for (const double km : {10.0, 15.0, 20.0, 25.0}) {
    Profile flat;
    flat.heights.assign(201, 300);
    flat.spacing = Metres{km * 5};
    const auto quality = hop_quality(radio, flat, {Metres{45}, Metres{45}, Degrees{14}});
    ASSERT_TRUE(quality.ok()) << quality.error().text;
    EXPECT_LE(quality->availability, before);
    before = quality->availability;
    if (Metres{km * 1000} <= longest) {
      EXPECT_GE(quality->availability, radio.availability);
    }
  }
  RadioProfile weak = radio;
  weak.availability = Percent{99.9999};
  EXPECT_LT(longest_hop(weak, Metres{45}, Degrees{14}), longest);
}

}  // namespace
}  // namespace karkara::planner
