// The netlink adapter on the real kernel, in network namespaces of its own.
#include "agent/io/netlink.h"

#include <gmock/gmock.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/facts/nft_fingerprint.h"
#include "agent/mesh/bridge_watch.h"
#include "tests/support/live_network.h"
#include "tests/support/wanted_network.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class NetlinkAdapterTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!NetSandbox::possible()) {
      GTEST_SKIP() << "needs the right to make network namespaces";
    }
    village_ = std::make_unique<VillageNetworks>();
    inside_ = std::make_unique<NetSandbox::Inside>(village_->router);
    network_ = std::make_unique<LiveNetwork>();
    ASSERT_TRUE(next_dump());
  }
  bool next_dump() {
    network_->fresh = false;
    return network_->run_until([this] { return network_->fresh; });
  }
  Status run(NetworkOp op) {
    std::optional<BatchDone> done;
    boost::asio::io_context io;
    auto adapter = NetlinkAdapter::open(io, [&](Event event) {
      if (const auto* answer = std::get_if<BatchDone>(&event)) {
        done = *answer;
      }
    });
    (*adapter)->run_batch({7, {std::move(op)}});
    EXPECT_EQ(done->id, 7U);
    return done->status;
  }

  std::unique_ptr<VillageNetworks> village_;
  std::unique_ptr<NetSandbox::Inside> inside_;
  std::unique_ptr<LiveNetwork> network_;
};

