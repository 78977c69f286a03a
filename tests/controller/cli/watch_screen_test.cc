#include "controller/cli/watch_screen.h"

#include <gtest/gtest.h>

#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

using std::chrono::seconds;

Instant at(int second) {
  return Instant{seconds{second}};
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(WatchScreen, LetsAgesGrowBetweenChanges) {
  WatchScreen screen;
  screen.on_site(sample_well(), at(100));
  EXPECT_NE(screen.draw("watch", {}, {}, at(100)).find(" 12s"), std::string::npos);
  EXPECT_NE(screen.draw("watch", {}, {}, at(107)).find(" 19s"), std::string::npos);
}

TEST(WatchScreen, KeepsTheNewestOfEachSite) {
  WatchScreen screen;
  screen.on_site(sample_well(), at(0));
  screen.on_site(sample_in_trouble(), at(0));
  v1::SiteDetail changed = sample_well();
  changed.set_state(v1::SITE_STATE_DEGRADED);
  screen.on_site(changed, at(1));
  const std::string drawn = screen.draw("watch", {}, {}, at(1));
  EXPECT_NE(drawn.find("degraded"), std::string::npos);
  EXPECT_NE(drawn.find("watch: 2 sites"), std::string::npos);
  EXPECT_EQ(drawn.find(" up "), std::string::npos);
}

TEST(WatchScreen, FitsTheTerminalAndSaysWhatIsHidden) {
  WatchScreen screen;
  for (int i = 0; i < 50; ++i) {
    v1::SiteDetail site = sample_well();
    site.mutable_site()->set_id("site-" + std::to_string(10 + i));
    screen.on_site(site, at(0));
  }
  const std::string drawn = screen.draw("watch", {.width = 80}, {80, 24}, at(0));
  EXPECT_LT(lines_in(drawn), 24U);
  EXPECT_NE(drawn.find("... and 31 more"), std::string::npos);
  EXPECT_LT(lines_in(screen.draw("watch", {}, {80, 3}, at(0))), 6U);
}

TEST(WatchScreen, ShowsTroubleInItsFirstLineWithoutEscapes) {
  WatchScreen screen;
  screen.on_trouble("cannot reach \x1b[2Jthe controller");
  EXPECT_NE(screen.draw("watch", {}, {}, at(0)).find("watch: cannot reach the controller"), std::string::npos);
}

}  // namespace
}  // namespace karkara::cli
