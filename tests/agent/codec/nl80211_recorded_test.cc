// What a real kernel said of a mesh of two radios; tests/fuzz/wireless/README.md tells how it was recorded.
#include <gtest/gtest.h>

#include "agent/codec/nl80211_event.h"
#include "agent/codec/nl80211_interface.h"
#include "agent/codec/nl80211_mesh.h"
#include "agent/codec/nl80211_mesh_path.h"
#include "agent/codec/nl80211_regulatory.h"
#include "agent/codec/nl80211_scan.h"
#include "agent/codec/nl80211_station.h"
#include "agent/codec/nl80211_survey.h"
#include "agent/codec/nl80211_wiphy.h"
#include "tests/support/recorded_netlink.h"

namespace karkara::nl80211 {
namespace {

constexpr std::uint16_t kRecordedFamily = 0x20;
const MacAddress kOther = *MacAddress::parse("02:00:00:00:01:00");

template <class Decode>
auto all_of(const std::string& name, const Decode& decode) {
  const auto bytes = recorded_netlink(name);
  std::vector<typename std::decay_t<decltype(*decode(NetlinkMessage{}, kRecordedFamily))>::value_type> found;
  for (const NetlinkMessage& message : messages_in(bytes)) {
    auto object = decode(message, kRecordedFamily);
    EXPECT_TRUE(object.ok()) << name << ": " << object.error().text;
    if (object && *object) {
      found.push_back(**object);
    }
  }
  return found;
}

TEST(Nl80211Recorded, ARadio) {
  const auto bytes = recorded_netlink("wiphy/corpus/recorded_wiphys");
  std::vector<Wiphy> wiphys;
  for (const NetlinkMessage& message : messages_in(bytes)) {
    const auto added = add_to(wiphys, message, kRecordedFamily);
    ASSERT_TRUE(added && *added);
  }
  ASSERT_FALSE(wiphys.empty());
  const Wiphy& wiphy = wiphys.front();
  EXPECT_EQ(wiphy.name, "phy" + std::to_string(wiphy.index));
  EXPECT_TRUE(wiphy.modes.has(InterfaceMode::MeshPoint));
  EXPECT_TRUE(wiphy.mesh_auth);
  ASSERT_FALSE(wiphy.bands.empty());
  EXPECT_EQ(wiphy.bands[0].channels.size(), 14U);
  EXPECT_TRUE(wiphy.bands[0].ht40());
  EXPECT_TRUE(wiphy.bands[0].he_modes.has(InterfaceMode::MeshPoint));
  const Channel* channel = wiphy.find(2437);
  ASSERT_NE(channel, nullptr);
  EXPECT_EQ(*channel, (Channel{.frequency_mhz = 2437, .no_80mhz = true, .no_160mhz = true, .max_power_mbm = 2'000}));
  EXPECT_TRUE(wiphy.find(2484)->no_initiating);
}

TEST(Nl80211Recorded, TheWorldsRules) {
  const auto all = all_of("wiphy/corpus/recorded_rules", decode_regulatory);
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all[0].alpha2, "00");
  ASSERT_FALSE(all[0].rules.empty());
  EXPECT_EQ(all[0].rules[0].max_eirp_mbm, 2'000U);
}

TEST(Nl80211Recorded, TheInterfacesOfAMeshThatWasJoined) {
  const auto all = all_of("wireless/corpus/recorded_interfaces", decode_interface);
  ASSERT_EQ(all.size(), 2U);
  for (const Interface& interface : all) {
    EXPECT_EQ(interface.mode, InterfaceMode::MeshPoint);
    EXPECT_EQ(interface.channel, (ChannelUse{2437, ChannelWidth::Mhz20, 2437}));
    EXPECT_TRUE(interface.tx_power_mbm == 1'000 || interface.tx_power_mbm == 2'000);
    EXPECT_TRUE(interface.network.empty()) << "the kernel does not tell a mesh's name";
  }
}

TEST(Nl80211Recorded, AnEstablishedPeerAndThePathToIt) {
  const auto peers = all_of("wireless/corpus/recorded_stations", decode_station);
  ASSERT_EQ(peers.size(), 1U);
  EXPECT_EQ(peers[0].address, kOther);
  EXPECT_EQ(peers[0].peer_link, PlinkState::Established);
  EXPECT_EQ(peers[0].signal_dbm, std::int8_t{-30});
  EXPECT_GT(peers[0].sent_bytes, 0U);
  EXPECT_FALSE(peers[0].byte_counts_wrap);
  EXPECT_GT(peers[0].airtime_metric, 0U);
  EXPECT_EQ(peers[0].authorized, true);
  EXPECT_GT(peers[0].tx_rate->kbit_per_second, 0U);
  const auto paths = all_of("wireless/corpus/recorded_mesh_paths", decode_mesh_path);
  ASSERT_EQ(paths.size(), 1U);
  EXPECT_EQ(paths[0].destination, kOther);
  EXPECT_EQ(paths[0].next_hop, kOther);
  EXPECT_TRUE(paths[0].active());
}

TEST(Nl80211Recorded, SettingsWithTheKernelsOddities) {
  const auto settings = all_of("wireless/corpus/recorded_mesh_settings", decode_mesh_settings);
  ASSERT_EQ(settings.size(), 1U);
  EXPECT_EQ(settings[0].holding_timeout_ms, std::uint16_t{100});
  EXPECT_EQ(settings[0].forwarding, false);
  EXPECT_EQ(settings[0].rssi_threshold_dbm, -90);
  EXPECT_EQ(settings[0].peer_link_timeout_s, 30U);
  EXPECT_EQ(settings[0].ht_opmode, std::uint16_t{0});
}

TEST(Nl80211Recorded, WhatWasHeardAndHowBusyItWas) {
  const auto heard = all_of("wireless/corpus/recorded_heard", decode_heard_network);
  ASSERT_EQ(heard.size(), 1U);
  EXPECT_EQ(heard[0].bssid, kOther);
  EXPECT_EQ(heard[0].elements.mesh_id, "village");
  EXPECT_TRUE(heard[0].elements.mesh->accepts_peers());
  EXPECT_FALSE(heard[0].elements.cut);
  const auto surveys = all_of("wireless/corpus/recorded_survey", decode_survey);
  ASSERT_EQ(surveys.size(), 2U);
  EXPECT_EQ(surveys[0].noise_dbm, std::int8_t{-92});
  EXPECT_GT(surveys[0].time_ms, 0U);
}

TEST(Nl80211Recorded, EventsOfAMeshsLife) {
  std::vector<Event::Kind> kinds;
  for (const Event& event : all_of("wireless/corpus/recorded_events", decode_event)) {
    kinds.push_back(event.kind);
  }
  using Kind = Event::Kind;
  EXPECT_EQ(kinds, (std::vector{Kind::InterfaceRemoved, Kind::InterfaceAdded, Kind::PeerAdded, Kind::ScanStarted,
                                Kind::ScanDone, Kind::PeerGone}));
}

}  // namespace
}  // namespace karkara::nl80211
