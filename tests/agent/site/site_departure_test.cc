// The order of what follows a failover: research found each of these in another order in the field, where names went to
// the dead operator's resolver and flows stayed glued to a dead address.
#include <gmock/gmock.h>

#include <algorithm>

#include "tests/agent/site/site_bench.h"

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;

SiteSettings two_ways_out() {
  SiteSettings settings;
  settings.id = *SiteId::parse("sadore");
  for (const auto& [id, interface, preference, resolver] :
       {std::tuple{"vsat", "vsat0", 10U, "198.51.100.53"}, std::tuple{"lte", "lte0", 20U, "192.0.2.53"}}) {
    UplinkSettings uplink;
    uplink.id = *UplinkId::parse(id);
    uplink.interface = interface;
    uplink.preference = preference;
    uplink.resolvers = {*IpAddress::parse(resolver)};
    settings.uplink.uplinks.push_back(uplink);
  }
  return settings;
}

class Departure : public SiteBench {
 protected:
  Departure() : SiteBench{two_ways_out()} {
    know_anchors();
    KernelSnapshot both = kernel();
    add_link(both, 3, "lte0");
    give(KernelSeen{both});
    run_for(minutes{1});
    effects_.clear();
  }
  // What was asked of the kernel and of others, in order.
  [[nodiscard]] std::vector<std::string> deeds() const {
    std::vector<std::string> all;
    const auto add = [&](const char* what) {
      if (all.empty() || all.back() != what) {
        all.emplace_back(what);
      }
    };
    for (const Effect& effect : effects_) {
      if (const auto* batch = std::get_if<RunBatch>(&effect)) {
        for (const NetworkOp& op : batch->batch.ops) {
          add(std::holds_alternative<PutRoute>(op)      ? "routes"
              : std::holds_alternative<LoadNft>(op)     ? "marks"
              : std::holds_alternative<RemoveRoute>(op) ? "what is left over"
                                                        : "else");
        }
      } else if (std::holds_alternative<FlushMarkedFlows>(effect)) {
        add("flows");
      } else if (std::holds_alternative<WriteResolvers>(effect)) {
        add("names");
      } else if (std::holds_alternative<EndOwnConnections>(effect)) {
        add("own connections");
      } else if (std::holds_alternative<HurrySession>(effect)) {
        add("session");
      }
    }
    return all;
  }
};

TEST_F(Departure, RoutesThenMarksThenFlowsThenNamesThenOwnConnectionsThenTheSession) {
  ASSERT_EQ(site_->status(at_).state.active_uplink, "vsat");
  black_holes_ = {*UplinkId::parse("vsat")};
  run_for(seconds{30});
  ASSERT_EQ(site_->status(at_).state.active_uplink, "lte");
  EXPECT_THAT(deeds(),
              ElementsAre("routes", "marks", "what is left over", "flows", "names", "own connections", "session"));
  EXPECT_EQ(all<WriteResolvers>().at(0).servers, std::vector{*IpAddress::parse("192.0.2.53")});
}

// Nothing of it may come before the kernel has the new way.
TEST_F(Departure, WaitsForTheKernel) {
  black_holes_ = {*UplinkId::parse("vsat")};
  batches_wait_ = true;
  for (int i = 0; i < 300 && all<RunBatch>().empty(); ++i) {
    run_for(std::chrono::milliseconds{100});
  }
  ASSERT_FALSE(all<RunBatch>().empty());
  run_for(seconds{1});
  EXPECT_TRUE(all<FlushMarkedFlows>().empty());
  EXPECT_TRUE(all<WriteResolvers>().empty());
  EXPECT_TRUE(all<HurrySession>().empty());
}

}  // namespace
}  // namespace karkara
