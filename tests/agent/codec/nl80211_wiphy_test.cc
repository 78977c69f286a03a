#include "agent/codec/nl80211_wiphy.h"

#include <gtest/gtest.h>
#include <linux/nl80211.h>

#include "agent/codec/nl80211_regulatory.h"
#include "tests/support/genetlink_answer.h"

namespace karkara::nl80211 {
namespace {

// Into a list of its own, as decoders of one message.
Result<std::vector<Wiphy>> decode_alone(const NetlinkMessage& message, std::uint16_t family) {
  std::vector<Wiphy> wiphys;
  const auto added = add_to(wiphys, message, family);
  return added ? Result<std::vector<Wiphy>>{wiphys} : Result<std::vector<Wiphy>>{added.error()};
}

void put_flags(NetlinkRequest& list, int type, std::initializer_list<InterfaceMode> modes) {
  list.nest(type, [&](NetlinkRequest& inside) {
    for (const InterfaceMode mode : modes) {
      inside.flag(static_cast<int>(mode));
    }
  });
}

NetlinkBytes first_part() {
  return genetlink_answer(NL80211_CMD_NEW_WIPHY, [](NetlinkRequest& answer) {
    answer.u32(NL80211_ATTR_WIPHY, 1).text(NL80211_ATTR_WIPHY_NAME, "phy1");
    answer.u32(NL80211_ATTR_GENERATION, 7).flag(NL80211_ATTR_SUPPORT_MESH_AUTH);
    put_flags(answer, NL80211_ATTR_SUPPORTED_IFTYPES, {InterfaceMode::Station, InterfaceMode::MeshPoint});
    answer.nest(NL80211_ATTR_SUPPORTED_COMMANDS,
                [](NetlinkRequest& list) { list.u32(1, NL80211_CMD_JOIN_MESH).u32(2, 70'000); });
    answer.nest(NL80211_ATTR_INTERFACE_COMBINATIONS, [](NetlinkRequest& list) {
      list.nest(1, [](NetlinkRequest& combination) {
        combination.nest(NL80211_IFACE_COMB_LIMITS, [](NetlinkRequest& limits) {
          limits.nest(1, [](NetlinkRequest& limit) {
            limit.u32(NL80211_IFACE_LIMIT_MAX, 4);
            put_flags(limit, NL80211_IFACE_LIMIT_TYPES, {InterfaceMode::AccessPoint, InterfaceMode::MeshPoint});
          });
        });
        combination.u32(NL80211_IFACE_COMB_MAXNUM, 5).u32(NL80211_IFACE_COMB_NUM_CHANNELS, 1);
      });
    });
  });
}

// As the kernel splits it: the band in one message, each of its channels in another.
NetlinkBytes band_part(std::uint32_t wiphy, std::uint16_t band, const FillAnswer& fill) {
  return genetlink_answer(NL80211_CMD_NEW_WIPHY, [&](NetlinkRequest& answer) {
    answer.u32(NL80211_ATTR_WIPHY, wiphy);
    answer.nest(NL80211_ATTR_WIPHY_BANDS, [&](NetlinkRequest& bands) { bands.nest(band, fill); });
  });
}
NetlinkBytes channel_part(std::uint32_t wiphy, std::uint16_t band, const FillAnswer& fill) {
  return band_part(wiphy, band, [&](NetlinkRequest& inside) {
    inside.nest(NL80211_BAND_ATTR_FREQS, [&](NetlinkRequest& channels) { channels.nest(0, fill); });
  });
}

TEST(Nl80211Wiphy, AsksForAllRadiosInParts) {
  const auto request = encode_get_wiphys(kTestFamily);
  EXPECT_EQ(command_of(request), NL80211_CMD_GET_WIPHY);
  EXPECT_TRUE(content_of(request, NL80211_ATTR_SPLIT_WIPHY_DUMP).empty());
}

TEST(Nl80211Wiphy, ReadsWhatARadioCanDo) {
  const auto wiphys = decoded(first_part(), decode_alone);
  ASSERT_TRUE(wiphys.ok()) << wiphys.error().text;
  ASSERT_EQ(wiphys->size(), 1U);
  const Wiphy& wiphy = wiphys->front();
  EXPECT_EQ(wiphy.index, 1U);
  EXPECT_EQ(wiphy.name, "phy1");
  EXPECT_TRUE(wiphy.modes.has(InterfaceMode::MeshPoint));
  EXPECT_FALSE(wiphy.modes.has(InterfaceMode::AccessPoint));
  EXPECT_TRUE(wiphy.commands.test(NL80211_CMD_JOIN_MESH));
  EXPECT_EQ(wiphy.commands.count(), 1U) << "a command beyond all numbers counts for nothing";
  EXPECT_TRUE(wiphy.mesh_auth);
  EXPECT_FALSE(wiphy.self_managed);
  ASSERT_EQ(wiphy.combinations.size(), 1U);
  const InterfaceCombination& combination = wiphy.combinations.front();
  EXPECT_EQ(combination.most_interfaces, 5U);
  EXPECT_EQ(combination.most_channels, 1U);
  ASSERT_EQ(combination.limits.size(), 1U);
  EXPECT_EQ(combination.limits[0].most, 4U);
  EXPECT_TRUE(combination.limits[0].modes.has(InterfaceMode::AccessPoint));
}

TEST(Nl80211Wiphy, PutsThePartsOfARadioTogether) {
  std::vector<Wiphy> wiphys;
  const auto add = [&](const NetlinkBytes& bytes) {
    const auto added = add_to(wiphys, messages_in(bytes).front(), kTestFamily);
    ASSERT_TRUE(added.ok()) << added.error().text;
    EXPECT_TRUE(*added);
  };
  add(first_part());
  add(band_part(1, NL80211_BAND_5GHZ, [](NetlinkRequest& band) {
    band.u16(NL80211_BAND_ATTR_HT_CAPA, 0x1862).u32(NL80211_BAND_ATTR_VHT_CAPA, 0x338001b2);
    band.nest(NL80211_BAND_ATTR_IFTYPE_DATA, [](NetlinkRequest& list) {
      list.nest(1, [](NetlinkRequest& data) {
        put_flags(data, NL80211_BAND_IFTYPE_ATTR_IFTYPES, {InterfaceMode::MeshPoint});
        data.raw(NL80211_BAND_IFTYPE_ATTR_HE_CAP_PHY, std::vector<std::byte>(11));
      });
    });
  }));
  add(channel_part(1, NL80211_BAND_5GHZ, [](NetlinkRequest& channel) {
    channel.u32(NL80211_FREQUENCY_ATTR_FREQ, 5180).u32(NL80211_FREQUENCY_ATTR_MAX_TX_POWER, 2300);
  }));
  add(channel_part(1, NL80211_BAND_5GHZ, [](NetlinkRequest& channel) {
    channel.u32(NL80211_FREQUENCY_ATTR_FREQ, 5260).flag(NL80211_FREQUENCY_ATTR_RADAR);
    channel.flag(NL80211_FREQUENCY_ATTR_NO_IR).u32(NL80211_FREQUENCY_ATTR_DFS_STATE, NL80211_DFS_UNAVAILABLE);
    channel.u32(NL80211_FREQUENCY_ATTR_DFS_CAC_TIME, 60'000);
  }));
  add(channel_part(0, NL80211_BAND_2GHZ, [](NetlinkRequest& channel) {
    channel.u32(NL80211_FREQUENCY_ATTR_FREQ, 2484).flag(NL80211_FREQUENCY_ATTR_DISABLED);
  }));
  ASSERT_EQ(wiphys.size(), 2U);
  ASSERT_EQ(wiphys[0].bands.size(), 1U);
  const Band& band = wiphys[0].bands[0];
  EXPECT_EQ(band.number, unsigned{NL80211_BAND_5GHZ});
  EXPECT_TRUE(band.ht40());
  EXPECT_EQ(band.vht_capabilities, 0x338001b2U);
  EXPECT_TRUE(band.he_modes.has(InterfaceMode::MeshPoint));
  ASSERT_EQ(band.channels.size(), 2U);
  EXPECT_EQ(band.channels[0], (Channel{.frequency_mhz = 5180, .max_power_mbm = 2300}));
  const Channel* radar = wiphys[0].find(5260);
  ASSERT_NE(radar, nullptr);
  EXPECT_EQ(*radar, (Channel{.frequency_mhz = 5260,
                             .no_initiating = true,
                             .radar = true,
                             .dfs_state = DfsState::Unavailable,
                             .dfs_check_ms = 60'000}));
  EXPECT_TRUE(wiphys[1].find(2484)->disabled);
  EXPECT_EQ(wiphys[1].find(5180), nullptr);
}

TEST(Nl80211Wiphy, AChannelToldAnewReplacesTheOldWord) {
  std::vector<Wiphy> wiphys;
  for (const std::uint32_t power : {2000U, 1400U}) {
    const auto bytes = channel_part(0, NL80211_BAND_2GHZ, [&](NetlinkRequest& channel) {
      channel.u32(NL80211_FREQUENCY_ATTR_FREQ, 2412).u32(NL80211_FREQUENCY_ATTR_MAX_TX_POWER, power);
    });
    ASSERT_TRUE(add_to(wiphys, messages_in(bytes).front(), kTestFamily).ok());
  }
  ASSERT_EQ(wiphys[0].bands[0].channels.size(), 1U);
  EXPECT_EQ(wiphys[0].bands[0].channels[0].max_power_mbm, 1400U);
}

TEST(Nl80211Wiphy, StandsCutsAndWrongLengths) {
  expect_stands_cuts(first_part(), decode_alone);
  expect_refuses_lengths(
      {NL80211_FREQUENCY_ATTR_FREQ, NL80211_FREQUENCY_ATTR_MAX_TX_POWER, NL80211_FREQUENCY_ATTR_DFS_STATE,
       NL80211_FREQUENCY_ATTR_DFS_CAC_TIME},
      {0, 3, 8},
      [](unsigned type, auto content) {
        return channel_part(0, 0, [&](NetlinkRequest& channel) { channel.raw(static_cast<int>(type), content); });
      },
      decode_alone);
  expect_refuses_lengths(
      {NL80211_BAND_ATTR_HT_CAPA, NL80211_BAND_ATTR_VHT_CAPA, NL80211_BAND_ATTR_FREQS}, {1, 3},
      [](unsigned type, auto content) {
        return band_part(0, 0, [&](NetlinkRequest& band) { band.raw(static_cast<int>(type), content); });
      },
      decode_alone);
}

TEST(Nl80211Wiphy, RefusesMoreThanAnybodyHas) {
  std::vector<Wiphy> wiphys;
  Result<bool> added{true};
  for (std::uint32_t i = 0; added && i < 1'000; ++i) {
    const auto bytes = channel_part(i, 0, [](NetlinkRequest&) {});
    added = add_to(wiphys, messages_in(bytes).front(), kTestFamily);
  }
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().code, ErrorCode::ResourceExhausted);
  EXPECT_LE(wiphys.size(), 64U);
}

TEST(Nl80211Wiphy, ARadioWithoutNumberIsNoneAndOtherMessagesAreNoRadios) {
  const auto nameless = [](NetlinkRequest& answer) { answer.text(NL80211_ATTR_WIPHY_NAME, "phy0"); };
  EXPECT_EQ(decoded(NL80211_CMD_NEW_WIPHY, nameless, decode_alone).error().code, ErrorCode::NotFound);
  EXPECT_TRUE(decoded(NL80211_CMD_NEW_INTERFACE, nameless, decode_alone)->empty());
  std::vector<Wiphy> wiphys;
  const auto bytes = first_part();
  EXPECT_FALSE(*add_to(wiphys, messages_in(bytes).front(), kTestFamily + 1)) << "another family's";
}

TEST(Nl80211Wiphy, SetsThePowerOfAnInterfaceOrARadio) {
  const auto limited =
      encode_set_tx_power(kTestFamily, {.link = 5, .setting = TxPowerSetting::Limited, .level_mbm = 1'500});
  EXPECT_EQ(command_of(limited), NL80211_CMD_SET_WIPHY);
  EXPECT_EQ(number_in<std::uint32_t>(limited, NL80211_ATTR_IFINDEX), 5U);
  EXPECT_EQ(number_in<std::uint32_t>(limited, NL80211_ATTR_WIPHY_TX_POWER_SETTING), unsigned{NL80211_TX_POWER_LIMITED});
  EXPECT_EQ(number_in<std::int32_t>(limited, NL80211_ATTR_WIPHY_TX_POWER_LEVEL), 1'500);
  const auto automatic = encode_set_tx_power(kTestFamily, {.wiphy = 3});
  EXPECT_EQ(number_in<std::uint32_t>(automatic, NL80211_ATTR_WIPHY), 3U);
  EXPECT_EQ(automatic.size(), sizeof(nlmsghdr) + GENL_HDRLEN + 2U * 8U) << "no interface, no level";
}

NetlinkBytes rules_of(const FillAnswer& country) {
  return genetlink_answer(NL80211_CMD_GET_REG, [&](NetlinkRequest& answer) {
    country(answer);
    answer.u8(NL80211_ATTR_DFS_REGION, NL80211_DFS_ETSI);
    answer.nest(NL80211_ATTR_REG_RULES, [](NetlinkRequest& list) {
      list.nest(0, [](NetlinkRequest& rule) {
        rule.u32(NL80211_ATTR_REG_RULE_FLAGS, NL80211_RRF_DFS | NL80211_RRF_AUTO_BW);
        rule.u32(NL80211_ATTR_FREQ_RANGE_START, 5'250'000).u32(NL80211_ATTR_FREQ_RANGE_END, 5'330'000);
        rule.u32(NL80211_ATTR_FREQ_RANGE_MAX_BW, 80'000).u32(NL80211_ATTR_POWER_RULE_MAX_EIRP, 2'000);
        rule.u32(NL80211_ATTR_POWER_RULE_MAX_ANT_GAIN, 0).u32(NL80211_ATTR_DFS_CAC_TIME, 60'000);
      });
    });
  });
}

TEST(Nl80211Regulatory, ReadsTheRulesOfACountry) {
  const auto bytes = rules_of([](NetlinkRequest& answer) { answer.text(NL80211_ATTR_REG_ALPHA2, "NE"); });
  const auto regulatory = decoded(bytes, decode_regulatory);
  ASSERT_TRUE(regulatory && *regulatory);
  EXPECT_EQ((*regulatory)->alpha2, "NE");
  EXPECT_EQ((*regulatory)->dfs_region, DfsRegion::Etsi);
  EXPECT_FALSE((*regulatory)->wiphy);
  ASSERT_EQ((*regulatory)->rules.size(), 1U);
  EXPECT_EQ((*regulatory)->rules[0],
            (RegulatoryRule{5'250'000, 5'330'000, 80'000, 2'000, 0, NL80211_RRF_DFS | NL80211_RRF_AUTO_BW, 60'000}));
  expect_stands_cuts(bytes, decode_regulatory);
}

TEST(Nl80211Regulatory, ACountryHasTwoLettersWithOrWithoutTheirNul) {
  const auto country = [](std::string_view text) {
    return decoded(rules_of([&](NetlinkRequest& answer) {
                     answer.u32(NL80211_ATTR_WIPHY, 2).raw(NL80211_ATTR_REG_ALPHA2, std::as_bytes(std::span{text}));
                   }),
                   decode_regulatory);
  };
  EXPECT_EQ((*country("00"))->alpha2, "00");
  EXPECT_EQ((*country("00"))->wiphy, 2U);
  using namespace std::string_view_literals;
  for (const auto text : {""sv, "N"sv, "NER"sv, "N\0"sv, "N\0\0"sv, "\x1b["sv, "NE\0\0"sv}) {
    EXPECT_EQ(country(text).error().code, ErrorCode::InvalidArgument) << text;
  }
}

TEST(Nl80211Regulatory, AsksForAllAndRequestsACountry) {
  EXPECT_EQ(command_of(encode_get_regulatory(kTestFamily)), NL80211_CMD_GET_REG);
  const auto request = encode_request_country(kTestFamily, "NE");
  EXPECT_EQ(command_of(request), NL80211_CMD_REQ_SET_REG);
  EXPECT_EQ(content_of(request, NL80211_ATTR_REG_ALPHA2).size(), 3U);
}

}  // namespace
}  // namespace karkara::nl80211
