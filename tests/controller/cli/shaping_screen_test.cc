#include "controller/cli/shaping_screen.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "controller/cli/render/render.h"
#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

using std::chrono::seconds;

Instant at(int second) {
  return Instant{seconds{second}};
}

ShapingScreen sample_screen() {
  ShapingScreen screen{"karkara shaping top peta-djounga", "each 2s, q ends"};
  screen.on_shaping(sample_shaping(), at(10));
  return screen;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(ShapingScreen, DrawsTheBusiestClassFirst) {
  const std::string drawn = sample_screen().draw({.width = 80}, {80, 40}, at(10));
  expect_golden("shaping_top", drawn);
  const std::size_t school = drawn.find("school ");
  EXPECT_LT(school, drawn.find("public "));
  EXPECT_LT(drawn.find("public "), drawn.find("health "));
}

TEST(ShapingScreen, PutsWhatIsNotCountedLast) {
  const Table table = busiest_table(sample_shaping());
  ASSERT_EQ(table.rows.size(), 10U);
  EXPECT_EQ(table.rows[4][2].text, "other") << "0 bit/s is known";
  EXPECT_EQ(table.rows[4][1].text, "down");
  EXPECT_EQ(table.rows[5][1].text, "up");
  EXPECT_EQ(table.rows[5][3].text, "-");
}

TEST(ShapingScreen, SaysHowOldItsNumbersAreWithoutAnAnswer) {
  ShapingScreen screen = sample_screen();
  screen.on_trouble("peta-djounga is \x1b[2Joffline");
  const std::string drawn = screen.draw({.width = 80}, {80, 40}, at(25));
  EXPECT_NE(drawn.find("top peta-djounga: 15s old: peta-djounga is offline"), std::string::npos) << drawn;
  EXPECT_NE(drawn.find("1.24 Mbit/s"), std::string::npos) << "the last answer stays";
  screen.on_shaping(sample_shaping(), at(26));
  EXPECT_NE(screen.draw({}, {}, at(26)).find("each 2s, q ends"), std::string::npos);
}

TEST(ShapingScreen, FitsTheTerminalAndSaysWhatIsHidden) {
  const ShapingScreen screen = sample_screen();
  const std::string drawn = screen.draw({.width = 80}, {80, 16}, at(10));
  EXPECT_EQ(lines_in(drawn), 15U);
  EXPECT_NE(drawn.find("lines more: use a taller terminal"), std::string::npos);
  EXPECT_LT(lines_in(screen.draw({.width = 20}, {20, 1}, at(10))), 5U);
  EXPECT_EQ(screen.draw({.width = 80}, {80, 60}, at(10)).find("more"), std::string::npos);
}

TEST(ShapingScreen, IdleClassesMakeRoomForDevices) {
  v1::Shaping crowded = sample_shaping();
  for (int i = 0; i < 20; ++i) {
    v1::ShapedClass& idle = *crowded.mutable_directions(0)->add_classes();
    idle.set_id("idle");
    idle.set_carried(0);
  }
  ShapingScreen screen{"top", "q ends"};
  screen.on_shaping(crowded, at(0));
  const std::string device = crowded.hosts(0).address();
  const std::string tall = screen.draw({.width = 80}, {80, 80}, at(0));
  EXPECT_NE(tall.find("idle "), std::string::npos) << tall;
  const std::string low = screen.draw({.width = 80}, {80, 36}, at(0));
  EXPECT_EQ(low.find("idle "), std::string::npos);
  EXPECT_NE(low.find(" more: idle"), std::string::npos) << low;
  EXPECT_NE(low.find(device), std::string::npos) << low;
  EXPECT_LE(lines_in(low), 35U);
}

TEST(ShapingScreen, SaysThatShapingIsOff) {
  ShapingScreen screen{"top", "q ends"};
  screen.on_shaping({}, at(0));
  EXPECT_NE(screen.draw({}, {80, 24}, at(0)).find("Shaping  off"), std::string::npos);
}

}  // namespace
}  // namespace karkara::cli
