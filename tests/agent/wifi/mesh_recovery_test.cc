// The ladder of recovery by itself: what is done when, and how often at most.
#include "agent/wifi/mesh_recovery.h"

#include <gtest/gtest.h>

#include <map>

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const MacAddress kNear = *MacAddress::parse("02:00:00:00:01:00");
const MacAddress kFar = *MacAddress::parse("02:00:00:00:02:00");

MeshLinks links_of(std::vector<MeshLink> links) {
  return {"mesh0", true, false, std::move(links)};
}

// Follows for that long, from deadline to deadline, and counts what is done.
std::map<RecoveryRung, int> deeds_of(MeshRecovery& recovery, const MeshLinks& links, RecoveryCounts& today,
                                     Instant& now, Duration time) {
  std::map<RecoveryRung, int> done;
  const Instant end = now + time;
  while (now <= end) {
    if (const auto deed = recovery.follow(links, today, now)) {
      ++done[deed->rung];
    }
    now = std::max(now + seconds{1}, std::min(recovery.next_deadline(), end + seconds{1}));
  }
  return done;
}

TEST(MeshRecovery, LinksThatWorkAreNeverCutForOneThatDoesNot) {
  MeshRecovery recovery;
  RecoveryCounts today;
  Instant now{minutes{1}};
  const auto done =
      deeds_of(recovery, links_of({{kNear, true, false, false, "established"}, {kFar, false, true, true, "silent"}}),
               today, now, hours{24});
  EXPECT_FALSE(done.contains(RecoveryRung::Rejoin));
  EXPECT_FALSE(done.contains(RecoveryRung::Reset));
  EXPECT_GE(done.at(RecoveryRung::Kick), 3);
  EXPECT_FALSE(recovery.is_stuck());
}

TEST(MeshRecovery, EachDeedHasItsNumberADay) {
  MeshRecovery recovery;
  RecoveryCounts today;
  Instant now{minutes{1}};
  // The worst there is: it is well for a moment behind each deed, so that the ladder begins anew.
  std::map<RecoveryRung, int> done;
  const Instant end = now + hours{24};
  for (; now < end; now = now + seconds{5}) {
    if (const auto deed = recovery.follow(links_of({{kNear, false, true, true, "silent"}}), today, now)) {
      ++done[deed->rung];
    } else {
      (void)recovery.follow(links_of({{kNear, true, false, false, "established"}}), today, now);
    }
  }
  for (const auto& [rung, count] : done) {
    EXPECT_LE(count, static_cast<int>(MeshRecovery::kTerms[static_cast<std::size_t>(rung)].a_day)) << word_of(rung);
  }
  EXPECT_EQ(done[RecoveryRung::Reset], 2);
}

TEST(MeshRecovery, RoundsThatDoNotHelpBecomeRarer) {
  MeshRecovery recovery;
  RecoveryCounts today;
  Instant now{minutes{1}};
  const MeshLinks deaf = links_of({{kNear, false, true, true, "silent"}});
  EXPECT_EQ(deeds_of(recovery, deaf, today, now, minutes{5})[RecoveryRung::Rejoin], 1);
  EXPECT_TRUE(recovery.is_stuck());
  today = {};
  EXPECT_LE(deeds_of(recovery, deaf, today, now, hours{12})[RecoveryRung::Rejoin], 7);
}

TEST(MeshRecovery, AStrangerWhoDoesNotGetInIsNoReasonToResetTheRadio) {
  MeshRecovery recovery;
  RecoveryCounts today;
  Instant now{minutes{1}};
  const auto done = deeds_of(recovery, links_of({{kFar, false, true, false, "stuck"}}), today, now, hours{24});
  EXPECT_FALSE(done.contains(RecoveryRung::Reset));
  EXPECT_FALSE(recovery.is_stuck());
}

TEST(MeshRecovery, AMeshThatIsNotJoinedIsJoinedAnewWithoutKicks) {
  MeshRecovery recovery;
  RecoveryCounts today;
  Instant now{minutes{1}};
  const auto first = recovery.follow({"mesh0", false, true, {}}, today, now);
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->rung, RecoveryRung::Scan);
  EXPECT_FALSE(recovery.follow({"mesh0", false, true, {}}, today, now + seconds{5}).has_value())
      << "it has its time to help";
  EXPECT_EQ(recovery.follow({"mesh0", false, true, {}}, today, now + seconds{20})->rung, RecoveryRung::Rejoin);
}

TEST(MeshRecovery, OfSeveralBadPeersEachIsKickedInItsTurn) {
  MeshRecovery recovery;
  RecoveryCounts today;
  const MeshLinks bad = links_of({{kNear, false, true, true, "silent"}, {kFar, false, true, true, "silent"}});
  const MeshLinks well = links_of({{kNear, true, false, false, "established"}});
  const Instant now{minutes{1}};
  EXPECT_EQ(recovery.follow(bad, today, now)->peer, kNear);
  (void)recovery.follow(well, today, now + seconds{20});
  EXPECT_EQ(recovery.follow(bad, today, now + minutes{1})->peer, kFar);
}

// Heard by the radio, but no hello of its agent comes.
MeshLink mute_link(const MacAddress& peer, const std::string& agent = "kollo") {
  return {peer, true, true, true, "heard, but no hello of " + agent + " comes any more", true};
}

TEST(MeshRecovery, OneAgentThatFallsSilentIsNoReasonToResetTheRadioTwoAre) {
  for (const bool both : {false, true}) {  // else it is one with two radios
    MeshRecovery recovery;
    RecoveryCounts today;
    Instant now{minutes{1}};
    const std::vector<MeshLink> links{mute_link(kNear), mute_link(kFar, both ? "torodi" : "kollo")};
    const auto done = deeds_of(recovery, links_of(links), today, now, minutes{5});
    EXPECT_TRUE(done.contains(RecoveryRung::Kick));
    EXPECT_TRUE(done.contains(RecoveryRung::Scan));
    EXPECT_TRUE(done.contains(RecoveryRung::Rejoin)) << "nothing comes over any link";
    EXPECT_EQ(done.contains(RecoveryRung::Reset), both);
    EXPECT_EQ(recovery.is_stuck(), both);
  }
}

TEST(MeshRecovery, AMuteLinkBesideOneThatWorksIsKickedAlone) {
  MeshRecovery recovery;
  RecoveryCounts today;
  Instant now{minutes{1}};
  const auto links = links_of({mute_link(kFar), {kNear, true, false, false, "established"}});
  EXPECT_EQ(recovery.follow(links, today, now)->peer, kFar);
  const auto done = deeds_of(recovery, links, today, now, hours{1});
  EXPECT_FALSE(done.contains(RecoveryRung::Rejoin));
  EXPECT_FALSE(done.contains(RecoveryRung::Reset));
}

}  // namespace
}  // namespace karkara
