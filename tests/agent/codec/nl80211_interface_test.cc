#include "agent/codec/nl80211_interface.h"

#include <gtest/gtest.h>
#include <linux/nl80211.h>

#include "tests/support/genetlink_answer.h"

namespace karkara::nl80211 {
namespace {

const MacAddress kAddress = *MacAddress::parse("02:00:00:00:01:00");

void put_interface(NetlinkRequest& answer) {
  answer.u32(NL80211_ATTR_IFINDEX, 5).text(NL80211_ATTR_IFNAME, "mesh0");
  answer.u32(NL80211_ATTR_WIPHY, 1).u32(NL80211_ATTR_IFTYPE, NL80211_IFTYPE_MESH_POINT);
  answer.raw(NL80211_ATTR_MAC, kAddress.bytes).u32(NL80211_ATTR_GENERATION, 3).u8(NL80211_ATTR_4ADDR, 0);
}

TEST(Nl80211Interface, ReadsAMeshInterfaceOnItsChannel) {
  const auto bytes = genetlink_answer(NL80211_CMD_NEW_INTERFACE, [](NetlinkRequest& answer) {
    put_interface(answer);
    answer.u32(NL80211_ATTR_WIPHY_FREQ, 5180).u32(NL80211_ATTR_CHANNEL_WIDTH, NL80211_CHAN_WIDTH_80);
    answer.u32(NL80211_ATTR_CENTER_FREQ1, 5210).u32(NL80211_ATTR_WIPHY_TX_POWER_LEVEL, 2'000);
    answer.raw(NL80211_ATTR_MESH_ID, std::as_bytes(std::span{std::string_view{"village"}}));
  });
  const auto interface = decoded(bytes, decode_interface);
  ASSERT_TRUE(interface && *interface) << interface.error().text;
  EXPECT_EQ(**interface, (Interface{.link = 5,
                                    .name = "mesh0",
                                    .mode = InterfaceMode::MeshPoint,
                                    .wiphy = 1,
                                    .address = kAddress,
                                    .network = "village",
                                    .channel = ChannelUse{5180, ChannelWidth::Mhz80, 5210},
                                    .tx_power_mbm = 2'000}));
  EXPECT_EQ(width_mhz((*interface)->channel->width), 80U);
  expect_stands_cuts(bytes, decode_interface);
}

TEST(Nl80211Interface, OneThatIsDownHasNoChannelAndPowerMayBeNegative) {
  const auto interface = decoded(
      NL80211_CMD_NEW_INTERFACE,
      [](NetlinkRequest& answer) {
        put_interface(answer);
        answer.u32(NL80211_ATTR_WIPHY_TX_POWER_LEVEL, static_cast<std::uint32_t>(-300));
      },
      decode_interface);
  ASSERT_TRUE(interface && *interface);
  EXPECT_FALSE((*interface)->channel);
  EXPECT_EQ((*interface)->tx_power_mbm, -300);
}

TEST(Nl80211Interface, KnowsWhatItIsNotToldAndKeepsNumbersOfNewerKernels) {
  const auto interface = decoded(
      NL80211_CMD_NEW_INTERFACE,
      [](NetlinkRequest& answer) {
        answer.u32(NL80211_ATTR_IFTYPE, 77).u32(NL80211_ATTR_WIPHY_FREQ, 2412).u32(NL80211_ATTR_CHANNEL_WIDTH, 99);
      },
      decode_interface);
  ASSERT_TRUE(interface && *interface);
  EXPECT_EQ((*interface)->link, 0U);
  EXPECT_FALSE((*interface)->tx_power_mbm);
  EXPECT_EQ(static_cast<unsigned>((*interface)->mode), 77U);
  EXPECT_FALSE(InterfaceModes{~std::uint64_t{0}}.has((*interface)->mode));
  EXPECT_FALSE(width_mhz((*interface)->channel->width));
}

TEST(Nl80211Interface, RefusesWrongLengths) {
  const WriteAttribute write = [](unsigned type, auto content) {
    return genetlink_answer(NL80211_CMD_NEW_INTERFACE,
                            [&](NetlinkRequest& answer) { answer.raw(static_cast<int>(type), content); });
  };
  expect_refuses_lengths({NL80211_ATTR_IFINDEX, NL80211_ATTR_IFTYPE, NL80211_ATTR_WIPHY, NL80211_ATTR_MAC,
                          NL80211_ATTR_WIPHY_TX_POWER_LEVEL, NL80211_ATTR_4ADDR, NL80211_ATTR_WIPHY_FREQ,
                          NL80211_ATTR_CHANNEL_WIDTH, NL80211_ATTR_CENTER_FREQ1, NL80211_ATTR_CENTER_FREQ2},
                         {0, 3, 5, 7, 8}, write, decode_interface);
  expect_refuses_lengths({NL80211_ATTR_SSID, NL80211_ATTR_MESH_ID, NL80211_ATTR_IFNAME}, {33, 400}, write,
                         decode_interface);
}

TEST(Nl80211Interface, OtherMessagesAreNoInterfaces) {
  for (const int command : {NL80211_CMD_NEW_WIPHY, NL80211_CMD_NEW_STATION, NL80211_CMD_DEL_INTERFACE}) {
    const auto interface = decoded(command, put_interface, decode_interface);
    ASSERT_TRUE(interface.ok());
    EXPECT_FALSE(*interface);
  }
}

TEST(Nl80211Interface, MakesAMeshPointThatReadsBackAsOne) {
  const auto request = encode_new_interface(
      kTestFamily, {.wiphy = 1, .name = "mesh0", .mode = InterfaceMode::MeshPoint, .address = kAddress});
  EXPECT_EQ(command_of(request), NL80211_CMD_NEW_INTERFACE);  // the kernel tells in the same words
  const auto interface = decoded(request, decode_interface);
  ASSERT_TRUE(interface && *interface);
  EXPECT_EQ(**interface,
            (Interface{.name = "mesh0", .mode = InterfaceMode::MeshPoint, .wiphy = 1, .address = kAddress}));
}

TEST(Nl80211Interface, ChangesAndRemoves) {
  const auto mode = encode_set_mode(kTestFamily, 5, InterfaceMode::Station);
  EXPECT_EQ(command_of(mode), NL80211_CMD_SET_INTERFACE);
  EXPECT_EQ(number_in<std::uint32_t>(mode, NL80211_ATTR_IFTYPE), unsigned{NL80211_IFTYPE_STATION});
  const auto removal = encode_delete_interface(kTestFamily, 5);
  EXPECT_EQ(command_of(removal), NL80211_CMD_DEL_INTERFACE);
  EXPECT_EQ(number_in<std::uint32_t>(removal, NL80211_ATTR_IFINDEX), 5U);
  const auto channel = encode_set_channel(kTestFamily, 5, {2437, ChannelWidth::Mhz20});
  EXPECT_EQ(command_of(channel), NL80211_CMD_SET_CHANNEL);
  EXPECT_EQ(number_in<std::uint32_t>(channel, NL80211_ATTR_WIPHY_FREQ), 2437U);
  EXPECT_EQ(number_in<std::uint32_t>(channel, NL80211_ATTR_CHANNEL_WIDTH), unsigned{NL80211_CHAN_WIDTH_20});
  EXPECT_EQ(command_of(encode_get_interfaces(kTestFamily)), NL80211_CMD_GET_INTERFACE);
}

}  // namespace
}  // namespace karkara::nl80211
