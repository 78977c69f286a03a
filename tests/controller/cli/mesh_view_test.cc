// What people see of a mesh: what is not known is '-', and what a site sends cannot disturb a terminal.
#include "controller/cli/render/mesh_view.h"

#include <gtest/gtest.h>

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

TEST(MeshView, SaysWhyThereIsNothing) {
  v1::Mesh none;
  none.set_state("the kernel has no Wi-Fi");
  const std::string text = rendered(mesh_view(none));
  EXPECT_NE(text.find("the kernel has no Wi-Fi"), std::string::npos) << text;
  EXPECT_NE(text.find("No mesh interface."), std::string::npos) << text;
  EXPECT_EQ(text.find("PEER"), std::string::npos) << text;
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
