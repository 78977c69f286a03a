#include "agent/mesh/mesh_watch.h"

#include <gtest/gtest.h>

#include "tests/agent/mesh/mesh_scene.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

MeshPeerSeen silent_peer(unsigned number, Duration inactive) {
  MeshPeerSeen peer = good_peer(number);
  peer.inactive = inactive;
  return peer;
}

TEST(MeshWatch, LooksAtOnceThenEveryFiveSeconds) {
  MeshWatch watch{Instant{seconds{100}}};
  ASSERT_EQ(watch.tick(Instant{seconds{100}}).size(), 1U);
  watch.on(look_of({good_peer(1)}), Instant{seconds{100}});
  EXPECT_EQ(watch.next_deadline(), Instant{seconds{105}});
  EXPECT_TRUE(watch.tick(Instant{seconds{104}}).empty());
  const Effects effects = watch.tick(Instant{seconds{105}});
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<LookAtMesh>(effects.front()));
  EXPECT_GT(watch.next_deadline(), Instant{seconds{105}}) << "one question at a time";
}

TEST(MeshWatch, LooksOnceAMinuteWithoutAMesh) {
  MeshScene scene;
  scene.see(MeshSeen{{}, {}, Error{ErrorCode::NotFound, "no Wi-Fi"}});
  EXPECT_EQ(scene.watch.next_deadline(), scene.now + seconds{60});
  scene.see(MeshSeen{});
  EXPECT_EQ(scene.watch.next_deadline(), scene.now + seconds{60});
  EXPECT_EQ(scene.watch.report(scene.now).state, "no mesh interface");
}

