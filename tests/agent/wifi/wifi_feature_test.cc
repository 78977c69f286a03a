// The Wi-Fi feature over a kernel that does what it is told: what is set up, adopted, refused, and taken away.
#include "agent/wifi/wifi_feature.h"

#include <gmock/gmock.h>

#include "tests/agent/wifi/wifi_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WifiFeatureTest : public testing::Test, protected WifiBench {};

TEST_F(WifiFeatureTest, SetsUpMeshBatmanAndAccessPointInThatOrder) {
  start();
  EXPECT_THAT(take_steps(),
              ElementsAre("the rules of NE", "mesh0 made", "mesh0 joins its mesh at 2437 MHz", "bat0 made, BATMAN_V",
                          "mesh0 put below bat0", "village0 made", "hostapd started on village0"));
  EXPECT_TRUE(feature_->take_news()) << "the mesh is worth a look";
  EXPECT_EQ(feature_->report().radios.front().state, "as configured");
  run(minutes{10});
  EXPECT_THAT(take_steps(), IsEmpty());
  EXPECT_EQ(alarm(MessageId::WifiRefuses), std::nullopt);
}

TEST_F(WifiFeatureTest, AnotherRunOfTheAgentAdoptsWhatStands) {
  start();
  (void)take_steps();
  start();
  run(minutes{5});
  EXPECT_THAT(take_steps(), IsEmpty());
}

TEST_F(WifiFeatureTest, AMeshThatWasLeftIsJoinedAgainAtOnce) {
  start();
  (void)take_steps();
  interface("mesh0")->frequency.reset();
  Link link;
  link.name = "mesh0";
  run(seconds{2});
  feature_->on(LinkChanged{link}, now_);
  run(seconds{2});
  EXPECT_THAT(take_steps(), ElementsAre("mesh0 joins its mesh at 2437 MHz"));
}

TEST_F(WifiFeatureTest, AMeshThatTheWatchSeesLeftIsJoinedAgainWithoutAnEvent) {
  start();
  know({{"mesh0", true, false, {}}});
  run(seconds{2});
  (void)take_steps();
  interface("mesh0")->frequency.reset();
  know({{"mesh0", false, false, {}}});
  run(seconds{2});
  EXPECT_THAT(take_steps(), ElementsAre("mesh0 joins its mesh at 2437 MHz"));
}

TEST_F(WifiFeatureTest, ACountryThatTheKernelDoesNotKnowIsStoodInForWithAnAlarm) {
  knows_ = {"BF"};
  start();
  EXPECT_THAT(take_steps(), ElementsAre("the rules of NE")) << "nothing is sent before it is clear whose rules hold";
  run(seconds{10});
  EXPECT_EQ(kernel_.country, "BF");
  EXPECT_NE(interface("mesh0"), nullptr);
  const Fields fields{{"country", "NE"}, {"instead", "BF"}};
  EXPECT_EQ(alarm(MessageId::RegdomainSubstituted), fields);
  EXPECT_EQ(feature_->report().country, "BF in place of NE");
  (void)take_steps();
  start();
  run(hours{1});
  EXPECT_THAT(take_steps(), IsEmpty()) << "what stands in is not taken back";
}

TEST_F(WifiFeatureTest, NothingIsSentAt5GhzUnderTheRulesOfTheWorld) {
  knows_ = {};
  settings_.radios.front().channel = 36;
  start();
  run(minutes{2});
  EXPECT_EQ(interface("mesh0"), nullptr);
  EXPECT_THAT(why(MessageId::WifiRefuses), HasSubstr("nothing is sent at 5 GHz under the rules of the world (00)"));
  EXPECT_TRUE(alarm(MessageId::RegdomainSubstituted).has_value());
}

TEST_F(WifiFeatureTest, WhatSendsAt5GhzFallsSilentWhenTheRulesAreTakenAway) {
  settings_.radios.front().channel = 36;
  start();
  ASSERT_EQ(interface("mesh0")->frequency, 5180U);
  knows_ = {};
  kernel_.country = "00";
  run(minutes{2});
  EXPECT_EQ(interface("mesh0")->frequency, std::nullopt);
  EXPECT_THAT(kernel_.daemons, IsEmpty());
}

