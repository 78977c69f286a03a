// Channels, whose rules hold, and the daemons' configurations.
#include "agent/wifi/channel_plan.h"

#include <gmock/gmock.h>

#include "agent/wifi/country_choice.h"
#include "agent/wifi/daemon_texts.h"
#include "agent/wifi/recovery_memory.h"

namespace karkara {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

TEST(ChannelPlan, CentresAreWhatTheStandardSays) {
  EXPECT_EQ(plan_channel(6, 20), (ChannelPlan{6, 2437, 20, 2437, 0}));
  EXPECT_EQ(plan_channel(1, 40), (ChannelPlan{1, 2412, 40, 2422, 1}));
  EXPECT_EQ(plan_channel(11, 40), (ChannelPlan{11, 2462, 40, 2452, -1}));
  EXPECT_EQ(plan_channel(40, 40), (ChannelPlan{40, 5200, 40, 5190, -1}));
  EXPECT_EQ(plan_channel(44, 80), (ChannelPlan{44, 5220, 80, 5210, 1}));
  EXPECT_EQ(plan_channel(44, 80)->center_channel(), 42U);
  EXPECT_EQ(plan_channel(161, 80)->center_channel(), 155U);
}

TEST(ChannelPlan, WhatIsNoChannelIsSaid) {
  EXPECT_EQ(channel_trouble(37, 20), "there is no channel 37");
  EXPECT_EQ(channel_trouble(14, 20), "there is no channel 14");
  EXPECT_EQ(channel_trouble(6, 80), "channel 6 cannot be 80 MHz wide");
  EXPECT_EQ(channel_trouble(36, 20), "");
  EXPECT_FALSE(plan_channel(0, 20));
  EXPECT_FALSE(plan_channel(4'294'967'295U, 20));
  EXPECT_FALSE(plan_channel(36, 160));
}

TEST(ChannelPlan, WhatTheRulesLeftIsKept) {
  WifiRadioSeen radio;
  radio.channels = {{5180}, {5260, false, true, true}, {2484, true}, {5745, false, true}};
  const AirRules rules{"BF", true};
  EXPECT_EQ(channel_refusal(*plan_channel(36, 20), radio, rules, true), "");
  EXPECT_THAT(channel_refusal(*plan_channel(52, 20), radio, rules, true), HasSubstr("radar"));
  EXPECT_EQ(channel_refusal(*plan_channel(52, 20), radio, rules, false), "") << "hostapd looks for it";
  EXPECT_THAT(channel_refusal(*plan_channel(149, 20), radio, rules, false), HasSubstr("no IR"));
  EXPECT_THAT(channel_refusal(*plan_channel(6, 20), radio, rules, false), HasSubstr("has no channel 6"));
  radio.channels.front().no_80mhz = true;
  EXPECT_THAT(channel_refusal(*plan_channel(36, 80), radio, rules, true), HasSubstr("80 MHz are not allowed"));
}

TEST(ChannelPlan, WithoutASurveyTheFirstThatIsAllowedIsTaken) {
  WifiRadioSeen radio;
  radio.channels = {{2412, true}, {2437}, {2462}};
  EXPECT_EQ(quietest_channel({1, 6, 11}, 20, radio, {"BF", true}), 6U);
  radio.air = {{2437, Dbm{-60}}};
  EXPECT_EQ(quietest_channel({1, 6, 11}, 20, radio, {"BF", true}), 11U) << "noise";
  EXPECT_EQ(quietest_channel({1}, 20, radio, {"BF", true}), std::nullopt);
}

// Of a driver that counts nothing a scan tells networks alone: where it heard none is quieter than where it was not.
TEST(ChannelPlan, WhereAScanHeardNobodyIsTheQuietest) {
  WifiRadioSeen radio;
  radio.channels = {{2412}, {2437}, {2462}};
  radio.air = {{2412, std::nullopt, std::nullopt, std::nullopt, 2}, {2462}};
  EXPECT_EQ(quietest_channel({1, 6, 11}, 20, radio, {"BF", true}), 11U);
}

TEST(ChannelPlan, AWideChannelHasItsParts) {
  EXPECT_EQ(parts_of(*plan_channel(6, 20)), (std::vector<std::uint32_t>{2437}));
  EXPECT_EQ(parts_of(*plan_channel(1, 40)), (std::vector<std::uint32_t>{2412, 2432}));
  EXPECT_EQ(parts_of(*plan_channel(11, 40)), (std::vector<std::uint32_t>{2442, 2462}));
  EXPECT_EQ(parts_of(*plan_channel(48, 80)), (std::vector<std::uint32_t>{5180, 5200, 5220, 5240}));
}

// A frame of 80 MHz waits for whoever sends on any part of it.
TEST(ChannelPlan, OfAWideChannelAllOfItCounts) {
  WifiRadioSeen radio;
  for (const std::uint32_t frequency : {5180U, 5200U, 5220U, 5240U, 5745U, 5765U, 5785U, 5805U}) {
    radio.channels.push_back({frequency});
    radio.air.push_back({frequency, Dbm{-95}, seconds{1}, std::chrono::milliseconds{50}});
  }
  const AirRules rules{"BF", true};
  const auto quietest = [&](std::uint32_t width) { return quietest_channel({36, 149}, width, radio, rules); };
  EXPECT_EQ(quietest(80), 36U);
  radio.air[2].busy = std::chrono::milliseconds{600};  // beside the control channel
  EXPECT_EQ(quietest(80), 149U);
  EXPECT_EQ(quietest(40), 36U) << "44 is no part of it";
  EXPECT_EQ(quietest(20), 36U);
  radio.air[2].busy = std::chrono::milliseconds{50};
  radio.air[3].noise = Dbm{-70};
  EXPECT_EQ(quietest(80), 149U);
  radio.air[3].noise = Dbm{-95};
  radio.air[1].networks = 3;
  EXPECT_EQ(quietest(40), 149U);
  radio.air[5].networks = 4;
  EXPECT_EQ(quietest(40), 36U);
}

TEST(ChannelPlan, ANetworkBesideANarrowChannelIsInItsWay) {
  WifiRadioSeen radio;
  radio.channels = {{2412}, {2462}};
  radio.air = {{2412, Dbm{-95}}, {2462, Dbm{-95}}, {2422, std::nullopt, std::nullopt, std::nullopt, 2}};
  EXPECT_EQ(quietest_channel({1, 11}, 20, radio, {"BF", true}), 11U);
}

TEST(CountryChoice, ARadioWithRulesOfItsOwnFollowsThose) {
  CountryChoice choice{"NE", "BF"};
  EXPECT_EQ(choice.follow("00", Instant{}), "NE");
  EXPECT_FALSE(choice.is_settled());
  EXPECT_FALSE(choice.follow("NE", Instant{seconds{1}}).has_value());
  EXPECT_TRUE(choice.rules_of("").known);
  EXPECT_FALSE(choice.rules_of("00").known);
  EXPECT_FALSE(choice.rules_of("99").known);
  EXPECT_TRUE(choice.rules_of("US").known);
}

TEST(CountryChoice, AnotherCountryThanWantedIsAskedAwayAndElseTold) {
  CountryChoice choice{"NE", ""};
  EXPECT_EQ(choice.follow("US", Instant{}), "NE");
  EXPECT_FALSE(choice.follow("US", Instant{seconds{3}}).has_value());
  EXPECT_FALSE(choice.is_settled());
  EXPECT_FALSE(choice.follow("US", Instant{seconds{7}}).has_value());
  EXPECT_TRUE(choice.is_settled());
  EXPECT_FALSE(choice.is_known());
  EXPECT_EQ(choice.follow("US", Instant{std::chrono::minutes{11}}), "NE") << "again, after a while";
}

TEST(DaemonTexts, EachNameOfARadioIsANetworkOfItsOwn) {
  WifiRadioSettings radio{"mast", "phy0"};
  radio.access_points = {{"village0", "Sadore", WifiSecurity::Wpa2Wpa3, "eau fraiche"},
                         {"public0", "a\nwpa=0", WifiSecurity::Open}};
  radio.access_points.back().isolate = false;
  radio.access_points.back().bridge = "br-public";
  const std::string text = hostapd_text(radio, *plan_channel(36, 80), "BF");
  EXPECT_THAT(text, testing::StartsWith("interface=village0\ndriver=nl80211\nhw_mode=a\nchannel=36\n"));
  EXPECT_THAT(text, HasSubstr("country_code=BF\nieee80211d=1\nieee80211h=1\n"));
  EXPECT_THAT(text, HasSubstr("vht_oper_centr_freq_seg0_idx=42\n"));
  EXPECT_THAT(text, HasSubstr("wpa_key_mgmt=WPA-PSK SAE\nrsn_pairwise=CCMP\nieee80211w=1\nsae_require_mfp=1\n"
                              "wpa_passphrase=eau fraiche\nbss=public0\n"));
  EXPECT_THAT(text, HasSubstr("ssid2=610a7770613d30\n")) << "a name cannot write a line";
  EXPECT_THAT(text, HasSubstr("ap_isolate=0\nignore_broadcast_ssid=0\nbridge=br-public\nauth_algs=1\nwpa=0\n"));
  EXPECT_THAT(hostapd_text(radio, *plan_channel(6, 20), ""), Not(HasSubstr("country_code")));
}

TEST(WifiMemory, IsWrittenAsItIsRead) {
  WifiMemory memory;
  memory.day = 20'000;
  memory.today["mesh0"] = {1, 2, 3, 4};
  memory.channels["mast"] = 11;
  memory.places["phy0"] = {"pci0000:00/0000:00:1c.0/0000:01:00.0", "02:00:00:00:00:00"};
  memory.folder = "/run/wifi";
  const auto read = wifi_memory_from(to_text(memory));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, memory);
  EXPECT_FALSE(wifi_memory_from(to_text(memory) + " ").ok());
  EXPECT_TRUE(wifi_memory_from("")->empty());
}

}  // namespace
}  // namespace karkara
