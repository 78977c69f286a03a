#include <net/if.h>

#include <algorithm>

#include "agent/codec/batadv.h"
#include "agent/codec/batadv_link.h"
#include "agent/codec/batadv_tables.h"
#include "agent/codec/link_request.h"
#include "agent/codec/nl80211_mesh_path.h"
#include "tests/lab/mesh_trial.h"

namespace karkara::lab {

void MeshTrial::batman(unsigned number) {
  const std::string name = "bat" + std::to_string(number);
  routes_.change(batadv::encode_add_mesh(name, "BATMAN_V"), "add_mesh");
  Node& node = nodes_[number];
  node.bat = if_nametoindex(name.c_str());
  routes_.change(batadv::encode_set_master(node.mesh, node.bat), "set_master");
  routes_.change(rtnetlink::encode_link_up(node.bat, 1'500), "up");
  batadv::MeshChange change{.originator_interval_ms = 500, .ap_isolation = true};
  change.gateway_mode = number == 0 ? batadv::GatewayMode::Client : batadv::GatewayMode::Server;
  if (number == 1) {
    change.bandwidth_down_kbit = 10'000;
    change.bandwidth_up_kbit = 2'000;
  }
  generic_.change(batadv::encode_set_mesh(batadv_, node.bat, change), "set_mesh");
  const auto mesh =
      generic_.dump(batadv::encode_get_mesh(batadv_, node.bat), "mesh_" + name, batadv_, batadv::decode_mesh);
  require(mesh.size() == 1 && mesh[0].algorithm == "BATMAN_V" && mesh[0].name == name, "a mesh");
  require(mesh[0].gateway_mode == change.gateway_mode && mesh[0].originator_interval_ms == 500U, "as it was set");
  require(mesh[0].ap_isolation == true && mesh[0].primary_address == node.address, "over its interface");
  require(number == 0 || mesh[0].bandwidth_down_kbit == 10'000U, "with its bandwidth");
}

void MeshTrial::tables() {
  generic_.change(
      batadv::encode_set_hard_interface(batadv_, nodes_[0].bat, nodes_[0].mesh, {std::nullopt, 250U, std::nullopt}),
      "set_hard_interface");
  const auto hard = generic_.dump(batadv::encode_get_hard_interfaces(batadv_, nodes_[0].bat), "hard_interfaces",
                                  batadv_, batadv::decode_hard_interface);
  require(hard.size() == 1 && hard[0].link == nodes_[0].mesh && hard[0].active, "an active interface");
  require(hard[0].probe_interval_ms == 250U, "its interval as set");
  until("an originator is there", [&] {
    const auto rows = generic_.dump(batadv::encode_get_originators(batadv_, nodes_[0].bat), "originators", batadv_,
                                    batadv::decode_originator);
    return !rows.empty() && rows[0].address == nodes_[1].address && rows[0].neighbor == nodes_[1].address &&
           rows[0].best && rows[0].throughput_kbit && rows[0].last_seen_ms && rows[0].link == nodes_[0].mesh;
  });
  const auto neighbors = generic_.dump(batadv::encode_get_neighbors(batadv_, nodes_[0].bat), "neighbors", batadv_,
                                       batadv::decode_neighbor);
  require(neighbors.size() == 1 && neighbors[0].address == nodes_[1].address && neighbors[0].throughput_kbit,
          "a neighbour");
  const auto clients = generic_.dump(batadv::encode_get_own_clients(batadv_, nodes_[0].bat), "own_clients", batadv_,
                                     batadv::decode_client);
  require(!clients.empty() && !clients[0].originator, "our own row");
  until("the other's rows are there", [&] {
    const auto far = generic_.dump(batadv::encode_get_far_clients(batadv_, nodes_[0].bat), "far_clients", batadv_,
                                   batadv::decode_client);
    return !far.empty() && far[0].originator == nodes_[1].address;
  });
  const auto paths = generic_.dump(nl80211::encode_get_mesh_paths(wifi_.id, nodes_[0].mesh), "mesh_paths", wifi_.id,
                                   nl80211::decode_mesh_path);
  const auto proxies = generic_.dump(nl80211::encode_get_mesh_proxies(wifi_.id, nodes_[0].mesh), "mesh_proxies",
                                     wifi_.id, nl80211::decode_mesh_path);
  require(
      std::any_of(paths.begin(), paths.end(), [&](const auto& path) { return path.destination == nodes_[1].address; }),
      "a path to the neighbour");
  std::printf("%zu paths, %zu proxies, throughput %llu kbit/s\n", paths.size(), proxies.size(),
              static_cast<unsigned long long>(*neighbors[0].throughput_kbit));
}

void MeshTrial::gateway() {
  await(batadv::GatewayEvent::Kind::Added, "the gateway's event");
  const auto gateways =
      generic_.dump(batadv::encode_get_gateways(batadv_, nodes_[0].bat), "gateways", batadv_, batadv::decode_gateway);
  require(gateways.size() == 1 && gateways[0].address == nodes_[1].address && gateways[0].best, "a chosen gateway");
  require(gateways[0].bandwidth_down_kbit == 10'000U && gateways[0].bandwidth_up_kbit == 2'000U, "as it announces");
  require(gateways[0].router == nodes_[1].address && gateways[0].throughput_kbit, "the way to it");
  std::printf("gateway: throughput %llu kbit/s\n", static_cast<unsigned long long>(*gateways[0].throughput_kbit));
  batadv::MeshChange off;
  off.gateway_mode = batadv::GatewayMode::Off;
  generic_.change(batadv::encode_set_mesh(batadv_, nodes_[1].bat, off), "gateway_off");
  await(batadv::GatewayEvent::Kind::Removed, "the gateway's end");
}

}  // namespace karkara::lab
