#include "agent/codec/nl80211_station.h"

#include <gtest/gtest.h>
#include <linux/nl80211.h>

#include "agent/codec/nl80211_mesh_path.h"
#include "tests/support/genetlink_answer.h"

namespace karkara::nl80211 {
namespace {

const MacAddress kPeer = *MacAddress::parse("02:00:00:00:02:00");
const MacAddress kHop = *MacAddress::parse("02:00:00:00:03:00");

NetlinkBytes station_with(const FillAnswer& info) {
  return genetlink_answer(NL80211_CMD_NEW_STATION, [&](NetlinkRequest& answer) {
    answer.u32(NL80211_ATTR_IFINDEX, 5).raw(NL80211_ATTR_MAC, kPeer.bytes).u32(NL80211_ATTR_GENERATION, 9);
    answer.nest(NL80211_ATTR_STA_INFO, info);
  });
}
Station must_read(const NetlinkBytes& bytes) {
  const auto station = decoded(bytes, decode_station);
  EXPECT_TRUE(station && *station) << (station ? "none" : station.error().text);
  return station && *station ? **station : Station{};
}
NetlinkRequest& u64(NetlinkRequest& request, int type, std::uint64_t value) {
  return request.raw(type, std::as_bytes(std::span{&value, 1}));
}
NetlinkRequest& i8(NetlinkRequest& request, int type, int value) {
  return request.u8(type, static_cast<std::uint8_t>(value));
}

NetlinkBytes whole_station() {
  return station_with([](NetlinkRequest& info) {
    info.u32(NL80211_STA_INFO_INACTIVE_TIME, 120).u32(NL80211_STA_INFO_CONNECTED_TIME, 3'600);
    info.u32(NL80211_STA_INFO_RX_BYTES, 7).u32(NL80211_STA_INFO_TX_BYTES, 8);
    u64(u64(info, NL80211_STA_INFO_RX_BYTES64, 5'000'000'007), NL80211_STA_INFO_TX_BYTES64, 6'000'000'008);
    info.u32(NL80211_STA_INFO_RX_PACKETS, 11).u32(NL80211_STA_INFO_TX_PACKETS, 12);
    info.u32(NL80211_STA_INFO_TX_RETRIES, 13).u32(NL80211_STA_INFO_TX_FAILED, 14);
    info.u32(NL80211_STA_INFO_BEACON_LOSS, 2).u32(NL80211_STA_INFO_EXPECTED_THROUGHPUT, 26'400);
    i8(i8(info, NL80211_STA_INFO_SIGNAL, -71), NL80211_STA_INFO_SIGNAL_AVG, -70);
    info.nest(NL80211_STA_INFO_CHAIN_SIGNAL, [](NetlinkRequest& list) { i8(i8(list, 0, -74), 1, -72); });
    info.u8(NL80211_STA_INFO_PLINK_STATE, NL80211_PLINK_ESTAB).u32(NL80211_STA_INFO_AIRTIME_LINK_METRIC, 37);
    info.u32(NL80211_STA_INFO_LOCAL_PM, NL80211_MESH_POWER_ACTIVE);
    info.u32(NL80211_STA_INFO_PEER_PM, NL80211_MESH_POWER_DEEP_SLEEP).u8(NL80211_STA_INFO_CONNECTED_TO_GATE, 1);
    u64(info, NL80211_STA_INFO_T_OFFSET, static_cast<std::uint64_t>(-42));
    u64(u64(info, NL80211_STA_INFO_TX_DURATION, 900), NL80211_STA_INFO_RX_DURATION, 800);
    const nl80211_sta_flag_update flags{1U << NL80211_STA_FLAG_AUTHORIZED, 0};
    info.raw(NL80211_STA_INFO_STA_FLAGS, std::as_bytes(std::span{&flags, 1}));
    info.nest(NL80211_STA_INFO_TID_STATS, [](NetlinkRequest& list) { list.flag(1); });
  });
}

TEST(Nl80211Station, ReadsAMeshPeer) {
  const Station station = must_read(whole_station());
  EXPECT_EQ(station.link, 5U);
  EXPECT_EQ(station.address, kPeer);
  EXPECT_EQ(station.inactive_ms, 120U);
  EXPECT_EQ(station.connected_s, 3'600U);
  EXPECT_EQ(station.received_bytes, 5'000'000'007U);
  EXPECT_EQ(station.sent_bytes, 6'000'000'008U);
  EXPECT_FALSE(station.byte_counts_wrap);
  EXPECT_EQ(station.received_packets, 11U);
  EXPECT_EQ(station.sent_packets, 12U);
  EXPECT_EQ(station.tx_retries, 13U);
  EXPECT_EQ(station.tx_failed, 14U);
  EXPECT_EQ(station.beacon_loss, 2U);
  EXPECT_EQ(station.expected_kbit_per_second, 26'400U);
  EXPECT_EQ(station.signal_dbm, std::int8_t{-71});
  EXPECT_EQ(station.signal_average_dbm, std::int8_t{-70});
  EXPECT_EQ(station.chain_signals_dbm, (std::vector<std::int8_t>{-74, -72}));
  EXPECT_EQ(station.peer_link, PlinkState::Established);
  EXPECT_EQ(station.airtime_metric, 37U);
  EXPECT_EQ(station.local_power_mode, MeshPowerMode::Active);
  EXPECT_EQ(station.peer_power_mode, MeshPowerMode::DeepSleep);
  EXPECT_EQ(station.connected_to_gate, true);
  EXPECT_EQ(station.clock_offset_us, -42);
  EXPECT_EQ(station.tx_airtime_us, 900U);
  EXPECT_EQ(station.rx_airtime_us, 800U);
  EXPECT_EQ(station.authorized, false);
  expect_stands_cuts(whole_station(), decode_station);
}

TEST(Nl80211Station, EverythingButTheAddressMayBeMissing) {
  const Station station = must_read(genetlink_answer(
      NL80211_CMD_NEW_STATION, [](NetlinkRequest& answer) { answer.raw(NL80211_ATTR_MAC, kPeer.bytes); }));
  EXPECT_EQ(station, (Station{.address = kPeer}));
  const auto nobody = decoded(
      NL80211_CMD_NEW_STATION, [](NetlinkRequest& answer) { answer.u32(NL80211_ATTR_IFINDEX, 5); }, decode_station);
  EXPECT_EQ(nobody.error().code, ErrorCode::NotFound);
}

TEST(Nl80211Station, CountsOf32BitsSayThatTheyWrap) {
  const Station station = must_read(station_with(
      [](NetlinkRequest& info) { info.u32(NL80211_STA_INFO_RX_BYTES, 7).u32(NL80211_STA_INFO_TX_BYTES, 8); }));
  EXPECT_EQ(station.received_bytes, 7U);
  EXPECT_EQ(station.sent_bytes, 8U);
  EXPECT_TRUE(station.byte_counts_wrap);
}

TEST(Nl80211Station, ReadsRatesOfEveryGeneration) {
  const auto rate = [](const FillAnswer& fill) {
    return must_read(station_with([&](NetlinkRequest& info) { info.nest(NL80211_STA_INFO_TX_BITRATE, fill); })).tx_rate;
  };
  EXPECT_EQ(rate([](NetlinkRequest& r) { r.u16(NL80211_RATE_INFO_BITRATE, 60); }), (Bitrate{.kbit_per_second = 6'000}));
  EXPECT_EQ(
      rate([](NetlinkRequest& r) {
        r.u16(NL80211_RATE_INFO_BITRATE, 1'500).u32(NL80211_RATE_INFO_BITRATE32, 1'500);
        r.u8(NL80211_RATE_INFO_MCS, 7).flag(NL80211_RATE_INFO_40_MHZ_WIDTH).flag(NL80211_RATE_INFO_SHORT_GI);
      }),
      (Bitrate{
          .kbit_per_second = 150'000, .modulation = Modulation::Ht, .mcs = 7, .width_mhz = 40, .short_guard = true}));
  EXPECT_EQ(
      rate([](NetlinkRequest& r) {
        r.u32(NL80211_RATE_INFO_BITRATE32, 8'667).u16(NL80211_RATE_INFO_BITRATE, 1);  // in any order
        r.u8(NL80211_RATE_INFO_VHT_MCS, 9).u8(NL80211_RATE_INFO_VHT_NSS, 2).flag(NL80211_RATE_INFO_80_MHZ_WIDTH);
      }),
      (Bitrate{.kbit_per_second = 866'700, .modulation = Modulation::Vht, .mcs = 9, .streams = 2, .width_mhz = 80}));
  EXPECT_EQ(rate([](NetlinkRequest& r) {
              r.u32(NL80211_RATE_INFO_BITRATE32, 0xffff'ffff).u8(NL80211_RATE_INFO_HE_MCS, 11);
              r.u8(NL80211_RATE_INFO_HE_NSS, 4).u8(NL80211_RATE_INFO_HE_GI, 2).u8(NL80211_RATE_INFO_HE_DCM, 1);
              r.u8(NL80211_RATE_INFO_HE_RU_ALLOC, 6).flag(NL80211_RATE_INFO_160_MHZ_WIDTH);
            }),
            (Bitrate{.kbit_per_second = 429'496'729'500,
                     .modulation = Modulation::He,
                     .mcs = 11,
                     .streams = 4,
                     .width_mhz = 160,
                     .guard = 2,
                     .dual_carrier = true,
                     .resource_unit = 6}));
  EXPECT_EQ(rate([](NetlinkRequest& r) { r.u8(NL80211_RATE_INFO_MCS, 3); }),
            (Bitrate{.modulation = Modulation::Ht, .mcs = 3}))
      << "no number: the kernel does not know";
}

TEST(Nl80211Station, RefusesWrongLengths) {
  const WriteAttribute info = [](unsigned type, auto content) {
    return station_with([&](NetlinkRequest& inside) { inside.raw(static_cast<int>(type), content); });
  };
  expect_refuses_lengths({NL80211_STA_INFO_INACTIVE_TIME, NL80211_STA_INFO_RX_BYTES, NL80211_STA_INFO_RX_BYTES64,
                          NL80211_STA_INFO_PLINK_STATE, NL80211_STA_INFO_SIGNAL, NL80211_STA_INFO_STA_FLAGS,
                          NL80211_STA_INFO_LOCAL_PM, NL80211_STA_INFO_CONNECTED_TO_GATE, NL80211_STA_INFO_T_OFFSET,
                          NL80211_STA_INFO_TX_BITRATE, NL80211_STA_INFO_CHAIN_SIGNAL},
                         {3, 5, 16}, info, decode_station);
  const WriteAttribute rate = [](unsigned type, auto content) {
    return station_with([&](NetlinkRequest& inside) {
      inside.nest(NL80211_STA_INFO_RX_BITRATE,
                  [&](NetlinkRequest& nest) { nest.raw(static_cast<int>(type), content); });
    });
  };
  expect_refuses_lengths({NL80211_RATE_INFO_BITRATE, NL80211_RATE_INFO_BITRATE32, NL80211_RATE_INFO_MCS,
                          NL80211_RATE_INFO_VHT_NSS, NL80211_RATE_INFO_HE_DCM},
                         {0, 3, 8}, rate, decode_station);
}

TEST(Nl80211Station, RefusesMoreAntennasThanAnybodyHas) {
  const auto station = decoded(station_with([](NetlinkRequest& info) {
                                 info.nest(NL80211_STA_INFO_CHAIN_SIGNAL, [](NetlinkRequest& list) {
                                   for (int i = 0; i < 200; ++i) {
                                     list.u8(i, 0);
                                   }
                                 });
                               }),
                               decode_station);
  EXPECT_EQ(station.error().code, ErrorCode::ResourceExhausted);
}

TEST(Nl80211Station, AsksAndKicks) {
  const auto dump = encode_get_stations(kTestFamily, 5);
  EXPECT_EQ(command_of(dump), NL80211_CMD_GET_STATION);
  const auto kick = encode_delete_station(kTestFamily, 5, kPeer);
  EXPECT_EQ(command_of(kick), NL80211_CMD_DEL_STATION);
  EXPECT_EQ(number_in<std::uint32_t>(kick, NL80211_ATTR_IFINDEX), 5U);
  EXPECT_EQ(number_in<MacAddress>(kick, NL80211_ATTR_MAC), kPeer);
}

NetlinkBytes path_with(int command, const FillAnswer& info) {
  return genetlink_answer(command, [&](NetlinkRequest& answer) {
    answer.u32(NL80211_ATTR_IFINDEX, 5).raw(NL80211_ATTR_MAC, kPeer.bytes);
    answer.raw(NL80211_ATTR_MPATH_NEXT_HOP, kHop.bytes).nest(NL80211_ATTR_MPATH_INFO, info);
  });
}

TEST(Nl80211MeshPath, ReadsAPathUnderEitherName) {
  for (const int command : {NL80211_CMD_NEW_MPATH, NL80211_CMD_NEW_STATION}) {
    const auto bytes = path_with(command, [](NetlinkRequest& info) {
      info.u32(NL80211_MPATH_INFO_FRAME_QLEN, 1).u32(NL80211_MPATH_INFO_SN, 2).u32(NL80211_MPATH_INFO_METRIC, 93);
      info.u32(NL80211_MPATH_INFO_EXPTIME, 4'500).u8(NL80211_MPATH_INFO_FLAGS, NL80211_MPATH_FLAG_ACTIVE | 4);
      info.u32(NL80211_MPATH_INFO_DISCOVERY_TIMEOUT, 100).u8(NL80211_MPATH_INFO_DISCOVERY_RETRIES, 3);
      info.u8(NL80211_MPATH_INFO_HOP_COUNT, 2).u32(NL80211_MPATH_INFO_PATH_CHANGE, 8);
    });
    const auto path = decoded(bytes, decode_mesh_path);
    ASSERT_TRUE(path && *path);
    EXPECT_EQ(**path, (MeshPath{5, kPeer, kHop, 1, 2, 93, 4'500, 100, std::uint8_t{3}, std::uint8_t{2}, 8, 5}));
    EXPECT_TRUE((*path)->active());
    EXPECT_FALSE((*path)->resolving());
    const auto station = decoded(bytes, decode_station);
    ASSERT_TRUE(station.ok());
    EXPECT_FALSE(*station) << "a path is no peer";
    expect_stands_cuts(bytes, decode_mesh_path);
  }
}

TEST(Nl80211MeshPath, AProxyTellsNoMoreThanAddressesAndAStationIsNoPath) {
  const auto proxy = decoded(path_with(NL80211_CMD_NEW_MPATH, [](NetlinkRequest&) {}), decode_mesh_path);
  ASSERT_TRUE(proxy && *proxy);
  EXPECT_EQ(**proxy, (MeshPath{.link = 5, .destination = kPeer, .next_hop = kHop}));
  const auto station = decoded(whole_station(), decode_mesh_path);
  ASSERT_TRUE(station.ok());
  EXPECT_FALSE(*station);
  EXPECT_EQ(command_of(encode_get_mesh_paths(kTestFamily, 5)), NL80211_CMD_GET_MPATH);
  EXPECT_EQ(command_of(encode_get_mesh_proxies(kTestFamily, 5)), NL80211_CMD_GET_MPP);
}

TEST(Nl80211MeshPath, RefusesWrongLengths) {
  const WriteAttribute write = [](unsigned type, auto content) {
    return path_with(NL80211_CMD_NEW_MPATH, [&](NetlinkRequest& info) { info.raw(static_cast<int>(type), content); });
  };
  expect_refuses_lengths({NL80211_MPATH_INFO_FRAME_QLEN, NL80211_MPATH_INFO_METRIC, NL80211_MPATH_INFO_FLAGS,
                          NL80211_MPATH_INFO_DISCOVERY_RETRIES, NL80211_MPATH_INFO_HOP_COUNT},
                         {0, 2, 5}, write, decode_mesh_path);
}

}  // namespace
}  // namespace karkara::nl80211
