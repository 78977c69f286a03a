// Reconciler and netlink adapter together on the real kernel: packets of a client decide.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <set>
#include <thread>

#include "tests/support/live_network.h"
#include "tests/support/wanted_network.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

std::size_t open_files() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {}));
}

sockaddr_in far_outside() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(7777);
  address.sin_addr.s_addr = htonl(0xcb00'7101);  // 203.0.113.1
  return address;
}

// Numbered packets from the client's network to far outside, one each 0.2 ms, from a thread of its own: the agent's may
// be between two steps when one comes by.
class Stream {
 public:
  explicit Stream(const VillageNetworks& village)
      : sender_{VillageNetworks::udp_socket(village.client)}, receiver_{VillageNetworks::udp_socket(village.outside)} {
    const sockaddr_in address = far_outside();
    EXPECT_EQ(::bind(receiver_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    send();  // whoever has to be asked for a hardware address is asked now
    std::this_thread::sleep_for(10ms);
    thread_ = std::jthread{[this](const std::stop_token& stop) {
      for (auto next = std::chrono::steady_clock::now(); !stop.stop_requested(); next += 200us) {
        std::this_thread::sleep_until(next);
        send();
      }
    }};
  }
  ~Stream() {
    stop();
    ::close(sender_);
    ::close(receiver_);
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  // Ends the stream; after it the numbers below are final.
  void stop() {
    if (thread_.joinable()) {
      thread_.request_stop();
      thread_.join();
      std::this_thread::sleep_for(20ms);
      drain();
    }
  }
  [[nodiscard]] std::size_t lost() const { return sent_ - received_.size(); }
  [[nodiscard]] std::uint32_t sent() const { return sent_; }

 private:
  void send() {
    const sockaddr_in address = far_outside();
    if (::sendto(sender_, &sent_, sizeof sent_, 0, reinterpret_cast<const sockaddr*>(&address), sizeof address) > 0) {
      ++sent_;
    }
    drain();
  }
  void drain() {
    std::uint32_t number = 0;
    while (::recv(receiver_, &number, sizeof number, MSG_DONTWAIT) == sizeof number) {
      received_.insert(number);
    }
  }

  int sender_;
  int receiver_;
  std::uint32_t sent_ = 0;
  std::set<std::uint32_t> received_;
  std::jthread thread_;
};

class LiveReconcilerTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!NetSandbox::possible()) {
      GTEST_SKIP() << "needs the right to make network namespaces";
    }
    village_ = std::make_unique<VillageNetworks>();
    inside_ = std::make_unique<NetSandbox::Inside>(village_->router);
    network_ = std::make_unique<LiveNetwork>();
  }

