#include "agent/mesh/radio_wish.h"

#include "tests/agent/mesh/radio_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

const RadioSettings kVillage{radio_id("village"), RadioRole::AccessPoint, {"wlan0"}};
const RadioSettings kNorth{radio_id("north"), RadioRole::Mesh, {"mesh0"}};
const DayHours kDay{hours{6}, hours{21}};

RadioWish wish(const RadioSettings& radio, std::vector<ShedRadio> shed, std::optional<WallTime> wall = local_time(12)) {
  Shedding shedding;
  shedding.radios = std::move(shed);
  return radio_wish(radio, shedding, {Instant{hours{5}}, wall}, hours{1});
}

TEST(RadioWish, WithoutALadderARadioIsAsConfigured) {
  EXPECT_EQ(wish(kVillage, {}), RadioWish{});
  RadioSettings quiet = kVillage;
  quiet.power = Dbm{15};
  EXPECT_EQ(wish(quiet, {}).most, Dbm{15});
  EXPECT_FALSE(wish(quiet, {}).saves);
}

TEST(RadioWish, AStageForAllAccessPointsLeavesTheMeshAlone) {
  const ShedRadio all{.off = true, .stage = "night"};
  EXPECT_FALSE(wish(kVillage, {all}).on);
  EXPECT_EQ(wish(kVillage, {all}).why, "stage 'night'");
  EXPECT_EQ(wish(kNorth, {all}), RadioWish{});
}

TEST(RadioWish, TheLowestPowerOfAllStagesCounts) {
  const RadioWish both = wish(kVillage, {{.most = Dbm{12}, .stage = "a"},
                                         {.radio = kVillage.id, .most = Dbm{8}, .stage = "b"},
                                         {.radio = kNorth.id, .most = Dbm{2}, .stage = "c"}});
  EXPECT_EQ(both.most, Dbm{8});
  EXPECT_TRUE(both.saves);
  EXPECT_EQ(both.why, "stage 'b'");
  RadioSettings quiet = kVillage;
  quiet.power = Dbm{5};
  EXPECT_EQ(wish(quiet, {{.most = Dbm{12}, .stage = "a"}}).most, Dbm{5}) << "a ceiling turns nothing up";
}

TEST(RadioWish, HoursTurnItOffOutsideAndTellWhenThatChanges) {
  const ShedRadio by_day{.hours = {kDay}, .stage = "night"};
  const RadioWish noon = wish(kVillage, {by_day});
  EXPECT_TRUE(noon.on);
  EXPECT_EQ(noon.next_change, Instant{hours{5 + 9}});
  const RadioWish late = wish(kVillage, {by_day}, local_time(21));
  EXPECT_FALSE(late.on);
  EXPECT_EQ(late.why, "stage 'night', on only 06:00-21:00");
  EXPECT_EQ(late.next_change, Instant{hours{5 + 9}});
  EXPECT_FALSE(wish(kVillage, {by_day}, local_time(5, 59)).on);
  EXPECT_TRUE(wish(kVillage, {by_day}, local_time(6)).on);
}

TEST(RadioWish, OneOfSeveralHoursIsEnoughAlsoOverMidnight) {
  RadioSettings square = kVillage;
  square.hours = {{hours{5}, hours{9}}, {hours{17}, hours{1}}};
  EXPECT_TRUE(wish(square, {}, local_time(0, 30)).on);
  EXPECT_FALSE(wish(square, {}, local_time(1)).on);
  EXPECT_TRUE(wish(square, {}, local_time(8)).on);
  EXPECT_EQ(wish(square, {}, local_time(12)).why, "on only 05:00-09:00, 17:00-01:00");
}

TEST(RadioWish, WithoutTheTimeHoursAreNotKeptAndItIsOn) {
  const RadioWish unknown = wish(kVillage, {{.hours = {kDay}, .stage = "night"}}, std::nullopt);
  EXPECT_TRUE(unknown.on);
  EXPECT_TRUE(unknown.hours_unknown);
  EXPECT_EQ(unknown.next_change, Instant::max());
}

}  // namespace
}  // namespace karkara