TEST_F(WifiFeatureTest, RulesThatAreTakenAwayAreActedOnAtOnce) {
  settings_.radios.front().channel = 36;
  knows_ = {"BF"};
  start();
  run(minutes{1});
  ASSERT_EQ(interface("mesh0")->frequency, 5180U);
  (void)take_steps();
  kernel_.country = "00";
  feature_->on(AirChanged{true, false, {}}, now_);
  run(seconds{1});
  EXPECT_THAT(take_steps(), ElementsAre("the rules of NE", "hostapd ended on village0", "mesh0 leaves its mesh"))
      << "while it is asked whose rules hold, nothing is sent";
  run(seconds{10});
  EXPECT_EQ(interface("mesh0")->frequency, 5180U) << "under those of BF again";
}

TEST_F(WifiFeatureTest, WhatWasRefusedJustNowDoesNotKeepARadioSending) {
  settings_.radios.front().channel = 36;
  start();
  kernel_.daemons.clear();
  fails_["hostapd started on village0"] = Error{ErrorCode::Internal, "hostapd: it ended"};
  run(minutes{20});
  ASSERT_TRUE(alarm(MessageId::WifiRefuses).has_value());
  knows_ = {};
  kernel_.country = "00";
  feature_->on(AirChanged{true, false, {}}, now_);
  run(seconds{1});
  EXPECT_EQ(interface("mesh0")->frequency, std::nullopt);
}

TEST_F(WifiFeatureTest, PeersOfOthersAndAnIdleSiteCauseNoLook) {
  start();
  const Instant before = feature_->next_deadline();
  feature_->on(AirChanged{false, false, {7}}, now_);
  EXPECT_EQ(feature_->next_deadline(), before);
  feature_->on(AirChanged{false, true, {}}, now_ + seconds{5});
  EXPECT_EQ(feature_->next_deadline(), now_ + seconds{5});
  settings_ = {};
  reconfigure();
  feature_->on(AirChanged{true, true, {}}, now_);
  EXPECT_EQ(feature_->next_deadline(), Instant::max());
}

TEST_F(WifiFeatureTest, At2GhzTheWorldsRulesAreTakenWithAnAlarm) {
  knows_ = {};
  start();
  run(minutes{2});
  EXPECT_EQ(interface("mesh0")->frequency, 2437U);
  EXPECT_TRUE(alarm(MessageId::RegdomainSubstituted).has_value());
}

TEST_F(WifiFeatureTest, TheKernelsReasonIsTheAlarmAndItIsTriedEverMoreRarely) {
  start();
  (void)take_steps();
  refuses_ = Error{ErrorCode::Internal, "mesh0, joining: Device or resource busy"};
  interface("mesh0")->frequency.reset();
  run(hours{1});
  EXPECT_EQ(why(MessageId::WifiRefuses).find("mesh0, joining: Device or resource busy ("), 0U);
  EXPECT_LE(take_steps().size(), 15U);
  refuses_.reset();
  run(minutes{11});
  EXPECT_EQ(interface("mesh0")->frequency, 2437U);
  EXPECT_EQ(alarm(MessageId::WifiRefuses), std::nullopt);
}

TEST_F(WifiFeatureTest, WhatTheRadioCannotIsSaid) {
  kernel_.radios.front().mesh_point = false;
  start();
  EXPECT_EQ(why(MessageId::WifiRefuses), "its driver has no mesh mode");
  kernel_.radios.front().mesh_point = true;
  kernel_.radios.front().channels[1].disabled = true;
  run(minutes{1});
  EXPECT_EQ(why(MessageId::WifiRefuses), "channel 6: is not allowed, by the rules of NE");
  kernel_.radios.clear();
  run(minutes{1});
  EXPECT_EQ(why(MessageId::WifiRefuses), "there is no radio 'phy0'");
}

