#include "agent/mesh/peer_watch.h"

#include <gtest/gtest.h>

#include "tests/agent/mesh/mesh_scene.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Neighbour {
  MeshPeerSeen seen = good_peer(1);
  Instant now{std::chrono::hours{1}};
  PeerWatch watch{"mesh0", mac_of(1)};

  PeerState look(Duration inactive, Duration pause = seconds{5}) {
    now = now + pause;
    seen.connected = *seen.connected + pause;
    seen.inactive = inactive;
    watch.see(seen, now);
    return watch.state();
  }
};

TEST(PeerWatch, EstablishedAndHeardIsWell) {
  Neighbour mast;
  EXPECT_EQ(mast.look(milliseconds{900}), PeerState::Established);
  const MeshPeerReport report = mast.watch.report(mast.now);
  EXPECT_EQ(report.state, "established");
  EXPECT_EQ(report.trouble, "");
  EXPECT_EQ(report.signal, Dbm{-60});
}

TEST(PeerWatch, SilentBeyondTenSecondsThoughTheKernelSaysEstablished) {
  Neighbour mast;
  EXPECT_EQ(mast.look(seconds{10}), PeerState::Established);
  EXPECT_EQ(mast.look(milliseconds{10'001}), PeerState::Silent);
  EXPECT_EQ(mast.watch.report(mast.now).trouble,
            "nothing heard for 10 s, the limit is 10 s, though the kernel calls the link established");
}

TEST(PeerWatch, HeardAgainAtTwoLooksInARow) {
  Neighbour mast;
  mast.look(seconds{11});
  EXPECT_EQ(mast.look(milliseconds{100}), PeerState::Silent);
  EXPECT_EQ(mast.look(seconds{6}), PeerState::Silent) << "in between";
  EXPECT_EQ(mast.look(milliseconds{100}), PeerState::Silent);
  EXPECT_EQ(mast.watch.report(mast.now).trouble, "heard again 0 s ago; silent until 2 looks in a row find it so");
  EXPECT_EQ(mast.look(milliseconds{100}), PeerState::Established);
}

TEST(PeerWatch, SaysWhenItWouldBeSilent) {
  Neighbour mast;
  mast.look(seconds{4});
  EXPECT_EQ(mast.watch.silent_from(), mast.now + seconds{6});
  mast.look(seconds{11});
  EXPECT_EQ(mast.watch.silent_from(), Instant::max()) << "it is";
}

TEST(PeerWatch, ADriverThatDoesNotTellIsNotCalledSilent) {
  Neighbour mast;
  mast.seen.inactive.reset();
  mast.watch.see(mast.seen, mast.now);
  EXPECT_EQ(mast.watch.state(), PeerState::Established);
  EXPECT_NE(mast.watch.report(mast.now).trouble.find("not known"), std::string::npos);
}

TEST(PeerWatch, FailingIsHeardButDoesNotHear) {
  Neighbour mast;
  mast.look(milliseconds{100});
  for (int i = 0; i < 2; ++i) {
    mast.seen.sent = *mast.seen.sent + 100;
    mast.seen.failed = *mast.seen.failed + 64;
    mast.look(milliseconds{100});
  }
  EXPECT_EQ(mast.watch.state(), PeerState::Failing);
  const MeshPeerReport report = mast.watch.report(mast.now);
  EXPECT_EQ(
      report.trouble,
      "64 of 100 packets were not received, and as many before; the limit is half of at least 20, 2 times in a row");
  EXPECT_DOUBLE_EQ(report.failed_ratio.value(), 0.64);
}

TEST(PeerWatch, AMastThatLostItsPowerIsNotCalledFailingOnItsWayToSilent) {
  Neighbour mast;
  mast.look(milliseconds{100});
  for (const Duration inactive : {Duration{seconds{4}}, Duration{seconds{9}}, Duration{seconds{14}}}) {
    mast.seen.sent = *mast.seen.sent + 100;
    mast.seen.failed = *mast.seen.failed + 100;
    EXPECT_NE(mast.look(inactive), PeerState::Failing);
  }
  EXPECT_EQ(mast.watch.state(), PeerState::Silent);
}

TEST(PeerWatch, StuckAfterAMinuteOfTrying) {
  Neighbour mast;
  mast.seen.link = PeerLink::OpenSent;
  EXPECT_EQ(mast.look(milliseconds{100}), PeerState::Peering);
  EXPECT_EQ(mast.look(milliseconds{100}, seconds{59}), PeerState::Peering);
  EXPECT_EQ(mast.look(milliseconds{100}, seconds{1}), PeerState::Stuck);
  EXPECT_NE(mast.watch.report(mast.now).trouble.find("no link is made for 60 s"), std::string::npos);
  mast.seen.link = PeerLink::Established;
  EXPECT_EQ(mast.look(milliseconds{100}), PeerState::Established);
}

TEST(PeerWatch, BlockedIsStuckAtOnce) {
  Neighbour mast;
  mast.seen.link = PeerLink::Blocked;
  EXPECT_EQ(mast.look(milliseconds{100}), PeerState::Stuck);
}

TEST(PeerWatch, GoneIsRememberedForAnHour) {
  Neighbour mast;
  mast.look(milliseconds{100});
  mast.now = mast.now + seconds{5};
  mast.watch.miss(mast.now);
  EXPECT_EQ(mast.watch.state(), PeerState::Gone);
  const MeshPeerReport report = mast.watch.report(mast.now + minutes{2});
  EXPECT_EQ(report.trouble, "the kernel dropped it 120 s ago");
  EXPECT_EQ(report.signal, std::nullopt) << "of the past";
  EXPECT_FALSE(mast.watch.is_forgotten(mast.now + minutes{59}));
  EXPECT_TRUE(mast.watch.is_forgotten(mast.now + minutes{60}));
}

TEST(PeerWatch, OneThatNeverPeeredIsForgottenAtOnce) {
  Neighbour stranger;
  stranger.seen.link = PeerLink::Listen;
  stranger.look(milliseconds{100});
  stranger.watch.miss(stranger.now);
  EXPECT_TRUE(stranger.watch.is_forgotten(stranger.now));
}

TEST(PeerWatch, TellsOfLinksThatAreMadeAnewAgainAndAgain) {
  Neighbour mast;
  mast.look(milliseconds{100});
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(mast.watch.report(mast.now).trouble, "") << i;
    mast.seen.connected = seconds{-4};
    mast.seen.sent = 1;
    mast.look(milliseconds{100});
  }
  EXPECT_EQ(mast.watch.report(mast.now).trouble, "its link was made anew 2 times within the hour");
  mast.look(milliseconds{100}, minutes{61});
  EXPECT_EQ(mast.watch.report(mast.now).trouble, "");
}

TEST(PeerWatch, TellsOfADriverThatIsResetAgainAndAgain) {
  Neighbour mast;
  mast.look(milliseconds{100});
  for (int i = 0; i < 2; ++i) {
    mast.seen.sent = static_cast<std::uint64_t>(2 - i);
    mast.look(milliseconds{100});
  }
  EXPECT_EQ(mast.watch.report(mast.now).trouble, "its driver began to count anew 2 times within the hour");
}

}  // namespace
}  // namespace karkara