  WantedNetwork wanted(bool first_is_w0) const {
    const std::uint32_t w0 = index_of("w0");
    const std::uint32_t w1 = index_of("w1");
    WantedNetwork network;
    network.sysctls = {{"net/ipv4/ip_forward", "1"}, {"net/ipv4/conf/w0/ignore_routes_with_linkdown", "1"}};
    network.nft_ruleset = small_ruleset("postrouting");
    for (const auto& [family, gateway0, gateway1] : {std::tuple{IpFamily::V4, "10.1.0.1", "10.2.0.1"},
                                                     std::tuple{IpFamily::V6, "2001:db8:1::1", "2001:db8:2::1"}}) {
      network.routes.push_back(default_route(kFirstUplinkTable, 100, w0, gateway0));
      network.routes.push_back(dead_end(kFirstUplinkTable, family));
      network.routes.push_back(default_route(kFirstUplinkTable + 1, 100, w1, gateway1));
      network.routes.push_back(dead_end(kFirstUplinkTable + 1, family));
      network.routes.push_back(default_route(kChoiceTable, first_is_w0 ? 100 : 200, w0, gateway0));
      network.routes.push_back(default_route(kChoiceTable, first_is_w0 ? 200 : 100, w1, gateway1));
      network.rules.push_back(marked_rule(0, family));
      network.rules.push_back(marked_rule(1, family));
      // Without this one in front of the ladder IPv6 would look for a gateway in the ladder itself, and refuse it.
      Rule connected_first = rule_to(10'090, kMainTable, family);
      connected_first.suppress_prefix_length = 0;
      network.rules.push_back(connected_first);
      network.rules.push_back(rule_to(10'100, kChoiceTable, family));
    }
    network.routes[0].mtu = 1400;
    network.routes[0].source = IpAddress::parse("10.1.0.2");
    return network;
  }

  std::unique_ptr<VillageNetworks> village_;
  std::unique_ptr<NetSandbox::Inside> inside_;
  std::unique_ptr<LiveNetwork> network_;
};

TEST_F(LiveReconcilerTest, BringsTheKernelUpAndARestartChangesNothing) {
  network_->want(wanted(true));
  ASSERT_TRUE(network_->settle());
  EXPECT_EQ(network_->first_note(), "");
  EXPECT_THAT(left_to_do(wanted(true)), IsEmpty());
  network_ = std::make_unique<LiveNetwork>();
  network_->want(wanted(true));
  ASSERT_TRUE(network_->settle());
  EXPECT_THAT(network_->batches, IsEmpty());
}

TEST_F(LiveReconcilerTest, WithdrawsAllOfOursAndNothingElse) {
  village_->router.run(
      "ip route add 192.0.2.0/24 via 10.1.0.1 table 10000; ip route add 192.0.3.0/24 via 10.1.0.1\n"
      "ip route add 192.0.4.0/24 via 10.1.0.1 table 10000 proto 107 advmss 1200\n"
      "ip rule add pref 10050 fwmark 0x7 lookup 77; ip rule add pref 9999 lookup 10000 protocol 107\n"
      "ip rule add pref 10060 from 192.168.1.0/24 lookup 10000 protocol 107\n"
      "nft add table inet foreign");
  const std::string look =
      "{ ip rule; ip -6 rule; ip route show table all; ip -6 route show table all; nft list tables; } ";
  village_->router.run(look + "> /tmp/karkara_before.$PPID");
  network_->want(wanted(true));
  ASSERT_TRUE(network_->settle());
  network_->want({});
  ASSERT_TRUE(network_->settle());
  village_->router.run(look + "| diff - /tmp/karkara_before.$PPID; rm /tmp/karkara_before.$PPID");
}

TEST_F(LiveReconcilerTest, RoutesThatTheKernelDropsWithoutAWordComeBackWithTheLink) {
  network_->want(wanted(true));
  ASSERT_TRUE(network_->settle());
  VillageNetworks::set_up(village_->router, "w0", false);
  ASSERT_TRUE(network_->run_until([&] {
    return std::none_of(network_->seen.routes.begin(), network_->seen.routes.end(),
                        [](const Route& route) { return route.table == kChoiceTable && route.metric == 100; });
  }));
  VillageNetworks::set_up(village_->router, "w0", true);
  village_->router.run("ip -6 addr add 2001:db8:1::2/64 dev w0 nodad");  // the kernel forgets it with the link
  EXPECT_TRUE(network_->run_until([&] { return left_to_do(wanted(true)).empty(); }));
  EXPECT_EQ(network_->first_note(), "");
}

TEST_F(LiveReconcilerTest, RepairsWhatSomebodyElseTookAway) {
  network_->want(wanted(true));
  ASSERT_TRUE(network_->settle());
  village_->router.run(
      "ip rule del pref 10100; ip route flush table 10000; nft flush ruleset; echo 0 > /proc/sys/net/ipv4/ip_forward");
  EXPECT_TRUE(network_->run_until([&] { return left_to_do(wanted(true)).empty(); }));
}

TEST_F(LiveReconcilerTest, TwoHundredSwapsOfTheLadderLoseNoPacket) {
  network_->want(wanted(true));
  ASSERT_TRUE(network_->settle());
  Stream stream{*village_};
  for (int swap = 0; swap < 200; ++swap) {
    network_->want(wanted(swap % 2 != 0));
    network_->run_for(5ms);
  }
  ASSERT_TRUE(network_->settle());
  stream.stop();
  EXPECT_GT(stream.sent(), 1000U);
  EXPECT_EQ(stream.lost(), 0U);
  EXPECT_EQ(network_->first_note(), "");
}

// In the same place of the ladder it is one replacement; in another place it is put, looked at, and the old one
// removed.
TEST_F(LiveReconcilerTest, SwapsOfTheOnlyWayOutLoseNoPacket) {
  const auto only = [&](bool w0, std::uint32_t metric) {
    WantedNetwork network = wanted(true);
    std::erase_if(network.routes, [](const Route& route) { return route.table == kChoiceTable; });
    network.routes.push_back(w0 ? default_route(kChoiceTable, 100, index_of("w0"), "10.1.0.1")
                                : default_route(kChoiceTable, metric, index_of("w1"), "10.2.0.1"));
    return network;
  };
  network_->want(only(true, 100));
  ASSERT_TRUE(network_->settle());
  Stream stream{*village_};
  for (const std::uint32_t metric : {100U, 200U}) {
    for (int swap = 0; swap < 200; ++swap) {
      network_->want(only(swap % 2 != 0, metric));
      network_->run_for(5ms);
    }
  }
  ASSERT_TRUE(network_->settle());
  stream.stop();
  EXPECT_EQ(stream.lost(), 0U);
  EXPECT_THAT(left_to_do(only(true, 100)), IsEmpty());
}

TEST_F(LiveReconcilerTest, CarrierLossMovesTrafficBeforeAnybodyDecides) {
  network_->want(wanted(true));
  ASSERT_TRUE(network_->settle());
  Stream stream{*village_};
  network_->run_for(50ms);
  VillageNetworks::set_up(village_->outside, "p0", false);
  network_->run_for(200ms);
  stream.stop();
  EXPECT_LE(stream.lost(), 100U) << "20 ms: what the kernel needs to notice by itself";
}

TEST_F(LiveReconcilerTest, NoPacketIsLostWhileTheAgentIsAwayAndComesBack) {
  network_->want(wanted(true));
  ASSERT_TRUE(network_->settle());
  Stream stream{*village_};
  for (int round = 0; round < 5; ++round) {
    network_.reset();
    std::this_thread::sleep_for(5ms);
    network_ = std::make_unique<LiveNetwork>();
    network_->want(wanted(true));
    EXPECT_TRUE(network_->settle());
    EXPECT_THAT(network_->batches, IsEmpty());
  }
  stream.stop();
  EXPECT_EQ(stream.lost(), 0U);
}

TEST_F(LiveReconcilerTest, ConvergesAfterEventsThatDidNotFitTheBuffer) {
  NetlinkOptions small;
  small.event_buffer = 4096;
  network_ = std::make_unique<LiveNetwork>(small);
  network_->want(wanted(true));
  ASSERT_TRUE(network_->settle());
  for (int i = 0; i < 500; ++i) {  // nobody reads meanwhile
    VillageNetworks::set_up(village_->router, "w0", i % 2 != 0);
  }
  village_->router.run("ip -6 addr add 2001:db8:1::2/64 dev w0 nodad");
  EXPECT_TRUE(network_->run_until([&] { return left_to_do(wanted(true)).empty(); }));
  EXPECT_LT(network_->events.size(), 500U) << "most events were lost, as this test wants it";
}

TEST_F(LiveReconcilerTest, AThousandCarrierTogglesLeaveNothingBehind) {
  network_->want(wanted(true));
  ASSERT_TRUE(network_->settle());
  const std::size_t files = open_files();
  const KernelSnapshot before = network_->seen;
  for (int i = 0; i < 1000; ++i) {
    VillageNetworks::set_up(village_->outside, "p0", i % 2 != 0);
    network_->want(wanted(i % 2 != 0));
    network_->run_for(0ms);
  }
  ASSERT_TRUE(network_->run_until([&] { return left_to_do(wanted(true)).empty(); }));
  ASSERT_TRUE(network_->settle());
  EXPECT_EQ(open_files(), files);
  EXPECT_EQ(network_->seen.rules.size(), before.rules.size());
  EXPECT_EQ(std::count_if(network_->seen.routes.begin(), network_->seen.routes.end(),
                          [](const Route& route) { return route.protocol == kOurProtocol; }),
            12);
}

}  // namespace
}  // namespace karkara
