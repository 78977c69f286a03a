// A mast with three neighbours: one well, one whose mast lost its power, one that hears us badly; BATMAN_V above, and
// one neighbour's agent that lends.
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

v1::MeshPeer& add_peer(v1::Mesh& mesh, const char* mac, const char* state, std::int64_t inactive_ms) {
  v1::MeshPeer& peer = *mesh.add_peers();
  peer.set_mac(mac);
  peer.set_interface("mesh0");
  peer.set_state(state);
  peer.set_inactive_ms(inactive_ms);
  return peer;
}

void add_way(v1::Mesh& mesh, const char* mac, const char* next_hop, std::int64_t last_seen_ms, std::uint64_t rate) {
  v1::MeshWay& way = *mesh.add_ways();
  way.set_mac(mac);
  way.set_next_hop(next_hop);
  way.set_interface("mesh0");
  way.set_last_seen_ms(last_seen_ms);
  way.set_throughput_bps(rate);
}

void add_peers(v1::Mesh& mesh) {
  v1::MeshPeer& well = add_peer(mesh, "02:00:00:00:01:00", "established", 240);
  well.set_connected_ms(7'260'000);
  well.set_signal_dbm(-61);
  well.set_sending_bps(52'000'000);
  well.set_receiving_bps(39'000'000);
  well.set_expected_bps(31'500'000);
  well.set_retry_ratio(0.12);
  well.set_failed_ratio(0.004);
  well.set_airtime(163);
  v1::MeshPeer& silent = add_peer(mesh, "02:00:00:00:02:00", "silent", 14'200);
  silent.set_connected_ms(86'400'000);
  silent.set_trouble("nothing heard for 14 s, the limit is 10 s, though the kernel calls the link established");
  v1::MeshPeer& failing = add_peer(mesh, "02:00:00:00:03:00", "failing", 90);
  failing.set_connected_ms(540'000);
  failing.set_signal_dbm(-83);
  failing.set_failed_ratio(0.64);
  failing.set_retry_ratio(5.1);
  failing.set_trouble(
      "64 of 100 packets were not received, and as many before; the limit is half of at least 20, 2 times in a row");
}

void add_neighbours(v1::Mesh& mesh) {
  mesh.set_lending("does not lend: this site borrows itself");
  mesh.set_borrowing("from kollo");
  mesh.set_transit("100.126.9.4");
  v1::MeshNeighbour& kollo = *mesh.add_neighbours();
  kollo.set_site("kollo");
  kollo.set_address("fe80::ff:fe00:100");
  kollo.set_transit("100.124.3.7");
  kollo.set_way("up");
  kollo.set_origin("kollo");
  kollo.set_role("lends to us");
  kollo.set_verdict("is the one to borrow from");
  kollo.set_heard_ms(180);
  kollo.set_spare_kbit(2000);
  kollo.set_credit_bytes(310'000'000);
  kollo.set_charge_percent(87);
  kollo.set_loss_ratio(0.02);
  kollo.set_weaker_in_ms(4'000);
  kollo.set_weaker_by_db(12);
  kollo.add_radios("02:00:00:00:01:00");
  v1::MeshNeighbour& say = *mesh.add_neighbours();
  say.set_site("say");
  say.set_address("fe80::ff:fe00:200");
  say.set_role("silent");
  say.set_verdict("its hellos do not come; gets nothing: this site borrows itself");
  say.set_heard_ms(14'200);
  say.set_stage(1);
  say.set_lent_today_bytes(1'200'000);
  say.set_lent_cycle_bytes(40'000'000);
  v1::RefusedHellos& refused = *mesh.add_refused();
  refused.set_fault("forged");
  refused.set_count(3);
}

void add_radios(v1::Mesh& mesh) {
  mesh.set_country("BF in place of NE");
  v1::WifiRadioState& mast = *mesh.add_radios();
  mast.set_id("mast");
  mast.set_device("phy0");
  mast.set_channel("36 (5180 MHz), 40 MHz wide");
  mast.set_state("as configured");
  mast.add_interfaces("mesh0: mesh 'karkara', SAE, below bat0");
  mast.add_interfaces("village0: access point 'Sadoré', WPA2");
  v1::WifiRadioState& second = *mesh.add_radios();
  second.set_id("square");
  second.set_device("phy1");
  second.set_channel("13 (2472 MHz), 20 MHz wide");
  second.set_state("not as configured");
  second.set_trouble("channel 13: is not allowed, by the rules of BF");
  v1::MeshRecovery& recovery = *mesh.add_recoveries();
  recovery.set_interface("mesh0");
  recovery.set_state("02:00:00:00:02:00 is silent: scan tried");
  recovery.set_kicks(1);
  recovery.set_scans(1);
}

}  // namespace

v1::Mesh sample_mesh() {
  v1::Mesh mesh;
  v1::MeshInterface& interface = *mesh.add_interfaces();
  interface.set_name("mesh0");
  interface.set_mac("02:00:00:00:00:00");
  interface.set_mesh_id("karkara");
  interface.set_frequency_mhz(5180);
  interface.set_width_mhz(40);
  interface.set_noise_dbm(-95);
  interface.set_busy_ratio(0.23);
  v1::MeshInterface& lost = *mesh.add_interfaces();
  lost.set_name("mesh1");
  lost.set_mac("02:00:00:00:00:01");
  add_peers(mesh);
  mesh.set_batman("bat0, BATMAN_V, gateway client");
  add_way(mesh, "02:00:00:00:01:00", "02:00:00:00:01:00", 320, 31'500'000);
  v1::MeshWay& gateway = *mesh.mutable_ways(0);
  gateway.set_is_gateway(true);
  gateway.set_chosen_gateway(true);
  gateway.set_gateway_down_bps(10'000'000);
  gateway.set_gateway_up_bps(2'000'000);
  add_way(mesh, "02:00:00:00:04:00", "02:00:00:00:01:00", 760, 9'800'000);
  add_neighbours(mesh);
  add_radios(mesh);
  return mesh;
}

}  // namespace karkara::cli
