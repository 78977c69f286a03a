// Static addresses on the real kernel, against what 'ip' shows.
#include <gmock/gmock.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <net/if.h>

#include "agent/codec/netlink_attributes.h"
#include "agent/io/netlink_conversation.h"
#include "agent/io/rtnetlink_requests.h"
#include "tests/support/sandboxed.h"

namespace karkara {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::Not;

class StaticAddressTest : public SandboxedTest {
 protected:
  void SetUp() override {
    SandboxedTest::SetUp();
    if (sandbox_) {
      run("ip link add wwan0 type veth peer name far0; ip link set wwan0 up; ip link set far0 up");
      auto opened = RtnetlinkRequests::open();
      ASSERT_TRUE(opened.ok());
      requests_.emplace(std::move(*opened));
    }
  }
  static StaticAddress bearer(const char* prefix, std::optional<std::uint32_t> metric = std::nullopt) {
    return {if_nametoindex("wwan0"), *IpPrefix::parse(prefix), std::nullopt, metric};
  }
  void put(const StaticAddress& address) {
    const Status status = requests_->change(PutAddress{address});
    EXPECT_TRUE(status.ok()) << status.error().text;
  }
  void remove(const StaticAddress& address) {
    const Status status = requests_->change(RemoveAddress{address});
    EXPECT_TRUE(status.ok()) << status.error().text;
  }
  // IFA_PROTO of all addresses, which Debian 12's 'ip' does not show yet.
  static std::vector<std::uint8_t> protocols() {
    std::vector<std::uint8_t> found;
    auto kernel = NetlinkConversation::open(NETLINK_ROUTE);
    auto request = rtnetlink::dump_addresses(0);
    const auto ending = kernel.value().ask(request, [&](const NetlinkMessage& message) {
      NetlinkAttributes attributes{message.payload.subspan(sizeof(ifaddrmsg))};
      if (const auto protocol = attributes.u8(IFA_PROTO)) {
        found.push_back(*protocol);
      }
      return Status{};
    });
    EXPECT_TRUE(ending.ok());
    return found;
  }
  std::optional<RtnetlinkRequests> requests_;
};

TEST_F(StaticAddressTest, PutsAnIpv4AddressWithAMetricOfItsOwn) {
  put(bearer("10.23.45.66/30", 700));
  EXPECT_THAT(printed("ip -4 addr show dev wwan0"),
              AllOf(HasSubstr("inet 10.23.45.66/30"), HasSubstr("metric 700"), HasSubstr("scope global")));
  EXPECT_THAT(protocols(), Contains(kOurProtocol));
  EXPECT_THAT(printed("ip -4 route show dev wwan0"), AllOf(HasSubstr("10.23.45.64/30"), HasSubstr("metric 700")));
  const auto snapshot = requests_->dump();
  ASSERT_TRUE(snapshot.ok());
  EXPECT_THAT(snapshot.value().addresses, Contains(Field(&LinkAddress::prefix, *IpPrefix::parse("10.23.45.66/30"))));
}

TEST_F(StaticAddressTest, PutsAnIpv6Address) {
  put(bearer("2001:db8:5::2/64", 700));
  EXPECT_THAT(printed("ip -6 addr show dev wwan0"),
              AllOf(HasSubstr("inet6 2001:db8:5::2/64"), HasSubstr("metric 700")));
  EXPECT_THAT(protocols(), Contains(kOurProtocol));
  EXPECT_THAT(printed("ip -6 route show dev wwan0"), AllOf(HasSubstr("2001:db8:5::/64"), HasSubstr("metric 700")));
}

TEST_F(StaticAddressTest, PuttingTwiceChangesTheMetric) {
  for (const char* prefix : {"10.23.45.66/30", "2001:db8:5::2/64"}) {
    put(bearer(prefix, 700));
    put(bearer(prefix, 700));
    put(bearer(prefix, 800));
  }
  EXPECT_THAT(printed("ip -4 route show dev wwan0"), AllOf(HasSubstr("metric 800"), Not(HasSubstr("metric 700"))));
  EXPECT_THAT(printed("ip -6 route show dev wwan0"), AllOf(HasSubstr("metric 800"), Not(HasSubstr("metric 700"))));
}

TEST_F(StaticAddressTest, KnowsAPeer) {
  auto address = bearer("10.64.0.2/32");
  address.peer = *IpAddress::parse("10.64.0.1");
  put(address);
  EXPECT_THAT(printed("ip -4 addr show dev wwan0"), HasSubstr("inet 10.64.0.2 peer 10.64.0.1/32"));
  remove(address);
  EXPECT_THAT(printed("ip -4 addr show dev wwan0"), Not(HasSubstr("10.64.0.2")));
}

TEST_F(StaticAddressTest, RemovingWhatIsGoneIsNoError) {
  for (const char* prefix : {"10.23.45.66/30", "2001:db8:5::2/64"}) {
    const auto address = bearer(prefix, 700);
    put(address);
    remove(address);
    EXPECT_THAT(printed("ip addr show dev wwan0"), Not(HasSubstr(IpPrefix{address.prefix}.text())));
    remove(address);
  }
  const auto address = bearer("10.23.45.66/30");
  put(address);
  run("ip link del wwan0");
  remove(address);
}

TEST_F(StaticAddressTest, ALinkThatIsNotThereIsUnavailable) {
  auto address = bearer("10.23.45.66/30");
  address.link = 4711;
  EXPECT_EQ(requests_->change(PutAddress{address}).error().code, ErrorCode::Unavailable);
}

TEST_F(StaticAddressTest, LeavesTheAddressesOfOthersAlone) {
  run("ip addr add 10.23.45.65/30 dev wwan0; ip addr add 192.0.2.9/24 dev wwan0");
  const auto address = bearer("10.23.45.66/30");
  put(address);
  remove(address);
  EXPECT_THAT(printed("ip -4 addr show dev wwan0"), AllOf(HasSubstr("10.23.45.65/30"), HasSubstr("192.0.2.9/24")));
}

}  // namespace
}  // namespace karkara
