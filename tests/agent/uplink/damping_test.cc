#include <gmock/gmock.h>

#include "agent/uplink/checked_line.h"
#include "agent/uplink/damping_book.h"
#include "tests/agent/uplink/uplink_village.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const UplinkId kVsat = UplinkId::parse("vsat").value();
const std::string kKey{DampingBook::kStateKey};

UplinkFeatureSettings two_uplinks() {
  UplinkFeatureSettings settings;
  settings.uplinks = {uplink_settings("vsat", "vsat0", 10), uplink_settings("lte", "lte0", 20, true)};
  return settings;
}

UplinkVillage booted() {
  UplinkVillage village{two_uplinks(), {{2, "vsat0", milliseconds{620}}, {3, "lte0", milliseconds{60}}}};
  village.boot();
  village.run_for(seconds{20});
  return village;
}

Duration time_to_rise(UplinkVillage& village) {
  const Instant from = village.now();
  while (village.state("vsat") != "up" && village.now() - from < minutes{20}) {
    village.run_for(milliseconds{200});
  }
  return village.now() - from;
}

void fail_once(UplinkVillage& village) {
  village.link("vsat0").passes = false;
  village.run_for(seconds{10});
  village.link("vsat0").passes = true;
}

// Four failures in a row: the next rise takes 40 s.
UplinkVillage flapping() {
  UplinkVillage village = booted();
  for (int i = 0; i < 3; ++i) {
    fail_once(village);
    time_to_rise(village);
  }
  fail_once(village);
  return village;
}

TEST(Damping, AnAgentThatIsRestartedGivesAFlappingUplinkNoFreshStart) {
  UplinkVillage without = flapping();
  UplinkVillage village = flapping();
  without.restart(two_uplinks());
  EXPECT_LT(time_to_rise(without), seconds{10}) << "else this test shows nothing";
  village.restart_with_disk(two_uplinks());
  EXPECT_GT(time_to_rise(village), seconds{38});
  fail_once(village);
  EXPECT_GT(time_to_rise(village), seconds{78}) << "and it goes on doubling";
}

TEST(Damping, AnUplinkThatServedItsHoldDownIsNotTakenOutByARestart) {
  UplinkVillage village = flapping();
  time_to_rise(village);
  village.run_for(minutes{2});
  ASSERT_EQ(village.active(), "vsat");
  village.restart_with_disk(two_uplinks());
  EXPECT_LT(time_to_rise(village), seconds{5});
  village.run_for(minutes{1});
  EXPECT_THAT(village.moves(), testing::IsEmpty());
  fail_once(village);
  EXPECT_GT(time_to_rise(village), seconds{78}) << "what it did before counts all the same";
}

TEST(Damping, AfterARestartOfTheRouterOneFailureIsLeftOfMany) {
  UplinkVillage village = flapping();
  village.restart_with_disk(two_uplinks(), 2);
  const Duration first = time_to_rise(village);
  EXPECT_GE(first, seconds{5});
  EXPECT_LT(first, seconds{12});
}

TEST(Damping, FiveMinutesOfBeingUpForgiveAndEmptyTheFile) {
  UplinkVillage village = flapping();
  time_to_rise(village);
  EXPECT_NE(village.kept(kKey).find("vsat"), std::string::npos);
  village.run_for(minutes{6});
  EXPECT_EQ(village.kept(kKey).find("vsat"), std::string::npos) << village.kept(kKey);
  village.restart_with_disk(two_uplinks());
  time_to_rise(village);
  fail_once(village);
  EXPECT_LT(time_to_rise(village), seconds{12});
}

TEST(Damping, AHealthyUplinkWritesNothingAndAFlappingOneLittle) {
  UplinkVillage village = booted();
  village.run_for(hours{24});
  EXPECT_EQ(village.writes(kKey), 0U);
  for (int i = 0; i < 200; ++i) {
    fail_once(village);
    village.run_for(seconds{10});
  }
  EXPECT_LT(village.writes(kKey), 60U) << "in 67 minutes: the hold-down bounds it";
}

TEST(DampingBook, OfTheSameBootWhatIsKeptComesBackAndNotAfterAnHour) {
  DampingBook book{7};
  book.see(kVsat, {4, false}, Instant{minutes{10}});
  const auto written = book.tick(Instant{minutes{10}});
  ASSERT_TRUE(written);
  EXPECT_FALSE(book.tick(Instant{minutes{11}}));
  EXPECT_EQ(book.next_deadline(), Instant::max());
  DampingBook soon{7};
  soon.restore(written->bytes, Instant{minutes{12}});
  EXPECT_EQ(soon.restored(kVsat), (Damping{4, false}));
  DampingBook late{7};
  late.restore(written->bytes, Instant{minutes{71}});
  EXPECT_EQ(late.restored(kVsat), Damping{});
  DampingBook rebooted{8};
  rebooted.restore(written->bytes, Instant{seconds{20}});
  EXPECT_EQ(rebooted.restored(kVsat), (Damping{1, false}));
}

TEST(DampingBook, TornDamagedAndForeignTextIsLeftOut) {
  const std::string header = with_check("karkara-damping 1 7");
  const auto restored = [](const std::string& text) {
    DampingBook book{7};
    book.restore(text, Instant{hours{1}});
    return book.restored(kVsat).failures;
  };
  EXPECT_EQ(restored(header + with_check("vsat 3 down 36ee7f")), 3U);
  EXPECT_EQ(restored(with_check("vsat 3 down 36ee7f")), 0U) << "no header, no time";
  EXPECT_EQ(restored(header + with_check("vsat 3 down 36ee81")), 0U) << "of the future";
  EXPECT_EQ(restored(header + with_check("vsat 3 down ffffffffff")), 0U);
  EXPECT_EQ(restored(header + with_check("vsat ffffffff down 36ee7f")), 0U);
  EXPECT_EQ(restored(header + with_check("vsat 0 down 36ee7f")), 0U);
  EXPECT_EQ(restored(header + with_check("vsat 3 sideways 36ee7f")), 0U);
  EXPECT_EQ(restored(header + "vsat 3 down 36ee7f *00000000\n"), 0U);
  EXPECT_EQ(restored(header + with_check("vsat 3 down 36ee7f").substr(0, 12)), 0U);
  EXPECT_EQ(restored(std::string(100'000, '\0')), 0U);
}

TEST(DampingBook, WritesAtMostEachFiveSecondsAndKeepsWhatCameInBetween) {
  DampingBook book{7};
  unsigned writes = 0;
  for (int i = 0; i < 600; ++i) {
    const Instant now{milliseconds{100 * i}};
    book.see(kVsat, {static_cast<std::uint32_t>(i + 1), false}, now);
    writes += book.tick(now) ? 1 : 0;
    EXPECT_GT(book.next_deadline(), now);
  }
  EXPECT_EQ(writes, 12U);
  EXPECT_LE(book.next_deadline(), Instant{seconds{60}});
}

}  // namespace
}  // namespace karkara
