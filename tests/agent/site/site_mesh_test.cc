// The mesh through the whole site: looked at, told to whoever asks, an alarm at the NOC.
#include <gmock/gmock.h>

#include "tests/agent/site/site_bench.h"

namespace karkara {
namespace {

using std::chrono::seconds;

class MeshSite : public SiteBench {
 protected:
  static MeshSeen look(Duration inactive) {
    MeshPeerSeen peer;
    peer.mac = *MacAddress::parse("02:00:00:00:01:00");
    peer.link = PeerLink::Established;
    peer.inactive = inactive;
    peer.signal = Dbm{-61};
    MeshInterfaceSeen interface;
    interface.index = 7;
    interface.name = "mesh0";
    interface.frequency = 5180;
    interface.peers = {peer};
    return {{interface}, {}, {}};
  }
  MeshReport report() { return std::get<MeshReport>(ask(request(RequestKind::TellMesh)).answer); }
};

TEST_F(MeshSite, IsLookedAtFromTheStartAndTold) {
  EXPECT_EQ(report().state, "not looked at yet");
  run_for(seconds{1});
  EXPECT_EQ(all<LookAtMesh>().size(), 1U);
  give(look(seconds{1}));
  ASSERT_EQ(report().peers.size(), 1U);
  EXPECT_EQ(report().peers.front().state, "established");
  run_for(seconds{6});
  EXPECT_EQ(all<LookAtMesh>().size(), 1U) << "another one since the question";
}

constexpr std::uint32_t kBridge = 20;

// A bridge, and mesh0 behind it, in no bridge.
KernelSnapshot with_mesh_beside(KernelSnapshot kernel, const std::string& name) {
  Link bridge;
  bridge.index = kBridge;
  bridge.name = name;
  bridge.is_bridge = true;
  Link mesh;
  mesh.index = 7;
  mesh.name = "mesh0";
  kernel.links.push_back(bridge);
  kernel.links.push_back(mesh);
  return kernel;
}

TEST_F(MeshSite, AMeshInTheVillagesBridgeIsAnAlarmUntilItIsTakenOut) {
  SiteSettings settings = booted_with_;
  settings.uplink.lan_interfaces = {"br-lan"};
  reload(settings);
  run_for(seconds{1});
  give(look(seconds{1}));
  KernelSnapshot seen = with_mesh_beside(kernel_, "br-lan");
  const auto raised = [&] {
    const auto status = std::get<SiteStatus>(ask(request(RequestKind::TellStatus)).answer);
    return std::ranges::any_of(status.alarms, [](const AlarmChange& alarm) {
      return alarm.key == AlarmKey{MessageId::MeshBridged, "mesh0"};
    });
  };
  give(KernelSeen{seen});
  EXPECT_FALSE(raised());
  seen.links.back().master = kBridge;
  give(KernelSeen{seen});
  EXPECT_TRUE(raised());
  EXPECT_THAT(report().bridged, testing::ElementsAre("mesh0 is in the bridge br-lan, which is the village's"));
  const auto items = std::get<std::vector<CheckItem>>(ask(request(RequestKind::CheckSite)).answer);
  EXPECT_TRUE(std::ranges::any_of(
      items, [](const CheckItem& item) { return item.name == "mesh apart" && item.verdict == CheckVerdict::Fail; }));
  seen.links.back().master = 0;
  give(KernelSeen{seen});
  EXPECT_FALSE(raised());
  EXPECT_THAT(report().bridged, testing::IsEmpty());
}

TEST_F(MeshSite, TheBridgeOfAnAccessPointIsTheVillagesToo) {
  SiteSettings settings = booted_with_;
  WifiRadioSettings radio{"public", "phy0"};
  radio.access_points = {{"public0", "Sadore", WifiSecurity::Open}};
  radio.access_points.front().bridge = "br-public";
  settings.wifi.radios = {radio};
  reload(settings);
  run_for(seconds{1});
  give(look(seconds{1}));
  KernelSnapshot seen = with_mesh_beside(kernel_, "br-public");
  seen.links.back().master = kBridge;
  give(KernelSeen{seen});
  EXPECT_THAT(report().bridged, testing::ElementsAre("mesh0 is in the bridge br-public, which is the village's"))
      << "though no telephone's interface is in it yet";
}

TEST_F(MeshSite, APeerThatTheKernelDropsIsLookedAtAtOnce) {
  run_for(seconds{1});
  give(look(seconds{1}));
  run_for(seconds{2});
  const std::size_t before = all<LookAtMesh>().size();
  give(AirChanged{false, false, {7}});
  run_for(seconds{1});
  EXPECT_EQ(all<LookAtMesh>().size(), before + 1);
}

// Told with the site's state, so that neighbours' reports can be understood.
TEST_F(MeshSite, TellsItsOwnRadios) {
  MeshSeen seen = look(seconds{1});
  seen.interfaces.front().mac = *MacAddress::parse("02:00:00:00:00:00");
  give(seen);
  const auto status = std::get<SiteStatus>(ask(request(RequestKind::TellStatus)).answer);
  EXPECT_THAT(status.state.mesh_radios, testing::ElementsAre(MeshRadio{"mesh0", "02:00:00:00:00:00", 5180}));
}

TEST_F(MeshSite, ASilentNeighbourIsAnAlarmAndASeries) {
  give(look(seconds{12}));
  const auto status = std::get<SiteStatus>(ask(request(RequestKind::TellStatus)).answer);
  EXPECT_THAT(status.alarms, testing::Contains(testing::Field(
                                 &AlarmChange::key, AlarmKey{MessageId::MeshPeerSilent, "02:00:00:00:01:00"})));
  SiteRequest values = request(RequestKind::LiveValues);
  values.name_prefix = "mesh_peers";
  EXPECT_THAT(std::get<std::vector<Sample>>(ask(values).answer),
              testing::UnorderedElementsAre(Sample{SeriesId::MeshPeers, "mesh0", 0.0},
                                            Sample{SeriesId::MeshPeersSilent, "mesh0", 1.0}));
}

}  // namespace
}  // namespace karkara
