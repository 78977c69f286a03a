// The Wi-Fi feature over kernels and daemons that hang, lie, lose what was set up, or take names and channels away.
#include <gmock/gmock.h>

#include "tests/agent/wifi/wifi_bench.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WifiTroubleTest : public testing::Test, protected WifiBench {
 protected:
  static MeshLinks deaf() {
    return {"mesh0", true, false, {{*MacAddress::parse("02:00:00:00:01:00"), false, true, true, "silent"}}};
  }
  void choose_among(std::vector<std::uint32_t> channels) {
    settings_.radios.front().mesh.reset();
    settings_.radios.front().channel.reset();
    settings_.radios.front().channels = std::move(channels);
    air_ = {{2412, Dbm{-90}, seconds{1}, std::chrono::milliseconds{700}},
            {2437, Dbm{-92}, seconds{1}, std::chrono::milliseconds{100}}};
  }
};

TEST_F(WifiTroubleTest, ARadioThatAResetGaveAnotherNameIsTheSameAlsoForTheNextRun) {
  start();
  know({deaf()});
  run(minutes{5});
  ASSERT_EQ(kernel_.radios.front().phy, "phy7");
  EXPECT_EQ(feature_->report().radios.front().state, "as configured");
  start(persisted_.back());
  run(minutes{2});
  EXPECT_EQ(alarm(MessageId::WifiRefuses), std::nullopt);
  EXPECT_EQ(feature_->report().radios.front().state, "as configured");
}

WifiRadioSettings porch(const char* phy) {
  WifiRadioSettings radio{"porch", phy};
  radio.channel = 11;
  radio.access_points = {{"porch0", "Cour", WifiSecurity::Wpa2, "eau-fraiche"}};
  return radio;
}

TEST_F(WifiTroubleTest, TheSecondSectionThatMeansTheSameRadioIsRefusedWithTheReason) {
  settings_.radios.push_back(porch("02:00:00:00:00:00"));
  start();
  run(minutes{5});
  EXPECT_EQ(why(MessageId::WifiRefuses),
            "'02:00:00:00:00:00' is the radio of 'mast' already: one has one channel and one mesh");
  EXPECT_EQ(interface("porch0"), nullptr);
  EXPECT_EQ(feature_->report().radios.at(0).state, "as configured");
  EXPECT_EQ(feature_->report().radios.at(1).state, "not as configured");
  (void)take_steps();
  know({deaf()});
  run(minutes{5});
  EXPECT_EQ(std::ranges::count(take_steps(), "phy0 reset"), 1) << "by the one whose it is";
  WifiRadioSeen other = kernel_.radios.front();
  other.wiphy = 1;
  other.phy = "phy1";
  other.mac = "02:00:00:00:00:00";
  other.path = "platform/b";
  other.interfaces.clear();
  kernel_.radios.front().mac = "02:00:00:00:00:99";
  kernel_.radios.push_back(other);
  run(minutes{1});
  EXPECT_NE(interface("porch0"), nullptr);
  EXPECT_EQ(alarm(MessageId::WifiRefuses), std::nullopt);
}

// Numbers of the kernel's move on when drivers are put on anew.
TEST_F(WifiTroubleTest, ANameThatBecameAnothersRadioIsNotTakenForItsOwn) {
  WifiRadioSeen second = kernel_.radios.front();
  second.wiphy = 1;
  second.phy = "phy1";
  second.mac = "02:00:00:00:01:00";
  second.path = "platform/b";
  second.channels.push_back({2462});
  kernel_.radios.push_back(second);
  settings_.radios.insert(settings_.radios.begin(), porch("phy1"));
  start();
  run(minutes{1});
  ASSERT_EQ(alarm(MessageId::WifiRefuses), std::nullopt);
  kernel_.radios.pop_back();  // unplugged
  kernel_.radios.front().phy = "phy1";
  (void)take_steps();
  run(minutes{1});
  EXPECT_THAT(take_steps(), IsEmpty());
  EXPECT_EQ(feature_->report().radios.at(1).state, "as configured") << "the mast's, where it always was";
  EXPECT_THAT(feature_->report().radios.at(0).trouble, HasSubstr("'phy1' is the radio of 'mast' already"));
}

