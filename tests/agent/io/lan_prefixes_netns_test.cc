// A client that configures itself from dnsmasq's router advertisements, behind a router whose two ways out change: on
// the real kernel, with the agent's own plan, reconciler and netlink adapter. Prints how long the client took to know.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <net/if.h>

#include <regex>

#include "agent/uplink/lan_prefixes.h"
#include "agent/uplink/route_plan.h"
#include "tests/agent/io/daemon_process.h"
#include "tests/support/live_network.h"
#include "tests/support/sandboxed.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kDelegated = "2001:db8:a:1:";
constexpr const char* kLocal = "fd00:77:";
constexpr const char* kFar = "2001:db8:ffff::1";

class LanPrefixesOnTheKernelTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!NetSandbox::possible()) {
      GTEST_SKIP() << "needs the right to make network namespaces";
    }
    if (std::system("test -x /usr/sbin/dnsmasq") != 0) {
      GTEST_SKIP() << "needs dnsmasq (package dnsmasq-base)";
    }
    village_ = std::make_unique<VillageNetworks>();
    village_->client.run("echo 1 >/proc/sys/net/ipv6/conf/h0/accept_ra");
    village_->outside.run(std::string{"ip -6 addr add 2001:db8:1::1/64 dev p0 nodad\n"
                                      "ip -6 addr add 2001:db8:2::1/64 dev p1 nodad\nip -6 addr add "} +
                          kFar + "/128 dev lo nodad\n");
    inside_ = std::make_unique<NetSandbox::Inside>(village_->router);
    start_agent();
  }
  // As a client of prefix delegation leaves it.
  void delegate() const {
    village_->router.run("ip -6 addr replace 2001:db8:a:1::1/64 dev l0 valid_lft 3600 preferred_lft 1800 nodad\n");
  }
  void see() const {
    network_->fresh = false;
    ASSERT_TRUE(network_->run_until([this] { return network_->fresh; }));
  }
  void announce() {
    daemon_ = std::make_unique<DaemonProcess>(folder_.path());
    daemon_->start({"/usr/sbin/dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--interface=l0",
                    "--enable-ra", "--dhcp-range=::,constructor:l0,ra-only,64,1h", "--pid-file=", "--user=root",
                    "--log-facility=-", "--leasefile-ro"});
  }
  void start_agent() {
    network_ = std::make_unique<LiveNetwork>();
    ASSERT_TRUE(network_->run_until([this] { return network_->fresh; }));
  }

  static PlannedUplink uplink(std::uint32_t slot, const std::string& interface) {
    const std::string n = std::to_string(slot + 1);
    PlannedUplink planned;
    planned.interface = interface;
    planned.slot = slot;
    planned.path.link = index_of(interface);
    planned.path.carrier = true;
    planned.path.v4 = {IpAddress::parse("10." + n + ".0.2"), IpAddress::parse("10." + n + ".0.1")};
    planned.path.v6 = {IpAddress::parse("2001:db8:" + n + "::2"), IpAddress::parse("2001:db8:" + n + "::1")};
    return planned;
  }
  // As the uplink feature would; the delegated prefix is the first uplink's.
  void use(std::size_t active) {
    TrafficPlan plan;
    plan.uplinks = {uplink(0, "w0"), uplink(1, "w1")};
    plan.ladder = {active, 1 - active};
    plan.classes = {{ClassSettings{}, active, {}}};
    WantedNetwork wanted = plan_network(plan);
    wanted.preferences =
        lan_preferences(network_->seen, {"l0"}, {DelegatedPrefix{*IpPrefix::parse("2001:db8:a::/48"), active == 0}});
    network_->want(wanted);
  }

  // The lines of 'ip' about the address that begins like this.
  static std::string address_in(const NetSandbox& where, const std::string& device, const std::string& beginning) {
    const NetSandbox::Inside there{where};
    const std::string all = SandboxedTestPrinter::of("ip -6 addr show dev " + device);
    const auto at = all.find("inet6 " + beginning);
    return at == std::string::npos ? "" : all.substr(at, all.find("inet6 ", at + 6) - at);
  }
  [[nodiscard]] std::string clients(const std::string& beginning) const {
    return address_in(village_->client, "h0", beginning);
  }
  // In milliseconds; the agent's loop goes on meanwhile.
  std::chrono::milliseconds until(const std::function<bool()>& done) {
    const auto from = std::chrono::steady_clock::now();
    EXPECT_TRUE(network_->run_until(done, 15s));
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - from);
  }
  bool client_prefers(const std::string& beginning) const {
    const std::string text = clients(beginning);
    return !text.empty() && text.find("deprecated") == std::string::npos && text.find("tentative") == std::string::npos;
  }
  bool client_left(const std::string& beginning) const {
    return clients(beginning).find("deprecated") != std::string::npos;
  }

  struct SandboxedTestPrinter : SandboxedTest {
    static std::string of(const std::string& command) { return printed(command); }
    void TestBody() override {}
  };

  TestFolder folder_;
  std::unique_ptr<VillageNetworks> village_;
  std::unique_ptr<NetSandbox::Inside> inside_;
  std::unique_ptr<DaemonProcess> daemon_;
  std::unique_ptr<LiveNetwork> network_;
};

