// An agent that starts while a full queue on the satellite takes its echoes, and answers come to what fills it.
#include <gtest/gtest.h>

#include "tests/agent/uplink/uplink_village.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

UplinkFeatureSettings satellite_and_sim() {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("vsat", "vsat0", 10), uplink_settings("lte", "lte0", 20, true)};
  settings.truth.content_port = 80;
  return settings;
}

UplinkVillage village_behind_a_full_satellite() {
  UplinkVillage village{satellite_and_sim(), {{2, "vsat0", milliseconds{620}}, {3, "lte0", milliseconds{60}}}};
  village.boot();
  village.set_traffic(100);
  village.run_for(seconds{20});
  village.link("vsat0").full = true;
  return village;
}

TEST(RestartUnderLoad, TrafficThatIsAnsweredProvesTheUplinkWhoseEchoesAreLost) {
  UplinkVillage village = village_behind_a_full_satellite();
  ASSERT_EQ(village.active(), "vsat");
  village.restart(satellite_and_sim());
  village.run_for(seconds{60});  // and the check of signed content is lost in the queue as well
  EXPECT_EQ(village.state("vsat"), "up");
  EXPECT_EQ(village.moves(), std::vector<std::string>{});
}

TEST(RestartUnderLoad, AnUplinkThatIsDeadByThenIsLeft) {
  UplinkVillage village = village_behind_a_full_satellite();
  village.link("vsat0").passes = false;
  village.restart(satellite_and_sim());
  village.run_for(seconds{15});
  EXPECT_EQ(village.active(), "lte");
}

// A portal answers, too, and lets no echo through.
TEST(RestartUnderLoad, WhoIsProvenByTrafficAloneIsAskedForTheTruthAtOnce) {
  UplinkVillage village = village_behind_a_full_satellite();
  const std::size_t before = village.content_checks("vsat0").size();
  const Instant started = village.now();
  village.restart(satellite_and_sim());
  village.run_for(seconds{15});
  ASSERT_EQ(village.state("vsat"), "up");
  ASSERT_GT(village.content_checks("vsat0").size(), before);
  EXPECT_LT(village.content_checks("vsat0").at(before), started + milliseconds{4'500});
}

// Some garden answers what it likes, and neither echoes nor anchors.
TEST(RestartUnderLoad, WhoseContentNeverComesIsLeft) {
  UplinkVillage village = village_behind_a_full_satellite();
  village.restart(satellite_and_sim());
  village.run_for(seconds{300});
  EXPECT_EQ(village.active(), "lte");
}

TEST(RestartUnderLoad, AStandbyIsNotProvenByWhatAnotherOneCarries) {
  UplinkVillage village = village_behind_a_full_satellite();
  village.link("lte0").full = true;
  village.restart(satellite_and_sim());
  village.run_for(seconds{30});
  EXPECT_EQ(village.state("vsat"), "up");
  EXPECT_EQ(village.state("lte"), "down");
}

}  // namespace
}  // namespace karkara