TEST_F(WifiFeatureTest, ADaemonThatAnotherStartedIsLeftAlone) {
  kernel_.radios.front().interfaces.push_back({7, "village0", {}, WifiKind::AccessPoint, true});
  kernel_.daemons.push_back({WifiDaemon::Hostapd, "village0", "ENABLED"});
  start();
  run(minutes{1});
  EXPECT_EQ(why(MessageId::WifiRefuses), "'village0' belongs to a hostapd that the agent did not start");
  EXPECT_EQ(kernel_.daemons.size(), 1U);
  EXPECT_TRUE(kernel_.marks["village0"].text.empty());
}

TEST_F(WifiFeatureTest, WhatSavesTheBatteryIsNotSetUpAgain) {
  start();
  (void)take_steps();
  feature_->rest({"mesh0"}, now_);
  interface("mesh0")->on = false;
  interface("mesh0")->frequency.reset();
  run(minutes{10});
  EXPECT_THAT(take_steps(), IsEmpty());
  EXPECT_EQ(feature_->report().radios.front().state, "rests to save the battery");
  feature_->rest({}, now_);
  run(seconds{2});
  EXPECT_THAT(take_steps(), ElementsAre("mesh0 joins its mesh at 2437 MHz"));
}

TEST_F(WifiFeatureTest, AChangedNameRestartsItsDaemonAlone) {
  start();
  (void)take_steps();
  settings_.radios.front().access_points.front().ssid = "Péta";
  reconfigure();
  EXPECT_THAT(take_steps(), ElementsAre("hostapd ended on village0", "hostapd started on village0"));
  EXPECT_THAT(configurations_["village0"], HasSubstr("ssid2=50c3a97461\n"));
}

TEST_F(WifiFeatureTest, WhatIsNoLongerConfiguredIsTakenAway) {
  start();
  (void)take_steps();
  settings_ = {};
  reconfigure();
  EXPECT_THAT(kernel_.radios.front().interfaces, IsEmpty());
  EXPECT_THAT(kernel_.daemons, IsEmpty());
  EXPECT_THAT(kernel_.batman, IsEmpty());
  EXPECT_THAT(kernel_.marks, IsEmpty());
  EXPECT_EQ(feature_->next_deadline(), Instant::max());
}

TEST_F(WifiFeatureTest, AMeshWithAPassphraseIsTheSupplicants) {
  settings_.radios.front().mesh->passphrase = "entre-les-mats";
  start();
  EXPECT_EQ(kernel_.daemons.front(), (WifiDaemonSeen{WifiDaemon::Supplicant, "mesh0", "COMPLETED"}));
  EXPECT_THAT(configurations_["mesh0"], HasSubstr("mesh_fwding=0"));
  EXPECT_EQ(feature_->report().radios.front().state, "as configured");
}

TEST_F(WifiFeatureTest, AWideChannelIsListenedToOverItsWholeWidth) {
  settings_.radios.front().mesh.reset();
  settings_.radios.front().channel.reset();
  settings_.radios.front().channels = {36, 44};
  settings_.radios.front().width = 40;
  for (const std::uint32_t frequency : {5200U, 5220U}) {  // 5240: the radio has it not
    kernel_.radios.front().channels.push_back({frequency});
  }
  start();
  EXPECT_EQ(surveyed_, (std::vector<std::uint32_t>{5180, 5200, 5220}));
}

TEST_F(WifiFeatureTest, TheQuietestChannelIsTakenAndKept) {
  settings_.radios.front().mesh.reset();
  settings_.radios.front().channel.reset();
  settings_.radios.front().channels = {1, 6, 11};
  air_ = {{2412, Dbm{-90}, seconds{1}, std::chrono::milliseconds{700}},
          {2437, Dbm{-92}, seconds{1}, std::chrono::milliseconds{100}},
          {2462, Dbm{-95}, seconds{1}, std::chrono::milliseconds{50}, 4}};
  start();
  EXPECT_THAT(configurations_["village0"], HasSubstr("channel=6\n"));
  ASSERT_FALSE(persisted_.empty());
  (void)take_steps();
  air_.clear();
  start(persisted_.back());
  EXPECT_THAT(take_steps(), IsEmpty());
}

