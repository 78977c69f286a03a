// `karkara mesh` against a controller and `karkara local mesh` against an agent: what comes out, how it ends.
#include <gtest/gtest.h>

#include "tests/controller/cli/golden.h"
#include "tests/controller/cli/local_run.h"
#include "tests/controller/cli/noc_commands.h"

namespace karkara::cli {
namespace {

using MeshCommands = NocCommands;

TEST_F(MeshCommands, AskTheSite) {
  const Ran shown = cli({"mesh", "show", "peta-djounga"});
  EXPECT_EQ(shown.exit, Exit::Ok) << shown.err;
  EXPECT_EQ(shown.err, "");
  EXPECT_TRUE(noc_.last_request.has_mesh());
  expect_golden("mesh_show", shown.out);
  expect_golden("mesh_peers", cli({"mesh", "peers", "peta-djounga"}).out);
  expect_golden("mesh_explain", cli({"mesh", "explain", "peta-djounga"}).out);
  EXPECT_EQ(cli({"mesh", "explain", "peta-djounga", "-o", "json"}).out,
            cli({"mesh", "show", "peta-djounga", "-o", "json"}).out);
}

TEST_F(MeshCommands, TheMapIsWhatTheControllerKnows) {
  v1::StateReport report;
  report.add_mesh_radios()->set_mac("02:00:00:00:00:00");
  noc_.change_report("peta-djounga", report);
  const Ran shown = cli({"mesh", "map"});
  EXPECT_EQ(shown.exit, Exit::Ok) << shown.err;
  EXPECT_EQ(shown.err, "karkara: No links.\n");
  EXPECT_FALSE(noc_.last_request.has_mesh()) << "no site is asked";
}

TEST_F(MeshCommands, EndAsTheOthersDo) {
  for (const std::string verb : {"show", "peers", "explain"}) {
    const Ran unknown = cli({"mesh", verb, "peta-djunga"});
    EXPECT_EQ(unknown.exit, Exit::NotFound);
    EXPECT_EQ(unknown.err, "karkara: there is no site 'peta-djunga'; did you mean 'peta-djounga'?\n");
    EXPECT_EQ(cli({"mesh", verb}).exit, Exit::Usage);
  }
  noc_.sites_offline = true;
  EXPECT_EQ(cli({"mesh", "show", "borgo-darey"}).exit, Exit::SiteOffline);
}

TEST(LocalMesh, IsTheSamePage) {
  const FakeAgent agent{socket_path(), sample_answer};
  const Ran page = local({"mesh"});
  EXPECT_EQ(page.exit, Exit::Ok) << page.err;
  expect_golden("mesh_show", page.out);
  expect_golden("mesh_show_json", local({"mesh", "-o", "json"}).out);
}

}  // namespace
}  // namespace karkara::cli