TEST_F(WifiTroubleTest, WhereARadioIsIsNotWrittenDownWhileItsNameTells) {
  wall_ = WallTime{hours{24 * 20'000}};
  start();
  run(hours{1});
  wall_ = WallTime{hours{24 * 20'001}};
  run(hours{1});
  ASSERT_EQ(persisted_.size(), 1U);
  EXPECT_THAT(persisted_.back(), HasSubstr("wifi1 day 0 folder /run/wifi crc="));
}

TEST_F(WifiTroubleTest, WhatWasTakenOutWhileNoAgentRanIsTakenAwayByTheNext) {
  start();
  ASSERT_FALSE(persisted_.empty());
  settings_ = {};
  start(persisted_.back());
  run(minutes{1});
  EXPECT_THAT(kernel_.marks, IsEmpty());
  EXPECT_THAT(kernel_.daemons, IsEmpty());
  EXPECT_EQ(persisted_.back(), "");
  EXPECT_EQ(feature_->next_deadline(), Instant::max());
}

TEST_F(WifiTroubleTest, WhereNothingWasSetUpNobodyLooks) {
  settings_ = {};
  start();
  EXPECT_EQ(feature_->next_deadline(), Instant::max());
}

TEST_F(WifiTroubleTest, ADaemonThatHangsIsToldOfAndStartedAnew) {
  start();
  (void)take_steps();
  kernel_.daemons.front().state.clear();
  run(seconds{50});
  EXPECT_EQ(alarm(MessageId::WifiRefuses), std::nullopt) << "it may be busy";
  run(seconds{60});
  EXPECT_EQ(why(MessageId::WifiRefuses), "hostapd on 'village0' does not answer");
  EXPECT_THAT(take_steps(), IsEmpty());
  run(minutes{3});
  EXPECT_THAT(take_steps(), ElementsAre("hostapd ended on village0", "hostapd started on village0"));
  EXPECT_EQ(alarm(MessageId::WifiRefuses), std::nullopt);
}

TEST_F(WifiTroubleTest, WhatCannotBeTakenAwayIsTriedMoreRarelyAndHoldsNothingUp) {
  start();
  settings_.radios.front().access_points.clear();
  fails_["hostapd ended on village0"] = Error{ErrorCode::DeadlineExceeded, "it does not end"};
  (void)take_steps();
  reconfigure();
  run(minutes{10});
  EXPECT_LE(take_steps().size(), 8U);
  interface("mesh0")->frequency.reset();
  run(minutes{1});
  EXPECT_THAT(take_steps(), Contains("mesh0 joins its mesh at 2437 MHz"));
  fails_.clear();
  run(minutes{11});
  EXPECT_EQ(interface("village0"), nullptr);
}

TEST_F(WifiTroubleTest, AtItsEndWhatCannotBeTakenAwayIsLeft) {
  start();
  settings_ = {};
  fails_["hostapd ended on village0"] = Error{ErrorCode::DeadlineExceeded, "it does not end"};
  reconfigure();
  run(hours{3});
  EXPECT_EQ(interface("mesh0"), nullptr);
  EXPECT_NE(interface("village0"), nullptr);
  EXPECT_EQ(feature_->next_deadline(), Instant::max());
  fails_.clear();
  start(persisted_.back());
  run(minutes{1});
  EXPECT_EQ(interface("village0"), nullptr) << "the next run tries once more";
}

TEST_F(WifiTroubleTest, AStepThatDoesNotDoWhatItSaysIsAFailure) {
  hollow_ = {"mesh0 made"};
  start();
  run(hours{1});
  EXPECT_LE(take_steps().size(), 20U);
  EXPECT_THAT(why(MessageId::WifiRefuses), HasSubstr("mesh0 made, which did not last ("));
}

TEST_F(WifiTroubleTest, ADaemonThatDiesAgainAndAgainIsToldOf) {
  start();
  for (int i = 0; i < 12; ++i) {
    kernel_.daemons.clear();
    run(seconds{40});
  }
  EXPECT_THAT(why(MessageId::WifiRefuses), HasSubstr("hostapd started on village0, which did not last ("));
  run(hours{1});
  EXPECT_EQ(alarm(MessageId::WifiRefuses), std::nullopt) << "it lives now";
}

TEST_F(WifiTroubleTest, AJoinThatIsRefusedDoesNotStopTheLadder) {
  start();
  (void)take_steps();
  fails_["mesh0 joins its mesh at 2437 MHz"] = Error{ErrorCode::Internal, "mesh0, joining: busy"};
  interface("mesh0")->frequency.reset();
  know({{"mesh0", true, true, {}}});
  run(minutes{10});
  EXPECT_THAT(take_steps(), Contains("phy0 reset"));
}

TEST_F(WifiTroubleTest, WhatSomebodyElseMendedIsNoTroubleAnyMore) {
  start();
  fails_["mesh0 joins its mesh at 2437 MHz"] = Error{ErrorCode::Internal, "mesh0, joining: busy"};
  interface("mesh0")->frequency.reset();
  run(minutes{5});
  ASSERT_TRUE(alarm(MessageId::WifiRefuses).has_value());
  interface("mesh0")->frequency = 2437;
  run(minutes{1});
  EXPECT_EQ(alarm(MessageId::WifiRefuses), std::nullopt);
  EXPECT_EQ(feature_->report().radios.front().trouble, "");
}

TEST_F(WifiTroubleTest, WhileACountryIsAskedForAgainNothingIsSetUpAndTheAlarmStays) {
  CountryChoice choice{"NE", "BF"};
  Instant now{minutes{1}};
  EXPECT_EQ(choice.follow("00", now), "NE");
  EXPECT_EQ(choice.follow("00", now = now + CountryChoice::kTakes), "BF");
  EXPECT_EQ(choice.follow("00", now = now + CountryChoice::kTakes), std::nullopt);
  EXPECT_TRUE(choice.is_settled());
  EXPECT_EQ(choice.follow("00", now = now + CountryChoice::kAgain), "NE");
  EXPECT_FALSE(choice.is_settled());
  EXPECT_TRUE(choice.is_decided());
  EXPECT_TRUE(choice.is_substituted());
  EXPECT_EQ(choice.follow("NE", now = now + seconds{1}), std::nullopt);
  EXPECT_TRUE(choice.is_settled());
  EXPECT_FALSE(choice.is_substituted());
}

TEST_F(WifiTroubleTest, AChosenChannelThatTheRulesTakeAwayIsChosenAnew) {
  choose_among({1, 6});
  start();
  ASSERT_THAT(configurations_["village0"], HasSubstr("channel=6\n"));
  (void)take_steps();
  kernel_.radios.front().channels[1].disabled = true;
  run(minutes{2});
  EXPECT_THAT(take_steps(),
              ElementsAre("hostapd ended on village0", "village0 listens around", "hostapd started on village0"));
  EXPECT_THAT(configurations_["village0"], HasSubstr("channel=1\n"));
}

TEST_F(WifiTroubleTest, WhileNoChannelIsAllowedTheAlarmStays) {
  choose_among({1, 6});
  kernel_.radios.front().channels[0].disabled = true;
  kernel_.radios.front().channels[1].disabled = true;
  start();
  (void)take_steps();
  for (int i = 0; i < 60; ++i) {
    run(seconds{30});
    ASSERT_EQ(why(MessageId::WifiRefuses), "none of its channels is allowed");
  }
  EXPECT_LE(take_steps().size(), 3U);
  kernel_.radios.front().channels[0].disabled = false;
  run(minutes{11});
  EXPECT_EQ(alarm(MessageId::WifiRefuses), std::nullopt);
  EXPECT_EQ(feature_->report().radios.front().state, "as configured");
}

TEST_F(WifiTroubleTest, TheAccessPointOfAnEarlierConfigurationEndsBeforeItsInterfaceJoins) {
  kernel_.radios.front().interfaces.push_back({7, "mesh0", {}, WifiKind::AccessPoint, true});
  kernel_.daemons.push_back({WifiDaemon::Hostapd, "mesh0", "ENABLED"});
  kernel_.marks["mesh0"] = {"hostapd 0123", false};
  start();
  std::vector<std::string> steps = take_steps();
  steps.resize(4);
  EXPECT_THAT(steps, ElementsAre("the rules of NE", "hostapd ended on mesh0", "mesh0 becomes another kind",
                                 "mesh0 joins its mesh at 2437 MHz"));
}

TEST_F(WifiTroubleTest, OneLookThatShowsNothingIsNoTrouble) {
  start();
  kernel_.status = Error{ErrorCode::Aborted, "it changed while it was read"};
  run(seconds{31});
  EXPECT_EQ(alarm(MessageId::WifiRefuses), std::nullopt);
  const std::vector<WifiRadioSeen> radios = std::exchange(kernel_.radios, {});
  const std::size_t written = persisted_.size();
  run(seconds{30});
  EXPECT_EQ(persisted_.size(), written);
  EXPECT_EQ(why(MessageId::WifiRefuses), "it changed while it was read");
  kernel_.status = {};
  kernel_.radios = radios;
  run(seconds{30});
  EXPECT_EQ(alarm(MessageId::WifiRefuses), std::nullopt);
}

}  // namespace
}  // namespace karkara