// dnsmasq itself waits for its next full second before it tells.
constexpr auto kAnnounced = 5000ms;

TEST_F(LanPrefixesOnTheKernelTest, ClientsLeaveAPrefixWithItsUplinkAndComeBackAfterARestart) {
  delegate();
  village_->router.run("ip -6 addr add fd00:77::1/64 dev l0 nodad");
  see();
  use(0);
  ASSERT_TRUE(network_->settle());
  announce();
  until([this] { return client_prefers(kDelegated) && client_prefers(kLocal); });

  use(1);
  const auto left = until([this] { return client_left(kDelegated); });
  EXPECT_LT(left, kAnnounced);
  EXPECT_TRUE(client_prefers(kLocal)) << "not the uplink's";
  const std::string own = address_in(village_->router, "l0", kDelegated);
  EXPECT_THAT(own, HasSubstr("deprecated"));
  EXPECT_TRUE(std::regex_search(own, std::regex{"valid_lft 3[56]..sec preferred_lft 0sec"})) << own;
  ASSERT_TRUE(network_->settle());

  network_.reset();
  start_agent();
  use(1);
  ASSERT_TRUE(network_->settle());
  EXPECT_TRUE(network_->batches.empty()) << "a restart changes nothing";
  use(0);
  const auto back = until([this] { return client_prefers(kDelegated); });
  EXPECT_LT(back, kAnnounced);
  EXPECT_THAT(address_in(village_->router, "l0", kDelegated), Not(HasSubstr("preferred_lft 0sec")));
  std::printf("left after %lld ms, back after %lld ms\n", static_cast<long long>(left.count()),
              static_cast<long long>(back.count()));
}

TEST_F(LanPrefixesOnTheKernelTest, ARenewalOfTheLeaseDoesNotBringItBackBeforeItsUplink) {
  delegate();
  see();
  use(1);
  ASSERT_TRUE(network_->settle());
  const auto deprecated = [&] {
    return address_in(village_->router, "l0", kDelegated).find("deprecated") != std::string::npos;
  };
  EXPECT_TRUE(deprecated());
  network_->batches.clear();
  for (int renewal = 0; renewal < 3; ++renewal) {
    delegate();
    EXPECT_LT(until(deprecated), 5000ms) << "at once, and from the fourth in a row once a second";
  }
  network_->run_for(500ms);
  EXPECT_LE(network_->batches.size(), 4U) << "one step for each renewal, not an endless fight";
}

TEST_F(LanPrefixesOnTheKernelTest, WhatNobodySpeaksOfAnyMoreIsGivenBack) {
  delegate();
  see();
  use(1);
  ASSERT_TRUE(network_->settle());
  network_->want({});
  ASSERT_TRUE(network_->settle());
  EXPECT_THAT(address_in(village_->router, "l0", kDelegated), Not(HasSubstr("deprecated")));
}

TEST_F(LanPrefixesOnTheKernelTest, AnAddressThatItsServerDeprecatedStaysSo) {
  village_->router.run("ip -6 addr add 2001:db8:a:1::1/64 dev l0 valid_lft 3600 preferred_lft 0 nodad\n");
  see();
  use(0);
  ASSERT_TRUE(network_->settle());
  EXPECT_THAT(address_in(village_->router, "l0", kDelegated), HasSubstr("deprecated"));
}

TEST_F(LanPrefixesOnTheKernelTest, WithAUlaTheClientKeepsItsAddressAndItsTrafficMoves) {
  village_->router.run("ip -6 addr add fd00:77::1/64 dev l0 nodad");
  use(0);
  ASSERT_TRUE(network_->settle());
  announce();
  until([this] { return client_prefers(kLocal); });
  const std::string before = clients(kLocal);
  const auto far = socket_name(kFar, 7777);
  std::unique_ptr<PlainSocket> sender;
  std::unique_ptr<PlainSocket> receiver;
  {
    const NetSandbox::Inside there{village_->client};
    sender = std::make_unique<PlainSocket>(IpFamily::V6, SOCK_DGRAM | SOCK_NONBLOCK);
  }
  {
    const NetSandbox::Inside there{village_->outside};
    receiver = std::make_unique<PlainSocket>(IpFamily::V6, SOCK_DGRAM | SOCK_NONBLOCK);
    ASSERT_EQ(::bind(receiver->fd(), far.get(), far.size), 0);
  }
  const auto arrives_from = [&](const std::string& source) {
    ::sendto(sender->fd(), "k", 1, 0, far.get(), far.size);
    sockaddr_in6 from{};
    socklen_t size = sizeof from;
    char byte = 0;
    std::string last;
    while (::recvfrom(receiver->fd(), &byte, 1, 0, reinterpret_cast<sockaddr*>(&from), &size) == 1) {
      char text[INET6_ADDRSTRLEN] = {};
      last = ::inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof text);
    }
    return last == source;
  };
  until([&] { return arrives_from("2001:db8:1::2"); });
  use(1);
  EXPECT_LT(until([&] { return arrives_from("2001:db8:2::2"); }), 5000ms);
  EXPECT_TRUE(client_prefers(kLocal));
  EXPECT_EQ(clients(kLocal).substr(0, clients(kLocal).find('/')), before.substr(0, before.find('/')));
}

}  // namespace
}  // namespace karkara
