#include "agent/mesh/bridge_watch.h"

#include <gmock/gmock.h>

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A router: two bridges, the village's ports, batman-adv on a mesh point.
class Router {
 public:
  Link& add(const char* name, const char* master = "", const char* lower = "") {
    Link link;
    link.index = static_cast<std::uint32_t>(links.size()) + 2;
    link.name = name;
    link.is_bridge = link.name.starts_with("br-");
    link.master = index_of(master);
    link.lower = index_of(lower);
    links.push_back(link);
    return links.back();
  }
  void put(const char* name, const char* master) {
    for (Link& link : links) {
      link.master = link.name == name ? index_of(master) : link.master;
    }
  }
  [[nodiscard]] std::uint32_t index_of(const std::string& name) const {
    for (const Link& link : links) {
      if (link.name == name) {
        return link.index;
      }
    }
    return 0;
  }
  std::vector<Link> links;
};

class BridgeWatchTest : public testing::Test {
 protected:
  BridgeWatchTest() {
    router_.add("br-lan");
    router_.add("br-mesh");
    router_.add("lan0", "br-lan");
    router_.add("village0");
    router_.add("bat0");
    router_.add("mesh0", "bat0");
    router_.add("bat0.10", "", "bat0");
  }
  [[nodiscard]] std::vector<std::string> bridged() const {
    std::vector<std::string> all;
    for (const BridgedMesh& each : bridged_meshes(router_.links, sides_)) {
      all.push_back(each.interface + " in " + each.bridge);
    }
    return all;
  }
  Router router_;
  MeshSides sides_{{"mesh0", "bat0"}, {"br-lan", "village0"}};
};

TEST_F(BridgeWatchTest, WhatBelongsTogetherIsNoMatter) {
  EXPECT_THAT(bridged(), IsEmpty());
  router_.put("bat0", "br-mesh");
  EXPECT_THAT(bridged(), IsEmpty()) << "a bridge of the masts' own";
}

TEST_F(BridgeWatchTest, TheMeshInTheVillagesBridgeIsSeenWhicheverPartOfItIsThere) {
  for (const char* name : {"bat0", "mesh0", "bat0.10"}) {
    const std::uint32_t before = router_.links[5].master;
    router_.put(name, "br-lan");
    EXPECT_THAT(bridged(), ElementsAre(std::string{name} + " in br-lan"));
    router_.put(name, "");
    router_.links[5].master = before;
  }
  EXPECT_THAT(bridged(), IsEmpty());
}

TEST_F(BridgeWatchTest, ABridgeThatHoldsAnInterfaceOfTheVillagesIsTheVillages) {
  router_.put("bat0", "br-mesh");
  router_.put("village0", "br-mesh");
  EXPECT_THAT(bridged(), ElementsAre("bat0 in br-mesh"));
  router_.put("village0", "");
  sides_.village.insert("br-mesh.5");
  router_.add("br-mesh.5", "", "br-mesh");
  EXPECT_THAT(bridged(), ElementsAre("bat0 in br-mesh")) << "a VLAN of the bridge";
}

TEST_F(BridgeWatchTest, ABridgeOnWhichNeighboursMeetTakesNoVillage) {
  sides_.mesh.insert("br-mesh");
  router_.put("bat0", "br-mesh");
  EXPECT_THAT(bridged(), IsEmpty());
  router_.put("village0", "br-mesh");
  EXPECT_THAT(bridged(), ElementsAre("bat0 in br-mesh", "village0 in br-mesh"));
}

TEST_F(BridgeWatchTest, AMasterThatIsNoBridgeForwardsNothing) {
  sides_.village.insert("bat0");
  EXPECT_THAT(bridged(), IsEmpty()) << "batman-adv's own port";
}

TEST_F(BridgeWatchTest, TheAlarmComesOnceAndEndsWhenTheInterfaceIsReleased) {
  BridgeWatch watch;
  EXPECT_THAT(watch.follow(router_.links, sides_), IsEmpty());
  router_.put("bat0", "br-lan");
  const Effects raised = watch.follow(router_.links, sides_);
  ASSERT_EQ(raised.size(), 1U);
  const auto& alarm = std::get<SetAlarm>(raised.front());
  EXPECT_EQ(alarm.key, (AlarmKey{MessageId::MeshBridged, "bat0"}));
  EXPECT_TRUE(alarm.raised);
  EXPECT_EQ(alarm.fields, (Fields{{"interface", "bat0"}, {"bridge", "br-lan"}, {"why", "which is the village's"}}));
  EXPECT_THAT(watch.follow(router_.links, sides_), IsEmpty());
  EXPECT_THAT(watch.report(), ElementsAre("bat0 is in the bridge br-lan, which is the village's"));
  ASSERT_EQ(watch.check().size(), 1U);
  EXPECT_EQ(watch.check().front().verdict, CheckVerdict::Fail);
  router_.put("bat0", "");
  const Effects cleared = watch.follow(router_.links, sides_);
  ASSERT_EQ(cleared.size(), 1U);
  EXPECT_FALSE(std::get<SetAlarm>(cleared.front()).raised);
  EXPECT_THAT(watch.report(), IsEmpty());
  EXPECT_THAT(watch.check(), IsEmpty());
}

TEST_F(BridgeWatchTest, ALinkWhoseMasterIsNotInTheListIsLeftOut) {
  router_.links[4].master = 4711;
  EXPECT_THAT(bridged(), IsEmpty());
}

}  // namespace
}  // namespace karkara