TEST_F(WifiFeatureTest, DamagedMemoryIsNothingRemembered) {
  start("wifi1 day 1 channel mast 6 crc=00000000");
  EXPECT_EQ(feature_->report().radios.front().state, "as configured");
}

MeshLinks deaf() {
  return {"mesh0", true, false, {{*MacAddress::parse("02:00:00:00:01:00"), false, true, true, "silent"}}};
}

TEST_F(WifiFeatureTest, AStuckMeshIsKickedScannedJoinedAnewAndReset) {
  start();
  (void)take_steps();
  know({deaf()});
  run(minutes{5});
  EXPECT_THAT(take_steps(), ElementsAre("02:00:00:00:01:00 kicked on mesh0", "mesh0 listens around",
                                        "mesh0 leaves its mesh", "mesh0 joins its mesh at 2437 MHz", "phy0 reset",
                                        "mesh0 made", "mesh0 joins its mesh at 2437 MHz", "mesh0 put below bat0",
                                        "village0 made", "hostapd started on village0"));
  EXPECT_TRUE(alarm(MessageId::MeshRadioStuck).has_value());
  const auto& told = feature_->report().recoveries;
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(std::tuple(told[0].kicks, told[0].scans, told[0].rejoins, told[0].resets), std::tuple(1U, 1U, 1U, 1U));
  MeshLinks well = deaf();
  well.links.front() = {well.links.front().peer, true, false, false, "established"};
  know({well});
  run(seconds{2});
  EXPECT_EQ(alarm(MessageId::MeshRadioStuck), std::nullopt);
}

// While the radio is being set up anew the watch sees no such interface.
TEST_F(WifiFeatureTest, AResetThatDidNotHelpIsNotDoneAgainAtOnce) {
  start();
  know({deaf()});
  run(seconds{36});
  (void)take_steps();
  run(seconds{40});
  ASSERT_EQ(take_steps().front(), "phy0 reset");
  know({});
  run(seconds{5});
  know({deaf()});
  run(minutes{2});
  EXPECT_THAT(take_steps(), IsEmpty());
  EXPECT_TRUE(alarm(MessageId::MeshRadioStuck).has_value());
  feature_->rest({"mesh0"}, now_);
  run(seconds{5});
  feature_->rest({}, now_);
  run(minutes{3});
  EXPECT_THAT(take_steps(), testing::Not(testing::Contains("phy7 reset"))) << "not within the hour";
}

TEST_F(WifiFeatureTest, WhatWasTriedTodayOutlivesARestartAndEndsWithTheDay) {
  wall_ = WallTime{hours{24 * 20'000}};
  start();
  know({deaf()});
  run(minutes{5});
  start(persisted_.back());
  know({deaf()});
  run(seconds{5});
  ASSERT_EQ(feature_->report().recoveries.size(), 1U);
  EXPECT_EQ(feature_->report().recoveries.front().kicks, 2U) << "one of the run before";
  wall_ = WallTime{hours{24 * 20'001}};
  run(minutes{1});
  EXPECT_LE(feature_->report().recoveries.front().kicks, 1U);
}

TEST_F(WifiFeatureTest, AnAccessPointThatFailsIsNoReasonToLeaveTheMeshStuck) {
  start();
  kernel_.daemons.clear();
  refuses_ = Error{ErrorCode::Internal, "/usr/sbin/hostapd: no such interface"};
  run(minutes{1});
  (void)take_steps();
  know({deaf()});
  run(minutes{1});
  EXPECT_THAT(take_steps(), testing::Contains("02:00:00:00:01:00 kicked on mesh0"));
}

TEST_F(WifiFeatureTest, NothingIsRecoveredWhereTheOwnerDoesNotWantIt) {
  settings_.recover = false;
  start();
  (void)take_steps();
  know({deaf()});
  run(hours{1});
  EXPECT_THAT(take_steps(), IsEmpty());
}

}  // namespace
}  // namespace karkara
