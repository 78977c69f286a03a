// What people see of a mesh: what is not known is '-', and what a site sends cannot disturb a terminal.
#include "controller/cli/render/mesh_view.h"

#include <gtest/gtest.h>

#include "controller/cli/render/mesh_map.h"
#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/rendered.h"
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {
namespace {

TEST(MeshView, ShowsInterfacesPeersAndWays) {
  expect_golden("mesh_show", rendered(mesh_view(sample_mesh())));
  expect_golden("mesh_show_wide", rendered(mesh_view(sample_mesh()), Format::Wide));
  expect_golden("mesh_show_json", rendered(mesh_view(sample_mesh()), Format::Json));
}

TEST(MeshView, PeersAreAListForMachines) {
  expect_golden("mesh_peers", rendered(mesh_peers_view(sample_mesh())));
  expect_golden("mesh_peers_jsonl", rendered(mesh_peers_view(sample_mesh()), Format::JsonLines));
}

TEST(MeshView, ExplainsEachPeer) {
  const std::string text = rendered(mesh_explanation(sample_mesh()));
  expect_golden("mesh_explain", text);
  EXPECT_NE(text.find("the limit is 10 s"), std::string::npos) << text;
}

v1::SiteDetail mast(const char* id, const char* radio, v1::SiteState state) {
  v1::SiteDetail site;
  site.mutable_site()->set_id(id);
  site.set_state(state);
  v1::MeshRadio& told = *site.mutable_report()->add_mesh_radios();
  told.set_interface("mesh0");
  told.set_mac(radio);
  return site;
}
void hear(v1::SiteDetail& site, const char* radio, const char* series, double number, std::int64_t age_ms) {
  v1::SeriesValue& value = *site.add_values();
  value.set_name(series);
  value.set_instance(radio);
  value.set_value(number);
  value.set_age_ms(age_ms);
}

TEST(MeshMap, PutsBothEndsOfALinkBesideEachOther) {
  constexpr const char* kKollo = "02:00:00:00:01:00";
  constexpr const char* kSay = "02:00:00:00:02:00";
  v1::SiteDetail kollo = mast("kollo", kKollo, v1::SITE_STATE_UP);
  hear(kollo, kSay, "mesh_peer_signal_dbm", -61, 12'000);
  hear(kollo, kSay, "mesh_peer_expected_bytes_per_second", 4'000'000, 12'000);
  hear(kollo, kSay, "mesh_peer_sending_bytes_per_second", 6'500'000, 12'000);
  hear(kollo, kSay, "mesh_peer_airtime_seconds", 0.00167, 12'000);
  hear(kollo, "02:00:00:00:09:00", "mesh_peer_signal_dbm", -88, 12'000);
  hear(kollo, "mesh0", "mesh_peers", 2, 12'000);
  v1::SiteDetail say = mast("say", kSay, v1::SITE_STATE_UNREACHABLE);
  hear(say, kKollo, "mesh_peer_signal_dbm", -64, 7'200'000);
  const v1::MeshMap map = mesh_map_of({say, kollo});
  expect_golden("mesh_map", rendered(mesh_map_view(map)));
  ASSERT_EQ(map.links_size(), 3);
  EXPECT_EQ(map.links(0).neighbour(), "") << "no site told that it has this radio";
  EXPECT_EQ(map.links(1).neighbour(), "say");
  EXPECT_EQ(map.links(1).expected_bps(), 32e6);
  EXPECT_FALSE(map.links(2).has_airtime_seconds());
}

TEST(MeshView, SaysWhyThereIsNothing) {
  v1::Mesh none;
  none.set_state("the kernel has no Wi-Fi");
  const std::string text = rendered(mesh_view(none));
  EXPECT_NE(text.find("the kernel has no Wi-Fi"), std::string::npos) << text;
  EXPECT_NE(text.find("No mesh interface."), std::string::npos) << text;
  EXPECT_EQ(text.find("PEER"), std::string::npos) << text;
}

TEST(MeshView, WaysThat80211FoundAreShownWithTheirHops) {
  v1::Mesh mesh;
  mesh.add_interfaces()->set_name("mesh0");
  v1::MeshWay& way = *mesh.add_ways();
  way.set_mac("02:00:00:00:03:00");
  way.set_next_hop("02:00:00:00:02:00");
  way.set_interface("mesh0");
  way.set_airtime(326);
  way.set_hops(2);
  const std::string text = rendered(mesh_view(mesh));
  EXPECT_NE(text.find("02:00:00:00:02:00, 2 hops"), std::string::npos) << text;
  EXPECT_NE(text.find("airtime 326"), std::string::npos) << text;
  EXPECT_EQ(text.find("0.0 s ago"), std::string::npos) << text;
}

TEST(MeshView, SaysThatTheMastsNetworkIsTheVillages) {
  v1::Mesh mesh;
  mesh.add_bridged("bat0 is in the bridge br-lan, which is the village's");
  for (const View& view : {mesh_view(mesh), mesh_peers_view(mesh), mesh_explanation(mesh)}) {
    EXPECT_NE(rendered(view).find("bat0 is in the bridge br-lan"), std::string::npos);
  }
}

TEST(MeshView, NeverInventsAZero) {
  v1::Mesh mesh;
  mesh.add_interfaces()->set_name("mesh0");
  v1::MeshPeer& peer = *mesh.add_peers();
  peer.set_mac("02:00:00:00:01:00");
  peer.set_state("established");
  const std::string text = rendered(mesh_peers_view(mesh), Format::Wide);
  EXPECT_EQ(text.find(" 0"), std::string::npos) << text;
  EXPECT_NE(rendered(mesh_view(mesh)).find("not joined"), std::string::npos);
}

TEST(MeshView, ANameOfAForeignMeshDoesNotMoveTheCursor) {
  v1::Mesh mesh = sample_mesh();
  mesh.mutable_interfaces(0)->set_mesh_id("\x1b[2Jevil\nmesh");
  mesh.mutable_peers(1)->set_trouble("\x1b]0;title\x07");
  for (const View& view : {mesh_view(mesh), mesh_peers_view(mesh), mesh_explanation(mesh)}) {
    const std::string text = rendered(view);
    EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
    EXPECT_EQ(text.find('\x07'), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace karkara::cli
