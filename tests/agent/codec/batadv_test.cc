#include "agent/codec/batadv.h"

#include <gtest/gtest.h>
#include <linux/batman_adv.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "agent/codec/batadv_link.h"
#include "agent/codec/batadv_tables.h"
#include "tests/support/genetlink_answer.h"

namespace karkara::batadv {
namespace {

const MacAddress kNode = *MacAddress::parse("02:00:00:00:02:00");
const MacAddress kHop = *MacAddress::parse("02:00:00:00:03:00");

NetlinkBytes whole_mesh(int command = BATADV_CMD_GET_MESH) {
  return genetlink_answer(command, [](NetlinkRequest& answer) {
    answer.text(BATADV_ATTR_VERSION, "2022.3").text(BATADV_ATTR_ALGO_NAME, "BATMAN_V");
    answer.u32(BATADV_ATTR_MESH_IFINDEX, 9).text(BATADV_ATTR_MESH_IFNAME, "bat0");
    answer.raw(BATADV_ATTR_MESH_ADDRESS, kNode.bytes).u8(BATADV_ATTR_TT_TTVN, 4);
    answer.u32(BATADV_ATTR_HARD_IFINDEX, 5).raw(BATADV_ATTR_HARD_ADDRESS, kHop.bytes);
    answer.u8(BATADV_ATTR_GW_MODE, BATADV_GW_MODE_SERVER).u32(BATADV_ATTR_GW_SEL_CLASS, 50);
    answer.u32(BATADV_ATTR_GW_BANDWIDTH_DOWN, 0xffff'ffff).u32(BATADV_ATTR_GW_BANDWIDTH_UP, 20);
    answer.u32(BATADV_ATTR_ORIG_INTERVAL, 1'000).u8(BATADV_ATTR_HOP_PENALTY, 15);
    answer.u8(BATADV_ATTR_AP_ISOLATION_ENABLED, 1).u8(BATADV_ATTR_BRIDGE_LOOP_AVOIDANCE_ENABLED, 0);
    answer.u8(BATADV_ATTR_DISTRIBUTED_ARP_TABLE_ENABLED, 1).u8(BATADV_ATTR_FRAGMENTATION_ENABLED, 1);
    answer.u8(BATADV_ATTR_AGGREGATED_OGMS_ENABLED, 1).u8(BATADV_ATTR_MULTICAST_FORCEFLOOD_ENABLED, 0);
    answer.u32(BATADV_ATTR_MULTICAST_FANOUT, 16);
  });
}

TEST(BatadvMesh, ReadsSettingsAlsoFromTheEventOfAChange) {
  for (const int command : {BATADV_CMD_GET_MESH, BATADV_CMD_SET_MESH}) {
    const auto mesh = decoded(whole_mesh(command), decode_mesh);
    ASSERT_TRUE(mesh && *mesh) << mesh.error().text;
    EXPECT_EQ(**mesh, (Mesh{.link = 9,
                            .name = "bat0",
                            .address = kNode,
                            .version = "2022.3",
                            .algorithm = "BATMAN_V",
                            .primary_link = 5,
                            .primary_address = kHop,
                            .gateway_mode = GatewayMode::Server,
                            .bandwidth_down_kbit = 429'496'729'500,
                            .bandwidth_up_kbit = 2'000,
                            .gateway_class = 50,
                            .originator_interval_ms = 1'000,
                            .hop_penalty = 15,
                            .ap_isolation = true,
                            .bridge_loop_avoidance = false,
                            .distributed_arp_table = true,
                            .fragmentation = true,
                            .aggregation = true,
                            .multicast_flood = false,
                            .multicast_fanout = 16}));
  }
  expect_stands_cuts(whole_mesh(), decode_mesh);
}

TEST(BatadvMesh, EverythingMayBeMissing) {
  const auto mesh = decoded(
      BATADV_CMD_GET_MESH, [](NetlinkRequest&) {}, decode_mesh);
  ASSERT_TRUE(mesh && *mesh);
  EXPECT_EQ(**mesh, Mesh{});
}

TEST(BatadvMesh, RefusesWrongLengths) {
  expect_refuses_lengths(
      {BATADV_ATTR_MESH_IFINDEX, BATADV_ATTR_MESH_IFNAME, BATADV_ATTR_MESH_ADDRESS, BATADV_ATTR_VERSION,
       BATADV_ATTR_GW_MODE, BATADV_ATTR_GW_BANDWIDTH_DOWN, BATADV_ATTR_ORIG_INTERVAL, BATADV_ATTR_HOP_PENALTY,
       BATADV_ATTR_AP_ISOLATION_ENABLED},
      {0, 5, 100},
      [](unsigned type, auto content) {
        return genetlink_answer(BATADV_CMD_GET_MESH,
                                [&](NetlinkRequest& answer) { answer.raw(static_cast<int>(type), content); });
      },
      decode_mesh);
}

TEST(BatadvMesh, AChangeReadsBackAsWhatItMakes) {
  MeshChange change;
  change.gateway_mode = GatewayMode::Client;
  change.bandwidth_down_kbit = 2'050;
  change.bandwidth_up_kbit = 1;
  change.gateway_class = 20;
  change.originator_interval_ms = 500;
  change.hop_penalty = 30;
  change.ap_isolation = true;
  change.bridge_loop_avoidance = false;
  change.distributed_arp_table = false;
  change.fragmentation = true;
  change.aggregation = false;
  change.multicast_flood = true;
  const auto mesh = decoded(encode_set_mesh(kTestFamily, 9, change), decode_mesh);
  ASSERT_TRUE(mesh && *mesh);
  EXPECT_EQ(**mesh, (Mesh{.link = 9,
                          .gateway_mode = GatewayMode::Client,
                          .bandwidth_down_kbit = 2'000,
                          .bandwidth_up_kbit = 100,
                          .gateway_class = 20,
                          .originator_interval_ms = 500,
                          .hop_penalty = 30,
                          .ap_isolation = true,
                          .bridge_loop_avoidance = false,
                          .distributed_arp_table = false,
                          .fragmentation = true,
                          .aggregation = false,
                          .multicast_flood = true}));
  EXPECT_EQ(encode_set_mesh(kTestFamily, 9, {}).size(), NLMSG_HDRLEN + GENL_HDRLEN + 8U) << "the mesh alone";
  EXPECT_EQ(command_of(encode_get_mesh(kTestFamily, 9)), BATADV_CMD_GET_MESH);
}

TEST(BatadvHardInterface, ReadsAndChanges) {
  const auto bytes = genetlink_answer(BATADV_CMD_GET_HARDIF, [](NetlinkRequest& answer) {
    answer.u32(BATADV_ATTR_MESH_IFINDEX, 9).text(BATADV_ATTR_MESH_IFNAME, "bat0").u32(BATADV_ATTR_HARD_IFINDEX, 5);
    answer.text(BATADV_ATTR_HARD_IFNAME, "mesh0").raw(BATADV_ATTR_HARD_ADDRESS, kHop.bytes).flag(BATADV_ATTR_ACTIVE);
    answer.u8(BATADV_ATTR_HOP_PENALTY, 0).u32(BATADV_ATTR_ELP_INTERVAL, 500).u32(BATADV_ATTR_THROUGHPUT_OVERRIDE, 25);
  });
  const auto interface = decoded(bytes, decode_hard_interface);
  ASSERT_TRUE(interface && *interface);
  EXPECT_EQ(**interface, (HardInterface{9, 5, "mesh0", kHop, true, std::uint8_t{0}, 500U, 2'500U}));
  expect_stands_cuts(bytes, decode_hard_interface);

  const auto change = encode_set_hard_interface(kTestFamily, 9, 5, {std::uint8_t{3}, 250U, 0U});
  EXPECT_EQ(command_of(change), BATADV_CMD_SET_HARDIF);
  EXPECT_EQ(**decoded(change, decode_hard_interface), (HardInterface{9, 5, "", {}, false, std::uint8_t{3}, 250U, 0U}));
  EXPECT_EQ(command_of(encode_get_hard_interfaces(kTestFamily, 9)), BATADV_CMD_GET_HARDIF);
}

TEST(BatadvTables, ReadsOriginatorsOfBothAlgorithms) {
  const auto row = [](const FillAnswer& quality) {
    return genetlink_answer(BATADV_CMD_GET_ORIGINATORS, [&](NetlinkRequest& answer) {
      answer.raw(BATADV_ATTR_ORIG_ADDRESS, kNode.bytes).raw(BATADV_ATTR_NEIGH_ADDRESS, kHop.bytes);
      answer.u32(BATADV_ATTR_HARD_IFINDEX, 5).u32(BATADV_ATTR_LAST_SEEN_MSECS, 320);
      quality(answer);
    });
  };
  const auto iv = row([](NetlinkRequest& answer) { answer.u8(BATADV_ATTR_TQ, 251).flag(BATADV_ATTR_FLAG_BEST); });
  EXPECT_EQ(**decoded(iv, decode_originator),
            (Originator{kNode, kHop, 5, true, std::uint8_t{251}, std::nullopt, 320U}));
  const auto v = row([](NetlinkRequest& answer) { answer.u32(BATADV_ATTR_THROUGHPUT, 65'000); });
  EXPECT_EQ(**decoded(v, decode_originator), (Originator{kNode, kHop, 5, false, std::nullopt, 65'000U, 320U}));
  expect_stands_cuts(iv, decode_originator);
}

TEST(BatadvTables, ReadsNeighboursInKilobitsAndGatewaysInSteps) {
  const auto neighbor = genetlink_answer(BATADV_CMD_GET_NEIGHBORS, [](NetlinkRequest& answer) {
    answer.raw(BATADV_ATTR_NEIGH_ADDRESS, kHop.bytes).u32(BATADV_ATTR_HARD_IFINDEX, 5);
    answer.text(BATADV_ATTR_HARD_IFNAME, "mesh0").u32(BATADV_ATTR_LAST_SEEN_MSECS, 32);
    answer.u32(BATADV_ATTR_THROUGHPUT, 65'000);
  });
  EXPECT_EQ(**decoded(neighbor, decode_neighbor), (Neighbor{kHop, 5, "mesh0", 65'000U, 32U}));
  expect_stands_cuts(neighbor, decode_neighbor);
  const auto gateway = genetlink_answer(BATADV_CMD_GET_GATEWAYS, [](NetlinkRequest& answer) {
    answer.raw(BATADV_ATTR_ORIG_ADDRESS, kNode.bytes).raw(BATADV_ATTR_ROUTER, kHop.bytes);
    answer.text(BATADV_ATTR_HARD_IFNAME, "mesh0").flag(BATADV_ATTR_FLAG_BEST).u32(BATADV_ATTR_THROUGHPUT, 650);
    answer.u32(BATADV_ATTR_BANDWIDTH_DOWN, 100).u32(BATADV_ATTR_BANDWIDTH_UP, 20);
  });
  EXPECT_EQ(**decoded(gateway, decode_gateway),
            (Gateway{kNode, kHop, 0, "mesh0", true, std::nullopt, 65'000U, 10'000U, 2'000U}));
  expect_stands_cuts(gateway, decode_gateway);
}

TEST(BatadvTables, ReadsWhoIsBehindWhom) {
  const auto far = genetlink_answer(BATADV_CMD_GET_TRANSTABLE_GLOBAL, [](NetlinkRequest& answer) {
    answer.raw(BATADV_ATTR_TT_ADDRESS, kHop.bytes).raw(BATADV_ATTR_ORIG_ADDRESS, kNode.bytes);
    answer.u16(BATADV_ATTR_TT_VID, 0x8001).u32(BATADV_ATTR_TT_FLAGS, BATADV_TT_CLIENT_WIFI);
    answer.u8(BATADV_ATTR_TT_TTVN, 1).flag(BATADV_ATTR_FLAG_BEST);
  });
  EXPECT_EQ(**decoded(far, decode_client), (Client{kHop, kNode, 0x8001, BATADV_TT_CLIENT_WIFI, true, std::nullopt}));
  const auto own = genetlink_answer(BATADV_CMD_GET_TRANSTABLE_LOCAL, [](NetlinkRequest& answer) {
    answer.raw(BATADV_ATTR_TT_ADDRESS, kHop.bytes).u32(BATADV_ATTR_LAST_SEEN_MSECS, 77);
  });
  EXPECT_EQ(**decoded(own, decode_client), (Client{kHop, std::nullopt, 0, 0, false, 77U}));
}

TEST(BatadvTables, RefusesWrongLengthsAndRowsAboutNobody) {
  const auto write = [](int command) -> WriteAttribute {
    return [command](unsigned type, auto content) {
      return genetlink_answer(command, [&](NetlinkRequest& answer) { answer.raw(static_cast<int>(type), content); });
    };
  };
  expect_refuses_lengths({BATADV_ATTR_ORIG_ADDRESS, BATADV_ATTR_TQ, BATADV_ATTR_THROUGHPUT, BATADV_ATTR_HARD_IFINDEX},
                         {0, 5, 8}, write(BATADV_CMD_GET_ORIGINATORS), decode_originator);
  expect_refuses_lengths({BATADV_ATTR_NEIGH_ADDRESS, BATADV_ATTR_HARD_IFNAME}, {0, 5, 32},
                         write(BATADV_CMD_GET_NEIGHBORS), decode_neighbor);
  expect_refuses_lengths({BATADV_ATTR_ROUTER, BATADV_ATTR_BANDWIDTH_UP}, {0, 5, 8}, write(BATADV_CMD_GET_GATEWAYS),
                         decode_gateway);
  expect_refuses_lengths({BATADV_ATTR_TT_ADDRESS, BATADV_ATTR_TT_VID}, {0, 5, 8},
                         write(BATADV_CMD_GET_TRANSTABLE_LOCAL), decode_client);
  const auto nobody = decoded(
      BATADV_CMD_GET_GATEWAYS, [](NetlinkRequest& answer) { answer.flag(BATADV_ATTR_FLAG_BEST); }, decode_gateway);
  EXPECT_EQ(nobody.error().code, ErrorCode::NotFound);
  const auto other = decoded(whole_mesh(), decode_gateway);
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE(*other);
}

TEST(BatadvTables, AsksForEach) {
  EXPECT_EQ(command_of(encode_get_originators(kTestFamily, 9)), BATADV_CMD_GET_ORIGINATORS);
  EXPECT_EQ(command_of(encode_get_neighbors(kTestFamily, 9)), BATADV_CMD_GET_NEIGHBORS);
  EXPECT_EQ(command_of(encode_get_gateways(kTestFamily, 9)), BATADV_CMD_GET_GATEWAYS);
  EXPECT_EQ(command_of(encode_get_own_clients(kTestFamily, 9)), BATADV_CMD_GET_TRANSTABLE_LOCAL);
  EXPECT_EQ(command_of(encode_get_far_clients(kTestFamily, 9)), BATADV_CMD_GET_TRANSTABLE_GLOBAL);
  EXPECT_EQ(number_in<std::uint32_t>(encode_get_gateways(kTestFamily, 9), BATADV_ATTR_MESH_IFINDEX), 9U);
}

// tests/fuzz/batadv/README.md tells how they were recorded.
TEST(BatadvRecorded, WhatARealKernelSaid) {
  const auto first = [](const std::string& name, const auto& decode) {
    const auto bytes = recorded_netlink("batadv/corpus/recorded_" + name);
    const NetlinkMessage message = messages_in(bytes).front();
    const auto object = decode(message, message.type);
    EXPECT_TRUE(object && *object) << name;
    return **object;
  };
  const Mesh mesh = first("mesh_bat1", decode_mesh);
  EXPECT_EQ(mesh.name, "bat1");
  EXPECT_EQ(mesh.algorithm, "BATMAN_V");
  EXPECT_EQ(mesh.gateway_mode, GatewayMode::Server);
  EXPECT_EQ(mesh.bandwidth_down_kbit, 10'000U);
  const MacAddress other = *mesh.primary_address;
  EXPECT_EQ(first("hard_interfaces", decode_hard_interface).probe_interval_ms, 250U);
  EXPECT_EQ(first("neighbors", decode_neighbor).address, other);
  EXPECT_EQ(first("originators", decode_originator).neighbor, other);
  const Gateway gateway = first("gateways", decode_gateway);
  EXPECT_EQ(gateway.address, other);
  EXPECT_TRUE(gateway.best);
  EXPECT_EQ(gateway.bandwidth_up_kbit, 2'000U);
  EXPECT_EQ(gateway.throughput_kbit, first("neighbors", decode_neighbor).throughput_kbit) << "one hop, other units";
  EXPECT_FALSE(first("own_clients", decode_client).originator);
  EXPECT_EQ(first("far_clients", decode_client).originator, other);
}

TEST(BatadvLink, MakesAMeshAndPutsInterfacesIntoIt) {
  const auto mesh = encode_add_mesh("bat0", "BATMAN_V");
  const std::string text(reinterpret_cast<const char*>(mesh.data()), mesh.size());
  EXPECT_NE(text.find("batadv"), std::string::npos);
  EXPECT_NE(text.find("BATMAN_V"), std::string::npos);
  const auto member = encode_set_master(5, 9);
  const std::size_t at = attribute_at(member, IFLA_MASTER, sizeof(ifinfomsg));
  std::uint32_t master = 0;
  std::memcpy(&master, member.data() + at + NLA_HDRLEN, sizeof master);
  EXPECT_EQ(master, 9U);
}

}  // namespace
}  // namespace karkara::batadv