TEST_F(NetlinkAdapterTest, SeesLinksAddressesRoutesAndRules) {
  const Link* link = network_->seen.link_named("w0");
  ASSERT_NE(link, nullptr);
  EXPECT_TRUE(link->admin_up && link->carrier);
  EXPECT_EQ(link->mtu, 1500U);
  EXPECT_THAT(network_->seen.addresses,
              Contains(testing::Field(&LinkAddress::prefix, *IpPrefix::parse("10.1.0.2/24"))));
  EXPECT_THAT(network_->seen.routes, Contains(testing::Field(&Route::destination, *IpPrefix::parse("10.1.0.0/24"))));
  EXPECT_THAT(network_->seen.routes, Not(Contains(testing::Field(&Route::table, 255U)))) << "the local table";
  EXPECT_THAT(network_->seen.rules, Contains(testing::Field(&Rule::priority, 32'766U)));
}

TEST_F(NetlinkAdapterTest, SeesWhenTheMeshIsPutIntoTheVillagesBridgeAndTakenOut) {
  const MeshSides sides{{"bat0"}, {"br-lan"}};
  const auto bridged = [&] { return bridged_meshes(network_->seen.links, sides); };
  village_->router.run(
      "ip link add br-lan type bridge; ip link add bat0 type veth peer name far0; ip link add br-mesh type bridge");
  ASSERT_TRUE(network_->run_until([&] { return network_->seen.link_named("br-mesh") != nullptr; }));
  EXPECT_TRUE(network_->seen.link_named("br-lan")->is_bridge);
  EXPECT_FALSE(network_->seen.link_named("bat0")->is_bridge);
  EXPECT_TRUE(bridged().empty());
  village_->router.run("ip link set bat0 master br-lan");
  EXPECT_TRUE(network_->run_until([&] { return bridged().size() == 1; }));
  village_->router.run("ip link set bat0 nomaster; ip link set bat0 master br-mesh");
  EXPECT_TRUE(network_->run_until([&] { return bridged().empty(); }));
}

TEST_F(NetlinkAdapterTest, TellsCarrierLossBeforeTheDumpThatFollows) {
  network_->events.clear();
  VillageNetworks::set_up(village_->outside, "p0", false);
  const std::uint32_t index = index_of("w0");
  const auto lost = [&] {
    return std::any_of(network_->events.begin(), network_->events.end(), [&](const Event& event) {
      const auto* change = std::get_if<LinkChanged>(&event);
      return change != nullptr && change->link.index == index && !change->link.carrier && change->link.admin_up;
    });
  };
  const int dumps = network_->dumps;
  ASSERT_TRUE(network_->run_until(lost));
  EXPECT_EQ(network_->dumps, dumps);
  EXPECT_TRUE(next_dump());
  EXPECT_FALSE(network_->seen.link_named("w0")->carrier);
}

TEST_F(NetlinkAdapterTest, TellsALinkThatIsGone) {
  const std::uint32_t index = index_of("w1");
  village_->router.run("ip link del w1");
  EXPECT_TRUE(network_->run_until([&] {
    return std::any_of(network_->events.begin(), network_->events.end(), [&](const Event& event) {
      const auto* gone = std::get_if<LinkGone>(&event);
      return gone != nullptr && gone->index == index;
    });
  }));
  EXPECT_TRUE(network_->run_until([&] { return network_->seen.link_named("w1") == nullptr; }));
}

TEST_F(NetlinkAdapterTest, DumpsAgainAfterTheKernelDroppedRoutesWithoutAWord) {
  village_->router.run("ip route add default via 10.1.0.1 dev w0 table 10000 metric 100 proto 107");
  const auto has_route = [&] {
    return std::any_of(network_->seen.routes.begin(), network_->seen.routes.end(),
                       [](const Route& route) { return route.table == kChoiceTable; });
  };
  ASSERT_TRUE(network_->run_until(has_route));
  VillageNetworks::set_up(village_->router, "w0", false);
  EXPECT_TRUE(network_->run_until([&] { return !has_route(); }));
}

TEST_F(NetlinkAdapterTest, SaysWhatWasRefusedAndWhy) {
  const auto gone = run(PutRoute{default_route(kChoiceTable, 100, 999, "10.1.0.1")});
  EXPECT_EQ(gone.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(gone.error().text, HasSubstr("route replace default via 10.1.0.1"));
  const auto nowhere = run(PutRoute{default_route(kChoiceTable, 100, index_of("w0"), "172.16.0.1")});
  EXPECT_EQ(nowhere.error().code, ErrorCode::Unavailable);
  EXPECT_THAT(nowhere.error().text, HasSubstr("gateway")) << "the kernel's own words";
  VillageNetworks::set_up(village_->router, "w0", false);
  const auto down = run(PutRoute{default_route(kChoiceTable, 100, index_of("w0"), "10.1.0.1")});
  EXPECT_EQ(down.error().code, ErrorCode::Unavailable);
  EXPECT_EQ(run(WriteSysctl{{"net/ipv4/conf/nosuch/rp_filter", "2"}}).error().code, ErrorCode::NotFound);
  EXPECT_EQ(run(WriteSysctl{{"net/ipv4/ip_forward", "maybe"}}).error().code, ErrorCode::InvalidArgument);
}

TEST_F(NetlinkAdapterTest, DoingTwiceWhatIsDoneIsNoFailure) {
  const Route route = default_route(kChoiceTable, 100, index_of("w0"), "10.1.0.1");
  for (const NetworkOp& op : {NetworkOp{PutRoute{route}}, NetworkOp{AddRule{marked_rule(0)}},
                              NetworkOp{RemoveRoute{route}}, NetworkOp{RemoveRule{marked_rule(0)}}}) {
    EXPECT_TRUE(run(op).ok()) << describe(op);
    EXPECT_TRUE(run(op).ok()) << describe(op) << ", again";
  }
}

TEST_F(NetlinkAdapterTest, LoadsAnNftTableAsAWholeOrNotAtAll) {
  const std::string good = small_ruleset("good");
  ASSERT_TRUE(run(LoadNft{nft_with_fingerprint(good)}).ok());
  EXPECT_EQ(*NftTable{}.fingerprint(), nft_fingerprint(good));
  const auto refused = run(LoadNft{small_ruleset("bad") + "add rule inet karkara nosuchchain accept\n"});
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().text, HasSubstr("nft"));
  EXPECT_THAT(refused.error().text, Not(HasSubstr("\n")));
  EXPECT_EQ(*NftTable{}.fingerprint(), nft_fingerprint(good)) << "the old table stays";
  EXPECT_TRUE(network_->run_until([&] { return network_->seen.nft_fingerprint == nft_fingerprint(good); }));
  village_->router.run("nft flush ruleset");
  EXPECT_TRUE(network_->run_until([&] { return !network_->seen.nft_fingerprint; }))
      << "somebody else's flush is noticed";
  EXPECT_TRUE(run(LoadNft{nft_removal()}).ok()) << "removing what is not there";
}

TEST_F(NetlinkAdapterTest, LooksOnlyAtTheMainTableAndOurs) {
  village_->router.run(
      "for i in $(seq 0 249); do for j in $(seq 0 7); do echo route add 172.$((16+j)).$i.0/24 via 10.1.0.1 table 5000; "
      "done; done | ip -batch -\n"
      "ip route add 192.0.2.0/24 via 10.1.0.1 table 10040 proto 107; ip route add 192.0.3.0/24 via 10.1.0.1 proto 107");
  auto requests = RtnetlinkRequests::open();
  const auto snapshot = requests->dump();
  ASSERT_TRUE(snapshot.ok());
  EXPECT_LT(snapshot->routes.size(), 30U);
  EXPECT_EQ(std::count_if(snapshot->routes.begin(), snapshot->routes.end(),
                          [](const Route& route) { return route.protocol == kOurProtocol; }),
            2);
}

TEST_F(NetlinkAdapterTest, ASocketTellsThatTheKernelHadToDropEvents) {
  auto socket = NetlinkSocket::open(NETLINK_ROUTE, {RTNLGRP_LINK}, 4096);
  ASSERT_TRUE(socket.ok());
  for (int i = 0; i < 100; ++i) {
    VillageNetworks::set_up(village_->router, "w1", i % 2 != 0);
  }
  bool told = false;
  for (auto datagram = socket->receive(); !datagram || !datagram->empty(); datagram = socket->receive()) {
    told = told || (!datagram && datagram.error().code == ErrorCode::ResourceExhausted);
  }
  EXPECT_TRUE(told);
}

TEST_F(NetlinkAdapterTest, WithoutTheRightItSaysSoInOneLineButMayLook) {
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    if (::setresuid(65'534, 65'534, 65'534) != 0) {
      ::_exit(9);
    }
    boost::asio::io_context io;
    const auto refused = NetlinkAdapter::open(io, [](Event) {});
    NetlinkOptions look;
    look.will_change = false;
    const auto allowed = NetlinkAdapter::open(
        io, [](Event) {}, look);
    const bool one_line = !refused && refused.error().text.find('\n') == std::string::npos;
    const bool right_code = !refused && refused.error().code == ErrorCode::PermissionDenied;
    ::_exit((one_line && right_code ? 0 : 1) + (allowed ? 0 : 2));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

}  // namespace
}  // namespace karkara
