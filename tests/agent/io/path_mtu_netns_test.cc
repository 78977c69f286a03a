// The search for the path MTU with real echoes over real kernels: the holes are the provider's, one hop away.
#include <variant>

#include "agent/io/echo_prober.h"
#include "agent/uplink/path_mtu.h"
#include "tests/agent/io/isp_between.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

class PathMtuNetnsTest : public IspBetween {
 protected:
  void SetUp() override {
    IspBetween::SetUp();
    prober_.set_key(1, kSite, test_site_key(kSite));
  }

  void send(const PathMtu::Echoes& echoes, const IpAddress& source, const char* anchor) {
    const NetSandbox::Inside inside{*router_};
    for (const SizedEcho& echo : echoes) {
      prober_.send({uplink_,
                    "lte0",
                    kMark,
                    source,
                    {AnchorId::parse("niamey").value(), *IpEndpoint::parse(anchor)},
                    echo.nonce,
                    echo.size});
    }
  }

  // A whole search, at most 20 s.
  std::optional<std::uint16_t> search(const char* source = "10.1.0.2", const char* anchor = "203.0.113.21:7445",
                                      std::uint16_t link_mtu = 1500) {
    PathMtu mtu{static_cast<std::uint64_t>(clock_.now().since_boot().count())};
    const IpAddress from = *IpAddress::parse(source);
    const Instant start = clock_.now();
    send(mtu.see(MtuPath{from, link_mtu}, 150ms, start), from, anchor);
    while (mtu.searching() && clock_.now() - start < 20s) {
      if (events_.empty()) {
        const Instant now = clock_.now();
        io_.run_one_for(std::chrono::duration_cast<std::chrono::milliseconds>(mtu.next_deadline() - now) + 1ms);
        if (events_.empty()) {
          send(mtu.tick(clock_.now()), from, anchor);
        }
        continue;
      }
      const auto event = events_.front();
      events_.erase(events_.begin());
      send(std::visit([&](const auto& e) { return mtu.on(e, clock_.now()); }, event), from, anchor);
    }
    RecordProperty("milliseconds", std::to_string((clock_.now() - start) / 1ms));
    RecordProperty("bytes", std::to_string(mtu.bytes()));
    std::printf("mtu %d in %lld ms with %llu bytes\n", mtu.mtu().value_or(0),
                static_cast<long long>((clock_.now() - start) / 1ms), static_cast<unsigned long long>(mtu.bytes()));
    return mtu.mtu();
  }

  std::vector<std::variant<EchoAnswered, EchoFailed>> events_;
  EchoProber prober_{io_,
                     [this](const Event& event) {
                       if (const auto* answered = std::get_if<EchoAnswered>(&event)) {
                         events_.emplace_back(*answered);
                       } else if (const auto* failed = std::get_if<EchoFailed>(&event)) {
                         events_.emplace_back(*failed);
                       }
                     },
                     clock_};
};

TEST_F(PathMtuNetnsTest, FindsTheWholePacketWhereNothingIsInTheWay) {
  EXPECT_EQ(search(), 1500);
}

TEST_F(PathMtuNetnsTest, FindsIpv6PacketsToo) {
  EXPECT_EQ(search("fd00:1::2", "[2001:db8::21]:7445"), 1500);
  nft(*isp_, "table ip6 hole { chain f { type filter hook forward priority filter; meta length > 1400 drop; } }");
  EXPECT_EQ(search("fd00:1::2", "[2001:db8::21]:7445"), 1400);
}

TEST_F(PathMtuNetnsTest, Finds1400BehindARouterThatDropsLargePacketsAndAllIcmpErrors) {
  nft(*isp_,
      "table ip hole {"
      " chain f { type filter hook forward priority filter; meta length > 1400 drop; }"
      " chain o { type filter hook output priority filter; icmp type destination-unreachable drop; "
      "icmp type source-quench drop; }"
      " chain p { type filter hook prerouting priority filter; "
      "icmp type destination-unreachable drop; icmp type source-quench drop; } }");
  EXPECT_EQ(search(), 1400);
}

TEST_F(PathMtuNetnsTest, FindsAHoleThatIsOnTheWayBackOnly) {
  nft(*isp_,
      "table ip hole { chain f { type filter hook forward priority filter; "
      " oifname u1 meta length > 1400 drop; } }");
  EXPECT_EQ(search(), 1400);
}

TEST_F(PathMtuNetnsTest, FindsANarrowHopThatTellsByIcmp) {
  isp_->run("ip link set w mtu 1400");
  EXPECT_EQ(search(), 1400);
}

TEST_F(PathMtuNetnsTest, IsNotHeldBackByWhatTheKernelRemembersOfThePath) {
  // Learned from an ICMP error and kept by the router's kernel for ten minutes.
  isp_->run("ip link set w mtu 1400");
  router_->run("ip route add 203.0.113.0/24 via 10.1.0.1 dev lte0");
  router_->run("busybox ping -c 1 -W 1 -s 1450 203.0.113.21 >/dev/null 2>&1 || true");
  router_->run("ip route get 203.0.113.21 from 10.1.0.2 oif lte0 mark 0x10000 >/dev/null");
  EXPECT_EQ(search(), 1400);
  isp_->run("ip link set w mtu 1500");
  EXPECT_THAT(output(*router_, "ip route get 203.0.113.21 from 10.1.0.2 oif lte0 mark 0x10000"),
              testing::HasSubstr("mtu 1400"));
  EXPECT_EQ(search(), 1500);
}

TEST_F(PathMtuNetnsTest, SaysThatTheInterfaceItselfTakesNoMore) {
  router_->run("ip link set lte0 mtu 1300");
  send({{1, 1400}}, source_, "203.0.113.21:7445");
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(std::get<EchoFailed>(events_[0]).why, "larger than lte0 takes in one piece");
  events_.clear();
  send({{2, 60'000}}, source_, "203.0.113.21:7445");
  EXPECT_EQ(std::get<EchoFailed>(events_.at(0)).why, "no echo of 60000 bytes: 92 to 1500");
  events_.clear();
  EXPECT_EQ(search("10.1.0.2", "203.0.113.21:7445", 1300), 1300);
}

TEST_F(PathMtuNetnsTest, FindsNothingOnADeadPath) {
  nft(*isp_, "table ip hole { chain f { type filter hook forward priority filter; drop; } }");
  EXPECT_EQ(search(), std::nullopt);
}

}  // namespace
}  // namespace karkara
