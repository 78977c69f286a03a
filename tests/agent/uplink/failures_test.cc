// What other products got wrong in the field, as events: C1, C2, C5, C7 and C8 of docs/uplinks-failures.md, where the
// tests of the others are named.
#include <gmock/gmock.h>

#include <deque>

#include "tests/agent/uplink/uplink_village.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;

UplinkFeatureSettings satellite_and_sim() {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("vsat", "vsat0", 10), uplink_settings("lte", "lte0", 20, true)};
  return settings;
}

UplinkVillage village_of(UplinkFeatureSettings settings, Duration first_trip = milliseconds{620}) {
  return UplinkVillage{std::move(settings), {{2, "vsat0", first_trip}, {3, "lte0", milliseconds{60}}}};
}

// C1: a router behind the modem says "unreachable" for every packet, and each of these looks like something that came
// back.
TEST(FieldFailures, AWayWhoseEveryPacketIsCalledUnreachableIsLeftWithinASecond) {
  UplinkVillage village = village_of(satellite_and_sim(), milliseconds{60});
  village.boot();
  village.set_traffic(50);
  village.run_for(seconds{20});
  ASSERT_EQ(village.active(), "vsat");
  village.link("vsat0").passes = false;
  village.fail_next_echoes(1000);
  village.run_for(seconds{1});
  EXPECT_EQ(village.state("vsat"), "down");
  EXPECT_EQ(village.active(), "lte");
  village.run_for(minutes{10});
  EXPECT_EQ(village.active(), "lte") << "no error is ever an answer";
}

// C2: the preferred cable is in and leads nowhere from the first moment on, and so do its resolvers.
TEST(FieldFailures, ABootBehindACableThatLeadsNowhereEndsOnTheSimAndItsNames) {
  UplinkFeatureSettings settings = satellite_and_sim();
  settings.uplinks[0].resolvers = {*IpAddress::parse("198.51.100.53")};
  settings.uplinks[1].resolvers = {*IpAddress::parse("192.0.2.53")};
  UplinkVillage village = village_of(settings);
  village.link("vsat0").passes = false;
  village.boot();
  EXPECT_EQ(village.state("vsat"), "probation") << "nothing is up before it was proven";
  EXPECT_EQ(village.state("lte"), "probation");
  village.run_for(seconds{10});
  EXPECT_EQ(village.active(), "lte");
  EXPECT_EQ(village.deeds().back(), "resolve 192.0.2.53");
  village.run_for(minutes{30});
  EXPECT_EQ(village.active(), "lte");
  EXPECT_EQ(village.state("vsat"), "down");
}

// C5: with every uplink down nobody may be kept from being asked.
TEST(FieldFailures, AfterAllWereDownTheFirstThatIsBackIsUsedWithinTwoProbes) {
  for (const char* first : {"vsat0", "lte0"}) {
    UplinkVillage village = village_of(satellite_and_sim());
    village.boot();
    village.run_for(seconds{20});
    village.link("vsat0").passes = village.link("lte0").passes = false;
    village.run_for(minutes{1});
    ASSERT_TRUE(village.alarms().at({MessageId::NoUplink, ""}));
    village.link(first).passes = true;
    const Instant back = village.now();
    const std::string id = std::string{first}.substr(0, std::string{first}.size() - 1);
    while (village.state(id) != "up" && village.now() - back < minutes{2}) {
      village.run_for(milliseconds{100});
    }
    const Duration hold_down = satellite_and_sim().hold_down;
    EXPECT_LE(village.now() - back, 2 * seconds{10} + hold_down) << id << ": asked each 10 s in the dark";
    EXPECT_EQ(village.active(), id);
  }
}

// C7: a network that lets two probes a second through and drops the rest, and a flow that nobody ever answers, so that
// bursts are sent: one echo of each is enough.
TEST(FieldFailures, ARateLimitOnProbesMovesNothingInTenMinutes) {
  for (const bool flows : {false, true}) {
    UplinkVillage village = village_of(satellite_and_sim(), milliseconds{60});
    village.boot();
    village.run_for(seconds{20});
    std::deque<Instant> passed;
    unsigned dropped = 0;
    village.link("vsat0").loses = [&](Instant now) {
      while (!passed.empty() && now - passed.front() >= seconds{1}) {
        passed.pop_front();
      }
      const bool drops = passed.size() >= 2;
      if (!drops) {
        passed.push_back(now);
      }
      dropped += drops ? 1 : 0;
      return drops;
    };
    for (const Instant end = village.now() + minutes{10}; village.now() < end;) {
      village.link("vsat0").sent += flows ? 5 : 0;
      village.run_for(milliseconds{250});
    }
    EXPECT_THAT(village.moves(), ElementsAre("none>vsat first"));
    EXPECT_EQ(dropped > 0, flows) << "else the limit was never met";
  }
}

// C8: a modem raises its carrier, drops it, gets another address: ten times in five seconds.
TEST(FieldFailures, TenRisesInFiveSecondsAreOneDeparture) {
  UplinkVillage village = village_of(satellite_and_sim());
  village.boot();
  village.run_for(seconds{20});
  for (int i = 0; i < 10; ++i) {
    village.set_carrier("vsat0", false);
    village.run_for(milliseconds{250});
    village.set_carrier("vsat0", true);
    if (i % 3 == 0) {
      village.set_address("vsat0", false);
      village.set_address("vsat0", true);
    }
    village.run_for(milliseconds{250});
    EXPECT_NE(village.state("vsat"), "up");
  }
  EXPECT_THAT(village.moves(), ElementsAre("none>vsat first", "vsat>lte carrier-lost"));
  village.run_for(seconds{3});
  EXPECT_EQ(village.state("vsat"), "probation") << "held down longer than a first probation";
  village.run_for(minutes{6});
  EXPECT_THAT(village.moves(), Contains("lte>vsat preferred-back"));
  EXPECT_EQ(village.moves().size(), 3U);
}

}  // namespace
}  // namespace karkara
