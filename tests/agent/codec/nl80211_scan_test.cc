#include "agent/codec/nl80211_scan.h"

#include <gtest/gtest.h>
#include <linux/nl80211.h>

#include "agent/codec/nl80211_survey.h"
#include "tests/support/genetlink_answer.h"

namespace karkara::nl80211 {
namespace {

using namespace std::string_literals;
const MacAddress kBssid = *MacAddress::parse("02:00:00:00:02:00");

std::span<const std::byte> bytes_of(const std::string& text) {
  return std::as_bytes(std::span{text});
}
std::string element(unsigned id, const std::string& content) {
  return std::string{static_cast<char>(id), static_cast<char>(content.size())} + content;
}

const std::string kMeshBeacon = element(0, "") + element(1, "\x82\x84") + element(3, "\x06") + element(7, "NE ") +
                                element(48, "\x01") + element(61, "\x06\x01"s + std::string(20, '\0')) +
                                element(114, "village") + element(113, "\x01\x01\x00\x01\x01\x05\x09"s);

TEST(InformationElements, ReadsWhatAMeshSaysOfItself) {
  const auto elements = decode_information_elements(bytes_of(kMeshBeacon));
  EXPECT_EQ(elements.ssid, "");
  EXPECT_EQ(elements.mesh_id, "village");
  ASSERT_TRUE(elements.mesh);
  EXPECT_EQ(elements.mesh->path_selection, 1);
  EXPECT_EQ(elements.mesh->authentication, 1);
  EXPECT_TRUE(elements.mesh->connected_to_gate());
  EXPECT_EQ(elements.mesh->peerings(), 2U);
  EXPECT_TRUE(elements.mesh->accepts_peers());
  EXPECT_TRUE(elements.mesh->forwards());
  EXPECT_EQ(elements.country, "NE");
  EXPECT_EQ(elements.channel, std::uint8_t{6});
  EXPECT_EQ(elements.ht_offset, std::uint8_t{1});
  EXPECT_FALSE(elements.vht_width);
  EXPECT_TRUE(elements.rsn);
  EXPECT_FALSE(elements.cut);
}

TEST(InformationElements, KeepsWhatCameBeforeACut) {
  for (const std::string& rest : {"\x30"s, "\x30\x05 1234"s.substr(0, 6), "\x30\xff"s}) {
    const auto elements = decode_information_elements(bytes_of(element(114, "village") + rest));
    EXPECT_EQ(elements.mesh_id, "village");
    EXPECT_TRUE(elements.cut);
    EXPECT_FALSE(elements.rsn);
  }
}

TEST(InformationElements, PassesOverCrookedOnes) {
  const auto elements = decode_information_elements(
      bytes_of(element(0, std::string(33, 'a')) + element(114, std::string(255, 'b')) + element(113, "\x01\x01") +
               element(7, "\x1b[") + element(3, "") + element(61, "\x06") + element(192, "")));
  EXPECT_EQ(elements, InformationElements{});
}

TEST(InformationElements, TheFirstOfTwoCounts) {
  const auto elements = decode_information_elements(
      bytes_of(element(0, "first") + element(0, "second") + element(3, "\x01") + element(3, "\x0b")));
  EXPECT_EQ(elements.ssid, "first");
  EXPECT_EQ(elements.channel, std::uint8_t{1});
}

TEST(InformationElements, StandsEveryCut) {
  for (std::size_t size = 0; size < kMeshBeacon.size(); ++size) {
    const std::vector<char> cut(kMeshBeacon.begin(), kMeshBeacon.begin() + static_cast<std::ptrdiff_t>(size));
    (void)decode_information_elements(std::as_bytes(std::span{cut}));
  }
}

NetlinkBytes network_with(const FillAnswer& fill) {
  return genetlink_answer(NL80211_CMD_NEW_SCAN_RESULTS, [&](NetlinkRequest& answer) {
    answer.u32(NL80211_ATTR_GENERATION, 3).u32(NL80211_ATTR_IFINDEX, 5).nest(NL80211_ATTR_BSS, fill);
  });
}

TEST(Nl80211Scan, ReadsANetworkThatWasHeard) {
  const auto bytes = network_with([](NetlinkRequest& bss) {
    bss.raw(NL80211_BSS_BSSID, kBssid.bytes).u32(NL80211_BSS_FREQUENCY, 2437).u16(NL80211_BSS_BEACON_INTERVAL, 100);
    bss.u16(NL80211_BSS_CAPABILITY, 0x10).u32(NL80211_BSS_SIGNAL_MBM, static_cast<std::uint32_t>(-7'150));
    bss.u32(NL80211_BSS_SEEN_MS_AGO, 40).u32(NL80211_BSS_CHAN_WIDTH, 0);
    bss.raw(NL80211_BSS_BEACON_IES, bytes_of(element(0, "beacon")));
    bss.raw(NL80211_BSS_INFORMATION_ELEMENTS, bytes_of(kMeshBeacon));
  });
  const auto network = decoded(bytes, decode_heard_network);
  ASSERT_TRUE(network && *network) << network.error().text;
  HeardNetwork expected{.link = 5, .bssid = kBssid, .frequency_mhz = 2437, .signal_mbm = -7'150, .seen_ms_ago = 40};
  expected.capability = 0x10;
  expected.beacon_interval_tu = 100;
  expected.elements = decode_information_elements(bytes_of(kMeshBeacon));
  EXPECT_EQ(**network, expected);
  expect_stands_cuts(bytes, decode_heard_network);
}

TEST(Nl80211Scan, TakesTheBeaconWhenThereWasNoProbeResponse) {
  const auto network = decoded(network_with([](NetlinkRequest& bss) {
                                 bss.raw(NL80211_BSS_BEACON_IES, bytes_of(element(0, "beacon")));
                                 bss.raw(NL80211_BSS_BSSID, kBssid.bytes).u8(NL80211_BSS_SIGNAL_UNSPEC, 60);
                                 bss.u32(NL80211_BSS_STATUS, NL80211_BSS_STATUS_ASSOCIATED);
                               }),
                               decode_heard_network);
  ASSERT_TRUE(network && *network);
  EXPECT_EQ((*network)->elements.ssid, "beacon");
  EXPECT_EQ((*network)->signal_percent, std::uint8_t{60});
  EXPECT_FALSE((*network)->signal_mbm);
  EXPECT_TRUE((*network)->ours);
}

TEST(Nl80211Scan, TheEventOfAScansEndIsNoNetwork) {
  const auto end = decoded(
      NL80211_CMD_NEW_SCAN_RESULTS, [](NetlinkRequest& answer) { answer.u32(NL80211_ATTR_IFINDEX, 5); },
      decode_heard_network);
  ASSERT_TRUE(end.ok());
  EXPECT_FALSE(*end);
  const auto nobody =
      decoded(network_with([](NetlinkRequest& bss) { bss.u32(NL80211_BSS_FREQUENCY, 2437); }), decode_heard_network);
  EXPECT_EQ(nobody.error().code, ErrorCode::NotFound);
}

TEST(Nl80211Scan, RefusesWrongLengths) {
  expect_refuses_lengths(
      {NL80211_BSS_BSSID, NL80211_BSS_FREQUENCY, NL80211_BSS_SIGNAL_MBM, NL80211_BSS_SEEN_MS_AGO,
       NL80211_BSS_CAPABILITY, NL80211_BSS_SIGNAL_UNSPEC},
      {0, 3, 8},
      [](unsigned type, auto content) {
        return network_with([&](NetlinkRequest& bss) { bss.raw(static_cast<int>(type), content); });
      },
      decode_heard_network);
}

TEST(Nl80211Scan, ListensQuietlyOrAsksOnChosenChannels) {
  const auto quiet = encode_scan(kTestFamily, {.link = 5});
  ASSERT_TRUE(quiet.ok());
  EXPECT_EQ(command_of(*quiet), NL80211_CMD_TRIGGER_SCAN);
  EXPECT_EQ(quiet->size(), NLMSG_HDRLEN + GENL_HDRLEN + 8U) << "no names: it does not ask";
  const auto asking = encode_scan(kTestFamily, {5, {2412, 2437}, true, true, true});
  ASSERT_TRUE(asking.ok());
  EXPECT_EQ(content_of(*asking, NL80211_ATTR_SCAN_FREQUENCIES).size(), 16U);
  EXPECT_EQ(content_of(*asking, NL80211_ATTR_SCAN_SSIDS).size(), 4U);
  EXPECT_EQ(number_in<std::uint32_t>(*asking, NL80211_ATTR_SCAN_FLAGS),
            unsigned{NL80211_SCAN_FLAG_LOW_PRIORITY} | unsigned{NL80211_SCAN_FLAG_FLUSH});
  const auto endless = encode_scan(kTestFamily, {.link = 5, .frequencies_mhz = std::vector<std::uint32_t>(5'000)});
  EXPECT_EQ(endless.error().code, ErrorCode::ResourceExhausted);
  EXPECT_EQ(command_of(encode_abort_scan(kTestFamily, 5)), NL80211_CMD_ABORT_SCAN);
  EXPECT_EQ(command_of(encode_get_scan(kTestFamily, 5)), NL80211_CMD_GET_SCAN);
}

NetlinkBytes survey_with(const FillAnswer& fill) {
  return genetlink_answer(NL80211_CMD_NEW_SURVEY_RESULTS, [&](NetlinkRequest& answer) {
    answer.u32(NL80211_ATTR_IFINDEX, 5).nest(NL80211_ATTR_SURVEY_INFO, fill);
  });
}

TEST(Nl80211Survey, ReadsHowBusyAChannelIs) {
  const auto bytes = survey_with([](NetlinkRequest& info) {
    const auto u64 = [&](int type, std::uint64_t value) { info.raw(type, std::as_bytes(std::span{&value, 1})); };
    info.u32(NL80211_SURVEY_INFO_FREQUENCY, 5180).u8(NL80211_SURVEY_INFO_NOISE, static_cast<std::uint8_t>(-95));
    info.flag(NL80211_SURVEY_INFO_IN_USE);
    u64(NL80211_SURVEY_INFO_TIME, 5'000'000'000);
    u64(NL80211_SURVEY_INFO_TIME_BUSY, 4);
    u64(NL80211_SURVEY_INFO_TIME_EXT_BUSY, 3);
    u64(NL80211_SURVEY_INFO_TIME_RX, 2);
    u64(NL80211_SURVEY_INFO_TIME_TX, 1);
    u64(NL80211_SURVEY_INFO_TIME_BSS_RX, 7);
    u64(NL80211_SURVEY_INFO_TIME_SCAN, 6);
  });
  const auto survey = decoded(bytes, decode_survey);
  ASSERT_TRUE(survey && *survey);
  EXPECT_EQ(**survey, (ChannelSurvey{5, 5180, true, std::int8_t{-95}, 5'000'000'000U, 4U, 3U, 2U, 1U, 7U, 6U}));
  expect_stands_cuts(bytes, decode_survey);
}

TEST(Nl80211Survey, DriversMayTellNextToNothing) {
  const auto survey =
      decoded(survey_with([](NetlinkRequest& info) { info.u32(NL80211_SURVEY_INFO_FREQUENCY, 2412); }), decode_survey);
  ASSERT_TRUE(survey && *survey);
  EXPECT_EQ(**survey, (ChannelSurvey{.link = 5, .frequency_mhz = 2412}));
  const auto none = decoded(
      NL80211_CMD_NEW_SURVEY_RESULTS, [](NetlinkRequest&) {}, decode_survey);
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(*none);
}

TEST(Nl80211Survey, RefusesWrongLengths) {
  expect_refuses_lengths(
      {NL80211_SURVEY_INFO_FREQUENCY, NL80211_SURVEY_INFO_NOISE, NL80211_SURVEY_INFO_TIME,
       NL80211_SURVEY_INFO_TIME_BUSY},
      {0, 3, 16},
      [](unsigned type, auto content) {
        return survey_with([&](NetlinkRequest& info) { info.raw(static_cast<int>(type), content); });
      },
      decode_survey);
  EXPECT_EQ(command_of(encode_get_survey(kTestFamily, 5)), NL80211_CMD_GET_SURVEY);
}

}  // namespace
}  // namespace karkara::nl80211
