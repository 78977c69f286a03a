#include "agent/codec/nl80211_mesh.h"

#include <gtest/gtest.h>
#include <linux/nl80211.h>

#include "tests/support/genetlink_answer.h"

namespace karkara::nl80211 {
namespace {

MeshSettings all_settings() {
  MeshSettings all;
  all.retry_timeout_ms = 100;
  all.confirm_timeout_ms = 101;
  all.holding_timeout_ms = 102;
  all.max_peer_links = 16;
  all.max_retries = 3;
  all.ttl = 31;
  all.element_ttl = 30;
  all.auto_open_peer_links = true;
  all.forwarding = false;
  all.rssi_threshold_dbm = -80;
  all.peer_link_timeout_s = 60;
  all.power_mode = MeshPowerMode::Active;
  all.awake_window_tu = 10;
  all.ht_opmode = 4;
  all.gate_announcements = false;
  all.connected_to_gate = true;
  all.no_learn = false;
  all.root_mode = 2;
  all.path_request_retries = 4;
  all.path_refresh_ms = 1'000;
  all.min_discovery_timeout_ms = 99;
  all.active_path_timeout_tu = 5'000;
  all.path_request_interval_tu = 11;
  all.diameter_traversal_tu = 50;
  return all;
}

TEST(Nl80211Mesh, SettingsReadBackAsTheyWereWritten) {
  NetlinkBytes bytes = encode_set_mesh_settings(kTestFamily, 5, all_settings());
  EXPECT_EQ(command_of(bytes), NL80211_CMD_SET_MESH_CONFIG);
  bytes[NLMSG_HDRLEN] = std::byte{NL80211_CMD_GET_MESH_CONFIG};  // the kernel tells in the same words
  const auto settings = decoded(bytes, decode_mesh_settings);
  ASSERT_TRUE(settings && *settings);
  EXPECT_EQ(**settings, all_settings());
  expect_stands_cuts(bytes, decode_mesh_settings);
}

TEST(Nl80211Mesh, ReadsThemAsKernelsTellThem) {
  const auto settings = decoded(
      NL80211_CMD_GET_MESH_CONFIG,
      [](NetlinkRequest& answer) {
        answer.nest(NL80211_ATTR_MESH_CONFIG, [](NetlinkRequest& inside) {
          inside.u32(NL80211_ATTR_IFINDEX, 5).u16(NL80211_MESHCONF_RETRY_TIMEOUT, 100);
          inside.u16(NL80211_MESHCONF_HOLDING_TIMEOUT, 102).u32(NL80211_MESHCONF_HT_OPMODE, 6);
        });
      },
      decode_mesh_settings);
  ASSERT_TRUE(settings && *settings) << settings.error().text;
  EXPECT_EQ((*settings)->holding_timeout_ms, std::uint16_t{102}) << "not the interface's number, which is among them";
  EXPECT_EQ((*settings)->retry_timeout_ms, std::uint16_t{100});
  EXPECT_EQ((*settings)->ht_opmode, std::uint16_t{6}) << "four bytes, though two are to be set";
}

TEST(Nl80211Mesh, SetsOnlyWhatItIsTold) {
  MeshSettings change;
  change.forwarding = false;
  const auto bytes = encode_set_mesh_settings(kTestFamily, 5, change);
  EXPECT_EQ(content_of(bytes, NL80211_ATTR_MESH_CONFIG).size(), 8U) << "one switch, padded";
  EXPECT_EQ(command_of(encode_get_mesh_settings(kTestFamily, 5)), NL80211_CMD_GET_MESH_CONFIG);
}

TEST(Nl80211Mesh, RefusesWrongLengths) {
  expect_refuses_lengths(
      {NL80211_MESHCONF_RETRY_TIMEOUT, NL80211_MESHCONF_TTL, NL80211_MESHCONF_FORWARDING,
       NL80211_MESHCONF_RSSI_THRESHOLD, NL80211_MESHCONF_PLINK_TIMEOUT, NL80211_MESHCONF_POWER_MODE},
      {0, 3, 8},
      [](unsigned type, auto content) {
        return genetlink_answer(NL80211_CMD_GET_MESH_CONFIG, [&](NetlinkRequest& answer) {
          answer.nest(NL80211_ATTR_MESH_CONFIG,
                      [&](NetlinkRequest& inside) { inside.raw(static_cast<int>(type), content); });
        });
      },
      decode_mesh_settings);
}

TEST(Nl80211Mesh, JoinsOnAChannelWithSettings) {
  JoinMesh wanted{.link = 5, .mesh_id = "village", .channel = {5180, ChannelWidth::Mhz80, 5210}};
  wanted.multicast_rate_kbit = 12'000;
  wanted.beacon_interval_tu = 200;
  wanted.settings.forwarding = false;
  const auto bytes = encode_join_mesh(kTestFamily, wanted);
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(command_of(*bytes), NL80211_CMD_JOIN_MESH);
  EXPECT_EQ(content_of(*bytes, NL80211_ATTR_MESH_ID).size(), 7U) << "without NUL";
  EXPECT_EQ(number_in<std::uint32_t>(*bytes, NL80211_ATTR_WIPHY_FREQ), 5180U);
  EXPECT_EQ(number_in<std::uint32_t>(*bytes, NL80211_ATTR_CHANNEL_WIDTH), unsigned{NL80211_CHAN_WIDTH_80});
  EXPECT_EQ(number_in<std::uint32_t>(*bytes, NL80211_ATTR_CENTER_FREQ1), 5210U);
  EXPECT_EQ(number_in<std::uint32_t>(*bytes, NL80211_ATTR_MCAST_RATE), 120U);
  EXPECT_EQ(number_in<std::uint32_t>(*bytes, NL80211_ATTR_BEACON_INTERVAL), 200U);
  EXPECT_EQ(content_of(*bytes, NL80211_ATTR_MESH_CONFIG).size(), 8U);
}

TEST(Nl80211Mesh, JoinsOnTheChannelThatIsThereWhenToldNone) {
  const auto bytes = encode_join_mesh(kTestFamily, {.link = 5, .mesh_id = std::string(32, '\xff')});
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(bytes->size(), NLMSG_HDRLEN + GENL_HDRLEN + 8U + 36U) << "the interface and the name alone";
}

TEST(Nl80211Mesh, RefusesNamesThatNoMeshCanHave) {
  for (const std::string& name : {std::string{}, std::string(33, 'a')}) {
    EXPECT_EQ(encode_join_mesh(kTestFamily, {.link = 5, .mesh_id = name}).error().code, ErrorCode::InvalidArgument);
  }
}

TEST(Nl80211Mesh, Leaves) {
  const auto bytes = encode_leave_mesh(kTestFamily, 5);
  EXPECT_EQ(command_of(bytes), NL80211_CMD_LEAVE_MESH);
  EXPECT_EQ(number_in<std::uint32_t>(bytes, NL80211_ATTR_IFINDEX), 5U);
}

}  // namespace
}  // namespace karkara::nl80211