TEST(MeshWatch, LooksWhenThePeerWouldBeSilent) {
  MeshScene scene;
  scene.see({good_peer(1), silent_peer(2, seconds{7})});
  EXPECT_EQ(scene.watch.next_deadline(), scene.now + milliseconds{3100});
  scene.see({silent_peer(2, milliseconds{9'950})});
  EXPECT_EQ(scene.watch.next_deadline(), scene.now + seconds{1}) << "never more often than that";
}

TEST(MeshWatch, APeerThatComesOrGoesIsLookedAtSoonAndATelephoneIsNot) {
  MeshScene scene;
  scene.see({good_peer(1)});
  scene.now = scene.now + seconds{2};
  scene.watch.on(AirChanged{false, false, {9}}, scene.now);
  EXPECT_EQ(scene.watch.next_deadline(), scene.now + seconds{3}) << "somebody at an access point";
  scene.watch.on(AirChanged{false, false, {7}}, scene.now);
  EXPECT_EQ(scene.watch.next_deadline(), scene.now);
}

TEST(MeshWatch, PeersThatComeAndGoAllTheTimeMakeNoLooksWithoutEnd) {
  MeshScene scene;
  int looks = 0;
  for (int i = 0; i < 100; ++i) {
    scene.watch.on(AirChanged{false, false, {7}}, scene.now);
    if (scene.now >= scene.watch.next_deadline()) {
      looks += scene.watch.tick(scene.now).empty() ? 0 : 1;
    }
    scene.watch.on(AirChanged{false, true, {}}, scene.now);
    scene.see({good_peer(1)});
    scene.now = scene.now + milliseconds{100};
  }
  EXPECT_LE(looks, 10);
  EXPECT_GE(looks, 8) << "and what came during a look is not forgotten";
}

TEST(MeshWatch, WaysOf80211AreToldWhereNoBatmanIsAbove) {
  MeshScene scene;
  MeshSeen seen = look_of({good_peer(1)});
  seen.interfaces.front().paths = {{mac_of(1), mac_of(1), 90, 1}, {mac_of(2), mac_of(1), 250, 2}};
  scene.see(seen);
  const auto ways = scene.watch.report(scene.now).ways;
  ASSERT_EQ(ways.size(), 2U);
  EXPECT_EQ(ways[1].mac, mac_of(2).text());
  EXPECT_EQ(ways[1].next_hop, mac_of(1).text());
  EXPECT_EQ(ways[1].airtime, 250U);
  EXPECT_EQ(ways[1].hops, 2U);
  EXPECT_EQ(ways[1].last_seen, std::nullopt);
  BatmanSeen batman;
  batman.name = "bat0";
  batman.neighbours = {{mac_of(1), "mesh0"}};
  seen.batman = {batman};
  scene.see(seen);
  EXPECT_TRUE(scene.watch.report(scene.now).ways.empty());
}

TEST(MeshWatch, AsksAgainWhenNoAnswerComes) {
  MeshScene scene;
  scene.now = scene.watch.next_deadline();
  EXPECT_EQ(scene.watch.tick(scene.now).size(), 1U);
}

TEST(MeshWatch, ASilentPeerIsAnAlarmOnceUntilItIsHeardAgain) {
  MeshScene scene;
  scene.see({good_peer(1)});
  for (const int inactive : {11, 16, 21}) {
    scene.wait(seconds{5});
    scene.see({silent_peer(1, seconds{inactive})});
    EXPECT_TRUE(scene.is_raised(MessageId::MeshPeerSilent, mac_of(1).text()));
  }
  EXPECT_EQ(scene.changes, 1);
  const Fields expected{{"peer", mac_of(1).text()}, {"interface", "mesh0"}, {"inactive", "11 s"}};
  EXPECT_EQ((scene.raised[{MessageId::MeshPeerSilent, mac_of(1).text()}]), expected);
  scene.wait(seconds{5});
  scene.see({good_peer(1)});
  EXPECT_EQ(scene.changes, 1) << "one look is not enough";
  scene.wait(seconds{5});
  scene.see({good_peer(1)});
  EXPECT_TRUE(scene.raised.empty());
}

TEST(MeshWatch, ASilentPeerThatTheKernelDropsStaysAnAlarmForAnHour) {
  MeshScene scene;
  scene.see({silent_peer(1, seconds{12})});
  scene.wait(seconds{5});
  scene.see(std::vector<MeshPeerSeen>{});
  EXPECT_EQ(scene.peer(1).state, "gone");
  EXPECT_TRUE(scene.is_raised(MessageId::MeshPeerSilent, mac_of(1).text()));
  scene.wait(minutes{60});
  scene.see(std::vector<MeshPeerSeen>{});
  EXPECT_TRUE(scene.raised.empty());
  EXPECT_TRUE(scene.watch.report(scene.now).peers.empty());
}

TEST(MeshWatch, APeerThatSaysGoodbyeIsNoAlarm) {
  MeshScene scene;
  scene.see({good_peer(1)});
  scene.wait(seconds{5});
  scene.see(std::vector<MeshPeerSeen>{});
  EXPECT_EQ(scene.peer(1).state, "gone");
  EXPECT_TRUE(scene.raised.empty());
}

TEST(MeshWatch, AFailingPeerIsAnAlarmOfItsOwn) {
  MeshScene scene;
  MeshPeerSeen peer = good_peer(1);
  scene.see({peer});
  for (int i = 0; i < 2; ++i) {
    scene.wait(seconds{5});
    peer.connected = *peer.connected + seconds{5};
    peer.sent = *peer.sent + 50;
    peer.failed = *peer.failed + 40;
    EXPECT_TRUE(scene.raised.empty());
    scene.see({peer});
  }
  const Fields expected{{"peer", mac_of(1).text()}, {"interface", "mesh0"}, {"failed", "80 %"}};
  EXPECT_EQ((scene.raised[{MessageId::MeshPeerFailing, mac_of(1).text()}]), expected);
  peer.inactive = seconds{11};
  scene.wait(seconds{5});
  scene.see({peer});
  EXPECT_FALSE(scene.is_raised(MessageId::MeshPeerFailing, mac_of(1).text()));
  EXPECT_TRUE(scene.is_raised(MessageId::MeshPeerSilent, mac_of(1).text()));
}

MeshSeen not_joined() {
  MeshSeen seen = look_of({});
  seen.interfaces.front().mesh_id.clear();
  seen.interfaces.front().frequency.reset();
  return seen;
}

TEST(MeshWatch, AnInterfaceInNoMeshIsAnAlarmAfterHalfAMinute) {
  MeshScene scene;
  scene.see(not_joined());
  scene.wait(seconds{29});
  scene.see(not_joined());
  EXPECT_TRUE(scene.raised.empty());
  scene.wait(seconds{1});
  scene.see(not_joined());
  EXPECT_TRUE(scene.is_raised(MessageId::MeshNotJoined, "mesh0"));
  scene.see({good_peer(1)});
  EXPECT_TRUE(scene.raised.empty());
}

TEST(MeshWatch, AnInterfaceThatIsSwitchedOffIsNoAlarm) {
  MeshScene scene;
  Link link;
  link.index = 7;
  link.name = "mesh0";
  KernelSnapshot kernel;
  kernel.links = {link};
  scene.watch.on(KernelSeen{kernel});
  for (int i = 0; i < 20; ++i) {
    scene.see(not_joined());
    scene.wait(seconds{5});
  }
  EXPECT_TRUE(scene.raised.empty());
  link.admin_up = true;
  scene.watch.on(LinkChanged{link});
  for (int i = 0; i < 7; ++i) {
    scene.see(not_joined());
    scene.wait(seconds{5});
  }
  EXPECT_TRUE(scene.is_raised(MessageId::MeshNotJoined, "mesh0"));
}

TEST(MeshWatch, AKernelThatRefusesIsAnAlarmAtTheSecondTime) {
  MeshScene scene;
  scene.see({good_peer(1)});
  const MeshSeen refused{{}, {}, Error{ErrorCode::PermissionDenied, "peers: Operation not permitted"}};
  scene.see(refused);
  EXPECT_TRUE(scene.raised.empty());
  scene.see(refused);
  const Fields expected{{"why", "peers: Operation not permitted"}};
  EXPECT_EQ((scene.raised[{MessageId::MeshUnread, ""}]), expected);
  EXPECT_EQ(scene.peer(1).state, "established") << "nothing is concluded from no answer";
  EXPECT_EQ(scene.watch.report(scene.now).state, "not all can be read: peers: Operation not permitted");
  scene.see({good_peer(1)});
  EXPECT_TRUE(scene.raised.empty());
  EXPECT_EQ(scene.watch.report(scene.now).state, "");
}

TEST(MeshWatch, ARouterWithoutWifiIsNoAlarm) {
  MeshScene scene;
  for (int i = 0; i < 5; ++i) {
    scene.see(MeshSeen{{}, {}, Error{ErrorCode::NotFound, "no Wi-Fi"}});
  }
  EXPECT_TRUE(scene.raised.empty());
  EXPECT_EQ(scene.watch.report(scene.now).state, "the kernel has no Wi-Fi");
  EXPECT_TRUE(scene.watch.samples(scene.now).empty());
}

TEST(MeshWatch, HalfAnAnswerAddsAndTakesNothingAway) {
  MeshScene scene;
  MeshSeen both = look_of({good_peer(1)});
  both.interfaces.push_back(joined_interface({good_peer(2)}));
  both.interfaces.back().name = "mesh1";
  both.interfaces.back().index = 8;
  both.batman.push_back({3, "bat0", "BATMAN_V", "off", {}, {}, {}});
  scene.see(both);
  MeshSeen half = look_of({silent_peer(1, seconds{11})});
  half.status = Error{ErrorCode::Aborted, "mesh1: it changed while it was read"};
  scene.see(half);
  EXPECT_EQ(scene.peer(1).state, "silent") << "what is there is judged";
  EXPECT_EQ(scene.peer(2).state, "established") << "what is not there is not concluded from";
  EXPECT_EQ(scene.watch.report(scene.now).interfaces.size(), 2U);
  EXPECT_EQ(scene.watch.report(scene.now).batman, "bat0, BATMAN_V, gateway off");
}

TEST(MeshWatch, AnInterfaceThatIsTakenAwayTakesItsPeersAlong) {
  MeshScene scene;
  scene.see({good_peer(1)});
  scene.see(MeshSeen{});
  EXPECT_TRUE(scene.watch.report(scene.now).interfaces.empty());
  EXPECT_EQ(scene.peer(1).state, "gone");
}

TEST(MeshWatch, CountsPeersAndTellsAtMostSixteen) {
  MeshScene scene;
  std::vector<MeshPeerSeen> peers;
  for (unsigned i = 1; i <= 20; ++i) {
    peers.push_back(i == 20 ? silent_peer(i, seconds{30}) : good_peer(i));
  }
  scene.see(peers);
  EXPECT_EQ(scene.sample(SeriesId::MeshPeers, "mesh0"), Value{19.0});
  EXPECT_EQ(scene.sample(SeriesId::MeshPeersSilent, "mesh0"), Value{1.0});
  EXPECT_EQ(scene.sample(SeriesId::MeshPeerSignal, mac_of(1).text()), Value{-60.0});
  EXPECT_EQ(scene.sample(SeriesId::MeshPeerExpected, mac_of(16).text()), Value{3.75e6}) << "bytes";
  EXPECT_EQ(scene.sample(SeriesId::MeshPeerSignal, mac_of(17).text()), Value{Absent::NoSuchObject});
  EXPECT_EQ(scene.sample(SeriesId::ChannelNoise, "mesh0"), Value{Absent::NoSuchObject}) << "its driver tells none";
}

TEST(MeshWatch, RemembersAtMostSixtyFourPeersAndGoneOnesMakeRoom) {
  MeshScene scene;
  std::vector<MeshPeerSeen> peers;
  for (unsigned i = 1; i <= 80; ++i) {
    peers.push_back(good_peer(i));
  }
  scene.see(peers);
  EXPECT_EQ(scene.watch.report(scene.now).peers.size(), 64U);
  scene.see({good_peer(1), good_peer(99)});
  scene.see({good_peer(1), good_peer(99)});
  EXPECT_EQ(scene.watch.report(scene.now).peers.size(), 64U);
  EXPECT_EQ(scene.peer(99).state, "established");
}

TEST(MeshWatch, SamplesGoStaleWhenTheKernelAnswersNoMore) {
  MeshScene scene;
  scene.see({good_peer(1)});
  scene.wait(seconds{31});
  EXPECT_EQ(scene.sample(SeriesId::MeshPeers, "mesh0"), Value{Absent::Stale});
  EXPECT_EQ(scene.sample(SeriesId::MeshPeerSignal, mac_of(1).text()), Value{Absent::Stale});
  EXPECT_EQ(scene.watch.report(scene.now).state, "the kernel does not answer");
}

MeshSeen channel_look(std::uint32_t frequency, Duration active, Duration busy) {
  MeshSeen seen = look_of({});
  seen.interfaces.front().frequency = frequency;
  seen.interfaces.front().channel_active = active;
  seen.interfaces.front().channel_busy = busy;
  seen.interfaces.front().noise = Dbm{-95};
  return seen;
}

TEST(MeshWatch, BusyIsThePartBetweenTwoLooksOfOneChannel) {
  MeshScene scene;
  scene.see(channel_look(5180, seconds{100}, seconds{90}));
  EXPECT_EQ(scene.sample(SeriesId::ChannelBusy, "mesh0"), Value{Absent::NoSuchObject}) << "one count is no part";
  scene.see(channel_look(5180, seconds{104}, seconds{91}));
  EXPECT_EQ(scene.sample(SeriesId::ChannelBusy, "mesh0"), Value{0.25});
  EXPECT_EQ(scene.sample(SeriesId::ChannelNoise, "mesh0"), Value{-95.0});
  scene.see(channel_look(5200, seconds{105}, seconds{92}));
  EXPECT_EQ(scene.watch.report(scene.now).interfaces.front().busy_ratio, std::nullopt) << "another channel";
  scene.see(channel_look(5200, seconds{5}, seconds{1}));
  EXPECT_EQ(scene.watch.report(scene.now).interfaces.front().busy_ratio, std::nullopt) << "counted anew";
  scene.see(channel_look(5200, seconds{5}, seconds{1}));
  EXPECT_EQ(scene.watch.report(scene.now).interfaces.front().busy_ratio, std::nullopt) << "did not listen";
}

TEST(MeshWatch, WaysAreTheBestOnesGatewaysFirst) {
  MeshScene scene;
  MeshSeen seen = look_of({});
  BatmanSeen batman{3, "bat0", "BATMAN_IV", "client", {}, {}, {}};
  batman.originators.push_back({mac_of(1), mac_of(1), "mesh0", milliseconds{200}, std::uint8_t{51}, {}, true});
  batman.originators.push_back({mac_of(1), mac_of(2), "mesh0", milliseconds{200}, std::uint8_t{20}, {}, false});
  batman.originators.push_back({mac_of(2), mac_of(2), "mesh0", milliseconds{700}, std::uint8_t{255}, {}, true});
  batman.gateways.push_back({mac_of(2), mac_of(2), true, BitsPerSecond{10e6}, BitsPerSecond{2e6}});
  seen.batman.push_back(batman);
  scene.see(seen);
  const MeshReport report = scene.watch.report(scene.now);
  EXPECT_EQ(report.batman, "bat0, BATMAN_IV, gateway client");
  ASSERT_EQ(report.ways.size(), 2U);
  EXPECT_EQ(report.ways[0].mac, mac_of(2).text());
  EXPECT_TRUE(report.ways[0].chosen_gateway);
  EXPECT_EQ(report.ways[0].gateway_down, BitsPerSecond{10e6});
  EXPECT_DOUBLE_EQ(report.ways[1].quality_ratio.value(), 0.2);
  EXPECT_FALSE(report.ways[1].is_gateway);
}

// What is acted on: a peer that the kernel dropped is still as bad as when it fell silent, one that said goodbye is
// not.
TEST(MeshWatch, TellsWhichLinksAreBadAndWhetherTheyEverWorked) {
  MeshScene scene;
  scene.see({good_peer(1), good_peer(2), good_peer(3)});
  scene.wait(seconds{5});
  scene.see({good_peer(1), silent_peer(2, seconds{12})});
  scene.wait(seconds{5});
  scene.see({good_peer(1)});
  const auto links = scene.watch.links(scene.now);
  ASSERT_EQ(links.size(), 1U);
  EXPECT_TRUE(links.front().joined);
  const std::vector<MeshLink> wanted{{mac_of(1), true, false, false, "established"},
                                     {mac_of(2), false, true, true, "silent"},
                                     {mac_of(3), false, false, false, "gone"}};
  EXPECT_EQ(links.front().links, wanted);
}

TEST(MeshWatch, TheCheckOnSiteNamesWhatIsNotWell) {
  MeshScene scene;
  scene.see({good_peer(1), silent_peer(2, seconds{12})});
  const auto items = scene.watch.check(scene.now);
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].verdict, CheckVerdict::Pass);
  EXPECT_EQ(items[1].name, "mesh peer " + mac_of(2).text());
  EXPECT_EQ(items[1].verdict, CheckVerdict::Warn);
  EXPECT_FALSE(items[1].advice.empty());
}

}  // namespace
}  // namespace karkara
